"""What the whole test run wrote, searched for the people and the texts that only these tests know.

A pytest plugin: every log line of the service in this process and every problem document is searched as it comes; what
served processes wrote (files `output-*`) and what the numbers say at the end; audit, outbox and the worker's own tables
of each database before it goes. Each process of `pytest -n` searches its own, and fails the test at which it came out.
"""

import json
import logging
import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from prometheus_client import generate_latest
from psycopg import sql

from app.demo.people import PEOPLE
from app.demo.seed import CHILDREN
from app.watch.logs import JsonLines

# Tables that leave the case: what is kept of who did what, what goes outside, what the worker keeps.
TABLES = ("audit_events", "outbox", "deadlines", "idempotency_keys")
# So many tests in one process are a run in which each kind of output must have been there.
MANY = 1500


def _markers() -> Iterator[str]:
    """Regular expressions, also for PostgreSQL: people of the demo, and whatever looks like the data of these tests."""
    people = {person.display_name.removesuffix(" (demo)") for person in PEOPLE if person.kind != "system"}
    children = {f"{child.given_name} {child.family_name}" for child in CHILDREN} | {
        child.given_name for child in CHILDREN
    }
    parents = {person.display_name.split()[0] for person in PEOPLE if person.kind == "guardian"}
    for name in sorted(people | children | parents):
        yield rf"\y{re.escape(name)}\y" if name[-1].isalpha() else re.escape(name)
    # The range of numbers that is given to nobody; phone numbers and mail addresses of these tests; tokens; subjects.
    yield r"\y99999[0-9]{4}\y"
    yield r"\y06-?12345678\y"
    yield r"[a-z.]+@[a-z.-]*voorbeeld\.invalid"
    yield r"eyJ[A-Za-z0-9_-]{10,}\."
    yield rf"\ydemo-({'|'.join(sorted(person.key for person in PEOPLE if person.kind != 'system'))})\y"
    yield from ("Leest met moeite", "leest (zij|het kind) graag voor")


MARKERS = "|".join(_markers())
_PATTERN = re.compile(MARKERS.replace(r"\y", r"\b"))


@dataclass(slots=True)
class Searched:
    """What was looked through, and what was found: where, and the words."""

    looked: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)
    tests: int = 0

    def look(self, where: str, text: str) -> None:
        """Look through one piece of output, also as JSON escapes it."""
        self.looked[where] += 1
        for each in {text, text.encode().decode("unicode_escape", "ignore") if "\\u" in text else text}:
            if match := _PATTERN.search(each):
                test = os.environ.get("PYTEST_CURRENT_TEST", "").split(" ")[0]
                around = each[max(0, match.start() - 60) : match.end() + 60]
                self.found.append(f"{where}: «{match[0]}» in: {around!r} ({test})")

    def look_at_database(self, owner_dsn: str) -> None:
        """Look through what a database kept that leaves the case."""
        with suppress(psycopg.OperationalError), psycopg.connect(owner_dsn, autocommit=True) as owner:
            # A test may leave its database full or away: there nothing was kept either.
            there = {row[0] for row in owner.execute("select tablename from pg_tables where schemaname = 'public'")}
            for table in sorted(there.intersection(TABLES)):
                query = sql.SQL("select t::text, t::text ~ %s from {} t order by 2 desc limit 1").format(
                    sql.Identifier(table)
                )
                row = owner.execute(query, (MARKERS,)).fetchone()
                if row is not None:
                    self.looked[table] += 1
                    if row[1]:
                        self.look(table, row[0])

    def look_at_answer(self, answer: httpx.Response) -> None:
        """Look through the headers of an answer, and through the whole of a problem document."""
        # A quota is a number of nobody, however long it is.
        headers = {name: value for name, value in answer.headers.items() if "ratelimit" not in name}
        self.look("headers", "\n".join(f"{name}: {value}" for name, value in headers.items()))
        told = answer.headers.get("content-type", "").startswith("application/problem+json")
        if told and answer.is_closed and answer.content:
            self.look("problems", json.dumps(answer.json(), ensure_ascii=False))

    def look_at_files(self, folder: Path) -> None:
        """Look through what processes of this run wrote into its folder."""
        for path in folder.rglob("output-*"):
            if path.is_file():
                self.look("processes", path.read_text(encoding="utf-8", errors="replace"))

    def taken(self) -> list[str]:
        """What was found since the last time."""
        found, self.found = self.found, []
        return found


SEARCHED = Searched()


def _fail_if_found() -> None:
    if found := SEARCHED.taken():
        pytest.fail("something of a person came out:\n" + "\n".join(found[:10]), pytrace=False)


@pytest.fixture(scope="session", autouse=True)
def whole_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Listens in from the first test on; at the end what processes and numbers said."""
    with pytest.MonkeyPatch.context() as patch:
        _listen(patch)
        yield
    SEARCHED.look_at_files(tmp_path_factory.getbasetemp())
    SEARCHED.look("numbers", generate_latest().decode())
    _fail_if_found()
    if SEARCHED.tests >= MANY:
        unsearched = {"logs", "headers", "problems", "numbers"} - SEARCHED.looked.keys()
        assert not unsearched, f"never looked through: {unsearched}"


@pytest.fixture(autouse=True)
def each_test() -> Iterator[None]:
    """Fails the very test at which something came out."""
    yield
    SEARCHED.tests += 1
    _fail_if_found()


def _listen(patch: pytest.MonkeyPatch) -> None:
    """Hands every line of the service and every answer to the search, whatever handlers and clients there are."""
    handled, lines = logging.Logger.handle, JsonLines()

    def handle(logger: logging.Logger, record: logging.LogRecord) -> None:
        if record.name.startswith("app."):
            SEARCHED.look("logs", lines.format(record))
        handled(logger, record)

    patch.setattr(logging.Logger, "handle", handle)
    logging.getLogger("app").setLevel(logging.INFO)
    send, asend = httpx.Client.send, httpx.AsyncClient.send

    def sent(client: httpx.Client, request: httpx.Request, **more: Any) -> httpx.Response:
        answer = send(client, request, **more)
        SEARCHED.look_at_answer(answer)
        return answer

    async def asent(client: httpx.AsyncClient, request: httpx.Request, **more: Any) -> httpx.Response:
        answer = await asend(client, request, **more)
        SEARCHED.look_at_answer(answer)
        return answer

    patch.setattr(httpx.Client, "send", sent)
    patch.setattr(httpx.AsyncClient, "send", asent)
