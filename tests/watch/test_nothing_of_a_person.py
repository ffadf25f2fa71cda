"""One child's whole walk, and everything going wrong, on real processes: then all that they wrote is searched."""

import asyncio
import json
import re
import socket
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from app.demo.people import PEOPLE
from app.demo.seed import CHILDREN, seed
from tests.api.beginnings import TALK, case_body
from tests.conftest import ROOT, Database
from tests.scenarios.walk_document import document
from tests.watch.running import Running, headers_of, provider, service
from tests.world import Person

CONTRACT = (ROOT / "openapi" / "openapi.json").read_text()
UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
NAMES = {"Zwaantje", "Bedenksel-Ooievaar", "2017-02-28", "zwaantje@gezin.voorbeeld.invalid", "0612345678", "999990007"}
TROUBLE = """
alter table notes add constraint no_such_text check (content not like '%Bedenksel%');
create function refuse_at_commit() returns trigger language plpgsql as
  $$ begin raise exception 'Zwaantje Bedenksel-Ooievaar' using detail = '2017-02-28', errcode = 'XX000'; end $$;
create constraint trigger at_commit after insert on signals deferrable initially deferred
  for each row execute function refuse_at_commit();
"""


@dataclass
class Sent:
    """All that went to the service and what came back, as far as it is about people."""

    texts: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    ours: set[str] = field(default_factory=set)
    statuses: list[int] = field(default_factory=list)
    headers: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    async def note(self, answer: httpx.Response) -> None:
        """As an event hook of the client."""
        body = (await answer.aread()).decode()
        asked = answer.request
        if asked.content.startswith(b"{"):
            self._take(json.loads(asked.content))
        self.texts |= {text for text in asked.headers.get("authorization", "").split() if len(text) > 10}
        self.statuses.append(answer.status_code)
        self.headers += [f"{name}: {value}" for name, value in answer.headers.items()]
        if answer.status_code >= 400:
            problem = answer.json()
            self.ours |= {problem["instance"].removeprefix("urn:uuid:")}
            self.problems.append(json.dumps({**problem, "instance": ""}, ensure_ascii=False))
        self.ids |= {*UUID_TEXT.findall(f"{asked.url} {body}")}

    def _take(self, value: Any) -> None:
        if isinstance(value, dict):
            for each in value.values():
                self._take(each)
        elif isinstance(value, list):
            for each in value:
                self._take(each)
        elif isinstance(value, str) and not re.fullmatch("[a-z_]+", value) and f'"{value}"' not in CONTRACT:
            self.texts.add(value)

    def people(self) -> set[str]:
        """What must be nowhere: names, subjects, tokens, texts, and ids of whatever there is."""
        known = {part for person in PEOPLE for part in (*person.display_name.split(), person.subject) if len(part) > 4}
        known |= {child.family_name for child in CHILDREN} | NAMES
        # Today's date stands before every line.
        return (self.texts | known | (self.ids - self.ours)) - {datetime.now(UTC).date().isoformat()}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with provider() as address:
        yield address


def test_no_line_no_number_and_no_refusal_holds_anything_of_a_person(
    database: Database, issuer: str, tmp_path: Path
) -> None:
    asyncio.run(seed(database.owner_dsn, issuer=issuer))
    sent = Sent()
    with service(database, issuer, tmp_path) as running:
        asyncio.run(everything(running, database, issuer, sent))
        numbers = httpx.get(f"http://127.0.0.1:{running.metrics}/metrics").text
        running.process.terminate()
        assert running.process.wait(15) == 0
        written = running.output.read_text()
        lines = running.said()

    # What was asked for has happened, or the search below says nothing.
    requests = [line for line in lines if line["event"] == "request"]
    assert len(requests) >= len(sent.statuses) > 150
    assert {200, 201, 400, 401, 403, 404, 405, 409, 422, 500, 503} <= {*sent.statuses}
    assert len(sent.texts) > 40
    assert len(sent.ids) > 100
    broken = [line for line in lines if line["event"].startswith("unhandled")]
    assert ("23514", "no_such_text") in {(line.get("sqlstate"), line.get("constraint")) for line in broken}
    assert any(frame.startswith("app/services/") for frame in broken[0]["frames"])
    assert {line["fault"] for line in requests if line["status"] == 503} <= {
        "PoolTimeout",
        "OperationalError",
        "AdminShutdown",
    }

    quoted = " ".join(sent.problems + [line for line in sent.headers if not UUID_TEXT.search(line)])
    for text in sorted(sent.people()):
        for spelt in {text, json.dumps(text)[1:-1]}:
            assert spelt not in written, f"in the log: {text}"
            assert spelt not in numbers, f"in the metrics: {text}"
            if text in NAMES:
                assert spelt not in quoted, f"in a refusal: {text}"
    assert not (sent.ids - sent.ours) & {*UUID_TEXT.findall(written + numbers)}

    # Bounded: the paths of the contract, and one for all others.
    templates = {f"/v1{path}" for path in json.loads(CONTRACT)["paths"]}
    routes = {*re.findall(r'route="([^"]*)"', numbers)}
    assert {"unknown", "/v1/cases/{caseId}", "/health/ready"} <= routes
    assert routes <= templates | {"unknown", "/v1/docs", "/v1/openapi.json", "/health/live", "/health/ready"}
    assert {*re.findall(r'method="([^"]*)"', numbers)} <= {"GET", "HEAD", "POST", "PATCH", "DELETE", "PUT", "OTHER"}
    assert {line["route"] for line in requests} <= routes


