"""Partners: who may read the feeds, what they are told by webhooks, and the status that they see."""

from collections.abc import Awaitable, Sequence
from typing import TypeVar

from fastapi import Request
from starlette.responses import Response

from web.clients.answers.partners import PartnerClientWhole, WebhookWhole
from web.clients.base import ServiceError
from web.clients.plan import PlanClient
from web.form_page import REFUSALS, FormPage, carry_out, show
from web.forms import Option
from web.partners.forms import KINDS, AskForm, DecisionForm, SecretForm, StepForm, WebhookForm
from web.partners.guide import GUIDE, GuidePage
from web.partners.pages import ClientPage, PartnersPage, StatusPage, ToldPage, WebhookPage, told
from web.rendering import Notice, counted, page
from web.session import Plan, Reporting, SignedIn, feature_router, only_for

WHOSE = "Partners’ access is kept by the PMO and the administrator."
WHOSE_APPROVAL = "Only the PMO approves partners’ access, renews its secrets and keeps its webhooks."
KEEPERS = [only_for("manage_clients", WHOSE)]
PMO = [only_for("approve_client", WHOSE_APPROVAL)]
BACK = ("/partners", "Partners")
ONCE = "This is shown once. Give it to the partner over a safe way, not by ordinary mail."
T = TypeVar("T")

router = feature_router("partners")


@router.get("/partners", dependencies=KEEPERS)
async def partners(request: Request, plan: Plan) -> Response:
    """Who asks for access and who has it."""
    return page(request, "partners/list.html.jinja", PartnersPage(await plan.partners()))


@router.get("/partners/status", dependencies=KEEPERS)
async def status(request: Request, reporting: Reporting) -> Response:
    """Whether the feeds answer, and what else partners rely on."""
    return page(request, "partners/status.html.jinja", StatusPage(await reporting.partner_status()))


@router.get("/partners/guide", dependencies=KEEPERS)
async def guide(request: Request) -> Response:
    """How a partner reads the feeds."""
    return page(request, "partners/guide.html.jinja", GuidePage.read())


@router.get("/partners/guide.md", dependencies=KEEPERS)
async def guide_file() -> Response:
    """The same as a file to send."""
    return Response(
        GUIDE.read_bytes(), media_type="text/markdown; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="reading-the-feeds.md"'},
    )  # fmt: skip


@router.get("/partners/ask", dependencies=KEEPERS)
async def asking(request: Request) -> Response:
    """The form to ask for access."""
    return show(request, _asking(AskForm.shown(request, months="12")))


@router.post("/partners/ask", dependencies=KEEPERS)
async def ask(request: Request, plan: Plan) -> Response:
    """Asks for it."""
    form = await AskForm.posted(request)
    if not form.check():
        return show(request, _asking(form))
    notice = Notice(
        "The request is made", "Somebody else of the PMO approves it, or refuses it with a reason."
    )
    return await carry_out(
        request, _asking(form), plan.ask_for_access(form.wish, once=form.once), "/partners", notice
    )


@router.get("/partners/requests/{number}/decision", dependencies=PMO)
async def deciding(request: Request, plan: Plan, number: int) -> Response:
    """The form for the PMO's decision."""
    return show(request, await _deciding(plan, number, DecisionForm.shown(request)))


@router.post("/partners/requests/{number}/decision", dependencies=PMO)
async def decide(request: Request, plan: Plan, number: int) -> Response:
    """Refuses, or approves and shows the new client's secret."""
    form = await DecisionForm.posted(request)
    shown = await _deciding(plan, number, form)
    if not form.check():
        return show(request, shown)
    deed = plan.decide_on_access(number, form.decision.value, form.reason.or_none, once=form.once)
    if form.decision.value != "approve":
        return await carry_out(request, shown, deed, "/partners", Notice("The request is refused"))
    decided = await _done(form, deed)
    if decided is None or decided.client is None:
        return show(request, shown, 409)
    facts = [("Client id", decided.client.client_id), ("Secret", decided.client.client_secret)]
    sentences = [ONCE, "The partner sends both to /oauth/token; the guide for partners shows how."]
    return _tell(request, "The client is made", facts, sentences, BACK)


@router.get("/partners/clients/{client_id}", dependencies=KEEPERS)
async def client(request: Request, plan: Plan, client_id: str) -> Response:
    """One client with its webhooks."""
    return page(request, "partners/client.html.jinja", ClientPage(await plan.partner_client(client_id)))


@router.get("/partners/clients/{client_id}/revocation", dependencies=KEEPERS)
async def revoking(request: Request, plan: Plan, client_id: str) -> Response:
    """Says what follows."""
    return show(request, _revoking(await plan.partner_client(client_id), StepForm.shown(request)))


@router.post("/partners/clients/{client_id}/revocation", dependencies=KEEPERS)
async def revoke(request: Request, plan: Plan, client_id: str) -> Response:
    """From now on it gets nothing."""
    found, form = await plan.partner_client(client_id), await StepForm.posted(request)
    deed = plan.revoke_client(client_id, once=form.once)
    notice = Notice(f"{found.name} is revoked", "It gets nothing from now on.")
    return await carry_out(request, _revoking(found, form), deed, "/partners", notice)


