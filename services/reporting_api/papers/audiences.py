"""A pack for its two audiences: whole inside the trust, where what is exempt says so, and without it for anybody.

What explains a discrepancy is exempt where the discrepancy can't be seen in what anybody may read.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

from services.domain.errors import RuleBroken
from services.domain.reconciliation import Discrepancy
from services.reporting_api.packs.content import BulletList, Detail, Pack, Paragraph, Section, Text
from services.reporting_api.packs.editing import without
from services.reporting_api.packs.stored import digest_of, frozen
from services.reporting_api.packs.wording import of_one_or_more

EXPLAINED: Final = "explanations"
"""The key of the section in which a pack explains what does not agree."""
INSIDE: Final = frozenset({"explanations-inside", "explanations-inside-follow"})
"""The keys of its blocks that are exempt."""
MARK: Final = " (exempt from disclosure)"


def public_of(pack: Pack, exempt: Collection[str]) -> Pack:
    """Without the exempt sections and the explanations of what can be seen there alone; it says how many are withheld."""
    disclosed = without(pack, frozenset(exempt))
    sections = tuple(_disclosed(disclosed.sections))
    withheld = _number_withheld(pack, exempt)
    if not withheld:
        return replace(pack, sections=sections)
    says = f"{withheld} {of_one_or_more(withheld, 'section is', 'sections are')} withheld (FOI exemption)"
    return replace(disclosed, sections=sections, details=(*pack.details, Detail("Disclosure", says)))


def inside_of(pack: Pack, exempt: Collection[str]) -> Pack:
    """The whole, with each exempt section marked at its heading."""
    withheld = _number_withheld(pack, exempt)
    if not withheld:
        return pack
    says = f"{withheld} {of_one_or_more(withheld, 'section is', 'sections are')} exempt: not to be sent outside the trust"
    return replace(
        pack,
        details=(*pack.details, Detail("Disclosure", says)),
        sections=tuple(_marked(pack.sections, exempt)),
    )


def public_digest(pack: Pack, exempt: Collection[str]) -> str:
    """SHA-256 of what anybody may have: what those outside can work out from their JSON file."""
    return digest_of(frozen(public_of(pack, exempt)))


def check_something_is_public(pack: Pack, exempt: Collection[str]) -> None:
    """An issue without a section would tell readers and partners of nothing (RuleBroken)."""
    if not public_of(pack, exempt).sections:
        raise RuleBroken.at(
            "",
            "Every section is exempt from disclosure, so there would be nothing to publish: end an exemption first.",
        )


def explained_in(pack: Pack, explained: Sequence[tuple[Discrepancy, str, bool]]) -> Pack:
    """The pack with each discrepancy and its explanation printed at its end; the third of each: whether it stays inside."""
    public = _items(explained, inside=False)
    inside = _items(explained, inside=True)
    lead = Paragraph(
        (Text("What concerns exempt sections, and stays inside the trust:"),), "explanations-inside-follow"
    )
    blocks = (
        *([BulletList(public)] if public else ()),
        *([lead, BulletList(inside, "explanations-inside")] if inside else ()),
    )
    if not blocks:
        return pack
    printed = Section(EXPLAINED, "Where figures do not agree, and why", blocks)
    return replace(pack, sections=(*pack.sections, printed))


def _items(
    explained: Sequence[tuple[Discrepancy, str, bool]], *, inside: bool
) -> tuple[tuple[Text, ...], ...]:
    return tuple(
        (Text(f"{found.sentence} "), Text(words))
        for found, words, stays_inside in explained
        if stays_inside is inside
    )


def _disclosed(sections: Sequence[Section]) -> Iterator[Section]:
    for section in sections:
        if section.key != EXPLAINED:
            yield section
            continue
        left = tuple(each for each in section.blocks if getattr(each, "key", None) not in INSIDE)
        if left:
            yield replace(section, blocks=left)


def _marked(
    sections: Sequence[Section], exempt: Collection[str], *, below: bool = False
) -> Iterator[Section]:
    for section in sections:
        is_exempt = below or section.key in exempt
        title = f"{section.title}{MARK}" if is_exempt else section.title
        yield replace(
            section, title=title, sections=tuple(_marked(section.sections, exempt, below=is_exempt))
        )


def _number_withheld(pack: Pack, exempt: Collection[str]) -> int:
    """Those that are exempt themselves, and those below them."""
    left = sum(1 for _ in without(pack, frozenset(exempt)).headings)
    return sum(1 for _ in pack.headings) - left
