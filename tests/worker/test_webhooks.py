"""Webhooks are delivered to a real receiver, signed so that another implementation of the standard verifies them."""

import asyncio
import base64
import hashlib
import hmac
import json
import ssl
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import text

from services.domain.words import FeedScope, PartnerEventKind
from services.shared.api_clients import create_client
from services.shared.audit_chain import verify
from services.shared.clock import real_now
from services.shared.db import Database
from services.shared.models import WebhookEndpoint
from services.shared.outward import Outcome, post
from services.shared.settings import settings
from services.shared.webhooks import PartnerEvent, new_salt, send_test_event, signing_secret, tell_partners
from services.worker import mail, webhooks
from services.worker.mail import send_digests
from services.worker.settings import WorkerSettings
from services.worker.webhooks import deliver_webhooks
from tests.conftest import TestDatabase
from tests.worker.mailbox import Mailbox

EVENT = PartnerEvent(PartnerEventKind.PACK_PUBLISHED, {"kind": "board", "as_at": "2019-04-30"})


class PartnersSystem:
    """A partner's receiver on this machine, written on sockets alone: it keeps what came, and answers as it is told."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.answer = b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Reads one request, and answers."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        first, *lines = head.strip().splitlines()
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.requests.append(({**headers, "": first}, body))
        writer.write(self.answer)
        writer.close()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["PartnersSystem"]:
        """On a free port."""
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks?of=qip"
        async with server:
            yield self


def verifies(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """A receiver's own verification, from the text of the Standard Webhooks specification."""
    if abs(time.time() - int(headers["webhook-timestamp"])) > 300:
        return False
    prefix, _, encoded = secret.partition("_")
    assert prefix == "whsec"
    content = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    expected = base64.b64encode(
        hmac.new(base64.b64decode(encoded), content, hashlib.sha256).digest()
    ).decode()
    versioned = [each.split(",", 1) for each in headers["webhook-signature"].split(" ")]
    return any(version == "v1" and hmac.compare_digest(given, expected) for version, given in versioned)


@pytest.fixture
def to_this_machine() -> Iterator[None]:
    """The development setting, without which nothing on this machine is ever called."""
    settings().webhooks_to_this_machine = True
    yield
    settings().webhooks_to_this_machine = False


@pytest.fixture
async def partner() -> AsyncIterator[PartnersSystem]:
    """A partner's receiver that takes what comes."""
    async with PartnersSystem().listening() as listening:
        yield listening


@pytest.fixture
def worker_database(database: TestDatabase) -> Database:
    """With the rights that the worker has in service."""
    return database.worker


async def endpoint(database: TestDatabase, url: str, salt: str | None = None) -> int:
    """A registered webhook of a client that may read packs; its number."""
    async with database.owner.transaction() as db:
        made = await create_client(db, "Partner", [FeedScope.PACKS_READ])
        client_id = await db.scalar(
            text("SELECT id FROM api_client WHERE client_id = :c"), {"c": made.client_id}
        )
        person = await db.scalar(text("SELECT min(id) FROM person"))
        row = WebhookEndpoint(
            api_client_id=client_id, url=url, kinds=["pack.published"], salt=salt or new_salt(), registered_by=person,
            recorded_at=await db.scalar(text("SELECT now()")),
        )  # fmt: skip
        db.add(row)
        await db.flush()
        return row.id


async def tell(database: TestDatabase, event: PartnerEvent = EVENT) -> None:
    """Something happens in the reporting service."""
    async with database.reporting.transaction() as db:
        await tell_partners(db, event)


async def make_due(database: TestDatabase) -> None:
    """As if the time until the next attempt had gone by."""
    async with database.owner.transaction() as db:
        await db.execute(text("UPDATE webhook_delivery SET next_attempt_at = now() - interval '1 second'"))


async def one(database: TestDatabase, sql: str) -> Any:
    """The one row."""
    async with database.owner.transaction() as db:
        return (await db.execute(text(sql))).one()


async def column(database: TestDatabase, sql: str) -> Sequence[Any]:
    """A column."""
    async with database.owner.transaction() as db:
        return (await db.scalars(text(sql))).all()


@pytest.mark.usefixtures("to_this_machine")
async def test_an_event_arrives_once_and_its_signature_is_verified_by_another_implementation(
    database: TestDatabase, worker_database: Database, partner: PartnersSystem
) -> None:
    salt = new_salt()
    await endpoint(database, partner.url, salt)
    await tell(database)
    assert await deliver_webhooks(worker_database) == 1
    assert await deliver_webhooks(worker_database) == 0
    ((headers, body),) = partner.requests
    assert headers[""] == "POST /hooks?of=qip HTTP/1.1"
    assert headers["content-type"] == "application/json"
    sent = json.loads(body)
    assert (sent["type"], sent["data"]) == ("pack.published", {"kind": "board", "as_at": "2019-04-30"})
    assert verifies(signing_secret(salt), headers, body)
    assert not verifies(signing_secret(new_salt()), headers, body)
    assert not verifies(signing_secret(salt), headers, body + b" ")
    assert not verifies(signing_secret(salt), {**headers, "webhook-id": "msg_other"}, body)
    attempt = await one(database, "SELECT status_code, error FROM webhook_attempt")
    assert tuple(attempt) == (204, None)


