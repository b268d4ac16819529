"""The demo plan: the figures of the May 2019 Board paper are real, everything else is invented (docs/demo.md)."""
