"""BSN and PGN over HTTP: who records, finds and sees which, what is kept of it, and what happens when keys are gone."""

import hashlib
import json
from collections import Counter

import psycopg
import pytest
from psycopg.types.json import Jsonb

from app.demo.people import BY_KEY, ORGANISATIONS
from app.demo.seed import known_id
from app.domain.numbers import NumberKind, tasks_for
from app.integrations.keys import Keyring, Keyset
from tests.api.beginnings import count, kept, opened
from tests.conftest import Database
from tests.db.test_walls import ALL
from tests.integrations.tokens import ISSUER
from tests.world import RING, Json, Person, World

pytestmark = pytest.mark.anyio

NUMBER, OTHER = "999990007", "999990019"
SCHOOL, OFFICER, NURSE = "leerlingadministratie", "leerplichtambtenaar", "jeugdverpleegkundige"


def of(child: str) -> str:
    return f"/young-people/{known_id(child)}/identity-numbers"


def body(number: str = NUMBER, source: str = "eigen_administratie") -> Json:
    return {"number": number, "source": source}


async def recorded(person: Person, child: str, number: str = NUMBER, source: str = "eigen_administratie") -> Json:
    return await person.made(of(child), body(number, source))


async def shown(person: Person, number_id: str, task: str) -> str:
    response = await person.post(f"/identity-numbers/{number_id}/_reveal", {"task": task})
    assert response.status_code == 200, response.text
    answer = response.json()
    assert (answer["id"], answer["task"]) == (number_id, task)
    number: str = answer["number"]
    return number


async def found(person: Person, number: str = NUMBER) -> list[str]:
    response = await person.post("/identity-numbers/_search", {"number": number})
    assert response.status_code == 200, response.text
    return [each["givenName"] for each in response.json()["items"]]


async def test_the_school_keeps_a_pgn_that_leerplicht_and_family_see_and_nobody_of_help(world: World) -> None:
    """WPO 178a; domain.md R43: what the school supplied goes to leerplicht and family, not to help and not outside."""
    made = await recorded(world[SCHOOL], "mila", source="brp")
    assert (made["kind"], made["source"], made["tasks"]) == ("pgn", "brp", ["onderwijs"])
    assert NUMBER not in json.dumps(made)
    # All are involved with Mila, so that nothing but the kind of number decides.
    await world[OFFICER].made("/cases", _case("mila"))
    await world[NURSE].made("/cases", _case("mila"))
    await world["koo"].made("/cases", _case("mila"))
    assert await shown(world["intern-begeleider"], made["id"], "onderwijs") == NUMBER
    assert await shown(world[OFFICER], made["id"], "leerplicht") == NUMBER
    assert await shown(world["ouder-twee"], made["id"], "inzage") == NUMBER
    assert await found(world[SCHOOL]) == await found(world[OFFICER]) == ["Mila"]
    for key in (NURSE, "koo"):
        person = world[key]
        response = await person.post(f"/identity-numbers/{made['id']}/_reveal", {"task": "jeugdhulp"})
        assert response.status_code == 404, key
        assert (await person.seen(of("mila")))["items"] == []
        assert await found(person) == [], "a number from school leads nobody of help to the child"
    refused = await world[OFFICER].post(f"/identity-numbers/{made['id']}/_reveal", {"task": "verwijsindex"})
    assert refused.status_code == 400
    assert "Kies uit: leerplicht." in refused.text


def _case(child: str) -> Json:
    signal = {"givenBy": "professional", "kind": "onbekend", "content": "Het gaat niet goed."}
    return {"youngPersonId": str(known_id(child)), "route": "midden-groningen", "signal": signal}