@pytest.mark.usefixtures("to_this_machine")
async def test_while_one_secret_replaces_another_either_verifies(
    database: TestDatabase, worker_database: Database, partner: PartnersSystem
) -> None:
    new, old = new_salt(), new_salt()
    await endpoint(database, partner.url, new)
    for until in (timedelta(days=1), timedelta(seconds=-1)):
        async with database.owner.transaction() as db:
            await db.execute(
                text("UPDATE webhook_endpoint SET previous_salt = :old, previous_until = :until"),
                {"old": old, "until": real_now() + until},
            )
        await tell(database)
        await deliver_webhooks(worker_database)
    during, after = partner.requests
    assert [verifies(signing_secret(salt), *during) for salt in (new, old)] == [True, True]
    assert [verifies(signing_secret(salt), *after) for salt in (new, old)] == [True, False]


async def test_what_rolls_back_is_told_to_nobody_and_what_nobody_listens_to_is_not_kept(
    database: TestDatabase,
) -> None:
    await tell(database)
    assert await column(database, "SELECT kind FROM webhook_event") == []
    await endpoint(database, "https://partner.example/")

    async def fail_after_telling() -> None:
        async with database.reporting.transaction() as db:
            await tell_partners(db, EVENT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_after_telling()
    assert await column(database, "SELECT kind FROM webhook_event") == []
    await tell(database, PartnerEvent(PartnerEventKind.ESCALATION_DECIDED, {"ref": "ESC-0001"}))
    assert await column(database, "SELECT kind FROM webhook_event") == [], "it may not read escalations"


@pytest.mark.usefixtures("to_this_machine")
async def test_what_fails_is_tried_again_under_the_same_id_with_each_answer_in_the_log(
    database: TestDatabase, worker_database: Database, partner: PartnersSystem
) -> None:
    await endpoint(database, partner.url)
    await tell(database)
    partner.answer = b"HTTP/1.1 503 Busy\r\nContent-Length: 5\r\n\r\nLater"
    assert await deliver_webhooks(worker_database) == 0
    assert await deliver_webhooks(worker_database) == 0, "not before its time"
    assert len(partner.requests) == 1
    await make_due(database)
    partner.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    assert await deliver_webhooks(worker_database) == 1
    first, second = partner.requests
    assert first[0]["webhook-id"] == second[0]["webhook-id"]
    assert first[1] == second[1]
    assert await column(database, "SELECT status_code FROM webhook_attempt ORDER BY id") == [503, 200]


@pytest.mark.usefixtures("to_this_machine")
async def test_after_three_days_of_failing_it_is_stopped_and_told_nothing_more(
    database: TestDatabase, worker_database: Database, partner: PartnersSystem
) -> None:
    await endpoint(database, partner.url)
    await tell(database)
    partner.answer = b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"
    for _ in range(11):
        await make_due(database)
        await deliver_webhooks(worker_database)
    assert len(partner.requests) == 10
    stopped = await one(database, "SELECT disabled_at IS NOT NULL, disabled_because FROM webhook_endpoint")
    assert tuple(stopped) == (True, "Ten attempts in three days failed.")
    trail = await one(
        database,
        "SELECT actor FROM audit_entry WHERE table_name = 'webhook_endpoint' ORDER BY id DESC LIMIT 1",
    )
    assert trail.actor == "service:worker"
    await tell(database)
    assert await deliver_webhooks(worker_database) == 0
    assert len(partner.requests) == 10


@pytest.mark.usefixtures("to_this_machine")
async def test_a_receiver_that_is_gone_for_good_is_stopped_at_once(
    database: TestDatabase, worker_database: Database, partner: PartnersSystem
) -> None:
    await endpoint(database, partner.url)
    await tell(database)
    partner.answer = b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"
    await deliver_webhooks(worker_database)
    assert (await one(database, "SELECT disabled_because FROM webhook_endpoint"))[
        0
    ] == "It answered 410 Gone."


@pytest.mark.usefixtures("to_this_machine")
async def test_one_partners_silence_holds_up_no_other(
    database: TestDatabase, worker_database: Database, partner: PartnersSystem
) -> None:
    await endpoint(database, "http://127.0.0.1:1/")
    await endpoint(database, partner.url)
    await tell(database)
    assert await deliver_webhooks(worker_database) == 1
    assert await column(database, "SELECT error FROM webhook_attempt WHERE error IS NOT NULL") == [
        "connection_refused"
    ]


@pytest.mark.usefixtures("to_this_machine")
async def test_two_workers_send_an_event_once(
    database: TestDatabase, worker_database: Database, partner: PartnersSystem
) -> None:
    await endpoint(database, partner.url)
    for _ in range(3):
        await tell(database)
    counts = await asyncio.gather(*(deliver_webhooks(worker_database) for _ in range(3)))
    assert sum(counts) == 3
    assert len({headers["webhook-id"] for headers, _ in partner.requests}) == len(partner.requests) == 3


@pytest.mark.usefixtures("to_this_machine")
@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (b"HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n", 302),
        (b"HTTP/1.1 307 There\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", 307),
        (b"HTTP/1.1 500 No\r\nContent-Length: 999999999999\r\n\r\n" + b"x" * 100_000, 500),
    ],
)
async def test_redirects_are_not_followed_and_bodies_not_read(
    partner: PartnersSystem, answer: bytes, status: int
) -> None:
    partner.answer = answer
    assert await post(partner.url, b"{}", {}) == Outcome(status=status)
    assert len(partner.requests) == 1


