"""A pack's content is kept as JSON and read back: the same pack, whatever its classes."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from services.reporting_api.packs.content import Block, Figure, Pack, Paragraph, Text, as_data
from services.reporting_api.packs.service import Draft, assemble_draft
from services.reporting_api.packs.stored import content_from_data, digest_of, frozen, read_as
from tests.conftest import TestDatabase

WORDS = st.text(max_size=12)
NUMBERS = st.decimals(-1000, 1000, places=1)
ANYTHING = st.dictionaries(WORDS, WORDS | st.integers() | st.booleans(), max_size=2)


def of(kind: Any) -> SearchStrategy[Any]:  # noqa: PLR0911 - one for each form that an annotation has
    """Any value of an annotation of the content model."""
    origin, within = get_origin(kind), get_args(kind)
    if origin in {Union, UnionType}:
        return st.one_of(*(of(each) for each in within))
    if origin is tuple:
        if len(within) == 2 and within[1] is Ellipsis:
            return st.lists(of(within[0]), max_size=2).map(tuple)
        return st.tuples(*(of(each) for each in within))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        key, value = within
        return ANYTHING if value is Any else st.dictionaries(of(key), of(value), max_size=2)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(
            cast("Callable[..., Any]", kind), **{each.name: of(hints[each.name]) for each in fields(kind)}
        )
    if isinstance(kind, type) and issubclass(kind, Enum):
        return st.sampled_from(list(kind))
    plain = {str: WORDS, int: st.integers(), bool: st.booleans(), Decimal: NUMBERS, NoneType: st.none(),
             date: st.dates(), Any: WORDS, float: st.floats(-9, 9)}  # fmt: skip
    return plain[kind]


CLASSES = get_args(Block)


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_any_block_of_any_class_is_read_back_as_it_was(kind: type, data: st.DataObject) -> None:
    block = data.draw(of(kind))
    kept = json.loads(json.dumps(as_data(block)))
    assert as_data(read_as(Block, kept)) == kept
    assert type(read_as(Block, kept)) is kind


async def test_a_whole_paper_is_read_back_as_it_was(database: TestDatabase) -> None:
    async with database.reporting.transaction() as db:
        pack = await assemble_draft(db, Draft("board", date(2019, 4, 30)))
    again = content_from_data(frozen(pack))
    assert frozen(again) == frozen(pack)
    assert digest_of(frozen(again)) == digest_of(frozen(pack))


@pytest.mark.parametrize("value", [7, Decimal("81.6"), Decimal("100.0"), None])
def test_a_figure_keeps_its_value_exactly(value: int | Decimal | None) -> None:
    figure = Figure(value, "as printed", "/root-causes")
    assert read_as(Figure, json.loads(json.dumps(as_data(figure)))) == figure


def test_what_a_later_release_has_added_is_left_out_and_what_it_needs_has_its_default() -> None:
    kept = {"kind": "text", "text": "Words", "colour": "blue"}
    assert read_as(Text, kept) == Text("Words")


@pytest.mark.parametrize("broken", [{"kind": "hologram"}, {"kind": "paragraph"}, "words"])
def test_what_is_no_part_of_a_pack_is_refused(broken: Any) -> None:
    with pytest.raises(ValueError, match=r"no such part|has no"):
        read_as(Block, broken)


def test_the_digest_names_the_content_and_not_the_order_of_its_keys() -> None:
    pack = Pack("board", "A title", "A trust", date(2019, 4, 30), (), ())
    data = frozen(pack)
    assert digest_of(dict(reversed(data.items()))) == digest_of(data)
    assert digest_of(frozen(replace(pack, title="Another"))) != digest_of(data)
    assert Paragraph((Text("a"),)) == read_as(Block, as_data(Paragraph((Text("a"),))))