@router.get("/partners/clients/{client_id}/secret", dependencies=PMO)
async def renewing(request: Request, plan: Plan, client_id: str) -> Response:
    """The form for a new secret."""
    return show(request, _renewing(await plan.partner_client(client_id), SecretForm.shown(request)))


@router.post("/partners/clients/{client_id}/secret", dependencies=PMO)
async def renew(request: Request, plan: Plan, client_id: str) -> Response:
    """Makes it, and shows it this once."""
    found, form = await plan.partner_client(client_id), await SecretForm.posted(request)
    shown = _renewing(found, form)
    if not form.check():
        return show(request, shown)
    made = await _done(form, plan.renew_secret(client_id, form.days, once=form.once))
    if made is None:
        return show(request, shown, 409)
    facts = [("Client id", client_id), ("New secret", made.secret)]
    return _tell(request, "The new secret", facts, [ONCE, _old_works(form.days)], _of_client(found))


@router.get("/partners/clients/{client_id}/webhooks/new", dependencies=PMO)
async def registering(request: Request, plan: Plan, client_id: str) -> Response:
    """The form for a new webhook."""
    found = await plan.partner_client(client_id)
    return show(request, _registering(found, WebhookForm.shown(request)))


@router.post("/partners/clients/{client_id}/webhooks/new", dependencies=PMO)
async def register(request: Request, plan: Plan, client_id: str) -> Response:
    """Registers it, and shows its signing secret this once."""
    found, form = await plan.partner_client(client_id), await WebhookForm.posted(request)
    shown = _registering(found, form)
    if not form.check():
        return show(request, shown)
    made = await _done(
        form, plan.register_webhook(client_id, form.url.value, list(form.kinds.all), once=form.once)
    )
    if made is None:
        return show(request, shown, 422 if "url" in form.errors or "kinds" in form.errors else 409)
    sentences = [ONCE, "The partner verifies each event with it, by the Standard Webhooks scheme."]
    return _tell(
        request, "The webhook is registered", [("Signing secret", made.secret)], sentences,
        (f"/partners/webhooks/{made.id}", "The webhook"),
    )  # fmt: skip


@router.get("/partners/webhooks/{number}", dependencies=KEEPERS)
async def webhook(request: Request, visitor: SignedIn, plan: Plan, number: int) -> Response:
    """One webhook with its deliveries."""
    shown = WebhookPage(await plan.webhook(number), visitor.may("approve_client"))
    return page(request, "partners/webhook.html.jinja", shown)


@router.get("/partners/webhooks/{number}/secret", dependencies=PMO)
async def renewing_signing(request: Request, plan: Plan, number: int) -> Response:
    """The form for a new signing secret."""
    return show(request, _renewing_signing(await plan.webhook(number), SecretForm.shown(request)))


@router.post("/partners/webhooks/{number}/secret", dependencies=PMO)
async def renew_signing(request: Request, plan: Plan, number: int) -> Response:
    """Makes it, and shows it this once."""
    found, form = await plan.webhook(number), await SecretForm.posted(request)
    shown = _renewing_signing(found, form)
    if not form.check():
        return show(request, shown)
    made = await _done(form, plan.renew_signing_secret(number, form.days, once=form.once))
    if made is None:
        return show(request, shown, 409)
    until = (
        f"For {form.days} days each event is signed with both."
        if form.days
        else "The old one signs nothing any more."
    )
    return _tell(
        request,
        "The new signing secret",
        [("Signing secret", made.secret)],
        [ONCE, until],
        _of_webhook(found),
    )


@router.get("/partners/webhooks/{number}/test", dependencies=PMO)
async def testing(request: Request, plan: Plan, number: int) -> Response:
    """Says what follows."""
    return show(request, _step(await plan.webhook(number), "test", StepForm.shown(request)))


@router.post("/partners/webhooks/{number}/test", dependencies=PMO)
async def test(request: Request, plan: Plan, number: int) -> Response:
    """Sends a test event."""
    notice = Notice("A test event is on its way", "Reload this page to see what was answered.")
    return await _take_step(request, plan, number, "test", notice)


@router.get("/partners/webhooks/{number}/ending", dependencies=PMO)
async def ending(request: Request, plan: Plan, number: int) -> Response:
    """Says what follows."""
    return show(request, _step(await plan.webhook(number), "ending", StepForm.shown(request)))


@router.post("/partners/webhooks/{number}/ending", dependencies=PMO)
async def end(request: Request, plan: Plan, number: int) -> Response:
    """It is told nothing any more."""
    return await _take_step(
        request, plan, number, "ending", Notice("The webhook has ended", "It is told nothing any more.")
    )


@router.get("/partners/webhooks/{number}/restart", dependencies=PMO)
async def restarting(request: Request, plan: Plan, number: int) -> Response:
    """Says what follows."""
    return show(request, _step(await plan.webhook(number), "restart", StepForm.shown(request)))


@router.post("/partners/webhooks/{number}/restart", dependencies=PMO)
async def restart(request: Request, plan: Plan, number: int) -> Response:
    """One that was stopped starts again."""
    notice = Notice("The webhook is started again", "It is told of what happens from now on.")
    return await _take_step(request, plan, number, "restart", notice)