@pytest.mark.usefixtures("to_this_machine")
async def test_a_receiver_that_never_answers_or_talks_nonsense_is_left_in_time(
    partner: PartnersSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    partner.answer = b"nonsense\r\n\r\n"
    assert await post(partner.url, b"{}", {}) == Outcome(error="broken_answer")
    monkeypatch.setattr("services.shared.outward.WHOLE_SECONDS", 0.2)

    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(never, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert await post(f"http://127.0.0.1:{port}/", b"{}", {}) == Outcome(error="timed_out")


async def test_without_the_setting_nothing_on_this_machine_is_called(partner: PartnersSystem) -> None:
    assert await post(partner.url, b"{}", {}) == Outcome(error="address_refused")
    inside = partner.url.replace("http:", "https:")
    assert await post(inside, b"{}", {}) == Outcome(error="address_inside_a_network")
    assert partner.requests == []


@pytest.mark.parametrize(
    ("addresses", "error"),
    [
        (["127.0.0.1"], "address_inside_a_network"),
        (["81.2.69.142", "10.0.0.1"], "address_inside_a_network"),
        (["::ffff:169.254.169.254"], "address_inside_a_network"),
        ([], "name_not_found"),
    ],
)
async def test_a_name_that_points_inwards_by_the_time_of_delivery_is_not_called(
    database: TestDatabase,
    worker_database: Database,
    monkeypatch: pytest.MonkeyPatch,
    addresses: list[str],
    error: str,
) -> None:
    """DNS rebinding: it was public when it was registered."""
    await endpoint(database, "https://partner.example/hooks")
    await tell(database)

    async def found(_host: str, _port: int) -> list[str]:
        return addresses

    monkeypatch.setattr("services.shared.outward.addresses_of", found)
    assert await deliver_webhooks(worker_database) == 0
    assert await column(database, "SELECT error FROM webhook_attempt") == [error]


@pytest.mark.usefixtures("to_this_machine")
async def test_the_connection_goes_to_the_address_that_was_checked_and_the_name_is_asked_for_once(
    partner: PartnersSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second answer of the name server would be another address: it is never asked for."""
    port = int(partner.url.rpartition(":")[2].partition("/")[0])
    answers = [["127.0.0.1"], ["10.0.0.1"]]

    async def found(host: str, _port: int) -> list[str]:
        assert host == "partner.example"
        return answers.pop(0)

    monkeypatch.setattr("services.shared.outward.addresses_of", found)
    outcome = await post(f"http://partner.example:{port}/there", b"{}", {})
    assert outcome == Outcome(status=204)
    ((headers, _),) = partner.requests
    assert headers["host"] == f"partner.example:{port}"
    assert len(answers) == 1


@pytest.mark.usefixtures("to_this_machine")
async def test_a_test_event_goes_to_one_endpoint_alone(
    database: TestDatabase, worker_database: Database, partner: PartnersSystem
) -> None:
    number, _ = await endpoint(database, partner.url), await endpoint(database, partner.url)
    async with database.plan.transaction() as db:
        await send_test_event(db, number)
    assert await deliver_webhooks(worker_database) == 1
    ((_, body),) = partner.requests
    assert json.loads(body)["type"] == "test"


@pytest.mark.usefixtures("to_this_machine")
@pytest.mark.parametrize(
    "over",
    [
        "UPDATE api_client SET revoked_at = now()",
        "UPDATE api_client SET expires_on = current_date - 1",
        "UPDATE webhook_endpoint SET ended_at = now()",
    ],
)
async def test_what_waits_for_a_client_that_is_over_meanwhile_is_not_sent(
    database: TestDatabase, worker_database: Database, partner: PartnersSystem, over: str
) -> None:
    await endpoint(database, partner.url)
    await tell(database)
    async with database.owner.transaction() as db:
        await db.execute(text(over))
    assert await deliver_webhooks(worker_database) == 0
    assert partner.requests == []
    assert await column(database, "SELECT given_up_at IS NOT NULL FROM webhook_delivery") == [True]


def certificate_of(name: str, folder: Path) -> Path:
    """A certificate of this name, signed by itself, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(real_now() - timedelta(days=1))
        .not_valid_after(real_now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / f"{name}.pem"
    pem.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return pem


@pytest.mark.usefixtures("to_this_machine")
@pytest.mark.parametrize(
    ("certified", "believed", "expected"),
    [
        ("partner.example", True, Outcome(status=204)),
        ("partner.example", False, Outcome(error="certificate_refused")),
        ("other.example", True, Outcome(error="certificate_refused")),
    ],
)
async def test_the_certificate_has_to_be_that_of_the_name_though_the_connection_goes_to_a_number(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, certified: str, believed: bool, expected: Outcome
) -> None:
    pem = certificate_of(certified, tmp_path)
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(pem)
    asked: list[str | None] = []
    own.sni_callback = lambda _socket, name, _context: asked.append(name)

    async def here(_host: str, _port: int) -> list[str]:
        return ["127.0.0.1"]

    monkeypatch.setattr("services.shared.outward.addresses_of", here)
    if believed:
        trusting = ssl.create_default_context(cafile=str(pem))
        monkeypatch.setattr("services.shared.outward.trusted_authorities", lambda: trusting)
    partner = PartnersSystem()
    server = await asyncio.start_server(partner.serve, "127.0.0.1", 0, ssl=own)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert await post(f"https://partner.example:{port}/", b"{}", {}) == expected
    assert asked == ["partner.example"]
    assert len(partner.requests) == (expected.status is not None)


@pytest.fixture
async def mailbox(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Mailbox]:
    """The mail server that the worker's mail goes to."""
    box = Mailbox()
    async with box.listening() as port:
        settings = WorkerSettings(
            _env_file=None,
            smtp_host="127.0.0.1",
            smtp_port=port,
            smtp_from="qip@trust.example",
            smtp_tls="none",
        )
        for module in (mail, webhooks):
            monkeypatch.setattr(module, "worker_settings", lambda: settings)
        yield box


async def asked_for_by(database: TestDatabase, contact: str) -> None:
    """The client was asked for on behalf of a partner with this contact."""
    async with database.owner.transaction() as db:
        await db.execute(
            text("""
                INSERT INTO client_request (name, contact, purpose, scopes, months, asked_by, asked_on, recorded_at, decision,
                                            decided_by, decided_at, api_client_id)
                SELECT 'Partner', :contact, 'Feeds', '{packs:read}', 12, min(p.id), '2019-05-01', now(), 'approve',
                       max(p.id), now(), (SELECT max(id) FROM api_client) FROM person p
            """),
            {"contact": contact},
        )


@pytest.mark.usefixtures("to_this_machine")
async def test_the_partners_contact_is_mailed_once_when_its_webhook_is_stopped(
    database: TestDatabase, worker_database: Database, partner: PartnersSystem, mailbox: Mailbox
) -> None:
    await endpoint(database, partner.url)
    await asked_for_by(database, "data@partner.example")
    await tell(database)
    partner.answer = b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"
    for attempt in range(11):
        await make_due(database)
        await deliver_webhooks(worker_database)
        assert await send_digests(worker_database) == (attempt == 9)
    (message,) = mailbox.accepted
    assert message["To"] == "data@partner.example"
    assert message["Subject"] == "Your webhook of the Quality Improvement Plan is stopped"
    said = message.get_content()
    assert (
        "Nothing is sent to 127.0.0.1 any more, for your client “Partner”: ten attempts in three days failed."
        in said
    )
    assert "of=qip" not in said, "what stands in the address may be a key of theirs"
    async with database.owner.transaction() as db:
        assert (await verify(db)).breaks == []


@pytest.mark.usefixtures("to_this_machine", "mailbox")
async def test_a_client_without_a_contact_is_stopped_all_the_same(
    database: TestDatabase, worker_database: Database, partner: PartnersSystem
) -> None:
    await endpoint(database, partner.url)
    await asked_for_by(database, "[redacted]")
    await tell(database)
    partner.answer = b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n"
    await deliver_webhooks(worker_database)
    assert await column(database, "SELECT disabled_because FROM webhook_endpoint") == [
        "It answered 410 Gone."
    ]
    assert await send_digests(worker_database) == 0
