"""For the administrator: who can sign in and what each may do; leavers; sessions."""

from dataclasses import replace

from fastapi import APIRouter, Request
from starlette.responses import Response

from web.admin.forms import (
    EndingForm,
    LeavingForm,
    PasswordForm,
    PersonForm,
    RoleForm,
    SessionForm,
)
from web.admin.pages import (
    LeavingPage,
    LinkPage,
    PeoplePage,
    PersonPage,
    Wanted,
    address_of,
    role_told,
)
from web.clients.answers.people import Person, RoleHeld
from web.clients.base import ServiceError
from web.clients.plan import PlanClient
from web.comparison import CONFLICT, Fresh, compared
from web.form_page import REFUSALS, FormPage, carry_out, show
from web.forms import Option
from web.rendering import Notice, counted, page, see_other
from web.session import Plan, anonymous, feature_router, only_for, require_own_form
from web.settings import WebSettings

WHOSE = "Only an administrator keeps people and their roles."
ONLY = [only_for("manage_people", WHOSE)]

router = feature_router("administration")
anyone = APIRouter(tags=["administration"])


@router.get("/admin", dependencies=ONLY)
async def people(request: Request, plan: Plan) -> Response:
    """Who can sign in."""
    wanted = Wanted.of(request)
    found = await plan.people(
        q=wanted.q, role=wanted.role, isg=wanted.isg, active=wanted.active or "true", cursor=wanted.cursor
    )
    return page(request, "admin/people.html.jinja", PeoplePage(wanted, found, (await plan.isg_names()).items))


@router.get("/admin/people/new", dependencies=ONLY)
async def new_person(request: Request) -> Response:
    """The form for somebody new."""
    return show(request, _adding(PersonForm.shown(request)))


@router.post("/admin/people/new", dependencies=ONLY)
async def add_person(request: Request, plan: Plan) -> Response:
    """Adds them; on to their page, where they get roles and a link."""
    form = await PersonForm.posted(request)
    if not form.check():
        return show(request, _adding(form))
    notice = Notice(
        f"{form.name.value} is added", "Give a role, then make the link with which they choose a password."
    )
    there = address_of(form.email.value.strip().lower())
    return await carry_out(request, _adding(form), plan.add_person(form.wish, once=form.once), there, notice)


@router.get("/admin/people/{email}", dependencies=ONLY)
async def person(request: Request, plan: Plan, email: str) -> Response:
    """One person."""
    return page(request, "admin/person.html.jinja", PersonPage(await plan.person(email)))


@router.get("/admin/people/{email}/change", dependencies=ONLY)
async def changing(request: Request, plan: Plan, email: str) -> Response:
    """The form with who they are."""
    found = await plan.person(email)
    form = PersonForm.shown(request, **_texts(found), etag=found.etag)
    return show(request, _changing(found, form))


@router.post("/admin/people/{email}/change", dependencies=ONLY)
async def change(request: Request, plan: Plan, email: str) -> Response:
    """Changes it; where somebody else was quicker, both stand beside each other."""
    found, form = await plan.person(email), await PersonForm.posted(request)
    if not form.check():
        return show(request, _changing(found, form))

    async def fresh() -> Fresh:
        now = await plan.person(email)
        return replace(_standing(now), texts=_texts(now))

    deed = plan.change_person(email, form.wish, once=form.once, if_match=form.etag.value)
    there = address_of(form.email.value.strip().lower())
    return await carry_out(
        request, _changing(found, form), deed, there, Notice("The changes are saved"), fresh=fresh
    )


@router.get("/admin/people/{email}/roles/new", dependencies=ONLY)
async def new_role(request: Request, plan: Plan, email: str) -> Response:
    """The form to give a role."""
    return show(request, _giving(await plan.person(email), await _with_isgs(plan, RoleForm.shown(request))))


@router.post("/admin/people/{email}/roles/new", dependencies=ONLY)
async def grant_role(request: Request, plan: Plan, email: str) -> Response:
    """Gives it, at once."""
    found, form = await plan.person(email), await _with_isgs(plan, await RoleForm.posted(request))
    if not form.check():
        return show(request, _giving(found, form))
    deed = plan.grant_role(email, form.role.value, form.isg.or_none, once=form.once)
    held = RoleHeld(role=form.role.value, isg=form.isg.or_none)
    return await carry_out(
        request,
        _giving(found, form),
        deed,
        address_of(email),
        Notice(f"{found.name} is now {role_told(held)}"),
    )


