"""The rules of a Quality Improvement Plan, in plain Python: no I/O, no clock, no ORM. Read this package first."""
