"""What the project exists for, measured against a stated limit in one run: `make bench`; its parts: `python -m bench --help`.

It prints ratios and asserts nothing: figures of a machine do not travel, ratios to a peer measured in turn with it do.

    system.py       the whole system on free ports over a database of its own, with the demo plan, and the twin beside it
    hundredfold.py  the demo plan many times over, made inside PostgreSQL, for a second system beside the first
    twin.py         the least that FastAPI and asyncpg can do for the same request
    load.py         16 connections that ask as fast as they are answered
    browser.py      somebody's session, the forms of a page, and sending them filled in
    comparison.py   rounds, medians, ratios, and the table
    pages.py  deadline_evening.py  updates.py  feeds.py  workbook.py  board_paper.py      one file a thing that is measured
"""
