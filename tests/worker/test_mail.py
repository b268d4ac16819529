"""Digests by SMTP: each once, never lost, and repeated only when nobody can know whether the server took it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from services.shared.db import Database
from services.worker import mail
from services.worker.mail import send_digests, wait_before_next_mail, waiting_mail
from services.worker.settings import WorkerSettings
from tests.worker.mailbox import Mailbox
from tests.worker.steps import eventually, worker_environment
from tests.worker.test_process import started_worker

BODY = "Dear Ann,\n\nReport on RC-1 “Too few nurses on wards”.\n.\nA line that begins with a dot.\n"
FROM = "qip@trust.example"


async def make(owner: Database, *addresses: str) -> None:
    """A digest for each of these people."""
    async with owner.transaction() as db:
        for address in addresses:
            await db.execute(
                text("""
                    WITH person AS (
                      INSERT INTO person (email, name, recorded_at) VALUES (:email, 'Ann', now()) RETURNING id)
                    INSERT INTO digest (person_id, day, occasion, message_id, sent_to, subject, body, recorded_at, made_at,
                                        next_attempt_at)
                    SELECT id, '2019-05-22', 'day', '<' || replace(:email, '@', '.') || '@qip.example>', :email,
                           '1 update to give', :body,
                           now(), '2019-05-22 06:00Z', now() FROM person"""),
                {"email": address, "body": BODY},
            )


async def row(owner: Database) -> Any:
    """What became of the one digest."""
    async with owner.transaction() as db:
        return (await db.execute(text("SELECT * FROM digest"))).one()


async def make_due(owner: Database) -> None:
    """Its time has come."""
    async with owner.transaction() as db:
        await db.execute(text("UPDATE digest SET next_attempt_at = now() - interval '1 second'"))


async def unsent(owner: Database) -> int:
    async with owner.transaction() as db:
        return await waiting_mail(db)


@pytest.fixture
async def mailbox(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Mailbox]:
    """A server that this process's mail goes to."""
    box = Mailbox()
    async with box.listening() as port:
        settings = WorkerSettings(
            _env_file=None, smtp_host="127.0.0.1", smtp_port=port, smtp_from=FROM, smtp_tls="none"
        )
        monkeypatch.setattr(mail, "worker_settings", lambda: settings)
        yield box


async def test_a_digest_is_sent_once_as_it_was_made(
    owner: Database, worker_database: Database, mailbox: Mailbox
) -> None:
    await make(owner, "ann@trust.example")
    assert await send_digests(worker_database) == 1
    assert await send_digests(worker_database) == 0
    (message,) = mailbox.accepted
    assert {name: message[name] for name in ("From", "To", "Subject", "Message-ID", "Date")} == {
        "From": FROM,
        "To": "ann@trust.example",
        "Subject": "1 update to give",
        "Message-ID": "<ann.trust.example@qip.example>",
        "Date": "Wed, 22 May 2019 06:00:00 +0000",
    }
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content().replace("\r\n", "\n") == BODY
    kept = await row(owner)
    assert kept.sent_at is not None
    assert (kept.attempts, kept.handed_over, kept.last_error) == (0, 0, None)


async def test_several_workers_side_by_side_send_each_once(
    owner: Database, worker_database: Database, mailbox: Mailbox
) -> None:
    await make(owner, *(f"person-{number}@trust.example" for number in range(30)))

    async def work_until_nothing_waits() -> None:
        while await unsent(owner):
            await send_digests(worker_database)

    await asyncio.gather(*(work_until_nothing_waits() for _ in range(3)))
    assert len(mailbox.accepted) == len(set(mailbox.ids)) == 30


