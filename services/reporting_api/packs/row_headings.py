"""Headings of rows in a PDF: the first cell of each row of a table is what the row is about, for who hears the table too.

Typst tags the cells of a header row as headings (TH) and all others as data (TD), each of which names the heading of its column;
what it knows of headings of rows can't be turned on from Python. So the tags alone are changed afterwards: the first cell becomes
a heading with the scope that PDF/UA-1 asks for, and each other cell of its row names it too.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any


def with_row_headings(document: bytes) -> bytes:
    """The tagged PDF with the first cell of each row as its heading. The same bytes for the same document."""
    import pikepdf

    with pikepdf.open(BytesIO(document)) as opened:
        root = opened.Root.StructTreeRoot
        rows = [row for row in _rows(root) if _below(row) and _below(row)[0].get("/S") == "/TD"]
        if not rows:
            return document
        known = pikepdf.NameTree(root.IDTree)
        for number, row in enumerate(rows, start=1):
            heading, *others = _below(row)
            name = f"row-{number}"
            heading.S, heading.ID = pikepdf.Name.TH, pikepdf.String(name)
            for said in _of_table(heading):
                said.Scope = pikepdf.Name.Row
            for cell in others:
                for said in _of_table(cell):
                    said.Headers.append(pikepdf.String(name))
            known[name] = heading
        written = BytesIO()
        opened.save(written, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return written.getvalue()


def _rows(node: Any) -> Iterator[Any]:
    for child in _below(node):
        if child.get("/S") == "/TR":
            yield child
        else:
            yield from _rows(child)


def _of_table(cell: Any) -> list[Any]:
    """What a cell says of its place in the table."""
    return [said for said in cell.A if said.get("/O") == "/Table"]


def _below(node: Any) -> list[Any]:
    """The elements under one: not what is marked on pages."""
    import pikepdf

    children = node.get("/K")
    if children is None:
        return []
    every = list(children) if isinstance(children, pikepdf.Array) else [children]
    return [each for each in every if isinstance(each, pikepdf.Dictionary) and "/S" in each]
