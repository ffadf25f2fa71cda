"""To learn that there is a track of the Meldcode about a child: by every answer, log, row, count, version and lock.

Two children, twins in all that the service knows of them. About one of them a track is walked from its first signal to
its closing. Whatever anybody else can look at is asked of both, and is the same to the byte, after ids, names and
moments were made equal.
"""

import asyncio
import io
import json
import logging
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from pypdf import PdfReader

from app.demo.people import PEOPLE, SCHOOL
from app.demo.seed import known_id
from app.domain.actors import Role
from app.services.reminders import count_again
from app.watch.metrics import REGISTRY
from app.worker import deliver
from tests.api.beginnings import SIGNAL, TALK, kept
from tests.api.test_meldcode import CONSULTED, TALKED, WEIGHED, Walk, decision, track_body
from tests.api.test_organisation_meetings import employed
from tests.attacks.kept import everything
from tests.conftest import Database
from tests.policy.matrix import contract
from tests.world import Person, World
from tests.world import world as world_of

pytestmark = pytest.mark.anyio

# Where it is about: these may hold something of it, and so may the caller's own keys.
OWN = {"meldcode_tracks", "meldcode_participants", "meldcode_entries", "meldcode_events", "idempotency_keys"}
TOLD_TO = {"leerkracht", "aandachtsfunctionaris"}
# One of each role; of a role that several have, the first.
OTHERS = list({person.roles: person.key for person in reversed(PEOPLE) if person.key not in TOLD_TO}.values())
ABOUT_ONE = re.compile(r"[^{]*\{(caseId|youngPersonId)\}[^{]*")


def reads_about_one() -> list[str]:
    """Every path of the contract by which something of a case or a child is read: also those still to be written."""
    paths = contract()["paths"]
    return sorted(path for path, methods in paths.items() if "get" in methods and ABOUT_ONE.fullmatch(path))


@dataclass(frozen=True, slots=True)
class Twin:
    """A child and its case."""

    child: UUID
    family_name: str
    case: str

    def at(self, path: str) -> str:
        """A path of the contract, about this child or its case."""
        case = self.case.rpartition("/")[2]
        return path.replace("{caseId}", case).replace("{youngPersonId}", str(self.child))


@pytest.fixture(scope="module")
def database_of(new_database: Callable[[], Database]) -> Database:
    """The database of the module."""
    return new_database()


@pytest.fixture(scope="module")
async def world(database_of: Database, anyio_backend: str) -> AsyncIterator[World]:
    """One application for the module: every test has twins of its own."""
    del anyio_backend  # asked for so that the fixture runs in it
    async with world_of(database_of.owner_dsn, database_of.api_dsn) as made:
        yield made


async def twins(world: World, name: str) -> tuple[Twin, Twin]:
    """Two pupils of one class, of one family, and a case of each in which the same was done."""
    found = []
    for twin in ("a", "b"):
        child, family_name = known_id(f"{name}-{twin}"), f"Tweeling-{name}-{twin}"
        async with await psycopg.AsyncConnection.connect(world.owner_dsn) as connection:
            await connection.execute(
                "insert into young_people (id, given_name, family_name, birth_date, school_id, municipality_code,"
                " created_by) select %s, 'Verzonnen', %s, '2016-02-01', school_id, municipality_code, created_by"
                " from young_people where id = %s",
                (child, family_name, known_id("mila")),
            )
            await connection.execute(
                "insert into guardianships (id, young_person_id, guardian_id, relation, gezag, evidence, conflict,"
                " valid_from) values (%s, %s, %s, 'ouder', 'ja', 'gezagsregister', false, '2020-01-01')",
                (known_id(f"{name}-{twin}:ouder"), child, known_id("ouder-een")),
            )
        teacher, support = world["leerkracht"], world["intern-begeleider"]
        body = {"youngPersonId": str(child), "route": "midden-groningen", "signal": SIGNAL}
        case = f"/cases/{(await teacher.made('/cases', body))['id']}"
        await teacher.made(f"{case}/notes", TALK)
        await teacher.made(f"{case}/transitions", {"transition": "onderzoek_starten"})
        await teacher.made(f"{case}/assessments", {"kind": "onderzoek_gedrag", "outcome": "afgerond"})
        for kind, outcome in (("intern_of_extern", "intern"), ("ondersteuningsniveau", "basisondersteuning")):
            await support.made(f"{case}/assessments", {"kind": kind, "outcome": outcome})
        await support.made(f"{case}/transitions", {"transition": "triage_na_onderzoek"})
        # The school considers the Meldcode for every child that comes here.
        await support.made(f"{case}/assessments", {"kind": "meldcode_overwogen", "outcome": "overwogen"})
        found.append(Twin(child, family_name, case))
    return found[0], found[1]


