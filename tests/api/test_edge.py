"""What every request meets first and every answer carries: who calls, paths and methods, bodies, headers."""

import json
import re
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import httpx
import pytest

from app.api.edge import LARGEST_HEAD
from app.main import create_app
from app.settings import LoopbackSettings
from tests.api.beginnings import TALK, case_body, opened
from tests.conftest import Database
from tests.contract.conformity import EVERY_ANSWER
from tests.integrations.token_attacks import attacked_keys, request_attacks, token_attacks
from tests.integrations.tokens import AUDIENCE, ISSUER, mint, signing_key, static_verifier
from tests.world import Json, Person, World

pytestmark = pytest.mark.anyio

UNREADABLE = {
    "empty brackets": b"[]",
    "a bare string": b'"zaak"',
    "half": b'{"transition": "x"',
    "no JSON": b"hallo",
    "NaN": b'{"transition": NaN}',
    "Infinity": b'{"transition": -Infinity}',
    "a number without bound": b'{"transition": 1e999}',
    "a name twice": b'{"transition": "x", "transition": "y"}',
    "a name twice, deeper": b'{"a": {"b": 1, "b": 2}}',
    "deep lists": b'{"a": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    "deep objects": b'{"a":' * 400 + b"1" + b"}" * 400,
    "NUL": rb'{"explanation": "a\u0000b"}',
    "NUL behind a backslash": rb'{"explanation": "a\\\u0000b"}',
    "NUL in a name": rb'{"a\u0000b": 1}',
    "a raw NUL": b'{"explanation": "a\x00b"}',
    "a lone surrogate": rb'{"explanation": "\ud800"}',
    "a surrogate the wrong way round": rb'{"explanation": "\udc00\ud800"}',
    "Latin-1": '{"explanation": "coördinator"}'.encode("latin-1"),
    "UTF-16": '{"transition": "x"}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"transition": "x"}',
}


async def sent(person: Person, path: str, content: bytes, media: str = "application/json") -> httpx.Response:
    return await person.client.post(f"/v1{path}", content=content, headers={"Content-Type": media})


async def test_every_forged_token_gets_the_same_401(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    now = int(time.time())
    monkeypatch.setattr("app.api.edge.time", SimpleNamespace(**{**vars(time), "time": lambda: now}))
    settings = LoopbackSettings(database_url=database.api_dsn, oidc_issuer=ISSUER, oidc_audience=AUDIENCE)
    app = create_app(settings, verifier=static_verifier(*attacked_keys()))
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    answers: dict[str, set[str]] = {}
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://route.test/v1") as client,
    ):
        sound = mint(key=attacked_keys()[2], now=now)
        assert (await client.get("/me", headers={"Authorization": f"Bearer {sound}"})).status_code == 200

        def noted(name: str, response: httpx.Response) -> None:
            body = response.json() | {"instance": ""}
            told = f"{response.status_code} {response.headers['content-type']} {body}"
            answers.setdefault(told, set()).add(name)
            assert response.headers["www-authenticate"].startswith("Bearer"), name

        attacks = token_attacks(now)
        for attack in attacks:
            # As bytes: an attack may hold what a header's text may not.
            value = b"Bearer " + attack.token.encode("utf-8", "surrogatepass")
            response = await client.get("/me", headers=[(b"Authorization", value)])
            if len(value) > LARGEST_HEAD:
                # Nobody looks what it says.
                assert response.status_code == 431, attack.name
            else:
                noted(attack.name, response)
        for request in request_attacks(sound):
            noted(request.name, await client.get("/me", headers=request.headers, params=request.query))
    assert len(attacks) > 300
    assert len(answers) == 1, {told: sorted(names)[:3] for told, names in answers.items()}
    assert next(iter(answers)).startswith("401 application/problem+json")


async def test_a_token_of_another_issuer_or_for_another_audience_is_no_token(world: World) -> None:
    for claims in ({"iss": "https://elders.voorbeeld.invalid"}, {"aud": "https://elders.voorbeeld.invalid"}):
        assert (await world.caller(sub="demo-leerkracht", **claims).get("/me")).status_code == 401
    other = signing_key("ES256", "sleutel-van-een-ander")
    assert (await world.caller(sub="demo-leerkracht", key=other).get("/me")).status_code == 401


async def test_without_a_token_there_is_nothing_but_the_contract(world: World) -> None:
    stranger = world.client(None)
    for path in ("/v1/me", "/v1/cases", "/v1/does-not-exist", "/v1/openapi.json/"):
        response = await stranger.get(path)
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"
    response = await stranger.get("/v1/openapi.json")
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in (await stranger.get("/v1/me")).headers


async def test_a_body_that_cannot_be_read_is_400_and_is_not_echoed(world: World) -> None:
    teacher = world["leerkracht"]
    path = f"{await opened(teacher)}/transitions"
    for name, content in UNREADABLE.items():
        response = await sent(teacher, path, content)
        assert response.status_code == 400, name
        assert response.json()["type"] == "urn:ondersteuningsroute:problem:onleesbaar", name


async def test_text_that_only_looks_like_a_nul_or_a_surrogate_is_kept_as_it_came(world: World) -> None:
    teacher = world["leerkracht"]
    path = await opened(teacher)
    content = "a\\u0000b \\ud800 😀 \u2028 \x01 é"
    note = await teacher.made(f"{path}/notes", {**TALK, "content": content})
    assert note["content"] == content


async def test_ten_megabytes_are_413_whether_announced_or_not(world: World) -> None:
    teacher = world["leerkracht"]
    big = json.dumps({**case_body(), "fill": "x" * 10_000_000}).encode()
    assert (await sent(teacher, "/cases", big)).status_code == 413

    async def drops() -> AsyncIterator[bytes]:
        for at in range(0, len(big), 65536):
            yield big[at : at + 65536]

    response = await teacher.client.post("/v1/cases", content=drops(), headers={"Content-Type": "application/json"})
    assert response.status_code == 413
    assert response.json()["detail"] == "De body is groter dan 1 MiB."


async def test_only_json_is_read(world: World) -> None:
    teacher = world["leerkracht"]
    body = json.dumps(case_body()).encode()
    for media in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "json"):
        response = await sent(teacher, "/cases", body, media)
        assert response.status_code == 415, media
        assert response.headers["accept"] == "application/json"
    response = await sent(teacher, "/cases", body, "Application/JSON; charset=utf-8")
    assert response.status_code == 201
    # Nothing sent at all is a body that misses everything, not another media type.
    assert (await teacher.client.post("/v1/cases")).status_code == 400


