"""Whatever people's words hold, every format of a pack can be made, opened, and holds what they wrote."""

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from pypdf import PdfReader

from services.reporting_api.packs.content import Chart, Pack, Section
from services.reporting_api.packs.docx import docx
from services.reporting_api.packs.html import whole_page
from services.reporting_api.packs.legible import STAND_IN
from services.reporting_api.packs.pdf import pdf
from services.reporting_api.packs.pptx import pptx
from services.reporting_api.packs.xlsx import xlsx
from tests.reporting_api.packs.board_paper import board_paper
from tests.reporting_api.packs.every_block import KLOES, PAPER
from tests.reporting_api.packs.papers import MAY_2019, paper_of
from tests.reporting_api.packs.test_documents import parsed

ADDRESS: Final = "https://qip.example"
WORDS, MEASURES, STORIES = PAPER.sections
SMALL: Final = replace(
    PAPER,
    sections=(
        replace(WORDS, blocks=WORDS.blocks[-3:], sections=()),
        Section("table", "Table", (replace(KLOES, rows=KLOES.rows[:2]),)),
        replace(MEASURES, blocks=MEASURES.blocks[:2]),
        STORIES,
        Section(
            "bars",
            "Bars",
            (
                next(
                    each for each in board_paper(paper_of(MAY_2019.isgs[0])).charts if isinstance(each, Chart)
                ),
            ),
        ),
    ),
)
"""A block of every kind, quick to make."""
WORDED: Final = {
    "text",
    "title",
    "trust",
    "caption",
    "header",
    "label",
    "value",
    "reading",
    "alt",
    "words",
    "who",
    "corner",
    "groups",
    "name",
}
FORMATS: Final[Mapping[str, Callable[[Pack], bytes]]] = {
    "html": lambda pack: whole_page(pack, ADDRESS).encode(),
    "pdf": lambda pack: pdf(pack, ADDRESS),
    "docx": lambda pack: docx(pack, ADDRESS),
    "pptx": lambda pack: pptx(pack, ADDRESS),
    "xlsx": xlsx,
}


def saying(part: Any, words: str) -> Any:
    """The part of a pack with these words after every word that it prints."""
    if isinstance(part, tuple):
        return tuple(saying(each, words) for each in part)
    if not is_dataclass(part) or isinstance(part, type):
        return part
    return replace(
        part,
        **{
            each.name: _said(getattr(part, each.name), words)
            if each.name in WORDED
            else saying(getattr(part, each.name), words)
            for each in fields(part)
        },
    )


def _said(value: Any, words: str) -> Any:
    if isinstance(value, str):
        return value + words
    if isinstance(value, tuple):
        return tuple(_said(each, words) for each in value)
    return value


def opened(format_: str, content: bytes) -> str:
    """All that it says; read strictly."""
    if format_ == "html":
        return "".join(parsed(content.decode()).itertext())
    if format_ == "pdf":
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(name) for name in archive.namelist() if name.endswith((".xml", ".rels"))]
    return " ".join(" ".join(str(each) for each in etree.fromstring(part).itertext()) for part in parts)


@pytest.mark.parametrize("format_", FORMATS)
@settings(max_examples=5, derandomize=True, deadline=None)
@given(words=st.text(min_size=1, max_size=8))
@example(words="✔ ▪ 😀 中文 عربي")
@example(words="\x07\x0b\x0c\x1b\x7f\x85\ufffe\uffff\ufdd0")
@example(words="\u202e\u200d\u0301\u0c4d\u0915\u094d\u200d")
@example(words="<b>&]]>\\#[*_$`@{{ {% '")
def test_any_words_are_printed_in_every_format(format_: str, words: str) -> None:
    assert opened(format_, FORMATS[format_](saying(SMALL, words)))


def test_a_pdf_draws_signs_and_has_a_stand_in_for_what_no_font_of_it_has() -> None:
    said = opened("pdf", pdf(saying(SMALL, " ▪✔ 😀!"), ADDRESS))
    assert "▪✔" in said
    assert f"{STAND_IN}!" in said
    assert "😀" not in said


@pytest.mark.parametrize("format_", ["html", "docx", "pptx", "xlsx"])
def test_other_formats_keep_what_a_readers_own_program_may_draw(format_: str) -> None:
    assert "😀" in opened(format_, FORMATS[format_](saying(SMALL, " 😀")))


@pytest.mark.parametrize("format_", FORMATS)
def test_a_line_break_of_a_word_processor_is_one(format_: str) -> None:
    said = opened(format_, FORMATS[format_](saying(SMALL, " one\x0btwo")))
    assert "one" in said
    assert "onetwo" not in said