async def test_what_the_jgz_holds_is_a_bsn_that_help_may_use_and_no_school_sees(world: World) -> None:
    await opened(world["leerkracht"])
    await world[NURSE].made("/cases", _case("mila"))
    made = await recorded(world[NURSE], "mila", source="brp")
    assert (made["kind"], made["tasks"]) == ("bsn", ["jeugdgezondheidszorg", "verwijsindex"])
    assert await shown(world[NURSE], made["id"], "verwijsindex") == NUMBER
    for key in (SCHOOL, "intern-begeleider"):
        person = world[key]
        assert (await person.seen(of("mila")))["items"] == []
        response = await person.post(f"/identity-numbers/{made['id']}/_reveal", {"task": "onderwijs"})
        assert response.status_code == 404
    assert await found(world[SCHOOL]) == []
    assert await found(world["koo"]) == ["Mila"], "in the own municipality, and only that this child has the number"
    # Not involved: the koo finds a resident, and does not see the number.
    assert (
        await world["koo"].post(f"/identity-numbers/{made['id']}/_reveal", {"task": "jeugdhulp"})
    ).status_code == 404


async def test_leerplicht_says_where_it_has_a_number_from_and_the_jgz_takes_none_from_a_school(world: World) -> None:
    await world[OFFICER].made("/cases", _case("noor"))
    await world[NURSE].made("/cases", _case("noor"))
    from_school = await recorded(world[OFFICER], "noor", NUMBER, "school")
    own = await recorded(world[OFFICER], "noor", NUMBER, "brp")
    assert [from_school["kind"], own["kind"]] == ["pgn", "bsn"]
    assert from_school["id"] != own["id"]
    seen = (await world[NURSE].seen(of("noor")))["items"]
    assert [each["id"] for each in seen] == [own["id"]]
    refused = await world[NURSE].post(of("noor"), body("999990008", "school"))
    assert {each["code"] for each in refused.json()["errors"]} == {"geen_geldig_nummer", "niet_van_een_school"}


async def test_a_later_number_takes_the_place_of_the_first_and_eight_digits_get_a_zero(world: World) -> None:
    first = await recorded(world[SCHOOL], "mila")
    again = await recorded(world[SCHOOL], "mila", "10000008")
    assert again["id"] == first["id"]
    assert await shown(world[SCHOOL], first["id"], "onderwijs") == "010000008"
    assert await found(world[SCHOOL]) == []
    assert await found(world[SCHOOL], "010000008") == ["Mila"]
    # The same number at another child is not refused: that would tell that it is known.
    await recorded(world[SCHOOL], "jeugdige", "10000008")
    assert await found(world[SCHOOL], "010000008") == ["Joep", "Mila"]


@pytest.mark.parametrize("number", ["999990008", "000000000", "133456785"])
async def test_what_is_no_number_is_not_kept_and_not_told_back(world: World, number: str) -> None:
    for path, sent in ((of("mila"), body(number)), ("/identity-numbers/_search", {"number": number})):
        refused = await world[SCHOOL].post(path, sent)
        assert refused.status_code == 400
        assert [each["code"] for each in refused.json()["errors"]] == ["geen_geldig_nummer"]
        assert number not in refused.text
    assert (await world[SCHOOL].post(of("mila"), body("1234.56.782"))).status_code == 400
    assert await count(world, "identity_numbers") == 0


async def test_each_look_is_a_row_of_its_own_that_the_family_finds_in_the_log(world: World) -> None:
    path = await opened(world["leerkracht"])
    made = await recorded(world[SCHOOL], "mila")
    for _ in range(2):
        await shown(world["intern-begeleider"], made["id"], "onderwijs")
    await world["intern-begeleider"].post(f"/identity-numbers/{made['id']}/_reveal", {"task": "jeugdhulp"})
    rows = await kept(
        world,
        "select actor_role, ground, outcome, status, case_id from audit_events"
        " where action = 'identity-number.reveal' and object_id = %s order by id",
        made["id"],
    )
    case = path.removeprefix("/cases/")
    looks = [("intern_begeleider", "onderwijs", "toegestaan", 200)] * 4 + [
        ("intern_begeleider", "onderwijstaak", "geweigerd", 400)
    ]
    assert [(row["actor_role"], row["ground"], row["outcome"], row["status"]) for row in rows] == looks
    # The row in the log of the case is the database's: which of the two of a look is listed first is chance.
    assert Counter(str(row["case_id"]) if row["case_id"] else None for row in rows) == {case: 2, None: 3}
    logged = (await world["ouder-een"].seen(f"{path}/access-log"))["items"]
    assert [each["action"] for each in logged].count("identity-number.reveal") == 2
    assert "identity-number.record" in {each["action"] for each in logged}


