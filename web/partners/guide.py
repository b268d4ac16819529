"""The guide for partners, `docs/guides/partner.md`, as a page of ours."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt
from markupsafe import Markup

GUIDE: Final = Path(__file__).parents[2] / "docs" / "guides" / "partner.md"
CLASSES: Final = {
    "h2": "nhsuk-heading-m", "h3": "nhsuk-heading-s", "ul": "nhsuk-list nhsuk-list--bullet",
    "ol": "nhsuk-list nhsuk-list--number", "table": "nhsuk-table", "th": "nhsuk-table__header", "td": "nhsuk-table__cell",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GuidePage:
    """The guide: its title, and what follows it."""

    title: str
    body: Markup

    @classmethod
    def read(cls) -> "GuidePage":
        """As it lies in the documentation."""
        return _read()


@lru_cache
def _read() -> GuidePage:
    heading, _, rest = GUIDE.read_text(encoding="utf-8").partition("\n")
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(rest)
    for token in tokens:
        if token.type.endswith("_open") and token.tag in CLASSES:
            token.attrSet("class", CLASSES[token.tag])
    html = reader.renderer.render(tokens, reader.options, {})
    return GuidePage(heading.removeprefix("# "), Markup(html))  # noqa: S704 - our own file, and no HTML in it is taken
