"""What is measured: six operations, each with the people who ask and the cases they ask about."""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from app.demo.issuer import open_issuer
from app.demo.people import DemoPerson
from app.domain.actors import Role
from app.domain.ids import new_id

Sample = Mapping[str, str]
"""Whom a request is by and what it is about: subject, organisation, person, organisation_id, case, child."""

# Reads ask the schools with an even number and writes the others, so that no write changes what a read finds.
_SAMPLES = """
select p.id::text as person, o.code as organisation, o.id::text as organisation_id, w.case_id::text as case,
       w.child_id::text as child, p.role
  from bench.walks w join bench.schools s on s.id = w.school_id join bench.professionals p on p.id = {who}
  join organisations o on o.id = p.organisation_id
 where {which} order by hashint8extended(w.n, 77) limit %(limit)s
"""
_GUIDE = "w.guide_id"
_READS = "s.s %% 2 = 0 and w.has_children"
_WRITES = "s.s %% 2 = 1 and w.has_children"
_THE_BUSIEST = "w.slot < least(5000, (select max(n) + 1 from bench.walks) / 2)"
_WALKED = f"{_READS} and w.phase between 3 and 8"


@dataclass(frozen=True)
class Operation:
    """One operation of the contract, as a client of it sends it."""

    name: str
    method: str
    path: Callable[[Sample], str]
    samples: str
    body: Callable[[Sample], Any] = lambda _: None
    status: int = 200

    @property
    def writes(self) -> bool:
        """Whether it leaves something behind."""
        return self.method == "POST"


def _signal(sample: Sample) -> Any:
    content = "Het kind loopt vast met rekenen en trekt zich terug in de groep (verzonnen signaal)."
    signal = {"givenBy": "professional", "kind": "leervraag", "content": content, "channel": "gesprek"}
    return {"youngPersonId": sample["child"], "route": "midden-groningen", "signal": signal}


OPERATIONS = {
    operation.name: operation
    for operation in (
        Operation(
            "dossier", "GET", lambda s: f"/cases/{s['case']}/dossier", _SAMPLES.format(who=_GUIDE, which=_WALKED)
        ),
        Operation("list", "GET", lambda _: "/cases?limit=50", _SAMPLES.format(who=_GUIDE, which=_WALKED)),
        Operation(
            "next-steps", "GET", lambda s: f"/cases/{s['case']}/next-steps", _SAMPLES.format(who=_GUIDE, which=_WALKED)
        ),
        Operation(
            "deadlines", "GET", lambda s: f"/cases/{s['case']}/deadlines", _SAMPLES.format(who=_GUIDE, which=_WALKED)
        ),
        Operation(
            "create",
            "POST",
            lambda _: "/cases",
            _SAMPLES.format(who=_GUIDE, which=_WRITES),
            body=_signal,
            status=201,
        ),
        Operation(
            "transition",
            "POST",
            lambda s: f"/cases/{s['case']}/transitions",
            _SAMPLES.format(who=_GUIDE, which=f"{_WRITES} and w.phase < 3"),
            body=lambda _: {"transition": "onderzoek_starten"},
            status=201,
        ),
        # The same reads for the one person who is involved in 5,000 cases.
        Operation(
            "dossier-5000",
            "GET",
            lambda s: f"/cases/{s['case']}/dossier",
            _SAMPLES.format(who="bench.id('casemanager_jeugd', 0)", which=f"{_WALKED} and {_THE_BUSIEST}"),
        ),
        Operation(
            "list-5000",
            "GET",
            lambda _: "/cases?limit=50",
            _SAMPLES.format(who="bench.id('casemanager_jeugd', 0)", which=f"{_WALKED} and {_THE_BUSIEST}"),
        ),
    )
}


def samples(owner_dsn: str, operation: Operation, *, limit: int) -> Sequence[Sample]:
    """People and cases for an operation, always the same ones of one database."""
    with psycopg.connect(owner_dsn, row_factory=dict_row) as connection:
        return connection.execute(operation.samples.encode(), {"limit": limit}).fetchall()


class Tokens:
    """A login for everybody who asks, good for half a day."""

    def __init__(self, folder: Path) -> None:
        self._issuer = open_issuer(folder)
        self._known: dict[str, str] = {}

    def of(self, sample: Sample) -> str:
        """The access token of the person of a sample."""
        person = sample["person"]
        if person not in self._known:
            role = Role(sample["role"])
            self._known[person] = self._issuer.token(DemoPerson(person, "", (role,), sample["organisation"]))
        return self._known[person]


def request(operation: Operation, sample: Sample, token: str) -> bytes:
    """The request as it goes over the wire; a write carries a key of its own."""
    body = b"" if operation.method == "GET" else json.dumps(operation.body(sample)).encode()
    head = (
        f"{operation.method} /v1{operation.path(sample)} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Authorization: Bearer {token}\r\nAccept: application/json\r\n"
    )
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nIdempotency-Key: {new_id()}\r\n"
    return head.encode() + b"\r\n" + body


def shuffled(items: Sequence[Sample], *, seed: int) -> list[Sample]:
    """In another order for each seed, and the same for the same."""
    found = list(items)
    random.Random(seed).shuffle(found)  # noqa: S311 — which case comes when is no secret
    return found
