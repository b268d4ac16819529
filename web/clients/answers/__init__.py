"""What the services answer, one file a feature."""
