"""A pack for those inside and for anybody: what is withheld, what is marked, and what explains what cannot be seen."""

import json
from datetime import date

import pytest

from services.domain.errors import RuleBroken
from services.domain.reconciliation import Discrepancy, Rule
from services.reporting_api.packs.content import Pack, Paragraph, Section, Text, plain
from services.reporting_api.packs.stored import digest_of, frozen
from services.reporting_api.papers.audiences import (
    check_something_is_public,
    explained_in,
    inside_of,
    public_digest,
    public_of,
)

BELOW = Section("below", "Below", (Paragraph((Text("Deep."),)),))
PACK = Pack("board", "T", "Trust", date(2019, 4, 30), (), (
    Section("kept", "Kept", (Paragraph((Text("Said."),)),)), Section("secret", "Secret", (), (BELOW,)),
))  # fmt: skip
SEEN = Discrepancy(Rule.PARTS_ADD_UP, "seen", ("Kept",), "78 of 79.")
HIDDEN = Discrepancy(Rule.PARTS_ADD_UP, "hidden", ("Secret",), "5 of 6.")
EXPLAINED = [(SEEN, "Known.", False), (HIDDEN, "Leaks.", True)]


def said(pack: Pack) -> str:
    return json.dumps(frozen(pack))


def test_the_public_pack_says_how_many_sections_it_is_without() -> None:
    public = public_of(PACK, {"secret"})
    assert [section.title for _, section in public.headings] == ["Kept"]
    assert [(each.label, each.value) for each in public.details] == [
        ("Disclosure", "2 sections are withheld (FOI exemption)")
    ]
    assert public_of(PACK, {"below"}).details[0].value == "1 section is withheld (FOI exemption)"
    assert public_of(PACK, {}) == PACK


def test_inside_what_is_exempt_says_so_at_each_heading() -> None:
    inside = inside_of(PACK, {"secret"})
    assert [section.title for _, section in inside.headings] == [
        "Kept", "Secret (exempt from disclosure)", "Below (exempt from disclosure)",
    ]  # fmt: skip
    assert inside.details[0].value == "2 sections are exempt: not to be sent outside the trust"
    assert inside_of(PACK, {}) == PACK


def test_what_explains_something_exempt_stays_inside() -> None:
    whole = explained_in(PACK, EXPLAINED)
    assert "Leaks." in said(whole)
    assert "5 of 6." in said(whole)
    public = public_of(whole, {"secret"})
    assert "Known." in said(public)
    assert "Leaks." not in said(public)
    assert "5 of 6." not in said(public)
    only_hidden = public_of(explained_in(PACK, EXPLAINED[1:]), {"secret"})
    assert [section.title for _, section in only_hidden.headings] == ["Kept"]
    assert explained_in(PACK, []) == PACK


def test_what_explains_what_anybody_sees_is_printed_as_before() -> None:
    whole = explained_in(PACK, EXPLAINED[:1])
    blocks = whole.sections[-1].blocks
    assert [plain(item) for item in getattr(blocks[0], "items", ())] == ["78 of 79. Known."]
    assert len(blocks) == 1


def test_a_pack_all_of_which_is_exempt_is_not_issued() -> None:
    check_something_is_public(PACK, {"secret"})
    with pytest.raises(RuleBroken, match="Every section is exempt from disclosure"):
        check_something_is_public(PACK, {"secret", "kept"})


def test_the_digest_told_outside_is_of_what_is_read_outside() -> None:
    assert public_digest(PACK, {"secret"}) == digest_of(frozen(public_of(PACK, {"secret"})))
    other = explained_in(PACK, [(HIDDEN, "Guessed words.", True)])
    assert public_digest(other, {"secret"}) == public_digest(PACK, {"secret"}), (
        "a guess at what is exempt cannot be tried"
    )
    assert public_digest(PACK, {}) == digest_of(frozen(PACK))
