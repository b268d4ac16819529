"""`qip up`: everything runs, what dies comes back, and nothing is left when it stops."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psutil
import pytest

from services.supervisor.supervisor import _cancelled_by_signals

PARTS = ("web", "plan", "kpi", "reporting")


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports: list[int] = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def eventually(holds: Callable[[], bool], within: float = 120) -> None:
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@dataclass(frozen=True)
class Installation:
    """A data folder and ports of its own, with an empty system."""

    data_folder: Path
    ports: dict[str, int]

    @property
    def environment(self) -> dict[str, str]:
        own = {key: value for key, value in os.environ.items() if not key.startswith("QIP_")}
        ports = {f"QIP_{name.upper()}_PORT": str(port) for name, port in self.ports.items()}
        return own | ports | {"QIP_DATA_DIR": str(self.data_folder), "QIP_DEMO": "0"}

    def qip(self, *arguments: str, **changed: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "services.cli", *arguments],
            env=self.environment | changed,
            input="a long password\n",
            capture_output=True,
            text=True,
            check=False,
            timeout=180,
        )

    def start(self) -> subprocess.Popen[str]:
        """Through make's own way of running it: a shell in between, in a process group of its own."""
        system = subprocess.Popen(
            ["make", "--file=-", "run"],
            env=self.environment | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert system.stdin is not None
        system.stdin.write(f"run:\n\t@exec {sys.executable} -m services.cli up\n")
        system.stdin.close()
        system.stdin = None
        return system

    def is_ready(self, part: str) -> bool:
        try:
            return (
                httpx2.get(f"http://127.0.0.1:{self.ports[part]}/readyz", trust_env=False).status_code == 200
            )
        except httpx2.HTTPError:
            return False

    def process_of(self, part: str) -> psutil.Process:
        """The child that listens on the part's port."""
        supervisor = psutil.Process(
            json.loads((self.data_folder / "keys" / "running.json").read_text())["pid"]
        )
        return next(child for child in supervisor.children() if str(self.ports[part]) in child.cmdline())


@pytest.fixture
def installation() -> Iterator[Installation]:
    with tempfile.TemporaryDirectory(prefix="qip-up-") as folder:
        yield Installation(Path(folder), dict(zip(PARTS, free_ports(4), strict=True)))


def read_until(system: subprocess.Popen[str], wanted: str) -> str:
    assert system.stdout is not None
    told = ""
    for line in system.stdout:
        told += line
        if wanted in line:
            return told
    raise AssertionError(f"it ended without saying {wanted!r}: {told}")


def test_it_starts_restarts_what_dies_stops_without_orphans_and_starts_quickly_again(
    installation: Installation,
) -> None:
    system = installation.start()
    told = read_until(system, "Ctrl-C")
    assert f"http://127.0.0.1:{installation.ports['web']}" in told
    assert "qip user add" in told

    killed = installation.process_of("kpi")
    killed.kill()
    read_until(system, "The kpi part stopped (killed by SIGKILL)")
    eventually(lambda: installation.is_ready("kpi"))

    second = installation.qip("up")
    assert second.returncode == 1
    assert "is running" in second.stderr

    added = installation.qip(
        "user", "add", "pmo@trust.example", "--name", "A", "--role", "pmo", "--password-stdin"
    )
    assert (added.returncode, added.stderr) == (0, "")
    assert "pmo@trust.example" in installation.qip("user", "list").stdout

    everything = psutil.Process(system.pid).children(recursive=True)
    os.killpg(system.pid, signal.SIGINT)
    system.communicate(timeout=180)
    assert psutil.wait_procs(everything, timeout=10)[1] == []

    started = time.monotonic()
    again = installation.start()
    assert "qip user add" not in read_until(again, "Ctrl-C"), "the administrator made above is still there"
    assert time.monotonic() - started < 60
    everything = psutil.Process(again.pid).children(recursive=True)
    again.terminate()
    again.communicate(timeout=180)
    assert psutil.wait_procs(everything, timeout=10)[1] == []


def test_when_the_supervisor_is_killed_nothing_outlives_it(installation: Installation) -> None:
    system = installation.start()
    read_until(system, "Ctrl-C")
    supervisor = psutil.Process(
        json.loads((installation.data_folder / "keys" / "running.json").read_text())["pid"]
    )
    everything = supervisor.children(recursive=True)
    assert any("postgres" in process.name() for process in everything)
    supervisor.kill()
    system.communicate(timeout=180)
    assert psutil.wait_procs(everything, timeout=20)[1] == []
    assert installation.qip("user", "list").returncode == 0, "and commands work on what it left"


def test_a_taken_port_is_said_in_one_sentence(installation: Installation) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", installation.ports["kpi"]))
        taken.listen()
        refused = installation.qip("up")
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert f"Port {installation.ports['kpi']}" in refused.stderr
    assert "QIP_KPI_PORT" in refused.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [("QIP_WEB_PORT", "eighty"), ("QIP_HOST", "192.0.2.1"), ("QIP_TRUST_ODS_CODE", "rxw!")],
)
def test_a_wrong_setting_is_named_with_its_reason(
    installation: Installation, variable: str, value: str
) -> None:
    refused = installation.qip("up", **{"QIP_DEMO": "1", variable: value})
    assert refused.returncode == 1
    assert variable in refused.stderr
    assert "Traceback" not in refused.stderr


async def test_a_second_interrupt_does_not_cut_the_stopping_short() -> None:
    stopped_in_order = asyncio.Event()

    async def work() -> None:
        with _cancelled_by_signals():
            try:
                os.kill(os.getpid(), signal.SIGINT)
                await asyncio.sleep(10)
            finally:
                os.kill(os.getpid(), signal.SIGINT)
                await asyncio.sleep(0.05)
                stopped_in_order.set()

    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(work())
    assert stopped_in_order.is_set()