STEPS = {
    "test": (
        "Send a test event", "Send it",
        ("An event of the type “test” is sent within seconds, signed like every other.",),
    ),
    "ending": (
        "End this webhook", "End it",
        ("It is told nothing any more, and can’t be started again. What was delivered stays listed here.",),
    ),
    "restart": (
        "Start this webhook again", "Start it again",
        ("It was stopped because deliveries failed for three days, or because it answered that it is gone.",
         "It is told of what happens from now on; what it missed is in the feeds."),
    ),
}  # fmt: skip


async def _take_step(request: Request, plan: PlanClient, number: int, deed: str, notice: Notice) -> Response:
    found, form = await plan.webhook(number), await StepForm.posted(request)
    doing = plan.do_with_webhook(number, deed, once=form.once)
    return await carry_out(request, _step(found, deed, form), doing, _of_webhook(found)[0], notice)


async def _done(form: StepForm | DecisionForm | SecretForm | WebhookForm, deed: Awaitable[T]) -> T | None:
    """What it came to; None where it was refused, which the form says."""
    try:
        return await deed
    except ServiceError as error:
        if error.status not in REFUSALS:
            raise
        form.refuse(error)
        return None


def _tell(
    request: Request, title: str, facts: Sequence[tuple[str, str]], sentences: Sequence[str], back: tuple[str, str]
) -> Response:  # fmt: skip
    return page(request, "partners/told.html.jinja", ToldPage(title, facts, sentences, back))


def _old_works(days: int) -> str:
    if not days:
        return "The old secret works no longer. Tokens taken with it end within the hour."
    return f"The old secret works for {days} more {'day' if days == 1 else 'days'}."


def _of_client(client: PartnerClientWhole) -> tuple[str, str]:
    return f"/partners/clients/{client.client_id}", client.name


def _of_webhook(hook: WebhookWhole) -> tuple[str, str]:
    return f"/partners/webhooks/{hook.id}", "The webhook"


def _asking(form: AskForm) -> FormPage:
    return FormPage(
        "Ask for a partner’s access", form, "Ask for it", "/partners/ask", BACK,
        follows=("Partners have no account here: their systems read the feeds with a client id and a secret. "
                 "Somebody else of the PMO decides on what you ask for.",),
    )  # fmt: skip


async def _deciding(plan: PlanClient, number: int, form: DecisionForm) -> FormPage:
    asked = next((each for each in (await plan.partners()).requests if each.id == number), None)
    if asked is None:
        raise ServiceError(
            404, "not-found", "There is no such request for access. Look in the list of partners."
        )
    return FormPage(
        f"Decide on access for {asked.name}", form, "Record the decision", f"/partners/requests/{number}/decision", BACK,
        caption=f"Asked for by {asked.asked_by}",
        follows=(f"What for: {asked.purpose}", f"It may: {told(asked.scopes)}.",
                 f"For {counted(asked.months, 'month')} from today.",
                 f"The partner’s contact: {asked.contact}"),
    )  # fmt: skip


def _revoking(client: PartnerClientWhole, form: StepForm) -> FormPage:
    return FormPage(
        f"Revoke {client.name}", form, "Revoke it", f"/partners/clients/{client.client_id}/revocation", _of_client(client),
        follows=("It gets nothing from now on, and is told nothing. This can’t be undone: the partner would ask for a new one.",),
    )  # fmt: skip


def _renewing(client: PartnerClientWhole, form: SecretForm) -> FormPage:
    return FormPage(
        f"A new secret for {client.name}", form, "Make a new secret", f"/partners/clients/{client.client_id}/secret",
        _of_client(client), follows=("The new secret is shown once, on the next page.",),
    )  # fmt: skip


def _renewing_signing(hook: WebhookWhole, form: SecretForm) -> FormPage:
    return FormPage(
        "A new signing secret", form, "Make a new signing secret", f"/partners/webhooks/{hook.id}/secret",
        _of_webhook(hook), caption=hook.url,
        follows=("For as long as the old one works, each event is signed with both, so that the partner can change over.",),
    )  # fmt: skip


def _registering(client: PartnerClientWhole, form: WebhookForm) -> FormPage:
    form.offer(kinds=[Option(kind, KINDS.get(kind, kind)) for kind in client.kinds])
    follows = "Each event is signed, sent to this address, and tried again for three days when that fails."
    if not client.kinds:
        follows = (
            "This client may read neither packs nor escalations, so that there is nothing to tell it of."
        )
    return FormPage(
        f"A webhook for {client.name}", form, "Register it", f"/partners/clients/{client.client_id}/webhooks/new",
        _of_client(client), follows=(follows,),
    )  # fmt: skip


def _step(hook: WebhookWhole, deed: str, form: StepForm) -> FormPage:
    title, button, follows = STEPS[deed]
    return FormPage(
        title,
        form,
        button,
        f"/partners/webhooks/{hook.id}/{deed}",
        _of_webhook(hook),
        caption=hook.url,
        follows=follows,
    )