async def whole_track(world: World, child: UUID) -> Walk:
    """A track from its first signal to its closing, read on the way by who may, and tried by who may not."""
    teacher = world["leerkracht"]
    made = await teacher.made(
        "/meldcode-tracks", track_body() | {"youngPersonId": str(child)}, Idempotency_Key=f"open-{child}"
    )
    walk = Walk(teacher, f"/meldcode-tracks/{made['id']}")
    await walk.does("consultations", CONSULTED)
    await walk.does("conversations", TALKED)
    await walk.does("weighings", WEIGHED)
    await walk.considers(1, "ja")
    await walk.considers(2, "twijfel")
    await walk.does("decisions", decision("melden", reportedOn="2026-11-02"))
    for who in ("aandachtsfunctionaris", "leerkracht"):
        await world[who].seen(walk.path)
        await world[who].seen("/meldcode-tracks")
    for who in ("intern-begeleider", "beheerder", "ouder-een"):
        await world[who].get(walk.path)
    await walk.does("answers", {"receivedOn": "2026-11-05", "content": "Wij doen onderzoek."})
    await walk.does("decisions", decision("afsluiten"))
    return walk


_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
_HEX = re.compile(r"\b[0-9a-f]{16,32}\b")
_NEXT = re.compile(r'"next": "[A-Za-z0-9_-]+"')


def made_equal(text: str, twin: Twin) -> str:
    """Without what differs between two cases anyway: an id becomes its place in the answer, a moment a mark."""
    seen: dict[str, str] = {}
    text = _ID.sub(lambda match: seen.setdefault(match[0], f"id-{len(seen)}"), text)
    text = _NEXT.sub('"next": "cursor"', text)
    return _HEX.sub("trace", _TIME.sub("moment", text)).replace(twin.family_name, "Tweeling")


async def told(person: Person, path: str, twin: Twin, **headers: str) -> tuple[int, str, set[str]]:
    """What an answer tells: status, body made equal, the names of its headers."""
    response = await person.get(path, **headers)
    return response.status_code, made_equal(_words(response), twin), set(response.headers)


def _words(response: httpx.Response) -> str:
    """The text of an answer; of a document what somebody reads in it: its packing differs from one to the next."""
    if response.headers.get("content-type") != "application/pdf":
        return response.text
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(response.content)).pages)


async def everybody(world: World) -> dict[str, Person]:
    """Every role that there is at the school and around it, but for who may know."""
    people = {key: world[key] for key in OTHERS}
    for role in (Role.FUNCTIONARIS_GEGEVENSBESCHERMING, Role.GEDRAGSDESKUNDIGE_SCHOOL):
        people[role] = await employed(world, role, SCHOOL)
    people["aandachtsfunctionaris elders"] = await employed(world, Role.AANDACHTSFUNCTIONARIS, "brin:99ZC00")
    for person in (*people.values(), *(world[key] for key in TOLD_TO)):
        # That answers are as the contract says is held elsewhere; here they are compared, by the thousand.
        person.client.event_hooks = {"response": [_read]}
    return people


async def _read(response: httpx.Response) -> None:
    await response.aread()


