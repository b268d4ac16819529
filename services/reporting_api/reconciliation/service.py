"""What a pack claims, figure by figure, and whether it agrees: with itself, and with the published pack before it."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.reconciliation import (
    Claim,
    Discrepancy,
    PercentageClaim,
    Place,
    fraction_of,
    named,
    said,
)
from services.reporting_api.packs.content import Pack
from services.reporting_api.papers import assembling, queries, showing
from services.reporting_api.papers import service as papers
from services.reporting_api.papers.reconciling import Reading, disagreements, read
from services.reporting_api.papers.schemas import DiscrepancyShown
from services.reporting_api.reconciliation.paper_of_2019 import beside_the_printed
from services.reporting_api.reconciliation.schemas import (
    ClaimShown,
    PlaceShown,
    PrintedShown,
    ReconciliationShown,
    TypedShown,
)
from services.shared.models import PackRow
from services.shared.settings import settings


async def of_kind(db: AsyncSession, kind: str, as_at: date | None) -> ReconciliationShown:
    """Of a kind as its rules draft it at a day. Raises NotFound for no kind, RuleBroken for a day to come."""
    found = await assembling.kind_called(db, kind)
    pack = await assembling.drafted(db, kind, found.outline_version, as_at)
    before = await queries.issued(db, kind, before=pack.as_at)
    reading = read(pack)
    open_ones = disagreements(reading, await _content(db, before))
    return _shown(pack, reading, None, before, [showing.discrepancy(each) for each in open_ones], open_ones)


async def of_paper(db: AsyncSession, reference: str) -> ReconciliationShown:
    """Of a pack as its editors have it, with the explanations that were written. Raises NotFound."""
    standing = await papers.standing(db, reference)
    before = await queries.issued_before(db, standing.row)
    reading = read(standing.edited)
    found = disagreements(reading, await _content(db, before))
    known = await queries.explanations(db, standing.row.id)
    return _shown(
        standing.edited, reading, reference, before, [showing.discrepancy(each, known.get(each.key)) for each in found], found
    )  # fmt: skip


async def _content(db: AsyncSession, row: PackRow | None) -> Pack | None:
    return None if row is None else await papers.as_anybody_has_it(db, row)


def _shown(
    pack: Pack,
    reading: Reading,
    reference: str | None,
    before: PackRow | None,
    discrepancies: list[DiscrepancyShown],
    found: Sequence[Discrepancy],
) -> ReconciliationShown:
    wrong = {each.about for each in found}
    return ReconciliationShown(
        kind=pack.kind, title=pack.title, ref=reference, as_at=pack.as_at, before=before.reference if before else None,
        discrepancies=discrepancies,
        claims=_claims([*reading.paper.claims, *reading.paper.percentages], wrong),
        typed=[
            TypedShown(says=each.said, sentence=each.sentence, place=_place(each.place), held_against=each.figure)
            for each in reading.by_hand
        ],
        printed_in_2019=_printed(pack, reading) if settings().is_demo else [],
    )  # fmt: skip


def _claims(claims: Sequence[Claim | PercentageClaim], wrong: set[str]) -> list[ClaimShown]:
    """Each figure once, in the order of the pack, with all its places; percentages after what they are worked out from."""
    alike: dict[tuple[str, str | None, date | None], list[Claim | PercentageClaim]] = {}
    for claim in claims:
        alike.setdefault((claim.figure, claim.part, claim.as_at), []).append(claim)
    return [
        ClaimShown(
            figure=figure, isg=part, as_at=as_at, says=list(dict.fromkeys(said(each) for each in stated)),
            of=fraction_of(stated[0]), places=_places([each.place for each in stated]),
            agrees=named(figure, part, as_at) not in wrong,
        )
        for (figure, part, as_at), stated in alike.items()
    ]  # fmt: skip


def _printed(pack: Pack, reading: Reading) -> list[PrintedShown]:
    return [
        PrintedShown(
            figure=each.figure, printed=each.printed, drafted=each.drafted, equal=each.equal, why=each.why
        )
        for each in beside_the_printed(pack, reading.paper)
    ]


def _places(places: Sequence[Place | str]) -> list[PlaceShown]:
    found = {(each, getattr(each, "block", "")): each for each in places}
    return [_place(each) for each in found.values()]


def _place(place: Place | str) -> PlaceShown:
    return PlaceShown(title=str(place), block=getattr(place, "block", ""))