async def test_nothing_that_is_kept_of_it_holds_the_number_or_a_digest_that_can_be_tried_out(world: World) -> None:
    """Nine digits: whoever has a plain digest of a number, or of a request with it, finds it in seconds."""
    key = {"idempotency_key": "eigen-sleutel-1"}
    response = await world[SCHOOL].post(of("mila"), body(), **key)
    assert response.status_code == 201
    assert (await world[SCHOOL].post(of("mila"), body(), **key)).json()["id"] == response.json()["id"]
    assert (await world[SCHOOL].post(of("mila"), body(OTHER), **key)).status_code == 422
    await shown(world[SCHOOL], response.json()["id"], "onderwijs")
    await found(world[SCHOOL])
    digests = {hashlib.new(name, text).hexdigest() for name in ("md5", "sha1", "sha256") for text in _tried()}
    for table in ("identity_numbers", "idempotency_keys", "audit_events", "outbox", "young_people"):
        for row in await kept(world, f"select t::text as row from {table} t"):
            assert NUMBER not in row["row"], table
            assert NUMBER.encode().hex() not in row["row"], table
            assert not [each for each in digests if each in row["row"]], table


def _tried() -> list[bytes]:
    sent = json.dumps(body(), separators=(",", ":")).encode()
    operation = f"POST /v1{of('mila')}".encode()
    return [NUMBER.encode(), sent, operation + b"\0" + sent]


async def test_without_keys_nothing_is_recorded_found_or_shown_and_the_rest_goes_on(world: World) -> None:
    made = await recorded(world[SCHOOL], "mila")
    world.number_keys.held = None
    before = await kept(world, "select * from identity_numbers")
    asked: tuple[tuple[str, Json], ...] = (
        (of("mila"), body(OTHER)),
        (of("jeugdige"), body(OTHER)),
        ("/identity-numbers/_search", {"number": NUMBER}),
        (f"/identity-numbers/{made['id']}/_reveal", {"task": "onderwijs"}),
    )
    for path, sent in asked:
        response = await world[SCHOOL].post(path, sent)
        assert response.status_code == 503, response.text
        assert response.headers["retry-after"]
        assert NUMBER not in response.text
    assert await kept(world, "select * from identity_numbers") == before
    assert await count(world, "outbox", "type = 'identity-number.recorded'") == 1
    assert len((await world[SCHOOL].seen(of("mila")))["items"]) == 1
    # Who may not, is told so, keys or no keys.
    response = await world["andere-school"].post(f"/identity-numbers/{made['id']}/_reveal", {"task": "onderwijs"})
    assert response.status_code == 404
    refused = await kept(
        world, "select reason from audit_events where status = 503 and action = 'identity-number.reveal'"
    )
    assert [row["reason"] for row in refused] == ["tijdelijk-niet-beschikbaar"]


