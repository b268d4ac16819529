"""The register of risks to delivery: kept by each ISG, reviewed at ECIB."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import Conflict, NotFound, RuleBroken
from services.domain.permissions import Action, Person, Subject, allowed, require
from services.domain.risks import (
    SCALE,
    RiskText,
    band_of,
    check_review,
    check_risk,
    review_due,
    score,
)
from services.domain.wording import is_blank
from services.domain.words import RiskState
from services.plan_api.plan.service import isg_called
from services.plan_api.risks import queries
from services.plan_api.risks.queries import Wanted
from services.plan_api.risks.schemas import (
    LinkedRootCause,
    ReviewShown,
    ReviewWish,
    RiskShown,
    RiskWish,
)
from services.shared.auth import Caller
from services.shared.clock import business_now, business_today
from services.shared.models import Isg, Risk, RiskReview, RiskRootCause
from services.shared.preconditions import check_if_match


async def list_risks(
    db: AsyncSession, person: Person, wanted: Wanted, start: int = 0, limit: int = 50
) -> tuple[list[RiskShown], int]:
    """Those that fit, the highest score after mitigation first, `limit` from `start` on; and how many there are of them."""
    today = await business_today(db)
    rows = await queries.risks(db, wanted, today, start=start, limit=limit)
    return await _shown(db, person, rows), await queries.count_risks(db, wanted, today)


async def matrix(db: AsyncSession) -> list[list[int]]:
    """How many open risks stand at each impact and likelihood after mitigation: rows of impact 1 to 5."""
    counts = await queries.open_by_score(db)
    return [[counts.get((impact, likelihood), 0) for likelihood in SCALE] for impact in SCALE]


async def one_risk(db: AsyncSession, person: Person, reference: str) -> RiskShown:
    """One risk with its reviews. Raises NotFound."""
    shown = await _shown(db, person, await queries.risk_called(db, reference))
    if not shown:
        raise NotFound(f"There is no risk {reference}. Open the register of risks to find it.")
    return shown[0]


async def raise_risk(db: AsyncSession, caller: Caller, wish: RiskWish) -> str:
    """Enters a risk; its reference."""
    isg = await _isg(db, wish.isg)
    require(Action.KEEP_RISK, caller.who, Subject(isg.name))
    columns = await _columns(db, wish, isg)
    risk = Risk(
        reference=await queries.next_reference(db), raised_on=await business_today(db), raised_by=caller.id,
        state=RiskState.OPEN, recorded_at=await business_now(db), **columns,
    )  # fmt: skip
    db.add(risk)
    await db.flush()
    await _link(db, risk, wish)
    return risk.reference


async def change_risk(
    db: AsyncSession, caller: Caller, reference: str, wish: RiskWish, *, if_match: str | None = None
) -> None:
    """Changes an open risk; what it was stays in the trail."""
    risk = await _open_to(db, caller, Action.KEEP_RISK, reference, if_match)
    isg = await _isg(db, wish.isg)
    require(Action.KEEP_RISK, caller.who, Subject(isg.name))
    for name, value in (await _columns(db, wish, isg)).items():
        setattr(risk, name, value)
    await _link(db, risk, wish)
    risk.version += 1
    await db.flush()


async def review(
    db: AsyncSession, caller: Caller, reference: str, wish: ReviewWish, *, if_match: str | None = None
) -> None:
    """ECIB has looked at it: what it said, and the scores as it sees them, which the risk has from now on."""
    risk = await _open_to(db, caller, Action.REVIEW_RISK, reference, if_match)
    check_review(wish.note, wish.reviewed_on, risk.raised_on, await business_today(db))
    if wish.likelihood_after > risk.likelihood_before or wish.impact_after > risk.impact_before:
        raise RuleBroken.at(
            "impact_after",
            "After mitigation a risk can't score higher than before it: change the score before mitigation first.",
        )
    db.add(
        RiskReview(
            risk_id=risk.id, reviewed_on=wish.reviewed_on, likelihood_after=wish.likelihood_after,
            impact_after=wish.impact_after, note=str(wish.note).strip(), recorded_by=caller.id,
            recorded_at=await business_now(db),
        )
    )  # fmt: skip
    risk.likelihood_after, risk.impact_after = wish.likelihood_after, wish.impact_after
    risk.version += 1
    await db.flush()


async def close_risk(
    db: AsyncSession, caller: Caller, reference: str, reason: str | None, *, if_match: str | None = None
) -> None:
    """It is a risk no longer, with the reason; it stays in the register."""
    risk = await _open_to(db, caller, Action.KEEP_RISK, reference, if_match)
    if is_blank(reason):
        raise RuleBroken.at("reason", "Say why this is a risk no longer.")
    risk.state, risk.closed_on, risk.closed_reason = (
        RiskState.CLOSED,
        await business_today(db),
        str(reason).strip(),
    )
    risk.version += 1
    await db.flush()


async def _open_to(
    db: AsyncSession, caller: Caller, action: Action, reference: str, if_match: str | None
) -> Risk:
    risk = await queries.locked(db, reference)
    isg = await db.get_one(Isg, risk.isg_id)
    require(action, caller.who, Subject(isg.name))
    await check_if_match(db, if_match, risk)
    if risk.state == RiskState.CLOSED:
        raise Conflict("This risk is closed. If it has come back, enter it as a new one.")
    return risk


async def _isg(db: AsyncSession, name: str) -> Isg:
    try:
        return await isg_called(db, name)
    except NotFound as missing:
        raise RuleBroken.at("isg", str(missing)) from None


async def _columns(db: AsyncSession, wish: RiskWish, isg: Isg) -> dict[str, Any]:
    check_risk(
        RiskText(
            wish.cause, wish.effect, wish.mitigation, wish.likelihood_before, wish.impact_before, wish.likelihood_after,
            wish.impact_after,
        )
    )  # fmt: skip
    owner = await queries.owner_called(db, wish.owner)
    return {
        "isg_id": isg.id,
        **{name: str(getattr(wish, name)).strip() for name in ("cause", "effect", "mitigation")},
        **{
            name: getattr(wish, name)
            for name in ("likelihood_before", "impact_before", "likelihood_after", "impact_after")
        },
        "owner_id": owner.id,
        "baf_reference": (wish.baf_reference or "").strip() or None,
    }


async def _link(db: AsyncSession, risk: Risk, wish: RiskWish) -> None:
    """The root causes that it threatens: those named, and no others any more."""
    wanted, now = await queries.root_causes_called(db, wish.root_causes), await business_now(db)
    for link in await queries.current_links(db, risk.id):
        if link.root_cause_id in wanted:
            wanted.discard(link.root_cause_id)
        else:
            link.ended_at = now
    for root_cause_id in sorted(wanted):
        db.add(RiskRootCause(risk_id=risk.id, root_cause_id=root_cause_id, recorded_at=now))
    await db.flush()


async def _shown(db: AsyncSession, person: Person, rows: Any) -> list[RiskShown]:
    ids = [row.Risk.id for row in rows]
    threatened, reviews = await queries.threatened(db, ids), await queries.reviews(db, ids)
    today = await business_today(db)
    shown = []
    for row in rows:
        risk: Risk = row.Risk
        before, after = (
            score(risk.likelihood_before, risk.impact_before),
            score(risk.likelihood_after, risk.impact_after),
        )
        last = reviews[risk.id][0][0].reviewed_on if reviews[risk.id] else None
        is_open = risk.state == RiskState.OPEN
        shown.append(
            RiskShown(
                ref=risk.reference, isg=row.isg, cause=risk.cause, effect=risk.effect, likelihood_before=risk.likelihood_before,
                impact_before=risk.impact_before, score_before=before, band_before=band_of(before), mitigation=risk.mitigation,
                likelihood_after=risk.likelihood_after, impact_after=risk.impact_after, score_after=after,
                band_after=band_of(after), owner_name=row.owner_name, owner_email=row.owner_email,
                baf_reference=risk.baf_reference, state=RiskState(risk.state), raised_on=risk.raised_on, closed_on=risk.closed_on,
                closed_reason=risk.closed_reason,
                root_causes=[LinkedRootCause(ref=ref, title=title) for ref, title in threatened[risk.id]],
                reviews=[
                    ReviewShown(
                        reviewed_on=each.reviewed_on, note=each.note, score=score(each.likelihood_after, each.impact_after),
                        recorded_by=name,
                    )
                    for each, name in reviews[risk.id]
                ],
                last_reviewed_on=last, review_due=is_open and review_due(last, risk.raised_on, today),
                recorded_at=risk.recorded_at, can=_can(person, row.isg, is_open=is_open),
            )
        )  # fmt: skip
    return shown


def _can(person: Person, isg: str, *, is_open: bool) -> list[str]:
    possible = {"change": Action.KEEP_RISK, "close": Action.KEEP_RISK, "review": Action.REVIEW_RISK}
    return [deed for deed, action in possible.items() if is_open and allowed(action, person, Subject(isg))]
