"""What others collected to break parsers (JSONTestSuite) and whoever handles text (Big List of Naughty Strings).

No answer is a 5xx, nothing is written by what was refused, no refusal repeats what was sent, and what was accepted
comes back exactly as it was sent. The corpora are not part of the project: set SHARED to the folder that holds them.
"""

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from app.demo.people import SCHOOL
from app.domain.actors import Role
from tests.api.beginnings import TALK
from tests.attacks.callers import permitted, sent
from tests.attacks.kept import everything
from tests.policy.arranging import organisation_id
from tests.policy.matrix import BODIES, Situation, path_of, scene
from tests.world import Json, World

pytestmark = pytest.mark.anyio

CORPORA = Path(__file__).parents[2] / os.environ.get("SHARED", "../shared") / "corpora"
JSON_SUITE = CORPORA / "jsontestsuite"
STRINGS = CORPORA / "blns" / "blns.json"
needs_json = pytest.mark.skipif(
    not JSON_SUITE.is_dir(), reason="the JSON corpus is not here: set SHARED to the folder that holds corpora/"
)
needs_strings = pytest.mark.skipif(
    not STRINGS.is_file(), reason="the list of strings is not here: set SHARED to the folder that holds corpora/"
)

# One of each kind: what opens, what adds text, lists and moments, what changes, what searches, what is nested.
OPERATIONS = (
    "POST /cases",
    "PATCH /meetings/{meetingId}",
    "POST /cases/{caseId}/notes",
    "POST /cases/{caseId}/consents",
    "POST /cases/{caseId}/meetings",
    "POST /meetings/{meetingId}/report",
    "POST /young-people/_search",
)


def json_files() -> list[Path]:
    """Every body of both folders."""
    return sorted(JSON_SUITE.glob("test_*/*.json"))


def strings() -> list[str]:
    """The list of strings."""
    found: list[str] = json.loads(STRINGS.read_text(encoding="utf-8"))
    return found


def repeated(text: str, response: httpx.Response, neutral: str) -> bool:
    """Whether an answer holds what was sent, more than the answer to something harmless does."""
    told = response.text + str(response.headers)
    return len(text) > 3 and text not in neutral and text in told


@needs_json
@pytest.mark.parametrize("operation", OPERATIONS)
async def test_no_body_of_the_json_suite_is_taken_and_none_breaks_anything(world: World, operation: str) -> None:
    at, who = await permitted(world, operation)
    path = path_of(operation, at)
    before = await everything(world.owner_dsn)
    neutral = (await sent(who, operation, path, b'{"a": 1}', "application/json")).text
    judged = 0
    for file in json_files():
        content = file.read_bytes()
        response = await sent(who, operation, path, content, "application/json")
        assert response.status_code == 400, file.name
        problem = response.json()
        assert not repeated(content.decode("utf-8", "replace").strip(), response, neutral), file.name
        if problem["type"].endswith(":ongeldige-invoer"):
            judged += 1
            assert problem["errors"], file.name
            # Nothing sent at all is a body that misses everything.
            assert not file.name.startswith("n_") or not content, file.name
        else:
            assert problem["type"].endswith(":onleesbaar"), file.name
    assert judged >= 10, "objects are judged by the schema"
    assert await everything(world.owner_dsn) == before


@needs_json
async def test_each_value_of_the_json_suite_in_place_of_a_text_is_judged_by_the_schema(world: World) -> None:
    at = await scene(world, Role.LEERKRACHT, Situation.INVOLVED)
    operation = "POST /cases/{caseId}/notes"
    path, teacher = path_of(operation, at), at.caller
    before, after = (part.encode() for part in json.dumps({**TALK, "content": "@"}).split('"@"'))
    taken = refused = 0
    for file in json_files():
        value = file.read_bytes().strip()
        if value.startswith(b'["') and value.endswith(b'"]'):
            value = value[1:-1]  # the suite keeps its strings in lists of one
        response = await sent(teacher, operation, path, before + value + after, "application/json")
        if response.status_code == 201:
            taken += 1
            assert not file.name.startswith("n_"), file.name
            assert response.json()["content"] == json.loads(value), file.name
            continue
        assert response.status_code == 400, file.name
        refused += 1
        problem = response.json()
        if problem["type"].endswith(":ongeldige-invoer"):
            places = {each["location"] for each in problem["errors"]}
            assert places == {"/content"}, file.name
        else:
            assert not file.name.startswith("y_") or b"u0000" in value or _not_one_plain_value(value), file.name
    assert taken > 30, "strings of the corpus are texts like any other"
    assert refused > 200


def _not_one_plain_value(value: bytes) -> bool:
    """A name that stands twice; or a list of several strings, of which the test took the brackets away."""
    seen: list[bool] = []
    try:
        json.loads(value, object_pairs_hook=lambda pairs: seen.append(len(dict(pairs)) < len(pairs)))
    except ValueError:
        return True
    return any(seen)