async def test_a_lost_key_a_wrong_key_and_a_changed_row_show_nothing(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    made = await recorded(world[SCHOOL], "mila")
    other = await recorded(world[SCHOOL], "jeugdige", OTHER)
    reveal = f"/identity-numbers/{made['id']}/_reveal"
    fresh = Keyset("proef-2", {"proef-2": bytes([9, *range(31)])})
    world.number_keys.held = Keyring(fresh, RING.lookup)
    response = await world[SCHOOL].post(reveal, {"task": "onderwijs"})
    assert response.status_code == 503
    assert "key proef-1 of identity numbers is not there" in caplog.text
    world.number_keys.held = Keyring(Keyset("proef-1", {"proef-1": bytes([9, *range(31)])}), RING.lookup)
    assert (await world[SCHOOL].post(reveal, {"task": "onderwijs"})).status_code == 500
    world.number_keys.held = RING
    assert await shown(world[SCHOOL], made["id"], "onderwijs") == NUMBER
    # The ciphertext of another child in this row: as if the number were this child's.
    await kept(
        world,
        "update identity_numbers set sealed = (select sealed from identity_numbers where id = %s) where id = %s",
        other["id"],
        made["id"],
    )
    response = await world[SCHOOL].post(reveal, {"task": "onderwijs"})
    assert response.status_code == 500
    assert "niet meer te lezen" in response.text
    assert OTHER not in response.text + caplog.text
    assert NUMBER not in response.text + caplog.text
    told = await kept(world, "select status from audit_events where action = 'identity-number.reveal' order by id")
    assert [row["status"] for row in told] == [503, 500, 200, 500]
    # Recorded anew it opens again.
    await recorded(world[SCHOOL], "mila")
    assert await shown(world[SCHOOL], made["id"], "onderwijs") == NUMBER


async def test_while_keys_are_rotated_what_stands_under_the_old_ones_is_found_and_shown(world: World) -> None:
    made = await recorded(world[SCHOOL], "mila")
    fresh = {"proef-2": bytes([7, *range(31)])}
    world.number_keys.held = Keyring(
        Keyset("proef-2", {**RING.encryption.keys, **fresh}),
        Keyset("proef-2", {**RING.lookup.keys, "proef-2": bytes([8, *range(31)])}),
    )
    assert await found(world[SCHOOL]) == ["Mila"]
    assert await shown(world[SCHOOL], made["id"], "onderwijs") == NUMBER
    await recorded(world[SCHOOL], "jeugdige")
    assert await found(world[SCHOOL]) == ["Joep", "Mila"]
    rows = await kept(world, "select key_id, digest_key_id from identity_numbers order by recorded_at")
    assert [tuple(row.values()) for row in rows] == [("proef-1", "proef-1"), ("proef-2", "proef-2")]


async def test_the_wall_in_the_database_lets_each_house_near_its_kind_alone(database: Database, world: World) -> None:
    """With the policy of the service passed by: the database itself shows a number to nobody whom it may not go to."""
    await opened(world["leerkracht"])
    await world[NURSE].made("/cases", _case("mila"))
    pgn = await recorded(world[SCHOOL], "mila")
    bsn = await recorded(world[NURSE], "mila")
    ids = {"pgn": pgn["id"], "bsn": bsn["id"]}
    kinds = Jsonb(dict.fromkeys(("worker", "guardian", "young_person"), ALL))
    seen: dict[str, set[str]] = {}
    with psycopg.connect(database.api_dsn) as api:
        for key, person in BY_KEY.items():
            api.execute("select app_identify(%s, %s, %s, %s)", (ISSUER, person.subject, person.organisation, kinds))
            rows = api.execute("select id from identity_numbers").fetchall()
            seen[key] = {name for name, each in ids.items() for (row,) in rows if str(row) == each}
            api.rollback()
        assert api.execute("select count(*) from identity_numbers").fetchone() == (0,)
    of_kind = {each.code: each.kind for each in ORGANISATIONS}
    for key, person in BY_KEY.items():
        if person.organisation is not None:
            allowed = {str(kind) for kind in NumberKind if tasks_for(kind, of_kind[person.organisation])}
            assert seen[key] <= allowed, key
    assert seen["leerkracht"] == {"pgn"}
    assert seen[NURSE] == {"bsn"}
    assert seen[OFFICER] == {"pgn", "bsn"}
    assert seen["ouder-een"] == {"pgn", "bsn"}
    assert seen["jeugdige"] == seen["andere-school"] == seen["behandelaar"] == set()