async def test_no_answer_about_the_case_or_the_child_differs_for_anybody(world: World) -> None:
    one, other = await twins(world, "antwoorden")
    await whole_track(world, one.child)
    people = await everybody(world)
    # Who is in the track, and the aandachtsfunctionaris, see the case of the two alike as well.
    people |= {key: world[key] for key in TOLD_TO}
    for key, person in people.items():
        for part in reads_about_one():
            first, second = [await told(person, each.at(part), each) for each in (one, other)]
            assert first == second, (key, part)
        for each in (one, other):
            search = {"familyName": each.family_name, "birthDate": "2016-02-01"}
            found = await person.post("/young-people/_search", search)
            assert "meldcode" not in found.text, key


async def test_no_list_log_or_count_of_anybody_changes_by_a_track(world: World) -> None:
    """Also not by one letter: what is read before the whole track is read after it, the version included."""
    one, _ = await twins(world, "lijsten")
    people = await everybody(world)
    lists = ("/me", "/me/cases", "/me/tasks", "/cases", "/workers", "/bindings", "/meldcode-tracks")

    async def all_of_it() -> dict[tuple[str, str], tuple[int, str, str | None]]:
        found = {}
        for key, person in people.items():
            for path in (*lists, one.case, f"{one.case}/dossier"):
                response = await person.get(path)
                text = re.sub(r"urn:uuid:[0-9a-f-]+", "", response.text)
                found[key, path] = response.status_code, text, response.headers.get("etag")
        return found

    before = await all_of_it()
    await whole_track(world, one.child)
    assert await all_of_it() == before


async def test_no_table_but_its_own_changes_by_a_track_and_no_fact_leaves(world: World, caplog: Any) -> None:
    one, _ = await twins(world, "tabellen")
    async with await psycopg.AsyncConnection.connect(world.owner_dsn, autocommit=True) as owner:
        while await count_again(owner):
            pass
        await deliver(owner)
    before = await everything(world.owner_dsn)
    refusals = "select count(*) as n from audit_events"
    refused = await kept(world, refusals)
    samples = _samples()
    caplog.clear()
    caplog.set_level(logging.DEBUG)
    walk = await whole_track(world, one.child)
    async with await psycopg.AsyncConnection.connect(world.owner_dsn, autocommit=True) as owner:
        await count_again(owner)
        await deliver(owner)
    after = await everything(world.owner_dsn)
    assert {table for table in after if after[table] != before[table]} == OWN
    assert await kept(world, refusals) == refused, "not even the refusals stand in the log that the organisation reads"
    # Nor does a line in the log of the machine, or a number of its metrics, tell that somebody asked.
    # The client of these tests writes lines too; they are not the service's.
    ours = [vars(record) for record in caplog.records if record.name.partition(".")[0] not in {"httpx", "httpcore"}]
    assert [each["name"] for each in ours if each["name"].startswith("app")] == []
    written = json.dumps(ours, default=str)
    assert "meldcode" not in written
    assert str(one.child) not in written
    assert walk.path not in written
    assert _samples() == samples


def _samples() -> dict[tuple[str, str], float]:
    """What is counted of requests and refusals."""
    return {
        (sample.name, json.dumps(sample.labels, sort_keys=True)): sample.value
        for metric in REGISTRY.collect()
        for sample in metric.samples
        if "request_seconds" in sample.name or "refus" in sample.name or "outbox" in sample.name
    }


async def test_nothing_of_a_case_waits_for_or_looks_at_a_track(world: World) -> None:
    """Somebody keeps every table of the Meldcode shut: whoever looked there, for a case, would wait and fail."""
    one, _ = await twins(world, "sloten")
    await whole_track(world, one.child)
    async with await psycopg.AsyncConnection.connect(world.owner_dsn) as owner:
        await owner.execute("lock table meldcode_tracks, meldcode_participants, meldcode_entries, meldcode_events")
        for key in ("leerkracht", "intern-begeleider", "ouder-een", "jeugdverpleegkundige", "beheerder"):
            for part in reads_about_one():
                response = await asyncio.wait_for(world[key].get(one.at(part)), 4)
                assert response.status_code in {200, 403, 404}, (key, part)
            assert (await asyncio.wait_for(world[key].get("/me/tasks"), 4)).status_code in {200, 403}
        for path, body in ((f"{one.case}/notes", TALK), (f"{one.case}/signals", SIGNAL)):
            assert (await asyncio.wait_for(world["leerkracht"].post(path, body), 4)).status_code == 201
        update = {"givenName": "Veranderd"}
        changed = world["intern-begeleider"].ask("PATCH", f"/young-people/{one.child}", update, If_Match="*")
        assert (await asyncio.wait_for(changed, 4)).status_code == 200