async def test_a_path_has_one_spelling_and_nothing_is_redirected(world: World) -> None:
    teacher = world["leerkracht"]
    path = await opened(teacher)
    for other in (f"{path}/", f"/{path}", "/Cases", "/cases/", "/does-not-exist", f"{path}/notes/extra", "/me/cases/"):
        for method in ("GET", "POST"):
            response = await teacher.client.request(method, f"http://route.test/v1{other}", json={})
            assert response.status_code == 404, other
            assert "location" not in response.headers


async def test_another_method_is_405_with_every_method_that_there_is(world: World) -> None:
    teacher = world["leerkracht"]
    known: dict[str, set[str]] = {}
    for path, operations in world.contract.document["paths"].items():
        known[path] = {method.upper() for method in operations} | ({"HEAD"} if "get" in operations else set())
    for path, methods in known.items():
        concrete = re.sub(r"\{[^}]+\}", "x", path)
        for method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"} - methods:
            response = await teacher.client.request(method, f"/v1{concrete}")
            if response.status_code != 405:
                # Another path of the contract has a parameter here, and that one has the method.
                assert world.contract.operation(method, concrete), (method, path)
                continue
            allowed = {each.strip() for each in response.headers["allow"].split(",")}
            assert methods <= allowed, path
            assert method not in allowed
            assert all(world.contract.operation(each, concrete) for each in allowed), path


async def test_head_is_get_without_its_body(world: World) -> None:
    teacher = world["leerkracht"]
    path = await opened(teacher)
    read, head = await teacher.get(path), await teacher.ask("HEAD", path)
    assert head.status_code == 200
    assert head.content == b""
    for name in ("etag", "content-type", "content-length"):
        assert head.headers[name] == read.headers[name]
    assert (await teacher.ask("HEAD", f"{path}x")).status_code == 400
    stranger = await world["andere-school"].ask("HEAD", path)
    assert (stranger.status_code, stranger.content) == (404, b"")


async def test_every_answer_carries_version_and_protection(world: World) -> None:
    """The clients of all tests look at each answer under /v1; here the answers outside it, and the values."""
    stranger = world.client(None)
    stranger.event_hooks = {}
    for path in ("/v1/me", "/v1/openapi.json", "/v1", "/", "/health/live", "/health/ready", "/health/", "/metrics/x"):
        response = await stranger.get(path)
        assert {name for name in EVERY_ANSWER if name not in response.headers} <= (
            set() if path.startswith("/v1") else {"api-version"}
        ), path
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "max-age=" in response.headers["strict-transport-security"]