async def test_a_server_that_is_away_loses_nothing_and_each_wait_is_longer(
    owner: Database, worker_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make(owner, "ann@trust.example", "bob@trust.example")
    box = Mailbox()
    async with box.listening() as port:
        pass
    settings = WorkerSettings(
        _env_file=None, smtp_host="127.0.0.1", smtp_port=port, smtp_from=FROM, smtp_tls="none"
    )
    monkeypatch.setattr(mail, "worker_settings", lambda: settings)
    for _ in range(2):
        assert await send_digests(worker_database) == 0
        await make_due(owner)
    async with owner.transaction() as db:
        rows = (await db.execute(text("SELECT attempts, last_error, sent_at, given_up_at FROM digest"))).all()
    assert [tuple(each) for each in rows] == [
        (2, "The mail server can’t be reached (SMTPConnectError).", None, None)
    ] * 2
    async with box.listening(port):
        assert await send_digests(worker_database) == 2
    assert len(box.accepted) == 2


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 2), (6, 32), (7, 60), (1_000_000, 60)])
def test_the_wait_doubles_from_a_minute_to_an_hour(attempts: int, minutes: int) -> None:
    assert wait_before_next_mail(attempts) == timedelta(minutes=minutes)


@pytest.mark.parametrize("place", ["answer_to_recipient", "answer_to_data"])
@pytest.mark.parametrize(
    ("answer", "given_up"),
    [("451 Try again later", False), ("550 No such\u2028mailbox here", True)],
)
async def test_later_is_tried_again_and_never_is_recorded_and_left(
    owner: Database, worker_database: Database, mailbox: Mailbox, place: str, answer: str, given_up: bool
) -> None:
    answer = answer.replace("\u2028", " ")
    await make(owner, "ann@trust.example")
    setattr(mailbox, place, answer)
    assert await send_digests(worker_database) == 0
    kept = await row(owner)
    assert (kept.attempts, kept.handed_over, kept.last_error) == (1, 0, answer)
    assert (kept.given_up_at is not None) is given_up
    setattr(mailbox, place, "250 OK")
    await make_due(owner)
    assert await send_digests(worker_database) == (0 if given_up else 1)
    assert len(mailbox.accepted) == (0 if given_up else 1)


async def test_one_address_that_is_refused_holds_nobody_else_back(
    owner: Database, worker_database: Database, mailbox: Mailbox
) -> None:
    await make(
        owner, "ann@trust.example\r\nbcc: all@trust.example", "müller@trust.example", "bob@trust.example"
    )
    assert await send_digests(worker_database) == 1
    assert mailbox.recipients == ["bob@trust.example"]
    async with owner.transaction() as db:
        given_up = await db.scalars(text("SELECT last_error FROM digest WHERE given_up_at IS NOT NULL"))
        assert set(given_up) == {"This is not an email address that mail can go to."}


async def test_who_has_left_gets_no_mail(
    owner: Database, worker_database: Database, mailbox: Mailbox
) -> None:
    await make(owner, "ann@trust.example")
    async with owner.transaction() as db:
        await db.execute(text("UPDATE person SET deactivated_at = now()"))
    assert await send_digests(worker_database) == 0
    assert mailbox.recipients == []
    assert (await row(owner)).last_error == "The person has left the trust."


async def test_the_workers_login_may_not_change_what_a_digest_says(worker_database: Database) -> None:
    with pytest.raises(Exception, match="permission denied"):
        async with worker_database.transaction() as db:
            await db.execute(text("UPDATE digest SET body = 'Send me your password'"))


async def test_without_a_mail_server_nothing_is_sent(owner: Database, worker_database: Database) -> None:
    await make(owner, "ann@trust.example")
    assert await send_digests(worker_database) == 0
    assert (await row(owner)).attempts == 0


# -- the worker as a process, killed ----------------------------------------------------------------------------------


@asynccontextmanager
async def a_worker(worker_database: Database, data: Path, port: int) -> AsyncIterator[Any]:
    """A worker process whose mail goes to this port, and that finds no service."""
    environment = worker_environment(worker_database, data, "http://127.0.0.1:9") | {
        "QIP_PLAN_URL": "http://127.0.0.1:9", "QIP_SMTP_HOST": "127.0.0.1", "QIP_SMTP_PORT": str(port),
        "QIP_SMTP_FROM": FROM, "QIP_SMTP_TLS": "none",
    }  # fmt: skip
    async with started_worker(environment) as worker:
        yield worker