@router.get("/admin/people/{email}/roles/ending", dependencies=ONLY)
async def ending_role(request: Request, plan: Plan, email: str, role: str = "", isg: str = "") -> Response:
    """Says what follows."""
    return show(request, _ending(await plan.person(email), role, isg, EndingForm.shown(request)))


@router.post("/admin/people/{email}/roles/ending", dependencies=ONLY)
async def end_role(request: Request, plan: Plan, email: str, role: str = "", isg: str = "") -> Response:
    """Takes it away, at once."""
    found, form = await plan.person(email), await EndingForm.posted(request)
    shown = _ending(found, role, isg, form)
    held = RoleHeld(role=role, isg=isg or None)

    async def fresh() -> Fresh:
        now = await plan.person(email)
        gone = held not in now.roles
        return _standing(now, f"{now.name} does not hold this role any more." if gone else "")

    deed = plan.end_role(email, role, isg or None, once=form.once)
    notice = Notice("The role is taken away")
    return await carry_out(request, shown, deed, address_of(email), notice, fresh=fresh)


@router.get("/admin/people/{email}/link", dependencies=ONLY)
async def linking(request: Request, plan: Plan, email: str) -> Response:
    """Says what a link is."""
    return show(request, _linking(await plan.person(email), EndingForm.shown(request)))


@router.post("/admin/people/{email}/link", dependencies=ONLY)
async def make_link(request: Request, plan: Plan, email: str) -> Response:
    """Makes the link, and shows it this once."""
    form = await EndingForm.posted(request)
    link = await plan.make_sign_in_link(email, once=form.once)
    settings: WebSettings = request.app.state.settings
    address = f"{settings.public_address}/sign-in/link/{link.secret}"
    return page(
        request, "admin/link.html.jinja", LinkPage(await plan.person(email), address, link.expires_at)
    )


@router.get("/admin/people/{email}/sessions", dependencies=ONLY)
async def ending_sessions(request: Request, plan: Plan, email: str) -> Response:
    """Says what follows."""
    form = SessionForm.shown(request, session=request.query_params.get("session", ""))
    return show(request, _signing_out(await plan.person(email), form))


@router.post("/admin/people/{email}/sessions", dependencies=ONLY)
async def end_sessions(request: Request, plan: Plan, email: str) -> Response:
    """Ends one session, or all."""
    form = await SessionForm.posted(request)
    deed = plan.end_sessions(email, form.session.value)
    notice = Notice("Signed out", "Whatever was open there has ended at once.")
    return await carry_out(
        request, _signing_out(await plan.person(email), form), deed, address_of(email), notice
    )


@router.get("/admin/people/{email}/leaving", dependencies=ONLY)
async def leaving(request: Request, plan: Plan, email: str) -> Response:
    """What the person holds, and who takes over."""
    found = await plan.person(email)
    return page(request, "admin/leaving.html.jinja", LeavingPage(found, LeavingForm.shown(request), {}))


@router.post("/admin/people/{email}/leaving", dependencies=ONLY)
async def leave(request: Request, plan: Plan, email: str) -> Response:
    """Hands everything over and ends the account, in one step."""
    found, form = await plan.person(email), await LeavingForm.posted(request)
    others = {
        each.ref: typed
        for each in found.held
        if each.kind == "root_cause" and (typed := form.typed_in(f"others.{each.ref}").strip())
    }
    try:
        left = await plan.leave(email, form.successor.or_none, others, once=form.once)
    except ServiceError as error:
        if error.status not in REFUSALS:
            raise
        now, comparison = await plan.person(email), None
        if error.status == CONFLICT and not now.active:
            fresh = _standing(now, f"{now.name} has left already.")
            comparison = compared(form, fresh, address_of(email), error)
        else:
            form.refuse(error)
        shown = LeavingPage(now, form, others, comparison)
        return page(request, "admin/leaving.html.jinja", shown, status=error.status)
    done = f"{counted(left.handed_over, 'thing')} handed over, {counted(left.roles_ended, 'role')} and "
    done += f"{counted(left.sessions_ended, 'session')} ended."
    return see_other(request, address_of(email), Notice(f"{found.name} has left", done))


@router.get("/admin/people/{email}/return", dependencies=ONLY)
async def returning(request: Request, plan: Plan, email: str) -> Response:
    """Says what follows."""
    return show(request, _returning(await plan.person(email), EndingForm.shown(request)))


