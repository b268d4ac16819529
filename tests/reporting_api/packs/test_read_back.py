"""Each format of a pack says what its model says, word by word and number by number, in the same order; and nothing else."""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest
from openpyxl import load_workbook
from pptx import Presentation

from services.reporting_api.packs.content import Chart, Pack
from services.reporting_api.packs.control_charts import content_of
from services.reporting_api.packs.formats import FORMATS, FormatName
from services.reporting_api.packs.kinds import KINDS
from services.reporting_api.packs.stored import content_from_data, frozen
from tests.reporting_api.packs.board_paper import board_paper
from tests.reporting_api.packs.every_block import PAPER
from tests.reporting_api.packs.every_kind import EVERY_KIND
from tests.reporting_api.packs.papers import MAY_2019, WELL_LED, paper_of
from tests.reporting_api.packs.read_back import (
    Form,
    as_excel_has_it,
    docx_lines,
    html_lines,
    letters,
    model_lines,
    model_tables,
    pdf_lines,
    pptx_lines,
    words,
    xlsx_tables,
)

ADDRESS = "https://qip.example"
PACKS = {
    "May 2019": board_paper(MAY_2019),
    "every block": PAPER,
    "one ISG": board_paper(paper_of(WELL_LED)),
    "no ISG": board_paper(paper_of()),
    **EVERY_KIND,
}


@dataclass(frozen=True, slots=True)
class Written:
    """A pack with its files."""

    pack: Pack
    files: Mapping[FormatName, bytes]


@pytest.fixture(scope="module", params=list(PACKS))
def written(request: pytest.FixtureRequest) -> Written:
    """Each of the packs in every format."""
    pack = PACKS[request.param]
    return Written(pack, {name: form.write(pack, ADDRESS) for name, form in FORMATS.items()})


@pytest.mark.parametrize(
    ("form", "read"),
    [
        (FormatName.HTML, lambda file: html_lines(file.decode())),
        (FormatName.DOCX, docx_lines),
        (FormatName.PPTX, pptx_lines),
    ],
)
def test_the_file_says_the_words_of_the_model_in_its_order(
    written: Written, form: FormatName, read: Callable[[bytes], list[str]]
) -> None:
    assert words(read(written.files[form])) == words(model_lines(written.pack, Form(form)))


def test_the_tags_of_the_pdf_say_the_words_of_the_model_in_its_order(written: Written) -> None:
    said = letters(pdf_lines(written.files[FormatName.PDF]))
    assert said == letters(model_lines(written.pack, Form.PDF))


def test_the_workbook_has_every_table_with_numbers_as_numbers(written: Written) -> None:
    assert xlsx_tables(written.files[FormatName.XLSX]) == model_tables(written.pack)


def test_native_charts_have_the_numbers_of_the_model_and_a_workbook_of_them(written: Written) -> None:
    found = [
        shape.chart
        for slide in Presentation(io.BytesIO(written.files[FormatName.PPTX])).slides
        for shape in slide.shapes
        if shape.has_chart
    ]
    meant = [
        chart
        for chart in written.pack.numbered
        if (chart.plot if isinstance(chart, Chart) else content_of(chart).result.values)
    ]
    for native, chart in zip(found, meant, strict=True):
        series = {each.name: list(each.values) for each in native.plots[0].series}
        if isinstance(chart, Chart):
            assert chart.plot is not None
            assert series == {each.name: list(each.values) for each in chart.plot.series}
            names = [(group, month) for group, months in chart.plot.groups for month in months]
            assert [tuple(labels) for labels in native.plots[0].categories.flattened_labels] == names
        else:
            result = content_of(chart).result
            assert series["Value"] == result.values
            group = result.groups[-1]
            ends = (group.mean, group.lower_limit, group.upper_limit)
            assert (
                tuple(series.get(name, [None])[-1] for name in ("Mean", "Lower limit", "Upper limit")) == ends
            )
            assert "Target" not in series or set(series["Target"]) == {result.target}
        sheet = load_workbook(io.BytesIO(native.part.chart_workbook.xlsx_part.blob)).worksheets[0]
        columns = list(sheet.iter_cols(values_only=True))[-len(series) :]
        kept = {str(name): [as_excel_has_it(value) for value in values] for name, *values in columns}
        assert kept == {name: [as_excel_has_it(value) for value in values] for name, values in series.items()}


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_pack_is_the_same_bytes(written: Written, form: FormatName) -> None:
    assert FORMATS[form].write(written.pack, ADDRESS) == written.files[form]


def test_a_pack_is_whole_as_data(written: Written) -> None:
    data = json.loads(written.files[FormatName.JSON])
    assert frozen(content_from_data(data)) == data == frozen(written.pack)


def test_a_pack_of_every_kind_has_something_of_every_block_of_its_outline() -> None:
    for kind, outline in KINDS.items():
        keys = [str(block.key) for block in EVERY_KIND[kind].blocks]
        missing = [
            block.key
            for block in outline.shown_blocks()
            if not any(key.startswith(block.key) for key in keys)
        ]
        assert missing == []