@needs_strings
async def test_every_naughty_string_comes_back_as_it_was_sent(world: World) -> None:
    """In each free text of a note, a meeting, a goal and a decision; written once, read twice."""
    at = await scene(world, Role.INTERN_BEGELEIDER, Situation.INVOLVED)
    texts = [text for text in strings() if text.strip()]
    assert len(texts) > 500
    written: list[Json] = []
    for one, other in zip(texts[::2], [*texts[1::2], "Einde"], strict=False):
        body = {**TALK, "content": one, "agreements": other}
        written.append(await at.caller.made(path_of("POST /cases/{caseId}/notes", at), body))
        assert (written[-1]["content"], written[-1]["agreements"]) == (one, other)
    for text in texts[::8]:
        body = {**BODIES["POST /cases/{caseId}/meetings"](at), "place": text}
        if len(text) <= 200:
            made = await at.caller.made(path_of("POST /cases/{caseId}/meetings", at), body)
            assert made["place"] == text
    listed: list[Json] = []
    query = "limit=100"
    while query:
        page = await at.caller.seen(f"{path_of('GET /cases/{caseId}/notes', at)}?{query}")
        listed += page["items"]
        query = page["next"] and f"limit=100&cursor={page['next']}"
    kept = {each["id"]: each for each in listed}
    for each in written:
        assert (kept[each["id"]]["content"], kept[each["id"]]["agreements"]) == (each["content"], each["agreements"])
    shown = {each["content"] for each in (await at.caller.seen(path_of("GET /cases/{caseId}/dossier", at)))["notes"]}
    assert {each["content"] for each in written} <= shown


@needs_strings
async def test_a_child_is_found_by_its_naughty_name_alone(world: World) -> None:
    """The search is exact but for capitals: no pattern, no part of a name, no other spelling of the same letters."""
    desk = world["leerlingadministratie"]
    school = organisation_id(SCHOOL)
    names = [text for text in dict.fromkeys(strings()) if text.strip() and len(text) <= 200][::4]
    entered: dict[str, list[str]] = {}
    for name in names:
        body = {"givenName": "Vera", "familyName": name, "birthDate": "2016-02-01", "municipalityCode": "GM1952"}
        made = await desk.made("/young-people", body | {"schoolId": school})
        assert made["familyName"] == name
        entered.setdefault(name.lower(), []).append(made["id"])
    for name in (*names, "%", "_", "*", "' or 1=1 --", "\\"):
        found = await desk.post("/young-people/_search", {"familyName": name, "birthDate": "2016-02-01"})
        assert found.status_code == 200, name
        assert [each["id"] for each in found.json()["items"]] == entered.get(name.lower(), []), name


HEADERS = ("If-None-Match", "Accept-Language", "X-Forwarded-For", "Traceparent", "Accept-Encoding", "User-Agent")


@needs_strings
async def test_a_naughty_string_in_path_query_or_header_is_refused_or_means_nothing(world: World) -> None:
    at = await scene(world, Role.INTERN_BEGELEIDER, Situation.INVOLVED)
    case = path_of("GET /cases/{caseId}", at)
    before = await everything(world.owner_dsn)
    neutral = [(await at.caller.get(path)).text for path in ("/cases/x", "/cases?step=X", "/routes/X", "/cases?x=1")]
    odd: list[str] = []
    # A dot is no segment of a path: the client takes it out before it sends.
    for number, text in enumerate(sorted(set(strings()) - {"", "."})):
        raw = text.encode("utf-8", "surrogatepass")
        coded = quote(raw, safe="")
        asked: list[tuple[str, dict[str, Any], set[int]]] = [
            (f"/cases/{coded}", {}, {200, 400, 404}),
            (f"/routes/{coded}", {}, {400, 404}),
            (f"/cases?step={coded}", {}, {200, 400}),
            (f"/cases?limit={coded}", {}, {200, 400}),
            (f"/cases?cursor={coded}", {}, {200, 400}),
            (f"/cases?{coded}=1", {}, {200, 400}),
        ]
        header = raw.replace(b"\r", b"").replace(b"\n", b"").replace(b"\0", b"").strip()
        if number % 3 == 0:  # these go all the way to the database, which takes its time
            asked.append((f"/organisations?code={coded}", {}, {200, 400}))
            asked.append((case, dict.fromkeys(HEADERS, header), {200, 304}))
        for path, headers, statuses in asked:
            response = await at.caller.client.get(f"http://route.test/v1{path}", headers=list(headers.items()))
            if response.status_code not in statuses:
                odd.append(f"{path} {headers}: {response.status_code}")
            if response.status_code >= 400 and repeated(text, response, "".join(neutral)):
                odd.append(f"{path}: repeats what was sent: {response.text[:300]}")
    assert not odd, "\n".join(odd[:20])
    after = await everything(world.owner_dsn)
    assert {name for name in after if after[name] != before[name]} <= {"audit_events"}, "reading writes the audit alone"


@needs_strings
async def test_a_naughty_string_in_a_header_of_a_write_writes_nothing(world: World) -> None:
    """`If-Match` compares, `Idempotency-Key` has its alphabet, and neither is repeated."""
    at = await scene(world, Role.INTERN_BEGELEIDER, Situation.INVOLVED)
    operation = "POST /cases/{caseId}/transitions"
    body = json.dumps({"transition": "bestaat_niet"}).encode()
    before = await everything(world.owner_dsn)
    headers = {"Content-Type": "application/json", "If-Match": '"x"'}
    path = f"/v1{path_of(operation, at)}"
    neutral = (await at.caller.client.post(path, content=body, headers=headers)).text
    for text in (*strings()[::4], "x" * 10_000):
        raw = text.encode("utf-8", "surrogatepass").replace(b"\r", b"").replace(b"\n", b"").replace(b"\0", b"").strip()
        for name in ("If-Match", "Idempotency-Key"):
            changed = [(key.encode(), value.encode()) for key, value in headers.items() if key != name]
            response = await at.caller.client.post(path, content=body, headers=[*changed, (name.encode(), raw)])
            assert response.status_code in {400, 409, 412}, (name, text)
            assert not repeated(text, response, neutral), (name, text)
    assert await everything(world.owner_dsn) == before