async def test_a_track_of_others_is_refused_as_one_that_never_was(world: World) -> None:
    one, _ = await twins(world, "weigeringen")
    walk = await whole_track(world, one.child)
    nowhere = "/meldcode-tracks/01900000-0000-7000-8000-00000000dead"
    twin = Twin(one.child, one.family_name, one.case)
    for key, person in (await everybody(world)).items():
        for part in ("", "/access-log"):
            first, second = [await told(person, f"{path}{part}", twin) for path in (walk.path, nowhere)]
            assert first == second, (key, part)
        for method, part, body in (
            ("POST", "/signals", {"content": "x", "observedOn": "2026-11-02"}),
            ("POST", "/decisions", decision("melden", acute=True)),
            ("POST", "/participants", {"workerId": str(person.id) if person.key else str(known_id("leerkracht"))}),
            ("PATCH", "", {"deciderId": str(known_id("leerkracht"))}),
            ("DELETE", f"/participants/{known_id('leerkracht')}", None),
        ):
            tries = [await person.ask(method, f"{path}{part}", body, If_Match='"x"') for path in (walk.path, nowhere)]
            assert tries[0].status_code == tries[1].status_code, (key, method, part)
            assert tries[0].status_code in {403, 404}
            assert made_equal(tries[0].text, twin) == made_equal(tries[1].text, twin)
        known = await person.get(walk.path, If_None_Match="*")
        assert known.status_code in {403, 404}


async def test_a_track_of_others_takes_the_database_as_much_as_none(world: World, database_of: Database) -> None:
    """How much is looked at does not depend on what is there: counted in pages, which time follows."""
    one, _ = await twins(world, "tijd")
    walk = await whole_track(world, one.child)
    asked = [walk.path.rpartition("/")[2], "01900000-0000-7000-8000-00000000dead"]
    pages = []
    async with await psycopg.AsyncConnection.connect(database_of.api_dsn) as api:
        await api.execute(
            "select set_config('app.person', %s, false), set_config('app.organisation', %s, false),"
            " set_config('app.meldcode', 'deelnemer', false)",
            (str(known_id("intern-begeleider")), str(known_id(SCHOOL))),
        )
        for track in [*asked, *asked]:  # the second time everything is in memory
            explained = "explain (analyze, buffers, costs off, timing off, summary off, format json) "
            found = await api.execute((explained + meldcode_statement()).encode(), {"id": track})
            rows = await found.fetchall()
            plan = rows[0][0][0]["Plan"]
            pages.append((plan["Actual Rows"], plan["Shared Hit Blocks"], plan["Shared Read Blocks"]))
    assert pages[2] == pages[3]
    assert pages[2][0] == 0


def meldcode_statement() -> str:
    """The statement by which a track is read."""
    from app.services import meldcode  # noqa: PLC0415 - its inside, for this one look

    return meldcode._ONE  # noqa: SLF001 - as above


async def test_opening_a_second_track_tells_nothing_of_the_first(world: World) -> None:
    one, other = await twins(world, "tweede")
    await whole_track(world, one.child)
    answers = []
    for each in (one, other):
        body = track_body(decider=None) | {"youngPersonId": str(each.child)}
        made = await world["intern-begeleider"].post("/meldcode-tracks", body)
        answers.append((made.status_code, made_equal(made.text, each), set(made.headers)))
    assert answers[0] == answers[1]
