"""What LibreOffice shows of a pack's Word document, slides and workbook is what the pack says: opened, printed to PDF, compared.

`make test-office` runs these: they need LibreOffice. Beside the pack's lines a print may have page numbers, bullets, repeated
header rows and the labels of charts, and nothing else.
"""

import io
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Final

import pytest
from openpyxl import load_workbook
from pypdf import PageObject, PdfReader

from services.domain.spc_reading import period_written
from services.reporting_api.packs.content import (
    Block,
    Chart,
    Figure,
    Inlines,
    KpiMatrix,
    Pack,
    Section,
    plain,
)
from services.reporting_api.packs.control_charts import content_of
from services.reporting_api.packs.docx import docx
from services.reporting_api.packs.pptx import pptx
from services.reporting_api.packs.xlsx import xlsx
from tests.reporting_api.packs.board_paper import board_paper
from tests.reporting_api.packs.every_block import PAPER
from tests.reporting_api.packs.every_kind import EVERY_KIND
from tests.reporting_api.packs.papers import MAY_2019
from tests.reporting_api.packs.read_back import Form, letters, model_lines, words

ADDRESS: Final = "https://qip.example"
PATIENCE: Final = 120
NAMES: Final = 5
SENTENCE_ENDS = re.compile(r"(?<=[.!?]) +(?=[A-Z])")
"""Where a text goes on on the next slide."""
NUMBER = re.compile(r"[-−]?[\d,]+(?:\.\d+)?%?")
SERIES = ("Value", "Mean", "Lower limit", "Upper limit", "Target", "Improvement", "Concern", "Change")


def shortened(section: Section) -> Section:
    """Without cells that are higher than a page: what stands on which page of them is for each program to say."""
    return replace(
        section,
        blocks=tuple(_short(block) for block in section.blocks),
        sections=tuple(shortened(below) for below in section.sections),
    )


def _short(block: Block) -> Block:
    if not isinstance(block, KpiMatrix):
        return block
    rows = (replace(row, cells=tuple(cell[:NAMES] for cell in row.cells)) for row in block.rows)
    return replace(block, rows=tuple(rows))


PACKS = {
    "May 2019": board_paper(MAY_2019),
    "every block": replace(PAPER, sections=tuple(shortened(section) for section in PAPER.sections)),
    **{kind: EVERY_KIND[kind] for kind in ("soag", "ecib", "isg of one ISG")},
}
WRITERS: Mapping[str, Callable[[Pack], bytes]] = {
    "docx": lambda pack: docx(pack, ADDRESS),
    "pptx": lambda pack: pptx(pack, ADDRESS),
    "xlsx": xlsx,
}


@dataclass(frozen=True, slots=True)
class Printed:
    """A pack, and the text of each page that LibreOffice made of each of its files."""

    pack: Pack
    pages: Mapping[str, list[str]]


@pytest.fixture(scope="module", params=list(PACKS))
def printed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Printed:
    """Each pack in each format, opened and printed."""
    pack = PACKS[request.param]
    folder = tmp_path_factory.mktemp("office")
    pages = {suffix: opened(folder, suffix, write(pack)) for suffix, write in WRITERS.items()}
    return Printed(pack, pages)


def opened(folder: Path, suffix: str, content: bytes) -> list[str]:
    """The text of each page. A profile of its own: one that somebody uses would be locked."""
    program = shutil.which("soffice")
    assert program is not None, "LibreOffice is not here: `make test-office` installs it."
    file, out = folder / f"pack.{suffix}", folder / suffix
    file.write_bytes(content)
    command = [
        program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
        "--outdir", str(out), str(file),
    ]  # fmt: skip
    told = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    made = out / "pack.pdf"
    assert made.exists(), f"LibreOffice could not open the {suffix}: {told.stdout}{told.stderr}"
    return [said_on(page, apart=suffix == "xlsx") for page in PdfReader(io.BytesIO(made.read_bytes())).pages]


def said_on(page: PageObject, *, apart: bool) -> str:
    """The text of a page; `apart`: of a sheet, whose cells have a distance between them and no space."""
    if not apart:
        return page.extract_text()
    parts: list[str] = []
    page.extract_text(visitor_text=lambda text, *_: parts.append(text))
    return " ".join(parts)


def compare(pages: Iterable[str], lines: Iterable[str], beside: Iterable[str]) -> None:
    """Each line stands after the one before, and between them nothing but what may stand beside them."""
    said = _without_boxes(letters(pages))
    allowed = re.compile("(?:" + "|".join(beside) + ")*")
    place = 0
    for line in lines:
        wanted = _without_boxes(letters([line]))
        found = said.find(wanted, place)
        while found >= 0 and not allowed.fullmatch(said, place, found):
            found = said.find(wanted, found + 1) if found - place < 2_000 else -1
        assert found >= 0, f"“{line}” does not follow: {said[place : place + 300]}"
        place = found + len(wanted)
    assert allowed.fullmatch(said, place), f"Nothing should follow: {said[place:]}"