async def is_sent(owner: Database) -> bool:
    return (await row(owner)).sent_at is not None


async def commits_wait(owner: Database) -> bool:
    """The worker has the server's answer, and its own transaction waits for the row that the test holds."""
    async with owner.transaction() as db:
        waiting = await db.scalar(
            text(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
        )
    return bool(waiting)


async def killed_between_acceptance_and_commit(
    owner: Database, worker_database: Database, box: Mailbox, port: int, data: Path
) -> None:
    """kill -9 of a worker that has been told 250 and has not kept it."""
    accepted = asyncio.Event()
    async with AsyncExitStack() as holding:

        async def hold_the_row() -> None:
            db = await holding.enter_async_context(owner.transaction())
            await db.execute(text("SELECT id FROM digest FOR UPDATE"))
            accepted.set()

        box.once_accepted = hold_the_row
        async with a_worker(worker_database, data, port) as worker:
            await asyncio.wait_for(accepted.wait(), 20)
            await eventually(lambda: commits_wait(owner))
            worker.kill()
            await worker.wait()
    box.once_accepted = Mailbox().once_accepted


async def test_a_worker_killed_between_acceptance_and_commit_has_it_repeated_once_with_its_message_id(
    owner: Database, worker_database: Database, tmp_path: Path
) -> None:
    await make(owner, "ann@trust.example")
    box = Mailbox()
    async with box.listening() as port:
        await killed_between_acceptance_and_commit(owner, worker_database, box, port, tmp_path)
        assert not await is_sent(owner)
        async with a_worker(worker_database, tmp_path, port):
            await eventually(lambda: is_sent(owner))
            await asyncio.sleep(0.5)
    assert box.ids == ["<ann.trust.example@qip.example>"] * 2
    assert box.accepted[0].as_bytes() == box.accepted[1].as_bytes()


async def test_a_worker_killed_there_twice_has_it_repeated_no_further_and_the_row_says_so(
    owner: Database, worker_database: Database, tmp_path: Path
) -> None:
    await make(owner, "ann@trust.example")
    box = Mailbox()
    async with box.listening() as port:
        for _ in range(2):
            await killed_between_acceptance_and_commit(owner, worker_database, box, port, tmp_path)
        async with a_worker(worker_database, tmp_path, port):
            await eventually(lambda: given_up(owner))
    assert len(box.accepted) == 2
    assert "may have arrived" in (await row(owner)).last_error


async def given_up(owner: Database) -> bool:
    return (await row(owner)).given_up_at is not None


async def test_a_worker_killed_before_acceptance_has_it_sent_once(
    owner: Database, worker_database: Database, tmp_path: Path
) -> None:
    await make(owner, "ann@trust.example")
    box, asked, goes_on = Mailbox(), asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        asked.set()
        await goes_on.wait()

    async with box.listening() as port:
        for _ in range(3):  # however often: nothing was handed over
            asked.clear()
            box.before_recipient = wait
            async with a_worker(worker_database, tmp_path, port) as worker:
                await asyncio.wait_for(asked.wait(), 20)
                worker.kill()
                await worker.wait()
        goes_on.set()
        assert box.accepted == []
        async with a_worker(worker_database, tmp_path, port):
            await eventually(lambda: is_sent(owner))
    assert box.ids == ["<ann.trust.example@qip.example>"]


async def test_a_worker_that_is_told_to_stop_keeps_what_the_server_said(
    owner: Database, worker_database: Database, tmp_path: Path
) -> None:
    await make(owner, "ann@trust.example")
    box, accepted, goes_on = Mailbox(), asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        accepted.set()
        await goes_on.wait()

    box.once_accepted = wait
    async with box.listening() as port, a_worker(worker_database, tmp_path, port) as worker:
        await asyncio.wait_for(accepted.wait(), 20)
        worker.terminate()
        await asyncio.sleep(0.3)
        goes_on.set()
        assert await asyncio.wait_for(worker.wait(), 20) == 0
    assert await is_sent(owner)
    assert len(box.accepted) == 1
