"""One owner or one theme for many root causes: chosen in the list, checked here, changed all at once or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request
from starlette.responses import Response

from web.bulk.forms import OWNER, WHAT, ManyForm
from web.clients.answers.root_causes import ChosenRootCause
from web.clients.base import ServiceError
from web.clients.plan import PlanClient
from web.form_page import REFUSALS
from web.rendering import Notice, counted, page, see_other
from web.session import Plan, SignedIn, Visitor, feature_router, only_for

WHOSE = "Changing many root causes at once is for the PMO, and for the chair of an ISG those of the ISG."
HERE, LIST, TEMPLATE = "/root-causes/bulk", "/root-causes", "bulk/change.html.jinja"
ONLY = [only_for("assign_owner", WHOSE)]

router = feature_router("many root causes")


@dataclass(frozen=True, slots=True)
class ManyPage:
    """The chosen root causes as they are now, and the form."""

    rows: Sequence[ChosenRootCause]
    form: ManyForm

    @property
    def title(self) -> str:
        """Change 2 root causes."""
        return f"Change {counted(len(self.rows), 'root cause')}"

    @property
    def changed(self) -> Sequence[ChosenRootCause]:
        """Those that somebody else has changed since they were chosen."""
        return [row for row in self.rows if self.form.has_changed(row)]

    def wrong(self, row: ChosenRootCause) -> str | None:
        """Why this one was refused."""
        return self.form.errors.get(f"root_causes.{row.ref}")


@router.get(HERE, dependencies=ONLY)
async def choosing(request: Request, visitor: SignedIn, plan: Plan) -> Response:
    """Those ticked in the list, and the form."""
    refs = list(dict.fromkeys(request.query_params.getlist("ref"))) or list(ManyForm.shown(request).chosen)
    if not refs:
        return see_other(request, LIST)
    return page(request, TEMPLATE, await _page(plan, visitor, refs, ManyForm.shown(request)))


@router.post(HERE, dependencies=ONLY)
async def change(request: Request, visitor: SignedIn, plan: Plan) -> Response:
    """Changes all that are ticked, or none: then every row that was refused says why."""
    form = await ManyForm.posted(request)
    refs = list(form.chosen)
    if not refs:
        return see_other(request, LIST)
    if not form.check():
        return page(request, TEMPLATE, await _page(plan, visitor, refs, form), status=422)
    try:
        notice = await _carry_out(plan, form)
    except ServiceError as error:
        if error.status not in REFUSALS:
            raise
        form.refuse(error)
        return page(request, TEMPLATE, await _page(plan, visitor, refs, form), status=error.status)
    return see_other(request, LIST, notice)


async def _carry_out(plan: PlanClient, form: ManyForm) -> Notice:
    many = counted(len(form.chosen), "root cause")
    if form.what.value == OWNER:
        await plan.assign_owner_of_many(form.owner.value, form.chosen, once=form.once)
        return Notice(f"{form.owner.value} owns {many} more", "They report from now on.")
    await plan.set_theme_of_many(form.theme.or_none, form.chosen, once=form.once)
    theme = form.theme.value
    return Notice(f"{many} now under the theme “{theme}”" if theme else f"{many} without a theme now")


async def _page(plan: PlanClient, visitor: Visitor, refs: Sequence[str], form: ManyForm) -> ManyPage:
    offered = [option for deed, option in WHAT.items() if visitor.may(deed)]
    if len(offered) == 1:
        form.values.setdefault("what", (offered[0].value,))
    return ManyPage(await plan.chosen_root_causes(refs), form.offer(what=offered))
