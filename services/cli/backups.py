"""`qip backup` and `qip restore`: the database (pg_dump's custom format) and the evidence files, in one tar file."""

import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import make_url, text
from sqlalchemy.engine import URL

from services.cli.system import admin_url, awaited, say
from services.domain.errors import Conflict
from services.shared.db import Database
from services.shared.migrate import migrate
from services.shared.settings import settings
from services.supervisor.embedded_postgres import postgres_programs
from services.supervisor.running import the_only_one
from services.supervisor.supervisor import is_empty

DUMP = "database.dump"
EVIDENCE = "evidence"
CHANGES = ("changed_by", "feed_change")
"""Numbers of transactions mean something in one cluster only."""

BackupFile = Annotated[Path, typer.Argument(help="The backup, a .tar file.")]


def add_to(app: typer.Typer) -> None:
    """Adds the commands."""
    app.command("backup")(backup)
    app.command("restore")(awaited(restore))


def backup(file: BackupFile) -> None:
    """Write the whole database and all evidence files to one file. The system may be running."""
    with admin_url() as url, tempfile.TemporaryDirectory(prefix="qip-backup-") as folder:
        dump = Path(folder) / DUMP
        _run(
            "pg_dump",
            make_url(url),
            "--format=custom",
            f"--file={dump}",
            *(f"--exclude-table-data={table}" for table in CHANGES),
        )
        unfinished = file.with_name(f"{file.name}.new")
        with tarfile.open(unfinished, "w") as archive:
            archive.add(dump, DUMP)
            evidence = settings().data_dir / EVIDENCE
            if evidence.is_dir():
                archive.add(evidence, EVIDENCE, filter=_whole)
        unfinished.chmod(0o600)
        unfinished.rename(file)
    typer.echo(
        f"{file} has the whole system, {file.stat().st_size:,} bytes. It holds personal data: keep it safe."
    )


def _whole(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """What is still being uploaded belongs to no row."""
    return None if Path(member.name).name.startswith("coming-") else member


async def restore(
    file: BackupFile,
    replace: Annotated[
        bool, typer.Option("--replace", help="Restore over a system that holds data.")
    ] = False,
) -> None:
    """Put a backup in place of what is there. The system must be stopped; it may be another than was backed up."""
    with (
        the_only_one(settings().data_dir),
        admin_url() as url,
        tempfile.TemporaryDirectory(prefix="qip-restore-") as folder,
    ):
        _unpack(file, Path(folder))
        await migrate(url)
        await _empty(url, replace=replace)
        _run(
            "pg_restore",
            make_url(url),
            "--no-owner",
            "--no-privileges",
            "--single-transaction",
            f"{folder}/{DUMP}",
        )
        await migrate(url)
        _put_evidence_back(Path(folder) / EVIDENCE)
    say(f"Everything is as in {file}.")


def _unpack(file: Path, folder: Path) -> None:
    try:
        with tarfile.open(file) as archive:
            for member in archive:
                if member.isfile():
                    _copy_out(archive, member, folder)
    except tarfile.TarError:
        raise Conflict(f"{file} is not a backup of this system, or is damaged.") from None
    if not (folder / DUMP).exists():
        raise Conflict(f"{file} is not a backup of this system: it has no {DUMP}.")


def _copy_out(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """One plain file, and never outside the folder. (`extractall(filter=...)` is in Python 3.11 from 3.11.4 on only.)"""
    target = (folder / member.name).resolve()
    if not target.is_relative_to(folder.resolve()):
        raise Conflict(f"{member.name} in the backup points outside it: this is no backup of this system.")
    target.parent.mkdir(parents=True, exist_ok=True)
    content = archive.extractfile(member)
    assert content is not None  # it is a file
    with content, target.open("wb") as copy:
        shutil.copyfileobj(content, copy)


async def _empty(url: str, *, replace: bool) -> None:
    database = Database(url, pool_size=1)
    try:
        if not replace and not await is_empty(database):
            raise Conflict("This system holds data: say --replace to lose them for what the backup holds.")
        async with database.transaction() as db:
            await db.execute(text("DROP SCHEMA public CASCADE"))
            await db.execute(text("CREATE SCHEMA public AUTHORIZATION pg_database_owner"))
    finally:
        await database.dispose()


def _put_evidence_back(restored: Path) -> None:
    evidence = settings().data_dir / EVIDENCE
    if evidence.exists():
        evidence.rename(evidence.with_name(f"{EVIDENCE}-before-restore-{os.getpid()}"))
    if restored.is_dir():
        shutil.copytree(restored, evidence)
        for path in (evidence, *evidence.rglob("*")):
            path.chmod(0o700 if path.is_dir() else 0o600)


def _run(program: str, url: URL, *arguments: str) -> None:
    """Runs a program of PostgreSQL's; the password goes by its environment, where other users can't see it."""
    address = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    done = subprocess.run(  # noqa: S603 - our own program, our own arguments
        [str(postgres_programs() / program), f"--dbname={address.render_as_string()}", *arguments],
        env=os.environ | {"PGPASSWORD": url.password or ""},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Conflict(f"{program} failed: {done.stderr.strip().splitlines()[-1]}.")