def _without_boxes(said: str) -> str:
    """Its own font has no boxes to tick: those of another are read out of their line. The words say what is ticked."""
    return said.replace("☐", "").replace("☑", "")


def header_rows(pack: Pack) -> list[str]:
    """As they stand again on the next page."""
    return [re.escape(letters(table.header)) for _, table in pack.tables]


def test_the_word_document_reads_as_the_pack(printed: Printed) -> None:
    pages = [
        re.sub(rf"Page {number}\s*$", "", page) for number, page in enumerate(printed.pages["docx"], start=1)
    ]
    assert pages != printed.pages["docx"]
    beside = ["•", "\uf0b7", r"\d\.", r"\.{3,}\d+", *header_rows(printed.pack)]
    compare(pages, model_lines(printed.pack, Form.DOCX), beside)


def test_each_entry_of_the_word_documents_contents_has_the_page_of_its_heading(printed: Printed) -> None:
    pages = printed.pages["docx"]
    entries = re.findall(r"\.{3,}\s*(\d+)", " ".join(pages))
    headings = [section.title for _, section in printed.pack.headings]
    assert len(entries) == len(headings)
    assert list(map(int, entries)) == sorted(map(int, entries))
    assert len(set(entries)) > 1
    for title, number in zip(headings, entries, strict=True):
        after_contents = re.split(r"\.{3,}\s*\d+", pages[int(number) - 1])[-1]
        assert letters([title]) in letters(after_contents.splitlines()), (title, number)


def test_the_slides_read_as_the_pack(printed: Printed) -> None:
    pack = printed.pack
    pages = []
    for number, page in enumerate(printed.pages["pptx"], start=1):
        without_number = page.strip().removesuffix(str(number)) if number > 1 else page
        pages.append(re.sub(r"\(\d+\s+of\s+\d+\)", "", without_number, count=1))
    titles = {letters([section.title]) for _, section in pack.headings}
    captions = {letters([table.caption]) for _, table in pack.tables}
    again = [re.escape(each) for each in sorted(titles | captions, key=len, reverse=True)]
    compare(
        pages,
        [part for line in model_lines(pack, Form.PPTX, notes=False) for part in SENTENCE_ENDS.split(line)],
        [*header_rows(pack), *again, *labels(pack), "•", r"\d\.", r"[-−]?\d+(?:\.\d+)?%?"],
    )


def labels(pack: Pack) -> list[str]:
    """What stands on native charts: names of series, categories."""
    found = {*SERIES, "Left out of the calculation"}
    for chart in pack.numbered:
        if isinstance(chart, Chart):
            assert chart.plot is not None
            found |= {series.name for series in chart.plot.series}
            found |= {each for group, months in chart.plot.groups for each in (group, *months)}
        else:
            result = content_of(chart).result
            found |= {f"{period:%b %Y}" for period in result.periods}
            assert all(period_written(period, result) == f"{period:%B %Y}" for period in result.periods)
    return [re.escape(letters([each])) for each in sorted(found, key=len, reverse=True)]


def test_the_workbook_reads_as_the_packs_tables(printed: Printed) -> None:
    """In any order: cells of several lines are printed after the others. Names of sheets are cut where they are too long."""
    pack = printed.pack
    pages = printed.pages["xlsx"]
    said = Counter(re.sub(r"Page \d+ of \d+", "", " ".join(words(pages))).split())
    wanted = Counter(pack.full_title.split())
    may_repeat: Counter[str] = Counter()
    for name, table in pack.tables:
        cells = (as_excel_shows_it(cell) for row in table.rows for cell in row)
        wanted.update(" ".join([table.caption, table.caption, *table.header, *cells]).split())
        beside = Counter(" ".join([name, *table.header]).split())
        may_repeat.update({word: count * len(pages) for word, count in beside.items()})
    names = load_workbook(io.BytesIO(xlsx(pack)), read_only=True).sheetnames
    may_repeat.update({word: len(pages) for word in " ".join(names).split()})
    assert wanted - said == Counter()
    assert {word for word in (said - wanted - may_repeat) if not re.fullmatch(r"\(\d\)", word)} == set()


def as_excel_shows_it(cell: Inlines) -> str:
    """A number that is printed in words, such as eight, is a number there; a half that it would round up is shown whole."""
    match cell:
        case (Figure(value=value, text=text),) if value is not None:
            if not NUMBER.fullmatch(text):
                return f"{value:g}"
            places = len(text.strip("%").partition(".")[2])
            up = Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
            sign = "%" if text.endswith("%") else ""
            return text if f"{up:f}{sign}" == text else f"{value:f}{sign}"
        case _:
            return plain(cell)
