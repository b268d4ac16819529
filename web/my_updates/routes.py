"""My updates: one table, one row a root cause, saved row by row."""

from collections.abc import Sequence

from fastapi import Request
from starlette.responses import Response

from web.clients.base import ServiceError
from web.clients.plan import PlanClient
from web.comparison import CONFLICT, STALE, who_and_when
from web.my_updates.forms import RowForm, rows_of
from web.my_updates.pages import ConfirmPage, MyUpdatesPage
from web.rendering import Notice, counted, page, see_other
from web.session import Plan, feature_router, only_for

WHOSE = "Only root cause owners and their deputies report on root causes."
PAGE = "my_updates/page.html.jinja"
REFUSALS = (CONFLICT, STALE, 422)

router = feature_router("my updates")


@router.get("/updates", dependencies=[only_for("submit_update", WHOSE)])
async def my_updates(request: Request, plan: Plan) -> Response:
    """All that is owed, ready to be written."""
    known = await plan.my_updates()
    return page(request, PAGE, MyUpdatesPage(rows_of(known.items), _whose(request), known.today))


@router.post("/updates", dependencies=[only_for("submit_update", WHOSE)])
async def save(request: Request, plan: Plan) -> Response:
    """Sends the row whose button was pressed; what was typed into the others is kept as drafts."""
    posted = await request.form()
    known = await plan.my_updates()
    rows = rows_of(known.items, posted)
    press, _, ref = str(posted.get("press", "")).partition(" ")
    wanted = next((each for each in rows if each.row.ref == ref), None)
    kept = await _keep_drafts(plan, rows, wanted if press in {"send", "unchanged"} else None)
    if wanted is None or press not in {"send", "unchanged"}:
        return see_other(
            request,
            _address(request),
            Notice("Drafts saved", f"{counted(kept, 'draft')} kept; nothing is sent yet."),
        )
    once = f"{posted.get('once', '')} {ref}"
    if await _sent(plan, wanted, once, str(posted.get(f"{ref}.version", "")), unchanged=press == "unchanged"):
        return see_other(request, f"{_address(request)}#{_next(rows, wanted)}", _notice(wanted, press))
    if wanted.changed_meanwhile:
        fresh = {each.ref: each for each in (await plan.my_updates()).items}
        wanted.row = fresh.get(ref, wanted.row)
    return page(request, PAGE, MyUpdatesPage(rows, _whose(request), known.today), status=422)


@router.get("/updates/unchanged", dependencies=[only_for("submit_update", WHOSE)])
async def confirming(request: Request, plan: Plan) -> Response:
    """Which root causes a confirmation is enough for."""
    return page(request, "my_updates/confirm.html.jinja", ConfirmPage(await _to_confirm(plan)))


@router.post("/updates/unchanged", dependencies=[only_for("submit_update", WHOSE)])
async def confirm(request: Request, plan: Plan) -> Response:
    """Confirms those that were named on the page and still may be."""
    posted = await request.form()
    named = {str(each) for each in posted.getlist("root_cause")}
    rows = [each for each in await _to_confirm(plan) if each.row.ref in named]
    for each in rows:
        await plan.confirm_unchanged(
            each.row.ref, once=f"{posted.get('once', '')} {each.row.ref}", if_match=""
        )
    notice = Notice(
        f"{counted(len(rows), 'update')} sent", "Nothing has changed on them since the update before."
    )
    return see_other(request, "/updates", notice)


async def _to_confirm(plan: PlanClient) -> Sequence[RowForm]:
    known = await plan.my_updates()
    return MyUpdatesPage(rows_of(known.items), "", known.today).to_confirm


async def _keep_drafts(plan: PlanClient, rows: Sequence[RowForm], but: RowForm | None) -> int:
    """Keeps what was typed into the rows that are not being sent; how many."""
    touched = [each for each in rows if each is not but and each.is_touched]
    for each in touched:
        await plan.save_draft(each.row.ref, each.draft)
    return len(touched)


async def _sent(plan: PlanClient, wanted: RowForm, once: str, version: str, *, unchanged: bool) -> bool:
    """Sends a row; False when it was refused, with the reason in it and what was typed kept as its draft."""
    if not unchanged and not wanted.check():
        return False
    ref, if_match = wanted.row.ref, f'"{version}"' if version else ""
    try:
        if unchanged:
            await plan.confirm_unchanged(ref, once=once, if_match=if_match)
        else:
            await plan.submit_update(ref, wanted.update, once=once, if_match=if_match)
    except ServiceError as error:
        if error.status not in REFUSALS:
            raise
        wanted.changed_meanwhile = error.status == STALE
        wanted.changed_by = who_and_when(error)
        wanted.refuse(error)
        if wanted.is_touched:
            await plan.save_draft(ref, wanted.draft)
        return False
    return True


def _notice(sent: RowForm, press: str) -> Notice:
    ref = sent.row.ref
    if press == "unchanged":
        return Notice(
            f"{ref}: nothing changed, and that is reported", "Your other rows are kept as you left them."
        )
    return Notice(f"Your update of {ref} is sent", "Your other rows are kept as you left them.")


def _next(rows: Sequence[RowForm], sent: RowForm) -> str:
    """The row after the one just sent that is still owed; else the top of the table."""
    place = list(rows).index(sent)
    following = [each.row.ref for each in [*rows[place + 1 :], *rows[:place]] if not each.row.reported]
    return f"{following[0]}-status" if following else "maincontent"


def _whose(request: Request) -> str:
    whose = request.query_params.get("whose", "")
    return whose if whose in {"own", "deputised"} else ""


def _address(request: Request) -> str:
    whose = _whose(request)
    return f"/updates?whose={whose}" if whose else "/updates"
