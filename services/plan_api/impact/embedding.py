"""Embedded: the last stage of assurance, confirmed by somebody other than the owner, and taken back with a reason."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import Conflict, RuleBroken
from services.domain.impact import charted, check_embedding, may_embed, why_not_embedded
from services.domain.permissions import Action, Person, allowed, require
from services.domain.wording import is_blank
from services.domain.words import AssuranceStage
from services.plan_api.assurance.queries import newest_update, standing_closing, who_asked_for_closing
from services.plan_api.assurance.service import end_assurance
from services.plan_api.impact import queries
from services.plan_api.impact.schemas import EmbeddingDecision, EmbeddingShown
from services.plan_api.root_causes.queries import locked_root_cause
from services.shared.auth import Caller
from services.shared.clock import business_now, business_today
from services.shared.models import Assurance, RootCause
from services.shared.preconditions import check_if_match
from services.shared.register import Standing, load_register


async def embedding_of(db: AsyncSession, standing: Standing) -> EmbeddingShown:
    """Whether a root cause may be embedded now, and how."""
    kept = (await queries.kept_verdicts(db, [standing.id]))[standing.id]
    measures = [each.measure for each in kept]
    under_review = bool(await queries.open_reviews(db, [standing.id]))
    return EmbeddingShown(
        why_not=why_not_embedded(standing.assurance_stage, measures, under_review=under_review),
        in_practice=not charted(measures),
    )


async def may_confirm(db: AsyncSession, person: Person, standing: Standing, shown: EmbeddingShown) -> bool:
    """Whether the person could confirm it now."""
    asked_by = await who_asked_for_closing(db, standing.id)
    return shown.why_not is None and may_embed(
        person, standing.subject, asked_by, in_practice=shown.in_practice
    )


def may_take_back(person: Person, standing: Standing) -> bool:
    """Whoever might confirm it by its chart."""
    embedded = standing.assurance_stage is AssuranceStage.EMBEDDED
    return embedded and allowed(Action.CONFIRM_EMBEDDED, person, standing.subject)


async def decide(
    db: AsyncSession,
    caller: Caller,
    reference: str,
    decision: EmbeddingDecision,
    note: str | None,
    *,
    if_match: str | None = None,
) -> None:
    """Confirms that it is embedded, or takes that back. Raises what the rules of embedding raise."""
    root_cause = await locked_root_cause(db, reference)
    await check_if_match(db, if_match, root_cause)
    standing = (await load_register(db, await business_today(db), only=[root_cause.id])).standings[0]
    if decision is EmbeddingDecision.CONFIRM:
        await _confirm(db, caller, root_cause, standing, note)
    else:
        require(Action.CONFIRM_EMBEDDED, caller.who, standing.subject)
        if standing.assurance_stage is not AssuranceStage.EMBEDDED:
            raise Conflict("This root cause is not embedded: there is nothing to take back.")
        if is_blank(note):
            raise RuleBroken.at("note", "Say why it is embedded no longer.")
        await end_assurance(db, root_cause.id, caller.id, str(note).strip(), AssuranceStage.EMBEDDED)
    root_cause.version += 1
    await db.flush()


async def _confirm(
    db: AsyncSession, caller: Caller, root_cause: RootCause, standing: Standing, note: str | None
) -> None:
    shown = await embedding_of(db, standing)
    asked_by = await who_asked_for_closing(db, root_cause.id)
    check_embedding(
        note, person=caller.who, subject=standing.subject, asked_by=asked_by, why_not=shown.why_not,
        in_practice=shown.in_practice,
    )  # fmt: skip
    closing = await standing_closing(db, root_cause.id)
    assert closing is not None  # the stage says that it is closed
    db.add(
        Assurance(
            root_cause_id=root_cause.id, closing_id=closing.id, stage=AssuranceStage.EMBEDDED,
            progress_update_id=await newest_update(db, root_cause.id), signed_by=caller.id,
            signed_on=await business_today(db), note=str(note).strip(), checked_in_practice=shown.in_practice,
            recorded_at=await business_now(db),
        )
    )  # fmt: skip
