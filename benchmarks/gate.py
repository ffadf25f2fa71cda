"""What the gate adds to the dossier: the same statement asked with it and without it, in turns, about the same cases.

    python -m benchmarks.gate 10000

With it: as the service connects, so that reach is worked out and row-level security holds. Without it: as a role that
walks through row-level security, with the reach of this very caller already filled in and the case seen. Who asks and
the record are in both, and the answers must be equal, byte for byte.
"""

import asyncio
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import psycopg
from starlette.types import ASGIApp, Message

from app.db import reach, reads
from app.db.session import _IDENTIFY, Query, _numbered
from app.demo.issuer import ISSUER
from app.demo.postgres import API, SUPERUSER, Cluster
from app.domain.actors import Role, Subject
from app.domain.policy import Action
from app.services.work import Ask, _audited
from benchmarks.generate import FOLDER, cluster, copied, populated
from benchmarks.operations import OPERATIONS, Sample, Tokens, samples
from benchmarks.profile import direct
from benchmarks.serve import service

# What the reach of a caller consists of, as `reach.cases` answers it.
_REACH = {
    "case_id": "uuid",
    "permitted": "boolean",
    "role": "text",
    "ground": "text",
    "categories": "text[]",
    "whole": "text[]",
    "own": "text[]",
    "reasons": "boolean",
    "consent_ids": "uuid[]",
    "apart": "uuid[]",
}
_FIXED = "select " + ", ".join(f"%(fixed_{name})s::{kind} as {name}" for name, kind in _REACH.items())
_SEEN = b"select set_config('app.sees', $1, true)"
Connection = psycopg.Connection[dict[str, Any]]


def _subject(sample: Sample) -> Subject:
    roles = frozenset({Role(sample["role"])})
    return Subject(ISSUER, f"demo-{sample['person']}", "bench", roles, sample["organisation"], None, frozenset())


def _sent(connection: Connection, statement: str, values: Mapping[str, object]) -> list[dict[str, Any]]:
    text, names = _numbered(statement)
    return connection.execute(text, [values[name] for name in names], prepare=True).fetchall()


def _asked(connection: Connection, subject: Subject, query: Query, *, seen: str = "") -> tuple[float, str]:
    """Milliseconds of the statement, and its body."""
    who = (subject.issuer, subject.subject, subject.organisation, reach.compartments(subject.roles))
    with connection.transaction():
        connection.execute(_IDENTIFY, who, prepare=True)
        if seen:
            connection.execute(_SEEN, (seen,), prepare=True)
        began = time.perf_counter()
        rows = _sent(connection, query.statement, query.parameters)
        took = 1000 * (time.perf_counter() - began)
    return took, str(rows[0]["body"])


def _reached(connection: Connection, subject: Subject, how: str, case_id: UUID) -> dict[str, object]:
    """How the caller comes to the case, as values of the statement that has it filled in."""
    who = (subject.issuer, subject.subject, subject.organisation, reach.compartments(subject.roles))
    with connection.transaction():
        connection.execute(_IDENTIFY, who, prepare=True)
        row = _sent(connection, how, {"case_id": case_id})[0]
    return {f"fixed_{name}": row[name] for name in _REACH}


def compared(server: Cluster, database: str, asked: Sequence[Sample], rounds: int) -> list[tuple[float, float]]:
    """Of each sample the milliseconds of the statement with the gate and without: the best of the rounds.

    The best, because whatever else the machine does only adds. Raises RuntimeError when the two answer anything else.
    """
    best = [(float("inf"), float("inf"))] * len(asked)
    with direct(server.dsn(API, database)) as gated, direct(server.dsn(SUPERUSER, database)) as free:
        for number in range(rounds):
            for at, sample in enumerate(asked):
                case_id, subject = UUID(sample["case"]), _subject(sample)
                how = reach.cases(subject.roles, Action.CASE_READ, reads.THE_CASE)
                ask = Ask(subject, Action.CASE_READ)
                turns: dict[bool, tuple[float, str]] = {}
                for gate in (True, False) if (at + number) % 2 else (False, True):
                    read = reads.dossier(case_id).query(subject.roles, ask.action, _audited(ask, "dossier", case_id))
                    if gate:
                        turns[gate] = _asked(gated, subject, read)
                        continue
                    values = {**read.parameters, **_reached(gated, subject, how, case_id)}
                    bare = Query(read.statement.replace(how, _FIXED), values)
                    turns[gate] = _asked(free, subject, bare, seen=f"{case_id},")
                if turns[True][1] != turns[False][1]:
                    raise RuntimeError("with the gate and without, the answers differ")
                best[at] = (min(best[at][0], turns[True][0]), min(best[at][1], turns[False][0]))
    return best


async def whole(api_dsn: str, asked: Sequence[Sample], rounds: int) -> list[float]:
    """Of each sample the milliseconds of the whole read, from the request to the last byte of the answer: the best.

    In process and one at a time: what a socket and another caller add is not in it.
    """
    app, tokens = service(api_dsn), Tokens(FOLDER)
    best = [float("inf")] * len(asked)
    async with app.router.lifespan_context(app):
        for _ in range(rounds):
            for at, sample in enumerate(asked):
                path = f"/v1{OPERATIONS['dossier'].path(sample)}"
                headers = [(b"host", b"127.0.0.1"), (b"authorization", f"Bearer {tokens.of(sample)}".encode())]
                began = time.perf_counter()
                if await _answered(app, path, headers) != OPERATIONS["dossier"].status:
                    raise RuntimeError("the dossier was not answered")
                best[at] = min(best[at], 1000 * (time.perf_counter() - began))
    return best


async def _answered(app: ASGIApp, path: str, headers: list[tuple[bytes, bytes]]) -> int:
    """The status of the answer, once the whole of it was handed over."""
    status = 0

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    await app(scope, receive, send)
    return status


def told(found: Sequence[tuple[float, float]], reads_whole: Sequence[float]) -> str:
    """The figures and their ratios, medians over the samples: of the statement, and of the whole read it is part of."""
    gate, free = (statistics.median(each) for each in zip(*found, strict=True))
    ratio = statistics.median(a / b for a, b in found)
    of_read = statistics.median(took / (took - (a - b)) for (a, b), took in zip(found, reads_whole, strict=True))
    return (
        f"The dossier's statement with the gate {gate:.2f} ms, without {free:.2f}; gate / no gate: {ratio:.2f}."
        f" The whole read {statistics.median(reads_whole):.2f} ms, one at a time; with the gate / without those"
        f" {gate - free:.2f} ms: {of_read:.2f}."
    )


def measured(server: Cluster, database: str, asked: Sequence[Sample], rounds: int) -> str:
    """What there is to tell of these samples."""
    found = compared(server, database, asked, rounds)
    return told(found, asyncio.run(whole(server.dsn(API, database), asked, rounds)))


def main() -> None:
    """The ratio with as many cases as are asked for."""
    for cases in map(int, sys.argv[1:] or ["10000"]):
        with cluster() as server:
            copied(server, populated(server, cases), "gate")
            asked = samples(server.dsn(SUPERUSER, "gate"), OPERATIONS["dossier"], limit=100)
            sys.stdout.write(measured(server, "gate", asked, 12) + "\n")


if __name__ == "__main__":
    main()
