"""What the project exists for, measured against a stated limit in one run: `make bench`.

It prints ratios and asserts nothing: figures of a machine do not travel, ratios to a peer measured in turn with it do.

    system.py       the whole system on free ports over a database of its own, with the demo plan, and the twin beside it
    twin.py         the least that FastAPI and asyncpg can do for the same request
    load.py         16 connections that ask as fast as they are answered
    comparison.py   rounds, medians, ratios, and the table
    updates.py  feeds.py  pages.py  workbook.py  board_paper.py      one file a thing that is measured
"""
