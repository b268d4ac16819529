"""Meetings of the ISGs, and what each chair reports of a cycle."""

from collections.abc import Mapping

from fastapi import Request
from starlette.responses import Response

from web.clients.answers.cycle_reports import CycleReport
from web.comparison import Fresh, has_moved
from web.cycle_reports.pages import (
    ConfirmationForm,
    HeldForm,
    MeetingsPage,
    ReportForm,
    ReportPage,
    address_of,
    texts_of,
)
from web.form_page import FormPage, carry_out, clashing, show
from web.rendering import Notice, counted, page, short_day
from web.session import NotForVisitor, Plan, SignedIn, feature_router

REPORT = "/isgs/{slug}/reports/{cycle}"
WHOSE = {
    "write": "Only the chair of this ISG or the PMO can write its cycle report.",
    "confirm": "The accountable executive of this ISG confirms a report that somebody else has written, once.",
    "hold": "The chair of this ISG or the PMO records its meeting, once.",
}

router = feature_router("cycle reports")


@router.get("/meetings")
async def meetings(request: Request, plan: Plan) -> Response:
    """When each ISG meets next."""
    return page(request, "cycle_reports/meetings.html.jinja", MeetingsPage((await plan.isgs()).items))


@router.get(REPORT)
async def report(request: Request, plan: Plan, slug: str, cycle: int) -> Response:
    """What the ISG says of a cycle."""
    return page(request, "cycle_reports/report.html.jinja", ReportPage(await plan.cycle_report(slug, cycle)))


@router.get(f"{REPORT}/write")
async def writing(request: Request, plan: Plan, slug: str, cycle: int) -> Response:
    """The form, with what is written or the figures to begin from."""
    found = _theirs(await plan.cycle_report(slug, cycle), "write")
    begun = {**texts_of(found), "progress": found.progress or found.facts}
    return show(request, _writing(found, ReportForm.shown(request, **begun, etag=found.etag)))


@router.post(f"{REPORT}/write")
async def write(request: Request, plan: Plan, slug: str, cycle: int) -> Response:
    """A new version; where somebody else was quicker, both texts stand beside each other."""
    found, form = await plan.cycle_report(slug, cycle), await ReportForm.posted(request)
    if "write" not in found.can and has_moved(form, found.etag):
        return clashing(request, _writing(found, form), _fresh(found, texts_of(found), "write"))
    _theirs(found, "write")
    if not form.check():
        return show(request, _writing(found, form))

    async def fresh() -> Fresh:
        now = await plan.cycle_report(slug, cycle)
        return _fresh(now, texts_of(now), "write")

    deed = plan.write_cycle_report(slug, cycle, form.wish, once=form.once, if_match=form.etag.value)
    notice = Notice("The report is saved", "The accountable executive confirms it; then packs quote it.")
    return await carry_out(request, _writing(found, form), deed, address_of(found), notice, fresh=fresh)


@router.get(f"{REPORT}/confirmation")
async def confirming(request: Request, plan: Plan, slug: str, cycle: int) -> Response:
    """What is about to be confirmed."""
    found = _theirs(await plan.cycle_report(slug, cycle), "confirm")
    return show(request, _confirming(found, ConfirmationForm.shown(request, etag=found.etag)))


@router.post(f"{REPORT}/confirmation")
async def confirm(request: Request, plan: Plan, slug: str, cycle: int) -> Response:
    """Confirms exactly the version that was read."""
    found, form = await plan.cycle_report(slug, cycle), await ConfirmationForm.posted(request)
    if "confirm" not in found.can and has_moved(form, found.etag):
        return clashing(request, _confirming(found, form), _fresh(found, {}, "confirm"))
    _theirs(found, "confirm")

    async def fresh() -> Fresh:
        return _fresh(await plan.cycle_report(slug, cycle), {}, "confirm")

    deed = plan.confirm_cycle_report(slug, cycle, once=form.once, if_match=form.etag.value)
    notice = Notice("The report is confirmed", "Packs quote it from now on.")
    return await carry_out(request, _confirming(found, form), deed, address_of(found), notice, fresh=fresh)


@router.get(f"{REPORT}/held")
async def holding(request: Request, visitor: SignedIn, plan: Plan, slug: str, cycle: int) -> Response:
    """What the meeting will release."""
    found = _theirs(await plan.cycle_report(slug, cycle), "hold")
    day = min(found.meets_on, visitor.today)
    return show(request, _holding(found, HeldForm.shown(request, held_on=day)))


@router.post(f"{REPORT}/held")
async def hold(request: Request, plan: Plan, slug: str, cycle: int) -> Response:
    """Records that the ISG met, which releases what had been reported."""
    found, form = await plan.cycle_report(slug, cycle), await HeldForm.posted(request)
    if found.held_on and "hold" not in found.can:
        return clashing(request, _holding(found, form), _fresh(found, _held(found), "hold"))
    _theirs(found, "hold")
    if not form.check():
        return show(request, _holding(found, form))

    async def fresh() -> Fresh:
        now = await plan.cycle_report(slug, cycle)
        return _fresh(now, _held(now), "hold")

    deed = plan.hold_meeting(slug, cycle, form.held_on.value, once=form.once)
    notice = Notice(
        "The meeting is recorded", "What had been reported by then is released to partners and readers."
    )
    return await carry_out(request, _holding(found, form), deed, address_of(found), notice, fresh=fresh)


def _held(found: CycleReport) -> Mapping[str, str]:
    return {"held_on": found.held_on.isoformat()} if found.held_on else {}


def _fresh(now: CycleReport, texts: Mapping[str, str], deed: str) -> Fresh:
    """The report as it stands, and whether that can still be done to it."""
    facts = [f"Version {now.version}, written by {now.written_by}."] if now.written_by else []
    facts += [f"{now.confirmed_by} has confirmed it."] if now.confirmed_by else []
    facts += [f"The meeting is recorded, for {short_day(now.held_on)}."] if now.held_on else []
    return Fresh(now.etag, texts, facts=facts, why_not="" if deed in now.can else WHOSE[deed])


def _theirs(found: CycleReport, deed: str) -> CycleReport:
    if deed not in found.can:
        raise NotForVisitor(WHOSE[deed])
    return found


def _back(found: CycleReport) -> tuple[str, str]:
    return address_of(found), f"Cycle {found.cycle} of {found.isg}"


def _writing(found: CycleReport, form: ReportForm) -> FormPage:
    return FormPage(
        f"Report on cycle {found.cycle} of {found.isg}", form, "Save the report", f"{address_of(found)}/write", _back(found),
        follows=(found.facts,),
    )  # fmt: skip


def _confirming(found: CycleReport, form: ConfirmationForm) -> FormPage:
    asks = f"Asks: {found.asks}" if found.asks else ""
    said = (found.progress or "", asks, f"Written by {found.written_by}.")
    return FormPage(
        f"Confirm the report on cycle {found.cycle} of {found.isg}?", form, "Confirm the report",
        f"{address_of(found)}/confirmation", _back(found), follows=said,
    )  # fmt: skip


def _holding(found: CycleReport, form: HeldForm) -> FormPage:
    waiting = counted(found.unreleased, "update")
    return FormPage(
        f"Record the meeting of {found.isg}", form, "Record the meeting", f"{address_of(found)}/held", _back(found),
        follows=(
            f"{waiting} {'waits' if found.unreleased == 1 else 'wait'} to be released. What had been reported by the day of the "
            "meeting can be seen by partners and readers from now on.",
            f"The meeting was planned for {short_day(found.meets_on)}.",
        ),
    )  # fmt: skip