async def test_errors_are_dutch_and_english_on_request(world: World) -> None:
    teacher = world["leerkracht"]
    wishes = {
        "": "nl",
        "en": "en",
        "en-GB, nl;q=0.5": "en",
        "nl, en;q=0.9": "nl",
        "fr": "nl",
        "en;q=0": "nl",
        "*": "nl",
        "en;q=onzin": "nl",
        "nl;q=0.1, en;q=0.2": "en",
    }
    for wish, language in wishes.items():
        response = await teacher.get("/cases/x", accept_language=wish)
        assert response.headers["content-language"] == language, wish
        detail = {"nl": "Dit moet een id (UUID) zijn.", "en": "This must be an id (UUID)."}[language]
        assert response.json()["errors"] == [
            {"in": "path", "location": "caseId", "code": "uuid_parsing", "detail": detail}
        ]


async def test_every_fault_of_a_body_is_told_at_once_in_both_languages(world: World) -> None:
    teacher = world["leerkracht"]
    wrong = {
        "youngPersonId": "geen-uuid",
        "route": "Hoofdletters",
        "signal": {"givenBy": "de buurvrouw", "content": "   ", "jansen/jan~": 1, "pietersen": 2, "safetyReason": 7},
        "transition": "sluiten",
    }
    expected = {
        "/youngPersonId": ("Dit moet een id (UUID) zijn.", "This must be an id (UUID)."),
        "/route": (
            "Dit heeft niet de gevraagde vorm: de `key` van een route, zoals `midden-groningen`",
            "This does not have the form that is asked: the `key` of a route, like `midden-groningen`",
        ),
        "/signal/givenBy": (
            "Kies uit: 'jeugdige', 'ouder' of 'professional'.",
            "Choose from: 'jeugdige', 'ouder' or 'professional'.",
        ),
        "/signal/kind": ("Dit veld is verplicht.", "This field is required."),
        "/signal/content": ("Vul dit in; alleen spaties is niets.", "Fill this in; blanks alone are nothing."),
        "/signal/safetyReason": ("Dit moet tekst zijn.", "This must be text."),
        # A word of the contract in the wrong place is named; any other could be somebody's name, and is not.
        "/signal": ("Hier staat een veld dat niet bestaat.", "There is a field here that does not exist."),
        "/transition": ("Dit veld bestaat hier niet.", "This field does not exist here."),
    }
    for language in (0, 1):
        response = await teacher.post("/cases", wrong, accept_language=("nl", "en")[language])
        assert response.status_code == 400
        assert "`errors`" in response.json()["detail"]
        found = {each["location"]: each["detail"] for each in response.json()["errors"]}
        assert found.keys() == expected.keys()
        assert len(response.json()["errors"]) == len(expected)
        for pointer, sentences in expected.items():
            assert found[pointer].startswith(sentences[language]), pointer
        for sent in ("geen-uuid", "Hoofdletters", "buurvrouw", "jansen", "pietersen"):
            assert sent not in response.text


MENDS: list[tuple[str, str, Json, str, str]] = [
    ("GET", "/me/cases?cursor=abc", None, "cursor `next` van de vorige bladzijde", "cursor `next` of the page before"),
    ("GET", "/organisations?municipalityCode=1952", None, "GM en vier cijfers, zoals GM1952", "GM and four digits"),
    ("POST", "/young-people/_search", None, "Stuur een body (application/json).", "Send a body (application/json)."),
    (
        "POST",
        "/young-people/_search",
        {"familyName": "Verzonnen", "birthDate": "2018-02-30"},
        "Deze datum bestaat niet.",
        "This date does not exist.",
    ),
]


@pytest.mark.parametrize(("method", "path", "body", "dutch", "english"), MENDS)
async def test_a_fault_says_how_to_mend_it(
    world: World, method: str, path: str, body: Json, dutch: str, english: str
) -> None:
    for language, words in (("nl", dutch), ("en", english)):
        response = await world["intern-begeleider"].ask(method, path, body, accept_language=language)
        assert response.status_code == 400
        (told,) = response.json()["errors"]
        assert words in told["detail"]


