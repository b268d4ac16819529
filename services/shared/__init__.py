"""What every service needs. Knows no feature."""
