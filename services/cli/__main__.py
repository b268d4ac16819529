"""`python -m services.cli` is `qip`."""

from services.cli.main import main

main()