# Field by field what a lax reader would take for something else. None of it may be accepted.
LAX: dict[str, tuple[str, Json, list[Json]]] = {
    "a date": (
        "validUntil",
        str(datetime.now(UTC).date() + timedelta(days=30)),
        [
            20990731,
            1_700_000_000,
            "1700006400",
            "4070908800",
            "20990731",
            "2099-7-31",
            "31-07-2099",
            "2099-07-31T00:00:00Z",
            "2099-02-30",
            "2099-W31-5",
            "2099-07-31 ",
            True,
            [],
            {},
            "",
            "0000-01-01",
        ],
    ),
    "a text": ("purpose", "Meekijken", [1, True, None, [], {}, "", "  ", "x" * 201]),
    "a list": ("dataCategories", ["leren"], ["leren", {"leren": 1}, None, [], ["alles"], [1], ["leren"] * 7]),
}


@pytest.mark.parametrize("kind", LAX)
async def test_nothing_is_taken_for_something_else(world: World, kind: str) -> None:
    teacher = world["leerkracht"]
    path = f"{await opened(teacher)}/consents"
    name, good, bad = LAX[kind]
    body = {
        "purpose": "Meekijken",
        "recipients": [str(world["koo"].id)],
        "dataCategories": ["leren"],
        "told": "Wat wordt gedeeld.",
    }
    # The recipient is no organisation: what is well-formed is refused for that alone.
    accepted = (await teacher.post(path, {**body, name: good})).json()["errors"]
    assert [each["location"] for each in accepted] == ["/recipients/0"]
    for value in bad:
        response = await teacher.post(path, {**body, name: value})
        assert response.status_code == 400, value
        assert any(each["location"].startswith(f"/{name}") for each in response.json()["errors"]), value


async def test_moments_and_booleans_are_what_they_say(world: World) -> None:
    teacher = world["leerkracht"]
    path = f"{await opened(teacher)}/notes"
    wrong = [
        1_700_000_000,
        "1700000000",
        "2026-11-20",
        "2026-11-20T15:30:00",
        "2026-11-20 15:30:00Z",
        "2026-11-20T15:30Z",
        "2026-11-20T25:30:00Z",
        "2026-11-20T15:30:00+0100",
        "20261120T153000Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        True,
        None,
        [],
    ]
    for value in wrong:
        response = await teacher.post(path, {**TALK, "heldAt": value})
        assert response.status_code == 400, value
        assert [each["location"] for each in response.json()["errors"]] == ["/heldAt"], value
    parent = {"displayName": "Vera Verzonnen", "relation": "ouder", "gezag": "nee", "evidence": "geen"}
    child = (await teacher.seen("/cases"))["items"][0]["youngPerson"]["id"]
    for value in ("1", "true", 1, 0, "ja", None):
        response = await world["intern-begeleider"].post(
            f"/young-people/{child}/guardians", {**parent, "conflict": value}
        )
        assert response.status_code == 400, value
        assert [each["location"] for each in response.json()["errors"]] == ["/conflict"], value


async def test_parameters_are_held_to_the_contract_too(world: World) -> None:
    teacher = world["leerkracht"]
    path = await opened(teacher)
    for query in (
        "limit=0",
        "limit=101",
        "limit=x",
        "limit=1.5",
        "limit=",
        "cursor=onzin",
        "cursor=" + "A" * 22 + "%00",
        "cursor=" + "é" * 22,
        "step=%00",
        "step=Drop%20table",
    ):
        response = await teacher.get(f"/cases?{query}")
        assert response.status_code == 400, query
        assert [each["in"] for each in response.json()["errors"]] == ["query"], query
    for query in ("code=%00", "code=" + "x" * 101, "kind=onzin", "municipalityCode=GM1", "code=a%EF%BF%BF%00"):
        assert (await teacher.get(f"/organisations?{query}")).status_code == 400, query
    assert (await teacher.get("/organisations?code=%ff%fe%ed%a0%80")).status_code == 200
    for odd in ("%00", "1e5", "x" * 4000, "..%2f..", "'%20or%201=1", "%F0%9F%98%80", "{caseId}"):
        assert (await teacher.get(f"/cases/{odd}")).status_code in {400, 404}, odd
    for odd in ("%00", "x" * 65, "Groot"):
        assert (await teacher.get(f"/routes/{odd}")).status_code == 400, odd
    transition = {"transition": "onderzoek_starten"}
    for key in ("", "x" * 201, "met spatie"):
        assert (await teacher.post(f"{path}/transitions", transition, idempotency_key=key)).status_code == 400, key
    for tag in ("", "x" * 201, "geen tag", '"zo\\', "W/", "*, *"):
        response = await teacher.post(f"{path}/transitions", transition, if_match=tag)
        assert response.status_code in {400, 412, 409}, tag
    assert (await teacher.get(path, if_none_match='"x", W/"y", *')).status_code in {200, 304}
