"""The service as real processes, with a provider on this machine: for what only processes show."""

import asyncio
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import psycopg

from app.demo.people import BY_KEY
from app.demo.seed import seed
from tests.api.beginnings import case_body
from tests.conftest import ROOT, Database
from tests.integrations.tokens import AUDIENCE, OMIT, mint, signing_key

STARTS_WITHIN = 30

# As `ondersteuningsroute serve`, but for the one thing that production cannot be told: to trust an issuer over http.
SERVE = """
import sys
from app import serving
from app.settings import LoopbackSettings
if __name__ == "__main__":
    port, processes = int(sys.argv[1]), int(sys.argv[2])
    sys.exit(serving.serve(LoopbackSettings(), serving.listener("127.0.0.1", port), processes))
"""


@contextmanager
def provider() -> Iterator[str]:
    """A provider that publishes the key of `mint`: its address."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            document: dict[str, Any] = {"issuer": address, "jwks_uri": f"{address}/jwks"}
            if self.path == "/jwks":
                document = {"keys": [signing_key().jwk()]}
            body = json.dumps(document).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield address
    server.shutdown()
    server.server_close()


def free_ports(count: int) -> int:
    """The first of so many ports in a row that are free now."""
    while True:
        with socket.socket() as first:
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
        try:
            for number in range(port, port + count):
                with socket.socket() as each:
                    each.bind(("127.0.0.1", number))
        except OSError:
            continue
        return port


@dataclass(slots=True)
class Running:
    """A service, its address, and where its output goes."""

    process: subprocess.Popen[bytes]
    address: str
    metrics: int
    output: Path

    def said(self) -> list[dict[str, Any]]:
        """Its log lines so far; each must be one JSON object."""
        return [json.loads(line) for line in self.output.read_text().splitlines()]

    def ready(self) -> httpx.Response:
        """What it says of itself."""
        return httpx.get(f"{self.address}/health/ready", timeout=5)


@contextmanager
def service(
    database: Database, issuer: str, folder: Path, *, processes: int = 1, wait: bool = True, **settings: str
) -> Iterator[Running]:
    """The service, killed at the end if it still runs."""
    port, metrics = free_ports(1), free_ports(processes)
    environment = {
        "PATH": os.defpath,
        "DATABASE_URL": database.api_dsn,
        "OIDC_ISSUER": issuer,
        "OIDC_AUDIENCE": AUDIENCE,
        "RATE_LIMIT": "0",
        "STOP_DELAY": "0",
        "METRICS_PORT": str(metrics),
        **settings,
    }
    output = folder / f"output-{port}"
    with output.open("wb") as file:
        process = subprocess.Popen(  # noqa: S603 - our own text
            [sys.executable, "-c", SERVE, str(port), str(processes)],
            cwd=ROOT,
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    running = Running(process, f"http://127.0.0.1:{port}", metrics, output)
    try:
        until = time.monotonic() + STARTS_WITHIN
        while wait and not _answers(running):
            assert process.poll() is None, output.read_text()
            assert time.monotonic() < until, output.read_text()
            time.sleep(0.05)
        yield running
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(10)


def _answers(running: Running) -> bool:
    try:
        return running.ready().status_code == 200
    except httpx.TransportError:
        return False


def headers_of(person: str, issuer: str) -> dict[str, str]:
    """The token of somebody of the demo, from this provider."""
    who = BY_KEY[person]
    token = mint(
        iss=issuer,
        sub=who.subject,
        roles=list(who.roles),
        organisation=who.organisation or OMIT,
        acr=who.acr or OMIT,
    )
    return {"Authorization": f"Bearer {token}"}


def with_a_case(database: Database, issuer: str, address: str) -> str:
    """The demo's people in the database, and a case by the teacher, made through the service: its notes."""
    asyncio.run(seed(database.owner_dsn, issuer=issuer))
    made = httpx.post(f"{address}/v1/cases", json=case_body(), headers=headers_of("leerkracht", issuer), timeout=10)
    assert made.status_code == 201, made.text
    return f"/v1/cases/{made.json()['id']}/notes"


def asked_as_owner(database: Database, statement: str) -> list[tuple[Any, ...]]:
    """What the database holds."""
    with psycopg.connect(database.owner_dsn) as owner:
        return owner.execute(statement.encode()).fetchall()
