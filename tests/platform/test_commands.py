"""`qip`: what operators do, on an embedded database that the commands start and stop themselves."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from services.cli.main import run
from services.shared.db import Database
from services.supervisor.embedded_postgres import EmbeddedPostgres
from services.supervisor.migrations_match import differences


class Operator:
    """Somebody at the command line of one empty system."""

    def __init__(self, data_folder: Path) -> None:
        self.data_folder = data_folder

    def qip(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        own = {key: value for key, value in os.environ.items() if not key.startswith("QIP_")}
        return subprocess.run(
            [sys.executable, "-m", "services.cli", *arguments],
            env=own | {"QIP_DATA_DIR": str(self.data_folder), "QIP_DEMO": "0"},
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )

    def add_administrator(self) -> None:
        added = self.qip(
            "user", "add", "Ada@trust.example", "--name", "Ada", "--role", "administrator", "--password-stdin",
            typed="a long password\n",
        )  # fmt: skip
        assert (added.returncode, added.stderr) == (0, "")


@pytest.fixture(scope="module")
def operator() -> Iterator[Operator]:
    with tempfile.TemporaryDirectory(prefix="qip-commands-") as folder:
        someone = Operator(Path(folder))
        with EmbeddedPostgres(someone.data_folder, durable=False):  # found by each command, which is quicker
            someone.add_administrator()
            yield someone


def test_a_client_is_printed_as_one_json_object_with_its_secret(operator: Operator) -> None:
    made = operator.qip("client", "create", "NHS England", "--scope", "plan:read", "kpi:read")
    client = json.loads(made.stdout)
    assert set(client) == {"client_id", "client_secret", "scopes"}
    assert client["scopes"] == ["kpi:read", "plan:read"]


def test_an_unknown_scope_is_refused_with_exit_code_2(operator: Operator) -> None:
    refused = operator.qip("client", "create", "NHS England", "--scope", "everything")
    assert refused.returncode == 2
    assert "everything" in refused.stderr


def test_a_short_password_is_refused_in_one_sentence(operator: Operator) -> None:
    refused = operator.qip("user", "password", "ada@trust.example", "--password-stdin", typed="short\n")
    assert (refused.returncode, refused.stderr) == (1, "Choose a password of at least 12 characters.\n")


def test_a_leaver_is_listed_as_deactivated(operator: Operator) -> None:
    operator.qip(
        "user",
        "add",
        "leaver@trust.example",
        "--name",
        "L",
        "--role",
        "reader",
        "--password-stdin",
        typed="a long password",
    )
    left = operator.qip("user", "deactivate", "leaver@trust.example")
    assert (left.returncode, left.stderr) == (0, "")
    assert left.stdout == "leaver@trust.example can no longer sign in; 1 role ended.\n"
    assert "leaver@trust.example\tL\tdeactivated" in operator.qip("user", "list").stdout
    again = operator.qip("user", "deactivate", "leaver@trust.example")
    assert (again.returncode, again.stderr) == (1, "L has left already.\n")
    last = operator.qip("user", "deactivate", "ada@trust.example")
    assert (last.returncode, last.stderr) == (1, "This is the last administrator: name another one first.\n")


async def test_a_leaver_who_holds_something_hands_it_over(operator: Operator) -> None:
    for email in ("holder@trust.example", "heir@trust.example"):
        operator.qip(
            "user", "add", email, "--name", email[:6].strip("@").capitalize(), "--role", "root_cause_owner", "--password-stdin",
            typed="a long password",
        )  # fmt: skip
    with EmbeddedPostgres(operator.data_folder) as postgres:
        database = Database(postgres.admin_url, pool_size=1)
        async with database.transaction() as db:
            await db.execute(
                text(
                    "INSERT INTO root_cause (reference, title, owner_id, position, recorded_at) "
                    "SELECT 'RC-9', 'Waits', id, 0, now() FROM person WHERE email = 'holder@trust.example'"
                )
            )
        refused = operator.qip("user", "deactivate", "holder@trust.example")
        assert refused.returncode == 1
        assert refused.stderr == "Holder still holds RC-9: say who takes over, with --hand-over-to EMAIL.\n"
        left = operator.qip(
            "user", "deactivate", "holder@trust.example", "--hand-over-to", "heir@trust.example"
        )
        assert left.stdout == (
            "holder@trust.example can no longer sign in; 1 role ended. 1 thing is handed over to heir@trust.example.\n"
        )
        async with database.transaction() as db:
            owner = await db.scalar(
                text(
                    "SELECT email FROM root_cause JOIN person ON person.id = owner_id WHERE reference = 'RC-9'"
                )
            )
        await database.dispose()
    assert owner == "heir@trust.example"


def test_a_backup_brings_back_what_was_lost(operator: Operator, tmp_path: Path) -> None:
    backup = tmp_path / "backup.tar"
    assert operator.qip("backup", str(backup)).returncode == 0
    with (
        tempfile.TemporaryDirectory(prefix="qip-restored-") as folder,
        EmbeddedPostgres(Path(folder), durable=False),
    ):
        elsewhere = Operator(Path(folder))
        restored = elsewhere.qip("restore", str(backup))
        assert restored.returncode == 0, restored.stderr
        assert "ada@trust.example" in elsewhere.qip("user", "list").stdout
        assert elsewhere.qip("audit", "verify").returncode == 0
        refused = elsewhere.qip("restore", str(backup))
        assert refused.returncode == 1
        assert "--replace" in refused.stderr


def test_doctor_finds_nothing_to_mend(operator: Operator) -> None:
    looked = operator.qip("doctor")
    assert "The database is at the newest migration" in looked.stdout
    assert "Each service has a login of its own" in looked.stdout
    assert "note  No mail is sent: QIP_SMTP_HOST is not set." in looked.stdout


async def test_an_altered_audit_trail_is_found_out(operator: Operator) -> None:
    assert operator.qip("audit", "verify").returncode == 0
    with EmbeddedPostgres(operator.data_folder) as postgres:
        database = Database(postgres.admin_url, pool_size=1)
        async with database.transaction() as db:
            await db.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER never"))
            await db.execute(
                text(
                    "UPDATE audit_entry SET changes = jsonb_set(changes, '{name,1}', '\"Eve\"') WHERE id = 1"
                )
            )
            await db.execute(text("ALTER TABLE audit_entry ENABLE TRIGGER never"))
        await database.dispose()
    found = operator.qip("audit", "verify")
    assert found.returncode == 1
    assert "name of person 1 is not what was recorded" in found.stderr


@pytest.mark.parametrize(
    "command",
    ["", "up", "migrate", "doctor", "demo load", "demo today", "import", "export", "pack", "client create", "user add",
     "user list", "user deactivate", "user password", "backup", "restore", "audit verify"],
)  # fmt: skip
def test_help_explains_every_command(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*command.split(), "--help"]) == 0
    assert f"Usage: qip {command}".strip() in capsys.readouterr().out


async def test_the_migrations_lead_to_the_models() -> None:
    assert await differences() is None


@pytest.mark.parametrize(
    ("command", "place"),
    [
        ("demo today 2019-13-01", "DATE"),
        ("pack board --as-at 2019-13-01 --out .", "--as-at"),
        ("import pyproject.toml --approve-as-at 2019-13-01", "--approve-as-at"),
    ],
)
def test_a_date_that_is_none_is_one_sentence(
    capsys: pytest.CaptureFixture[str], command: str, place: str
) -> None:
    assert run(command.split()) == 2
    said = capsys.readouterr()
    assert said.err == f"{place}: '2019-13-01' is not a real date. Write it like 2019-04-30.\n"
    assert said.out == ""


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (
            "user",
            "`qip user` needs a command: add, list, deactivate or password. `qip user --help` says what each does.",
        ),
        ("client", "`qip client` needs a command: create. `qip client --help` says what each does."),
        ("user nonsense", "`qip user` has no command 'nonsense'. `qip user --help` lists what it has."),
        ("usr", "`qip` has no command 'usr', but 'user'. `qip --help` lists what it has."),
        ("user add", "`qip user add` needs email. `qip user add --help` says what it takes."),
        (
            "user add a@b.c",
            "`qip user add` needs the option --name. `qip user add --help` says what it takes.",
        ),
        (
            "user add a@b.c --nope",
            "`qip user add` has no option --nope. `qip user add --help` lists what it has.",
        ),
        (
            "user list more",
            "`qip user list` takes nothing more: leave out more, or put what has spaces between quotes.",
        ),
        (
            "client create X --scope nope",
            "--scope: 'nope' is none of plan:read, kpi:read, escalations:read, packs:read or kpi:write.",
        ),
        ("client create X --scope", "--scope needs a value after it."),
        ("pack nope", "`qip pack` needs the option --as-at. `qip pack --help` says what it takes."),
        ("pack", "`qip pack` needs kind. `qip pack --help` says what it takes."),
    ],
)
def test_what_is_asked_wrongly_is_told_in_one_sentence_of_ours(
    capsys: pytest.CaptureFixture[str], command: str, sentence: str
) -> None:
    assert run(command.split()) == 2
    said = capsys.readouterr()
    assert (said.err, said.out) == (sentence + "\n", "")


def test_every_group_of_commands_says_what_it_has(capsys: pytest.CaptureFixture[str]) -> None:
    for command in ([], ["demo"], ["audit"]):
        assert run(command) == 2
        said = capsys.readouterr().err
        assert said.startswith(f"`{' '.join(['qip', *command])}` needs a command: ")
        assert said.count("\n") == 1
