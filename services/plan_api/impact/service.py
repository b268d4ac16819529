"""Done but not working: the ISG is asked, decides, and what it decides happens; unanswered it goes before ECIB."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from itertools import count
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from services.domain.errors import Conflict, NotAllowed, Problem, RuleBroken
from services.domain.escalation import AskedOfIsg, impact_reasons_due
from services.domain.impact import (
    ENDS_EMBEDDING,
    NOT_WORKING,
    WORKS,
    Review,
    check_review,
    may_review,
    no_impact_escalates,
    overall,
    review_due,
)
from services.domain.measures import replacement_problems
from services.domain.permissions import Action as Permission
from services.domain.permissions import Person as Acting
from services.domain.permissions import allowed, require
from services.domain.wording import is_blank
from services.domain.words import (
    AssuranceStage,
    ImpactDecision,
    ImpactVerdict,
    ReminderKind,
    ReviewEnd,
    Role,
    StopReason,
)
from services.plan_api.assurance.service import end_assurance
from services.plan_api.closing.service import reopen
from services.plan_api.escalations.queries import past_reasons
from services.plan_api.escalations.raising import (
    Raising,
    open_escalations,
    root_causes_changed,
    write_raisings,
)
from services.plan_api.escalations.service import end_because_closed, end_of_impact
from services.plan_api.impact import queries
from services.plan_api.impact.ending import end_review, one_at_a_time
from services.plan_api.impact.queries import KeptVerdict
from services.plan_api.impact.schemas import (
    Decider,
    ImpactReviews,
    Instead,
    NewAction,
    ReviewShown,
    ReviewsKept,
    ReviewWish,
)
from services.plan_api.reminders.queries import stop_at_once
from services.plan_api.root_causes.queries import locked_root_cause, root_cause_id
from services.shared.auth import Caller
from services.shared.clock import business_now, business_today
from services.shared.facts import calendar_in, load_isgs
from services.shared.models import Action, ImpactReview, Person, RootCause
from services.shared.outbox import enqueue
from services.shared.preconditions import check_if_match
from services.shared.register import Standing, load_register

REPLACEMENTS: Final = "/v1/impacts/replacements"


# -- what is asked ----------------------------------------------------------------------------------------------------


async def take_in(db: AsyncSession, references: Collection[str]) -> ReviewsKept:
    """The KPI service has news of these root causes; what it says is read as it is now, so that the order does not matter."""
    ids = await queries.ids_called(db, references)
    done = await keep_reviews(db, await business_today(db), only=ids)
    # What is kept of the KPIs is part of what a root cause's reader sees, and no row of the trail tells that it has changed.
    await root_causes_changed(db, ids)
    return done


async def keep_reviews(db: AsyncSession, day: date, *, only: Collection[int] | None = None) -> ReviewsKept:
    """Asks the ISGs about what is done but not working, ends what works now, and raises what goes before ECIB.

    The same again changes nothing; `only`: these root causes, else all that are closed.
    """
    await one_at_a_time(db)
    kept, reviews = await queries.kept_verdicts(db, only), await queries.open_reviews(db, only)
    decided = await queries.last_decided(db, {of[0].closing_id for of in kept.values()})
    isgs, asked, ended = await load_isgs(db), set(), set()
    for gone in await queries.asked_about_reopened(db, only):
        await end_review(db, reviews.pop(gone), ReviewEnd.REOPENED, day)
        ended.add(gone)
    working = []
    for row_id, of_each in kept.items():
        verdict, review, first = overall(each.verdict for each in of_each), reviews.get(row_id), of_each[0]
        if verdict in WORKS:
            working.append(row_id)
            if review is not None:
                await end_review(db, reviews.pop(row_id), ReviewEnd.WORKS_NOW, day)
                ended.add(row_id)
        elif review is not None:
            asked |= _says_now(review, verdict, of_each)
        elif review_due(verdict, day, decided.get(first.closing_id), periods=first.periods):
            cycle = calendar_in(isgs, first.isg).number_on(day)
            reviews[row_id] = await _ask(db, of_each, day, cycle or 0)
            asked.add(row_id)
    await db.flush()
    await end_of_impact(db, working, None, day, "Its KPI works now.")
    asking = {
        row_id: AskedOfIsg(
            review.asked_on,
            review.verdict == ImpactVerdict.DETERIORATING,
            no_impact_escalates(review.asked_in_cycle, day, calendar_in(isgs, kept[row_id][0].isg)),
        )
        for row_id, review in reviews.items()
        if row_id in kept
    }
    escalated = await _raise(db, asking, kept, day)
    await root_causes_changed(db, asked | ended)
    return ReviewsKept(asked=len(asked), ended=len(ended), escalated=escalated)


async def _ask(db: AsyncSession, of_each: Sequence[KeptVerdict], day: date, cycle: int) -> ImpactReview:
    weakest = _weakest(of_each)
    review = ImpactReview(
        root_cause_id=weakest.root_cause_id, closing_id=weakest.closing_id, kpi_id=weakest.kpi_id,
        verdict=weakest.verdict.value, period=weakest.latest_period, asked_on=day, asked_in_cycle=cycle,
        recorded_at=await business_now(db),
    )  # fmt: skip
    db.add(review)
    return review


def _says_now(
    review: ImpactReview, verdict: ImpactVerdict | None, of_each: Sequence[KeptVerdict]
) -> set[int]:
    """What it is asked about has become worse or better without working: the question says so."""
    if verdict not in NOT_WORKING or verdict == review.verdict:
        return set()
    weakest = _weakest(of_each)
    review.verdict, review.kpi_id, review.period = (
        weakest.verdict.value,
        weakest.kpi_id,
        weakest.latest_period,
    )
    review.version += 1
    return {review.root_cause_id}


def _weakest(of_each: Sequence[KeptVerdict]) -> KeptVerdict:
    verdict = overall(each.verdict for each in of_each)
    return next(each for each in of_each if each.verdict is verdict)


async def _raise(
    db: AsyncSession, asking: Mapping[int, AskedOfIsg], kept: Mapping[int, Sequence[KeptVerdict]], day: date
) -> list[str]:
    already = await past_reasons(db, asking)
    due = {
        row_id: reasons
        for row_id, asked in asking.items()
        if (reasons := impact_reasons_due(asked, already[row_id]))
    }
    if not due:
        return []
    await end_because_closed(db, due, None, day)  # of what was before ECIB while it was open
    open_now = await open_escalations(db, due)
    raisings = []
    for row_id, reasons in due.items():
        raising = Raising(row_id, open_now.get(row_id))
        weakest = _weakest(kept[row_id])
        raising.add(reasons, detail=f"{weakest.kpi}: {weakest.reading}")
        raisings.append(raising)
    touched = await write_raisings(db, raisings, day, await business_now(db))
    await root_causes_changed(db, touched)
    return sorted(touched.values())


# -- what is decided --------------------------------------------------------------------------------------------------


async def read_reviews(db: AsyncSession, caller: Caller, reference: str) -> ImpactReviews:
    """What the ISG is asked about a root cause, and was before. Raises NotFound."""
    row_id = await root_cause_id(db, reference)
    standing = (await load_register(db, await business_today(db), only=[row_id])).standings[0]
    shown = [_shown(*row) for row in await queries.reviews_of(db, row_id)]
    asked = next((each for each in shown if each.ended_on is None), None)
    may = asked is not None and may_review(caller.who, standing.subject)
    others = await queries.of_the_isg(db, standing.isg, standing.owner_email) if may else ()
    return ImpactReviews(
        root_cause=reference,
        asked=asked,
        past=[each for each in shown if each.ended_on is not None],
        decisions=_decisions(caller.who, standing) if may else [],
        deciders=[Decider(name=name, email=email) for name, email in others],
        kpis=await queries.kpis_in_force(db, row_id),
    )


def _decisions(person: Acting, standing: Standing) -> list[ImpactDecision]:
    """All of them to who may also reopen."""
    may_reopen = allowed(Permission.REOPEN, person, standing.subject)
    return [each for each in ImpactDecision if each is not ImpactDecision.REOPEN or may_reopen]


async def record_review(
    db: AsyncSession, caller: Caller, reference: str, wish: ReviewWish, *, if_match: str | None = None
) -> None:
    """What the ISG decided; it happens in this same transaction. Raises what the rules of review raise."""
    await one_at_a_time(db)
    root_cause = await locked_root_cause(db, reference)
    await check_if_match(db, if_match, root_cause)
    today, now = await business_today(db), await business_now(db)
    standing = (await load_register(db, today, only=[root_cause.id])).standings[0]
    require(Permission.REVIEW_IMPACT, caller.who, standing.subject)
    if not may_review(caller.who, standing.subject):
        raise NotAllowed("Nobody decides on what they own themselves: somebody else of the ISG records it.")
    review = (await queries.open_reviews(db, [root_cause.id])).get(root_cause.id)
    if review is None:
        raise Conflict("The ISG is not asked about this root cause now, or its review has been recorded.")
    decider, acting = await _decider(db, caller, wish.decided_by)
    wanted = Review(
        wish.decision, wish.meeting_date, wish.reason, wish.wait_until, len(wish.actions),
        instead=wish.instead is not None and not is_blank(wish.instead.name),
    )  # fmt: skip
    check_review(wanted, decider=acting, subject=standing.subject, asked_on=review.asked_on, today=today)
    if wish.instead is not None and wish.decision is ImpactDecision.CHANGE_KPI:
        _check_instead(wish.instead)
    owners = await _owners_of(db, wish.actions)
    review.decision, review.reason, review.wait_until = (
        wish.decision,
        str(wish.reason).strip(),
        wish.wait_until,
    )
    review.meeting_date, review.decided_by, review.recorded_by = wish.meeting_date, decider.id, caller.id
    await end_review(db, review, ReviewEnd.DECIDED, today)
    root_cause.version += 1
    await db.flush()
    await stop_at_once(db, root_cause.id, {ReminderKind.IMPACT_TO_REVIEW}, StopReason.DONE, today, now)
    if wish.decision in ENDS_EMBEDDING:
        await end_assurance(db, root_cause.id, caller.id, review.reason, AssuranceStage.EMBEDDED)
    if wish.decision is ImpactDecision.REOPEN:
        await reopen(db, caller, reference, review.reason)
    if wish.decision is ImpactDecision.CHANGE_KPI:
        await _measure_instead(db, root_cause, wish, decider.id)
    await _add_actions(
        db, root_cause, wish.actions, owners, review.ended_recorded_at or await business_now(db)
    )


async def _decider(db: AsyncSession, caller: Caller, email: str | None) -> tuple[Person, Acting]:
    """The member whose decision it is. Only the PMO, who writes for others, names somebody else."""
    if email is None or email.strip().lower() == caller.who.email:
        return await db.get_one(Person, caller.id), caller.who
    if not caller.who.has(Role.PMO):
        raise NotAllowed(
            "Only the PMO records the decision of somebody else: leave this empty to record your own."
        )
    found = await queries.person_called(db, email)
    if found is None:
        raise RuleBroken.at(
            "decided_by", f"There is nobody here with the email address {email}. Name somebody of the ISG."
        )
    return found


async def _owners_of(db: AsyncSession, actions: Sequence[NewAction]) -> list[int | None]:
    """The owner of each new action, by email address. Raises RuleBroken with each that is not right."""
    owners: list[int | None] = []
    problems: list[Problem] = []
    for number, action in enumerate(actions):
        if is_blank(action.description):
            problems.append(Problem(f"actions.{number}.description", "Say what is to be done."))
        found = await queries.person_called(db, action.owner) if action.owner else None
        if action.owner and found is None:
            problems.append(
                Problem(
                    f"actions.{number}.owner", f"There is nobody here with the email address {action.owner}."
                )
            )
        owners.append(found[0].id if found else None)
    if problems:
        raise RuleBroken(problems)
    return owners


async def _add_actions(
    db: AsyncSession,
    root_cause: RootCause,
    actions: Sequence[NewAction],
    owners: Sequence[int | None],
    now: datetime,
) -> None:
    """Further steps, numbered after the root cause: RC-4-1, RC-4-2. Recorded at the very instant at which the review ended."""
    if not actions:
        return
    so_far = await queries.actions_so_far(db, root_cause.id)
    taken = await queries.action_references(db, root_cause.reference)
    free = (name for number in count(1) if (name := f"{root_cause.reference}-{number}") not in taken)
    first = max((action.position for action in so_far), default=-1) + 1
    for position, (action, owner_id) in enumerate(zip(actions, owners, strict=True), first):
        db.add(
            Action(
                reference=next(free), root_cause_id=root_cause.id, description=action.description.strip(), owner_id=owner_id,
                due_date=action.due_date, position=position, recorded_at=now,
            )
        )  # fmt: skip
    await db.flush()


def _check_instead(wish: Instead) -> None:
    """Before anything is recorded: the KPI service would refuse it afterwards. Raises RuleBroken at each field."""
    problems = [*replacement_problems(wish.name, wish.unit, wish.frequency, wish.target, within="instead.")]
    if problems:
        raise RuleBroken(problems)


async def _measure_instead(
    db: AsyncSession, root_cause: RootCause, wish: ReviewWish, decided_by: int
) -> None:
    """The KPI service is told what to measure instead, once this has committed."""
    assert wish.instead is not None  # check_review asks for it
    in_force = await queries.kpis_in_force(db, root_cause.id)
    old = wish.instead.kpi or (in_force[0] if len(in_force) == 1 else None)
    if old not in in_force:
        raise RuleBroken.at("instead.kpi", f"Choose which KPI of {root_cause.reference} it replaces.")
    await enqueue(
        db, "plan", "kpi", REPLACEMENTS,
        {
            **wish.instead.model_dump(mode="json", exclude={"kpi"}), "name": wish.instead.name.strip(), "kpi": old,
            "because": str(wish.reason).strip(), "decided_on": wish.meeting_date.isoformat(), "decided_by": decided_by,
        },
    )  # fmt: skip


def _shown(review: ImpactReview, kpi: str, decided_by: str | None, recorded_by: str | None) -> ReviewShown:
    verdict = ImpactVerdict(review.verdict)
    decision = ImpactDecision(review.decision) if review.decision else None
    return ReviewShown(
        asked_on=review.asked_on, verdict=verdict, verdict_label=verdict.label, kpi=kpi, decision=decision,
        decision_label=decision.label if decision else None, reason=review.reason, wait_until=review.wait_until,
        meeting_date=review.meeting_date, decided_by=decided_by, recorded_by=recorded_by, ended_on=review.ended_on,
        ended_because=ReviewEnd(review.ended_because) if review.ended_because else None,
    )  # fmt: skip
