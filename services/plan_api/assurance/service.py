"""The PMO assures the evidence of what the ISG has closed, or takes its word back."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.assurance import check_assurance, check_withdrawal
from services.domain.permissions import Action, require
from services.domain.words import AssuranceStage
from services.plan_api.assurance import queries
from services.plan_api.assurance.schemas import AssuranceDecision
from services.plan_api.root_causes.queries import locked_root_cause
from services.shared.auth import Caller
from services.shared.clock import business_now, business_today
from services.shared.models import Assurance, RootCause
from services.shared.preconditions import check_if_match
from services.shared.register import Standing, load_register


async def decide(
    db: AsyncSession, caller: Caller, reference: str, decision: AssuranceDecision, note: str | None,
    *, if_match: str | None = None,
) -> None:  # fmt: skip
    """Signs for the evidence, or withdraws the signature. The completion date stays as it is."""
    root_cause = await locked_root_cause(db, reference)
    await check_if_match(db, if_match, root_cause)
    standing = (await load_register(db, await business_today(db), only=[root_cause.id])).standings[0]
    require(Action.ASSURE, caller.who, standing.subject)
    if decision is AssuranceDecision.ASSURE:
        await _sign(db, caller, root_cause, standing, note)
    else:
        check_withdrawal(note, standing.assurance_stage)
        await end_assurance(db, root_cause.id, caller.id, str(note).strip())
    root_cause.version += 1
    await db.flush()


async def end_assurance(
    db: AsyncSession,
    root_cause_id: int,
    ended_by: int | None,
    because: str,
    stage: AssuranceStage | None = None,
) -> None:
    """Takes assurance away, where there is any, from today; the signature stays as history.

    `stage`: that one alone; without evidence nothing is embedded either.
    """
    for standing in await queries.standing_assurances(db, root_cause_id, stage):
        standing.ended_on, standing.ended_because = await business_today(db), because
        standing.ended_by, standing.ended_recorded_at = ended_by, await business_now(db)
    await db.flush()


async def _sign(
    db: AsyncSession, caller: Caller, root_cause: RootCause, standing: Standing, note: str | None
) -> None:
    check_assurance(
        note, person=caller.who, subject=standing.subject, stage=standing.assurance_stage,
        asked_by=await queries.who_asked_for_closing(db, root_cause.id),
        has_evidence=await queries.has_evidence(db, root_cause.id),
    )  # fmt: skip
    closing = await queries.standing_closing(db, root_cause.id)
    assert closing is not None  # check_assurance refuses what is not closed
    db.add(
        Assurance(
            root_cause_id=root_cause.id, closing_id=closing.id, stage=AssuranceStage.EVIDENCE_ASSURED,
            progress_update_id=await queries.newest_update(db, root_cause.id), signed_by=caller.id,
            signed_on=await business_today(db), note=(note or "").strip(), recorded_at=await business_now(db),
        )
    )  # fmt: skip
