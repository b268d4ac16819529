"""`qip`: what operators do from the command line. Each group of commands is a module of this package.

Every command exits 0 when it did what was asked, 2 when it was asked wrongly (an unknown option, a workbook with
problems) and 1 for any other reason, which is one sentence on stderr.
"""

import sys
import traceback

import typer
from sqlalchemy.exc import DBAPIError
from typer.exceptions import Abort, TyperException

from services.cli import (
    api_clients,
    audit,
    backups,
    database,
    demo_plan,
    doctor,
    packs,
    running,
    users,
    workbooks,
)
from services.cli.asked_wrongly import sentence_for
from services.domain.errors import DomainError
from services.shared.logging import log_trouble_alone
from services.shared.settings import settings
from services.supervisor.embedded_postgres import EmbeddedPostgresError

app = typer.Typer(
    name="qip",
    help="Runs an NHS trust's Quality Improvement Plan.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for group in (running, database, doctor, workbooks, packs, backups):
    group.add_to(app)
for name, commands in {"demo": demo_plan, "client": api_clients, "user": users, "audit": audit}.items():
    app.add_typer(commands.app, name=name)


def main() -> None:
    """The command line: never a traceback, always an exit code that tells."""
    log_trouble_alone()
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Runs one command and answers its exit code."""
    try:
        code = app(arguments, prog_name="qip", standalone_mode=False)
    except TyperException as error:
        return _refuse(sentence_for(error), error.exit_code)
    except (Exception, KeyboardInterrupt) as error:
        return _refuse(_in_words(error), 1)
    return code if isinstance(code, int) else 0


def _refuse(sentence: str, code: int) -> int:
    if sentence:
        typer.echo(sentence, err=True)
    return code


def _in_words(error: BaseException) -> str:
    """The one sentence that an operator reads."""
    match error:
        case DomainError() | EmbeddedPostgresError():
            return str(error)
        case Abort() | KeyboardInterrupt():
            return "Stopped."
        case DBAPIError() | ConnectionError():
            return f"The database refused: {_first_line(error)}."
        case OSError():
            return f"{error.filename or 'The system'}: {error.strerror or error}."
        case _:
            return _unexpected(error)


def _first_line(error: BaseException) -> str:
    cause = getattr(error, "orig", None) or error
    return str(cause).strip().partition("\n")[0].rpartition(">: ")[2].rstrip(".")


def _unexpected(error: BaseException) -> str:
    """Our own fault: one sentence for the operator, the whole of it for whoever mends it."""
    logs = settings().data_dir / "logs"
    logs.mkdir(parents=True, exist_ok=True, mode=0o700)
    (logs / "qip.log").write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    return f"Something went wrong that should not have ({type(error).__name__}): {logs / 'qip.log'} has the details."