@router.post("/admin/people/{email}/return", dependencies=ONLY)
async def come_back(request: Request, plan: Plan, email: str) -> Response:
    """Somebody who had left is here again."""
    found, form = await plan.person(email), await EndingForm.posted(request)
    notice = Notice(f"{found.name} is back", "Give the roles anew, and make a link.")
    deed = plan.come_back(email, once=form.once)

    async def fresh() -> Fresh:
        now = await plan.person(email)
        return _standing(now, f"{now.name} is here again already." if now.active else "")

    return await carry_out(request, _returning(found, form), deed, address_of(email), notice, fresh=fresh)


@anyone.get("/sign-in/link/{secret}")
async def choosing(request: Request, secret: str) -> Response:
    """The form to choose a password, for whoever has the link."""
    return show(request, _choosing(secret, PasswordForm.shown(request)))


@anyone.post("/sign-in/link/{secret}")
async def choose(request: Request, secret: str) -> Response:
    """Sets it; on to signing in."""
    await require_own_form(request)
    form = await PasswordForm.posted(request)
    if not form.check():
        return show(request, _choosing(secret, form))
    deed = anonymous(request).choose_password(secret, form.password.value)
    notice = Notice(
        "Your password is set", "Sign in with your email address and the password you have just chosen."
    )
    return await carry_out(request, _choosing(secret, form), deed, "/sign-in", notice)


async def _with_isgs(plan: PlanClient, form: RoleForm) -> RoleForm:
    names = (await plan.isg_names()).items
    return form.offer(isg=[Option("", "The whole trust"), *(Option(name, name) for name in names)])


def _standing(now: Person, why_not: str = "") -> Fresh:
    """How the person's account stands."""
    roles = "; ".join(map(role_told, now.roles)) or "no role"
    here = f"{now.name} is here and holds: {roles}." if now.active else f"{now.name} has left."
    return Fresh(now.etag, facts=[here], why_not=why_not)


def _texts(found: Person) -> dict[str, str]:
    return {"name": found.name, "email": found.email, "job_title": found.job_title or ""}


def _adding(form: PersonForm) -> FormPage:
    return FormPage("Add a person", form, "Add the person", "/admin/people/new", ("/admin", "People"))


def _changing(found: Person, form: PersonForm) -> FormPage:
    here = address_of(found.email)
    return FormPage(f"Change {found.name}", form, "Save the changes", f"{here}/change", (here, found.name))


def _giving(found: Person, form: RoleForm) -> FormPage:
    here = address_of(found.email)
    return FormPage(
        f"Give {found.name} a role", form, "Give the role", f"{here}/roles/new", (here, found.name),
        follows=("It holds at once. A chair or an accountable executive holds the post from now on.",),
    )  # fmt: skip


def _ending(found: Person, role: str, isg: str, form: EndingForm) -> FormPage:
    here = address_of(found.email)
    told = role_told(RoleHeld(role=role, isg=isg or None))
    return FormPage(
        f"Take the role {told} from {found.name}?", form, "Take it away", f"{here}/roles/ending?role={role}&isg={isg}",
        (here, found.name), follows=("It ends at once, also where they are signed in now. What they did stays.",),
    )  # fmt: skip


def _linking(found: Person, form: EndingForm) -> FormPage:
    here = address_of(found.email)
    return FormPage(
        f"Make a link for {found.name}?", form, "Make the link", f"{here}/link", (here, found.name),
        follows=(
            "With it they choose a password, once, within three days. It is shown to you once: send it to them yourself.",
            "Links made before end.",
        ),
    )  # fmt: skip


def _signing_out(found: Person, form: SessionForm) -> FormPage:
    here, which = address_of(found.email), "this session of" if form.session.value else "every session of"
    return FormPage(
        f"End {which} {found.name}?", form, "Sign them out", f"{here}/sessions", (here, found.name),
        follows=("It ends at once. What they had typed is kept as drafts.",),
    )  # fmt: skip


def _returning(found: Person, form: EndingForm) -> FormPage:
    here = address_of(found.email)
    return FormPage(
        f"Is {found.name} back?", form, "They are back", f"{here}/return", (here, found.name),
        follows=("They can be given roles again. What they held before stays with whoever took over.",),
    )  # fmt: skip


def _choosing(secret: str, form: PasswordForm) -> FormPage:
    return FormPage(
        "Choose your password", form, "Set my password", f"/sign-in/link/{secret}", ("/sign-in", "Sign in"),
        follows=("At least 12 characters. Three words that have nothing to do with each other are good and easy to keep.",),
    )  # fmt: skip
