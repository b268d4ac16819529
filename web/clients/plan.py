"""plan_api: the plan, updates, escalations, people and sign-in. One method for each endpoint that a page needs.

What it answers is in `answers/`, one file a feature.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from urllib.parse import quote

import httpx2

from web.clients.answers.audit import Entries, Proof
from web.clients.answers.calendars import Calendar, CalendarAddress, CalendarAddressMade
from web.clients.answers.change_requests import ChangeRequests
from web.clients.answers.chasers import ChasersSent, CycleProgress
from web.clients.answers.cycle_reports import CycleReport, MeetingHeld
from web.clients.answers.data_quality import DataProblems, DataQuality
from web.clients.answers.escalations import Escalation, EscalationQueue, Members
from web.clients.answers.evidence import Evidence, EvidenceFile
from web.clients.answers.findings import Finding, FindingList, Parts
from web.clients.answers.home import Home
from web.clients.answers.impact import ImpactReviews
from web.clients.answers.imports import HeadingMaps, Headings, ImportRun
from web.clients.answers.isgs import IsgList, MeetingWhole, PlanState
from web.clients.answers.my_updates import UpdateRows
from web.clients.answers.notices import MailRhythm, NoticeList
from web.clients.answers.partners import (
    Decided,
    PartnerClientWhole,
    Partners,
    SecretMade,
    WebhookMade,
    WebhookWhole,
)
from web.clients.answers.people import (
    Deputies,
    DeputyShown,
    IsgNames,
    Left,
    Link,
    OpenSession,
    OpenSessions,
    PasswordChosen,
    Person,
    PersonList,
)
from web.clients.answers.redactions import Places, Redaction, Redactions
from web.clients.answers.risks import Risk, RiskList
from web.clients.answers.root_causes import (
    ChosenRootCause,
    ChosenRootCauses,
    RootCause,
    RootCauseList,
    Timeline,
)
from web.clients.answers.search import Found
from web.clients.answers.sign_in import AccessToken, NewSession
from web.clients.answers.updates import Draft, Reporting, UpdateAccepted
from web.clients.base import ServiceClient

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WHILE_SENDING = httpx2.Timeout(120, connect=3)
WHILE_IMPORTING = httpx2.Timeout(600, connect=3)
"""A hundred megabytes take their time to be sent."""


class PlanClient(ServiceClient):
    """plan_api on behalf of a person."""

    service = "plan"

    async def sign_in(self, email: str, password: str) -> NewSession:
        """Starts a session. Raises SignedOut when email and password don't fit, ServiceError 429 after too many tries."""
        return await self._post("/v1/sign-in", {"email": email, "password": password}, NewSession)

    async def access_token(self, session: str) -> AccessToken:
        """A token for the session's secret. Raises SignedOut when the session has ended."""
        return await self._post("/v1/access-token", {"session": session}, AccessToken)

    async def sign_out(self, *, everywhere: bool) -> None:
        """Ends this session, or every session of the person."""
        await self._tell("POST", "/v1/sign-out", {"everywhere": everywhere})

    async def home(self) -> Home:
        """What the person must do now, by role."""
        return await self._get("/v1/home", Home)

    async def evidence(self, ref: str) -> Evidence:
        """Files and links that support closing a root cause."""
        return await self._get(f"/v1/root-causes/{_in_path(ref)}/evidence", Evidence)

    async def attach_file(
        self, ref: str, name: str, description: str, parts: AsyncIterator[bytes]
    ) -> EvidenceFile:
        """Attaches a file. Raises ServiceError 422 at `file` or `description`."""
        response = await self._send(
            "POST",
            f"/v1/root-causes/{_in_path(ref)}/evidence-files",
            params={"name": name, "description": description},
            content=parts,
            headers={"Content-Type": "application/octet-stream"},
            timeout=WHILE_SENDING,
        )
        return EvidenceFile.model_validate_json(response.content)

    def evidence_file(self, number: int) -> AbstractAsyncContextManager[httpx2.Response]:
        """A file of evidence, as it comes."""
        return self._stream(f"/v1/evidence-files/{number}")

    async def data_quality(self) -> DataQuality:
        """Every rule of data quality, with how many things it finds."""
        return await self._get("/v1/data-quality", DataQuality)

    async def data_problems(self, rule: str, **wanted: object) -> DataProblems:
        """What one rule finds, a page at a time."""
        return await self._get(f"/v1/data-quality/{_in_path(rule)}", DataProblems, **wanted)

    async def notices(self, cursor: str = "") -> NoticeList:
        """One's own reminders: what waits, then what has stopped."""
        return await self._get("/v1/me/notices", NoticeList, limit=50, cursor=cursor)

    async def mail_rhythm(self) -> MailRhythm:
        """How often one gets them by mail."""
        response = await self._send("GET", "/v1/me/mail-rhythm")
        found = MailRhythm.model_validate_json(response.content)
        return found.model_copy(update={"etag": response.headers["ETag"]})

    async def choose_mail_rhythm(self, rhythm: str, *, once: str, if_match: str) -> MailRhythm:
        """How often one wants them."""
        return await self._post(
            "/v1/me/mail-rhythm", {"rhythm": rhythm}, MailRhythm, once=once, if_match=if_match
        )

    async def calendar(self, secret: str) -> Calendar:
        """What stands in the calendar at a private address. Raises SignedOut when it is nobody's."""
        return await self._post("/v1/calendar", {"secret": secret}, Calendar)

    async def calendar_address(self) -> CalendarAddress:
        """Whether one has an address."""
        return await self._get("/v1/me/calendar-address", CalendarAddress)

    async def make_calendar_address(self, *, once: str) -> CalendarAddressMade:
        """A new one in place of the one before."""
        return await self._post("/v1/me/calendar-address", None, CalendarAddressMade, once=once)

    async def end_calendar_address(self, *, once: str) -> None:
        """There is nothing at it from now on."""
        await self._tell("POST", "/v1/me/calendar-address/ending", None, once=once)

    async def cycle_progress(self) -> CycleProgress:
        """Who has not reported in the open cycles, in the ISGs that the person may chase in."""
        return await self._get("/v1/cycle-progress", CycleProgress)

    async def send_chasers(self, people: Sequence[Mapping[str, str]], *, once: str) -> ChasersSent:
        """Chases everybody in `people` (`email`, `isg`), or nobody."""
        return await self._post("/v1/chasers", {"people": people}, ChasersSent, once=once)

    async def audit(self, **wanted: str) -> Entries:
        """The audit trail, newest first. Raises ServiceError 422 for what can't be asked for, 403 for what is not theirs."""
        return await self._get("/v1/audit", Entries, **wanted)

    async def audit_proof(self) -> Proof:
        """How far the trail is chained, and what its last verification found."""
        return await self._get("/v1/audit/proof", Proof)

    async def redactions(self) -> Redactions:
        """All redactions, newest first."""
        return await self._get("/v1/redactions", Redactions)

    async def redaction_places(self, number: int) -> Places:
        """Where approving a redaction will blank something, and how often."""
        return await self._get(f"/v1/redactions/{number}/places", Places)

    async def ask_redaction(self, wish: Mapping[str, object], *, once: str) -> Redaction:
        """Asks for a text to be blanked: `entry`, `column`, `reason`."""
        return await self._post("/v1/redactions", wish, Redaction, once=once)

    async def decide_redaction(self, number: int, decision: Mapping[str, object], *, once: str) -> Redaction:
        """The second person's word: `approve`, and a `reason` when it is refused."""
        return await self._post(f"/v1/redactions/{number}/decision", decision, Redaction, once=once)

    async def findings_by_part(self, as_at: str = "") -> Parts:
        """How many findings are met, by type, core service, site, key question, regulation and source."""
        return await self._get("/v1/findings-by-part", Parts, as_at=as_at)

    async def assure(self, ref: str, decision: str, note: str | None, *, once: str, if_match: str) -> None:
        """The PMO's word on the evidence of a closed root cause: `assure` or `withdraw`."""
        path = f"/v1/root-causes/{_in_path(ref)}/assurance"
        await self._tell("POST", path, {"decision": decision, "note": note}, once=once, if_match=if_match)

    async def risks(self, **wanted: str) -> RiskList:
        """The risks that fit, the highest score first; without `state` those that are open."""
        return await self._get("/v1/risks", RiskList, **wanted)

    async def risk(self, ref: str) -> Risk:
        """One risk, with the ETag that a change of it is based on."""
        response = await self._send("GET", f"/v1/risks/{_in_path(ref)}")
        found = Risk.model_validate_json(response.content)
        return found.model_copy(update={"etag": response.headers["ETag"]})

    async def raise_risk(self, wish: Mapping[str, object], *, once: str) -> Risk:
        """Enters a risk."""
        return await self._post("/v1/risks", wish, Risk, once=once)

    async def change_risk(self, ref: str, wish: Mapping[str, object], *, once: str, if_match: str) -> Risk:
        """Changes a risk."""
        return await self._post(f"/v1/risks/{_in_path(ref)}", wish, Risk, once=once, if_match=if_match)

    async def review_risk(self, ref: str, wish: Mapping[str, object], *, once: str, if_match: str) -> Risk:
        """Records what ECIB said of it."""
        return await self._post(f"/v1/risks/{_in_path(ref)}/review", wish, Risk, once=once, if_match=if_match)

    async def close_risk(self, ref: str, reason: str, *, once: str, if_match: str) -> Risk:
        """It is a risk no longer."""
        path = f"/v1/risks/{_in_path(ref)}/closing"
        return await self._post(path, {"reason": reason}, Risk, once=once, if_match=if_match)

    async def my_updates(self) -> UpdateRows:
        """Every open root cause that the person reports on, with what an update of it needs."""
        return await self._get("/v1/my-updates", UpdateRows)

    async def confirm_unchanged(self, ref: str, *, once: str, if_match: str) -> UpdateAccepted:
        """Nothing has changed since the last update. Raises ServiceError 409 where that can't be said."""
        path = f"/v1/root-causes/{_in_path(ref)}/updates/unchanged"
        return await self._post(path, None, UpdateAccepted, once=once, if_match=if_match or None)

    async def list_exported(self, name: str, kind: str, filters: str, rows: int) -> None:
        """Notes in the audit trail that a list was taken out as a file."""
        noted = {"name": name, "kind": kind, "filters": filters[:2000], "rows": rows}
        await self._tell("POST", "/v1/list-exports", noted)

    async def people(self, **wanted: str) -> PersonList:
        """People by name."""
        return await self._get("/v1/people", PersonList, **wanted)

    async def person(self, email: str) -> Person:
        """One person, with the ETag that a change is based on."""
        response = await self._send("GET", f"/v1/people/{_in_path(email)}")
        found = Person.model_validate_json(response.content)
        return found.model_copy(update={"etag": response.headers["ETag"]})

    async def add_person(self, wish: Mapping[str, object], *, once: str) -> Person:
        """Somebody new."""
        return await self._post("/v1/people", wish, Person, once=once)

    async def change_person(
        self, email: str, wish: Mapping[str, object], *, once: str, if_match: str
    ) -> Person:
        """Name, email address or job title."""
        return await self._post(f"/v1/people/{_in_path(email)}", wish, Person, once=once, if_match=if_match)

    async def grant_role(self, email: str, role: str, isg: str | None, *, once: str) -> Person:
        """Gives a role."""
        return await self._post(
            f"/v1/people/{_in_path(email)}/roles", {"role": role, "isg": isg}, Person, once=once
        )

    async def end_role(self, email: str, role: str, isg: str | None, *, once: str) -> Person:
        """Takes a role away."""
        path = f"/v1/people/{_in_path(email)}/roles/ending"
        return await self._post(path, {"role": role, "isg": isg}, Person, once=once)

    async def make_sign_in_link(self, email: str, *, once: str) -> Link:
        """A link to choose a password with."""
        return await self._post(f"/v1/people/{_in_path(email)}/sign-in-link", None, Link, once=once)

    async def choose_password(self, secret: str, password: str) -> PasswordChosen:
        """By a link. Raises ServiceError 409 for one that holds no longer."""
        return await self._post(
            "/v1/sign-in/password", {"secret": secret, "password": password}, PasswordChosen
        )

    async def leave(self, email: str, successor: str | None, others: Mapping[str, str], *, once: str) -> Left:
        """Hands over all that a person holds, and ends their account."""
        path = f"/v1/people/{_in_path(email)}/leaving"
        return await self._post(path, {"successor": successor, "others": dict(others)}, Left, once=once)

    async def come_back(self, email: str, *, once: str) -> Person:
        """Somebody who had left is here again."""
        return await self._post(f"/v1/people/{_in_path(email)}/return", None, Person, once=once)

    async def end_sessions(self, email: str, session: str) -> None:
        """Ends one session of a person, or all."""
        path = f"/v1/people/{_in_path(email)}/sessions/ending"
        await self._send("POST", path, params={"session": session})

    async def deputies(self, email: str) -> tuple[DeputyShown, ...]:
        """Who reports for an owner."""
        return (await self._get(f"/v1/people/{_in_path(email)}/deputies", Deputies)).items

    async def name_deputies(self, email: str, deputies: Sequence[str], *, once: str) -> None:
        """Sets who reports for an owner: these, and nobody else."""
        path = f"/v1/people/{_in_path(email)}/deputies"
        await self._tell("POST", path, {"deputies": list(deputies)}, once=once)

    async def my_sessions(self) -> tuple[OpenSession, ...]:
        """Where I am signed in."""
        return (await self._get("/v1/me/sessions", OpenSessions)).items

    async def end_my_session(self, session: str, *, once: str) -> None:
        """Signs me out elsewhere. Raises ServiceError 409 where that has happened already."""
        await self._tell("POST", "/v1/me/sessions/ending", {"session": session}, once=once)

    async def isg_names(self) -> IsgNames:
        """The ISGs that a role can be for."""
        return await self._get("/v1/isg-names", IsgNames)

    async def partners(self) -> Partners:
        """Who asks for access and who has it."""
        return await self._get("/v1/partners", Partners)

    async def ask_for_access(self, wish: Mapping[str, object], *, once: str) -> None:
        """Asks for a client on a partner's behalf."""
        await self._tell("POST", "/v1/partners/requests", wish, once=once)

    async def decide_on_access(
        self, request_id: int, decision: str, reason: str | None, *, once: str
    ) -> Decided:
        """Approves, which makes the client; or refuses."""
        path = f"/v1/partners/requests/{request_id}/decision"
        return await self._post(path, {"decision": decision, "reason": reason}, Decided, once=once)

    async def partner_client(self, client_id: str) -> PartnerClientWhole:
        """One client with its webhooks."""
        return await self._get(f"/v1/partners/clients/{_in_path(client_id)}", PartnerClientWhole)

    async def renew_secret(self, client_id: str, overlap_days: int, *, once: str) -> SecretMade:
        """A new secret; the one before works on for so many days."""
        path = f"/v1/partners/clients/{_in_path(client_id)}/secret"
        return await self._post(path, {"overlap_days": overlap_days}, SecretMade, once=once)

    async def revoke_client(self, client_id: str, *, once: str) -> None:
        """From now on it gets nothing."""
        await self._tell("POST", f"/v1/partners/clients/{_in_path(client_id)}/revocation", None, once=once)

    async def register_webhook(
        self, client_id: str, url: str, kinds: Sequence[str], *, once: str
    ) -> WebhookMade:
        """An address that is told of events."""
        path = f"/v1/partners/clients/{_in_path(client_id)}/webhooks"
        return await self._post(path, {"url": url, "kinds": list(kinds)}, WebhookMade, once=once)

    async def webhook(self, webhook_id: int) -> WebhookWhole:
        """One webhook with its newest deliveries."""
        return await self._get(f"/v1/partners/webhooks/{webhook_id}", WebhookWhole)

    async def do_with_webhook(self, webhook_id: int, deed: str, *, once: str) -> None:
        """`test`, `ending` or `restart`."""
        await self._tell("POST", f"/v1/partners/webhooks/{webhook_id}/{deed}", None, once=once)

    async def renew_signing_secret(self, webhook_id: int, overlap_days: int, *, once: str) -> SecretMade:
        """A new signing secret; for so many days events are signed with both."""
        path = f"/v1/partners/webhooks/{webhook_id}/secret"
        return await self._post(path, {"overlap_days": overlap_days}, SecretMade, once=once)

    async def cycle_report(self, slug: str, cycle: int) -> CycleReport:
        """What an ISG says of a cycle, with the ETag that a new version is based on."""
        response = await self._send("GET", f"/v1/isgs/{_in_path(slug)}/reports/{cycle}")
        found = CycleReport.model_validate_json(response.content)
        return found.model_copy(update={"etag": response.headers["ETag"]})

    async def write_cycle_report(
        self, slug: str, cycle: int, wish: Mapping[str, object], *, once: str, if_match: str
    ) -> CycleReport:
        """A new version."""
        path = f"/v1/isgs/{_in_path(slug)}/reports/{cycle}"
        return await self._post(path, wish, CycleReport, once=once, if_match=if_match)

    async def confirm_cycle_report(self, slug: str, cycle: int, *, once: str, if_match: str) -> CycleReport:
        """The executive's word."""
        path = f"/v1/isgs/{_in_path(slug)}/reports/{cycle}/confirmation"
        return await self._post(path, None, CycleReport, once=once, if_match=if_match)

    async def hold_meeting(self, slug: str, cycle: int, held_on: str, *, once: str) -> MeetingHeld:
        """The ISG has met."""
        path = f"/v1/isgs/{_in_path(slug)}/meetings/{cycle}/held"
        return await self._post(path, {"held_on": held_on}, MeetingHeld, once=once)

    async def search(self, q: str, *, kind: str = "", limit: int) -> Found:
        """What has these words or this reference, of everything that the person may see."""
        return await self._get("/v1/search", Found, q=q, kind=kind, limit=limit)

    async def root_causes(self, **wanted: object) -> RootCauseList:
        """Those that fit; `class_` narrows by class. What is None or empty does not narrow."""
        return await self._get("/v1/root-causes", RootCauseList, **_as_sent(wanted))

    async def root_cause(self, ref: str) -> RootCause:
        """One root cause, with the ETag that a change of it is based on."""
        response = await self._send("GET", f"/v1/root-causes/{_in_path(ref)}")
        found = RootCause.model_validate_json(response.content)
        return found.model_copy(update={"etag": response.headers["ETag"]})

    async def timeline(self, ref: str) -> Timeline:
        """Everything that happened to a root cause, newest first."""
        return await self._get(f"/v1/root-causes/{_in_path(ref)}/timeline", Timeline)

    async def reporting(self, ref: str) -> Reporting:
        """What the update form offers today. Raises ServiceError 409 when there is nothing to report."""
        return await self._get(f"/v1/root-causes/{_in_path(ref)}/updates/form", Reporting)

    async def submit_update(
        self, ref: str, update: Mapping[str, object], *, once: str, if_match: str
    ) -> UpdateAccepted:
        """Sends an update for the cycle that is open."""
        path = f"/v1/root-causes/{_in_path(ref)}/updates"
        return await self._post(path, update, UpdateAccepted, once=once, if_match=if_match)

    async def save_draft(self, ref: str, fields: Mapping[str, object]) -> Draft:
        """Keeps what has been typed."""
        return await self._post(f"/v1/root-causes/{_in_path(ref)}/draft", {"fields": fields}, Draft)

    async def discard_draft(self, ref: str) -> None:
        """Forgets what has been typed."""
        await self._tell("POST", f"/v1/root-causes/{_in_path(ref)}/draft/discard", None)

    async def complete_action(self, ref: str, completed_date: str, *, once: str, if_match: str) -> None:
        """An action was done on a day."""
        path = f"/v1/actions/{_in_path(ref)}/completion"
        await self._tell("POST", path, {"completed_date": completed_date}, once=once, if_match=if_match)

    async def withdraw_action(self, ref: str, reason: str, *, once: str, if_match: str) -> None:
        """An action is no longer needed."""
        path = f"/v1/actions/{_in_path(ref)}/withdrawal"
        await self._tell("POST", path, {"reason": reason}, once=once, if_match=if_match)

    async def decide_closing(
        self, ref: str, decision: Mapping[str, object], *, once: str, if_match: str
    ) -> None:
        """The ISG's decision on a closure request: `decision`, `meeting_date`, `reason`."""
        path = f"/v1/root-causes/{_in_path(ref)}/closing"
        await self._tell("POST", path, decision, once=once, if_match=if_match)

    async def reopen(self, ref: str, reason: str, *, once: str, if_match: str) -> None:
        """Opens again what was closed."""
        path = f"/v1/root-causes/{_in_path(ref)}/reopening"
        await self._tell("POST", path, {"reason": reason}, once=once, if_match=if_match)

    async def impact_reviews(self, ref: str) -> ImpactReviews:
        """What the ISG is asked about a closed root cause that does not work, and was asked before."""
        return await self._get(f"/v1/root-causes/{_in_path(ref)}/impact-review", ImpactReviews)

    async def review_impact(self, ref: str, wish: Mapping[str, object], *, once: str, if_match: str) -> None:
        """What the ISG decided on it."""
        path = f"/v1/root-causes/{_in_path(ref)}/impact-review"
        await self._tell("POST", path, wish, once=once, if_match=if_match)

    async def decide_embedding(
        self, ref: str, decision: str, note: str | None, *, once: str, if_match: str
    ) -> None:
        """It is embedded, or no longer: `confirm` or `take_back`."""
        path = f"/v1/root-causes/{_in_path(ref)}/embedding"
        await self._tell("POST", path, {"decision": decision, "note": note}, once=once, if_match=if_match)

    async def release_updates(self, ref: str, *, once: str, if_match: str) -> None:
        """What was said of it is released before the ISG meets. Raises ServiceError 409 where all of it has been."""
        await self._tell(
            "POST", f"/v1/root-causes/{_in_path(ref)}/release", None, once=once, if_match=if_match
        )

    async def escalate(self, ref: str, reason: str, *, once: str, if_match: str) -> Escalation:
        """Puts a root cause before ECIB by hand."""
        path = f"/v1/root-causes/{_in_path(ref)}/escalations"
        return await self._post(path, {"reason": reason}, Escalation, once=once, if_match=if_match)

    async def assign_owner(self, ref: str, owner: str, *, once: str, if_match: str) -> None:
        """Hands a root cause to another owner, by email."""
        path = f"/v1/root-causes/{_in_path(ref)}/owner"
        await self._tell("POST", path, {"owner": owner}, once=once, if_match=if_match)

    async def chosen_root_causes(self, refs: Sequence[str]) -> tuple[ChosenRootCause, ...]:
        """These as they are now. Raises ServiceError 404 that names any that there is not."""
        return (await self._get("/v1/root-cause-choice", ChosenRootCauses, ref=list(refs))).items

    async def assign_owner_of_many(self, owner: str, chosen: Mapping[str, int], *, once: str) -> None:
        """Hands all to one owner, or none. Raises ServiceError 422 with each row at `root_causes.REF`."""
        wish = {"owner": owner, "root_causes": _versions(chosen)}
        await self._tell("POST", "/v1/root-cause-owners", wish, once=once)

    async def set_theme_of_many(self, theme: str | None, chosen: Mapping[str, int], *, once: str) -> None:
        """Gives all one theme, or none of them. Raises ServiceError 422 with each row at `root_causes.REF`."""
        wish = {"theme": theme, "root_causes": _versions(chosen)}
        await self._tell("POST", "/v1/root-cause-themes", wish, once=once)

    async def escalations(
        self, *, isg: str = "", states: Sequence[str] = (), limit: int = 100, cursor: str = ""
    ) -> EscalationQueue:
        """The ECIB queue in its order; without `states` all that have not ended."""
        return await self._get(
            "/v1/escalations", EscalationQueue, isg=isg, state=states or None, limit=limit, cursor=cursor
        )

    async def escalation(self, ref: str) -> Escalation:
        """One escalation, ended or not, with the ETag that a change of it is based on."""
        response = await self._send("GET", f"/v1/escalations/{_in_path(ref)}")
        found = Escalation.model_validate_json(response.content)
        return found.model_copy(update={"etag": response.headers["ETag"]})

    async def ecib_members(self) -> Members:
        """Those whose decision may be recorded."""
        return await self._get("/v1/ecib-members", Members)

    async def decide(
        self, ref: str, decision: Mapping[str, object], *, once: str, if_match: str
    ) -> Escalation:
        """ECIB's decision on an escalation; `if_match` is of its root cause."""
        path = f"/v1/escalations/{_in_path(ref)}/decisions"
        return await self._post(path, decision, Escalation, once=once, if_match=if_match)

    async def put_on_agenda(self, ref: str, meeting_date: str, *, once: str, if_match: str) -> Escalation:
        """Onto the agenda of an ECIB meeting; `if_match`, here as below, is of the root cause."""
        path = f"/v1/escalations/{_in_path(ref)}/agenda"
        return await self._post(
            path, {"meeting_date": meeting_date}, Escalation, once=once, if_match=if_match
        )

    async def ask_for_recovery_plan(self, ref: str, *, once: str, if_match: str) -> Escalation:
        """Asks the owner for a recovery plan."""
        path = f"/v1/escalations/{_in_path(ref)}/plan-request"
        return await self._post(path, None, Escalation, once=once, if_match=if_match)

    async def confirm_recovered(self, ref: str, *, once: str, if_match: str) -> Escalation:
        """ECIB confirms that it is back on track."""
        path = f"/v1/escalations/{_in_path(ref)}/recovery"
        return await self._post(path, None, Escalation, once=once, if_match=if_match)

    async def findings(self, **wanted: object) -> FindingList:
        """Those that fit, in the order of the workbook. What is None or empty does not narrow."""
        return await self._get("/v1/findings", FindingList, **_as_sent(wanted))

    async def finding(self, ref: str) -> Finding:
        """One finding with its root causes."""
        return await self._get(f"/v1/findings/{_in_path(ref)}", Finding)

    async def isgs(self) -> IsgList:
        """The Improvement Steering Groups in their order."""
        return await self._get("/v1/isgs", IsgList)

    async def meeting(self, slug: str) -> MeetingWhole:
        """What an ISG's next meeting has before it, and what has changed since the last."""
        return await self._get(f"/v1/isgs/{_in_path(slug)}/meeting", MeetingWhole)

    async def plan(self) -> PlanState:
        """The plan's state, and which ISGs' parts are approved."""
        return await self._get("/v1/plan", PlanState)

    async def approve(self, approval: Mapping[str, object], *, once: str) -> PlanState:
        """A forum has approved one ISG's part: `isg`, `approved_on`, `forum`."""
        return await self._post("/v1/plan/approvals", approval, PlanState, once=once)

    async def change_requests(self, **wanted: object) -> ChangeRequests:
        """Changes of the approved plan, newest first: `limit`, `cursor`."""
        return await self._get("/v1/change-requests", ChangeRequests, **wanted)

    async def send_workbook(self, workbook: AsyncIterator[bytes], *, check_only: bool) -> ImportRun:
        """Begins its import, or its check, which writes nothing. Answers when it is done, or after a few seconds."""
        response = await self._send(
            "POST",
            "/v1/import-runs",
            params={"check": "true" if check_only else None},
            content=workbook,
            headers={"Content-Type": XLSX},
            timeout=WHILE_IMPORTING,
        )
        return ImportRun.model_validate_json(response.content)

    async def send_kept_workbook(self, *, check_only: bool, checked_in: str = "") -> ImportRun:
        """The same of the workbook that the person has checked, in that run. Raises ServiceError 409 when it is gone."""
        response = await self._send(
            "POST",
            "/v1/import-runs/kept",
            params={"check": "true" if check_only else None, "run": checked_in or None},
            timeout=WHILE_IMPORTING,
        )
        return ImportRun.model_validate_json(response.content)

    async def import_run(self, run: int) -> ImportRun:
        """How far an import is that this person began, and what it came to."""
        return await self._get(f"/v1/import-runs/{run}", ImportRun)

    async def kept_headings(self) -> Headings:
        """Which of its headings are none of ours. Raises ServiceError 409 when it is not kept any more."""
        return await self._get("/v1/imports/kept/headings", Headings)

    async def heading_maps(self) -> HeadingMaps:
        """What is remembered of trackers' headings."""
        return await self._get("/v1/heading-maps", HeadingMaps)

    async def choose_headings(self, choices: Sequence[Mapping[str, object]], *, once: str) -> None:
        """Remembers them. Raises ServiceError 422 with each that can't be at `choices.N`."""
        await self._tell("POST", "/v1/heading-maps", {"choices": list(choices)}, once=once)

    async def forget_heading(self, number: int) -> None:
        """Forgets one."""
        await self._tell("POST", f"/v1/heading-maps/{number}/ending", None)

    def workbook(self) -> AbstractAsyncContextManager[httpx2.Response]:
        """The plan as a workbook, as it comes."""
        return self._stream("/v1/export")


def _in_path(reference: str) -> str:
    return quote(reference, safe="")


def _as_sent(wanted: Mapping[str, object]) -> dict[str, object]:
    """Python's own words carry an underscore at the end: class_ -> class."""
    return {name.rstrip("_"): value for name, value in wanted.items()}


def _versions(chosen: Mapping[str, int]) -> list[dict[str, object]]:
    return [{"ref": ref, "version": version} for ref, version in chosen.items()]
