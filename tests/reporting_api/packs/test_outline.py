"""An outline is data that the PMO edits: what it becomes, what it may not be, and what stays where it was."""

from collections.abc import Callable, Iterator

import pytest

from services.domain.errors import NotFound, RuleBroken
from services.reporting_api.packs import outline as editing
from services.reporting_api.packs.blocks import BLOCKS
from services.reporting_api.packs.composition import compose
from services.reporting_api.packs.content import Section, plain
from services.reporting_api.packs.kinds import BOARD, KINDS
from services.reporting_api.packs.material import Material
from services.reporting_api.packs.outline import BlockPlan, Outline, SectionPlan
from tests.reporting_api.packs.papers import MAY_2019
from tests.reporting_api.packs.test_board_paper import find

SMALL = Outline(
    "small", "Small", "A forum",
    (
        SectionPlan("one", "One", (BlockPlan("a", "free-text", "First.\n\nSecond.\n- x\n- y"), BlockPlan("b", "headline"))),
        SectionPlan("two", "Two", numbered=True, sections=(SectionPlan("deep", "Deep"), SectionPlan("deeper", "Deeper"))),
    ),
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_pack_can_be_assembled_and_is_the_same_after_json(kind: str) -> None:
    assert editing.faults(KINDS[kind], BLOCKS) == []
    assert editing.outline_of(editing.as_json(KINDS[kind])) == KINDS[kind]


def test_what_is_moved_goes_no_further_than_the_end() -> None:
    assert [each.key for each in editing.moved(SMALL, "a", 5).sections[0].blocks] == ["b", "a"]
    assert [each.key for each in editing.moved(SMALL, "two", -1).sections] == ["two", "one"]
    assert [each.key for each in editing.moved(SMALL, "deeper", -1).sections[1].sections] == [
        "deeper",
        "deep",
    ]


def test_what_is_hidden_keeps_its_place_and_is_not_printed() -> None:
    hidden = editing.shown(SMALL, "a", yes=False)
    assert [each.key for each in hidden.shown_blocks()] == ["b"]
    assert editing.shown(hidden, "a", yes=True) == SMALL


def test_sections_are_numbered_by_where_they_stand() -> None:
    def titles(outline: Outline) -> list[str]:
        return [each.title for each in compose(outline, Material(MAY_2019)).sections[1].sections]

    assert titles(SMALL) == ["1. Deep", "2. Deeper"]
    assert titles(editing.moved(SMALL, "deep", 1)) == ["1. Deeper", "2. Deep"]
    assert titles(editing.shown(SMALL, "deep", yes=False)) == ["1. Deeper"]


def test_free_text_is_paragraphs_and_lists_each_with_a_key() -> None:
    blocks = compose(SMALL, Material(MAY_2019)).sections[0].blocks
    assert [block.key for block in blocks] == ["a", "a.2", "a.3", "b"]
    assert [block.kind for block in blocks] == ["paragraph", "paragraph", "bullets", "paragraph"]


def test_a_text_keeps_its_key_when_parts_move_or_go() -> None:
    changed = editing.moved(editing.without(BOARD, "cadences"), "standing", -3)
    before, after = (
        {block.key: block for block in find(compose(each, Material(MAY_2019)).sections, "situation").blocks}
        for each in (BOARD, changed)
    )
    assert before.keys() - after.keys() == {"cadences"}
    assert all(after[key] == before[key] for key in after)


def test_no_two_blocks_of_a_paper_have_one_key() -> None:
    keys = [
        block.key for section in _all(compose(BOARD, Material(MAY_2019)).sections) for block in section.blocks
    ]
    assert None not in keys
    assert len(set(keys)) == len(keys)


def test_a_copy_is_a_kind_of_its_own() -> None:
    copy = editing.copy_as(BOARD, "committee", "QIP update", "Quality and Safety Committee")
    assert (copy.kind, copy.forum, copy.sections) == (
        "committee",
        "Quality and Safety Committee",
        BOARD.sections,
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda o: editing.copy_as(o, "Kind 2", "T"), "“Kind 2” can't be the name of a kind"),
        (lambda o: editing.copy_as(o, "kind", " "), "The pack has no title."),
        (lambda o: editing.shown(editing.shown(o, "one", yes=False), "two", yes=False), "The pack has no section to show."),
        (lambda o: editing.with_block(o, "one", BlockPlan("a", "headline")), "Two parts of the pack have the key a."),
        (lambda o: editing.with_block(o, "one", BlockPlan("n", "horoscope")), "Block n is of a kind that there is not"),
        (lambda o: editing.rewritten(o, "a", "x" * 20_001), "The text of block a is longer than 20000 characters."),
        (lambda o: editing.retitled(o, "one", ""), "Section one has no title."),
        (lambda o: editing.with_section(o, SectionPlan("each", "All", each="isg")), "its title needs {isg}"),
        (lambda o: editing.with_section(o, SectionPlan("each", "{x}", each="site")), "for each ISG, and for nothing else"),
    ],
)  # fmt: skip
def test_each_fault_is_one_sentence(change: Callable[[Outline], Outline], sentence: str) -> None:
    (fault,) = editing.faults(change(SMALL), BLOCKS)
    assert sentence in fault
    with pytest.raises(RuleBroken, match=r".+"):
        editing.checked(change(SMALL), BLOCKS)


def test_what_is_not_there_can_not_be_changed() -> None:
    with pytest.raises(NotFound):
        editing.moved(SMALL, "nowhere", 1)
    with pytest.raises(NotFound):
        editing.rewritten(SMALL, "one", "a section has no text")
    with pytest.raises(NotFound):
        editing.retitled(SMALL, "a", "a block has no title")
    with pytest.raises(NotFound):
        editing.with_block(SMALL, "a", BlockPlan("n", "headline"))


@pytest.mark.parametrize(
    "data", [{}, {"kind": "x", "title": "t", "forum": "f", "sections": [{}]}, {"sections": 3}]
)
def test_what_is_no_outline_is_refused_in_a_sentence(data: dict[str, object]) -> None:
    with pytest.raises(RuleBroken, match="This is no outline of a pack"):
        editing.outline_of(data)


def test_recommendations_of_people_ask_for_what_they_say() -> None:
    written = editing.rewritten(
        BOARD, "recommendations", "- Note the approach and approve the plan.\nReceive the annex."
    )
    items = find(compose(written, Material(MAY_2019)).sections, "recommendation").blocks[1]
    said = [plain(item) for item in items.items]  # type: ignore[union-attr]
    assert said[2:] == ["Note the approach and approve the plan.", "Receive the annex."]
    strong = [part.text for part in items.items[2] if getattr(part, "strong", False)]  # type: ignore[union-attr]
    assert strong == ["Note", "approve"]


def _all(sections: tuple[Section, ...]) -> Iterator[Section]:
    for section in sections:
        yield section
        yield from _all(section.sections)