async def everything(running: Running, database: Database, issuer: str, sent: Sent) -> None:
    """A walk to the closed case, then all kinds of trouble."""
    async with AsyncExitStack() as stack:

        async def caller(key: str, **headers: str) -> Person:
            client = httpx.AsyncClient(
                base_url=running.address, headers=headers, timeout=20, event_hooks={"response": [sent.note]}
            )
            return Person(key, await stack.enter_async_context(client))

        people = {person.key: await caller(person.key, **headers_of(person.key, issuer)) for person in PEOPLE}
        await document(people)
        await trouble(people, await caller("nobody"), running, database)


async def trouble(people: dict[str, Person], stranger: Person, running: Running, database: Database) -> None:
    """Everything that goes wrong, with a name in it."""
    teacher = people["leerkracht"]
    name = "Zwaantje"
    child = {"givenName": name, "familyName": "Bedenksel-Ooievaar", "birthDate": "2017-02-28"}
    mail = "zwaantje@gezin.voorbeeld.invalid, 0612345678, BSN 999990007"
    await people["beheerder"].post("/young-people", {**child, "municipalityCode": "GM1952"})
    await people["jeugdverpleegkundige"].post(
        "/young-people/_search", {"familyName": "Bedenksel-Ooievaar", "birthDate": "2017-02-28"}
    )
    case = (await teacher.made("/cases", case_body("tijn", content=f"{name}: {mail}")))["id"]
    note = {**TALK, "content": f"{name} is te bereiken via {mail}"}
    await teacher.post(f"/cases/{case}/notes", note, idempotency_key=f"{name}-1")
    await teacher.post(f"/cases/{case}/notes", {**note, "content": f"{name} nog eens"}, idempotency_key=f"{name}-1")
    await teacher.post(f"/cases/{case}/notes", {**note, "Bedenksel-Ooievaar": name})
    await teacher.ask("PATCH", f"/cases/{case}", {}, if_match=f'"{name}"')
    await teacher.get(f"/kinderen/{name}")
    await teacher.get(f"/cases/{name}")
    await teacher.get(f"/cases?naam={name}")
    await teacher.ask("DELETE", f"/cases/{case}")
    await teacher.ask(name.upper(), f"/cases/{case}")
    await teacher.get(
        f"/cases/{case}",
        traceparent=f"00-{name}",
        tracestate="zwaantje=bedenksel",
        user_agent=name,
        x_forwarded_for=name,
        accept_language=name,
        if_none_match=f'"{name}"',
        cookie=f"kind={name}",
    )
    for token in (f"Bearer {name}.Bedenksel-Ooievaar.x", "Bearer eyJhbGciOiJub25lIn0.WndhYW50amU.x", name):
        await stranger.get("/me", authorization=token)
    for text in (
        f"GET /v1/cases/{name} HTTP/9.9\r\n\r\n",
        f"{name}\r\n\r\n",
        f"POST /v1/cases HTTP/1.1\r\nHost: {name}\r\nContent-Length: 99\r\n\r\n{name}",
    ):
        await asyncio.to_thread(thrown, running.address, text)

    with psycopg.connect(database.owner_dsn, autocommit=True) as owner:
        owner.execute(TROUBLE)
    for body in (note, {**note, "content": "Familie Bedenksel-Ooievaar"}):
        await teacher.post(f"/cases/{case}/notes", body)
    await teacher.post("/cases", case_body("jeugdige", content=mail))
    with psycopg.connect(database.cluster.dsn("postgres", "postgres"), autocommit=True) as superuser:
        superuser.execute(f'alter database "{database.name}" allow_connections false'.encode())
        superuser.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [database.name])
        assert (await teacher.get(f"/cases/{case}")).status_code == 503
        assert (await teacher.post(f"/cases/{case}/notes", note)).status_code == 503
        superuser.execute(f'alter database "{database.name}" allow_connections true'.encode())


def thrown(address: str, text: str) -> None:
    """Bytes that are no sound request, and away."""
    host, _, port = address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(text.encode())
        connection.settimeout(0.5)
        try:
            connection.recv(1000)
        except TimeoutError:
            return
