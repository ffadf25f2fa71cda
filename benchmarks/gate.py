"""What the gate adds to the dossier: the same statement asked with it and without it, in turns, about the same cases.

    python -m benchmarks.gate 10000

With it: as the service connects, so that reach is worked out and row-level security holds. Without it: as a role that
walks through row-level security, with the reach of this very caller already filled in and the case seen. Who asks and
the record are in both, and the answers must be equal, byte for byte.
"""

import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import psycopg

from app.db import reach, reads
from app.db.session import _IDENTIFY, Query, _numbered
from app.demo.issuer import ISSUER
from app.demo.postgres import API, SUPERUSER, Cluster
from app.domain.actors import Role, Subject
from app.domain.policy import Action
from app.services.work import Ask, _audited
from benchmarks.generate import cluster, copied, populated
from benchmarks.operations import OPERATIONS, Sample, samples
from benchmarks.profile import direct

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


def told(found: Sequence[tuple[float, float]]) -> str:
    """The two figures and their ratio, medians over the samples."""
    gate, free = (statistics.median(each) for each in zip(*found, strict=True))
    ratio = statistics.median(a / b for a, b in found)
    return f"The dossier's statement with the gate {gate:.2f} ms, without {free:.2f}; gate / no gate: {ratio:.2f}."


def main() -> None:
    """The ratio with as many cases as are asked for."""
    for cases in map(int, sys.argv[1:] or ["10000"]):
        with cluster() as server:
            copied(server, populated(server, cases), "gate")
            asked = samples(server.dsn(SUPERUSER, "gate"), OPERATIONS["dossier"], limit=100)
            sys.stdout.write(told(compared(server, "gate", asked, 12)) + "\n")


if __name__ == "__main__":
    main()
