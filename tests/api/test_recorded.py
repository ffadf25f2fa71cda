"""What is kept of each request: an audit row for every write, read, list and refusal, a fact for each thing that
happened, and in the logs nothing about anybody.
"""

import logging

import pytest

from app.demo.seed import known_id
from tests.api.beginnings import NOWHERE, TALK, count, kept, opened
from tests.integrations.tokens import OMIT
from tests.world import World

pytestmark = pytest.mark.anyio

SCHOOL = "brin:99ZA00"
SECRETS = ("Mila", "Verzonnen", "Fenna", "Leest met moeite", "leest het kind", "demo-leerkracht", "eyJ")


async def test_every_write_read_list_and_refusal_leaves_one_row(world: World) -> None:
    teacher, parent = world["leerkracht"], world["ouder-een"]
    path = await opened(teacher)
    case = path.removeprefix("/cases/")
    await teacher.made(f"{path}/notes", TALK)
    await teacher.seen(path)
    await teacher.seen(f"{path}/notes")
    await teacher.post(f"{path}/transitions", {"transition": "doorschuiven"})
    await parent.seen(f"{path}/dossier")
    await parent.post(f"{path}/notes", TALK)
    await world["andere-school"].get(path)
    await world["beheerder"].get(path)
    rows = await kept(world, "select * from audit_events order by id")
    columns = ("action", "object_type", "actor_role", "ground", "outcome", "status")
    assert [tuple(row[column] for column in columns) for row in rows] == [
        ("case.create", "case", "leerkracht", "onderwijstaak", "toegestaan", 201),
        ("note.create", "note", "leerkracht", "onderwijstaak", "toegestaan", 201),
        ("case.read", "case", "leerkracht", "onderwijstaak", "toegestaan", 200),
        ("case.read", "note", "leerkracht", "onderwijstaak", "toegestaan", 200),
        ("transition.perform", "case", "leerkracht", "onderwijstaak", "geweigerd", 400),
        ("case.read", "dossier", "ouder", "gezag", "toegestaan", 200),
        ("note.create", "service", "ouder", None, "geweigerd", 403),
        ("case.read", "case", "intern_begeleider", None, "geweigerd", 404),
        ("case.read", "service", "beheerder", None, "geweigerd", 403),
    ]
    seen = [str(row["case_id"]) if row["case_id"] else None for row in rows]
    # What a stranger was refused is in nobody's log but the own: a case that may not be known is not named.
    # What no role of the caller may do anywhere is refused without a look at the case.
    assert seen == [case] * 6 + [None] * 3
    assert {row["actor_id"] for row in rows[:5]} == {known_id("leerkracht")}
    assert {row["organisation_id"] for row in rows[:5]} == {known_id(SCHOOL)}
    assert set(rows[2]["data_categories"]) == {"leren", "verzuim", "proces"}
    assert {row["client_id"] for row in rows} == {"voorbeeld-toepassing"}
    assert all(row["reason"] for row in rows if row["outcome"] == "geweigerd")
    logged = await parent.seen(f"{path}/access-log")
    assert {(each["action"], each["outcome"]) for each in logged["items"]} >= {
        ("note.create", "toegestaan"),
        ("transition.perform", "geweigerd"),
        ("case.read", "toegestaan"),
    }


async def test_a_parent_acts_for_the_child_and_the_audit_says_so(world: World) -> None:
    signal = {"givenBy": "ouder", "kind": "leervraag", "content": "Zij leest niet graag."}
    path = await opened(world["ouder-een"], **signal)
    await world["ouder-een"].made(f"{path}/signals", signal)
    rows = await kept(world, "select * from audit_events where action <> 'case.read'")
    assert {row["on_behalf_of"] for row in rows} == {known_id("mila")}


async def test_each_thing_that_happened_is_a_fact_that_says_nothing_of_it(world: World) -> None:
    teacher = world["leerkracht"]
    path = await opened(teacher)
    await teacher.made(f"{path}/notes", TALK)
    await teacher.made(f"{path}/transitions", {"transition": "onderzoek_starten"})
    await teacher.post(f"{path}/transitions", {"transition": "onderzoek_starten"})
    await teacher.seen(f"{path}/dossier")
    facts = await kept(world, "select * from outbox order by id")
    assert [fact["type"] for fact in facts] == ["case.opened", "note.recorded", "case.transitioned"]
    assert {str(fact["case_id"]) for fact in facts} == {path.removeprefix("/cases/")}
    for secret in SECRETS:
        assert secret not in str(facts)


async def test_the_logs_are_about_nobody(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    teacher = world["leerkracht"]
    path = await opened(teacher)
    await teacher.made(f"{path}/notes", TALK)
    await teacher.seen(f"{path}/dossier")
    await teacher.post("/young-people/_search", {"familyName": "Verzonnen", "birthDate": "2018-05-01"})
    await teacher.post(f"{path}/notes", {**TALK, "heldAt": "Mila Verzonnen", "Fenna": 1})
    await world.caller(sub="demo-leerkracht", exp=1).get("/me")
    # A failure that no rule foresaw: PostgreSQL's own text would quote the row.
    await kept(world, "alter table notes add constraint zonder_inhoud check (content <> content) not valid")
    broken = await teacher.post(f"{path}/notes", TALK)
    assert broken.status_code == 500
    # The client that asks here writes a log too; it is the test's own.
    said = "\n".join(
        f"{record.name} {record.getMessage()} {record.exc_text or record.exc_info or ''}"
        for record in caplog.records
        if not record.name.startswith(("httpx", "httpcore", "asyncio"))
    )
    assert "unhandled CheckViolation" in said
    for secret in SECRETS:
        assert secret not in said, secret
        assert secret not in broken.text


async def test_a_child_is_searched_by_body_and_found_by_those_who_may_open_a_case(world: World) -> None:
    child = await world["intern-begeleider"].seen(f"/young-people/{known_id('mila')}")
    body = {"familyName": "verzonnen", "birthDate": child["birthDate"]}
    found = await world["leerkracht"].post("/young-people/_search", body)
    assert [each["id"] for each in found.json()["items"]] == [str(known_id("mila"))]
    other = world["andere-school"]
    assert (await other.post("/young-people/_search", body)).json()["items"] == []
    assert (await world["ouder-een"].post("/young-people/_search", body)).status_code == 403
    assert (await world["leerkracht"].get("/young-people?familyName=Verzonnen")).status_code == 400
    # Searching makes nothing: a key is not kept, and a version known is no reason to withhold the answer.
    again = await world["leerkracht"].post(
        "/young-people/_search", body, idempotency_key="zoek", if_none_match=found.headers["etag"]
    )
    assert again.json() == found.json()
    assert await count(world, "idempotency_keys") == 0


async def test_an_administrator_binds_logins_of_the_own_organisation_alone(world: World) -> None:
    head = world["beheerder"]
    made = await head.made("/workers", {"displayName": "Nieuwe Juf-Verzonnen"})
    new = world.caller(sub="nieuwe-juf", roles=["leerkracht"], organisation=SCHOOL)
    assert (await new.get("/cases")).status_code == 403
    await head.made("/bindings", {"subject": "nieuwe-juf", "workerId": made["id"]})
    assert (await new.seen("/me"))["personId"] == made["id"]
    assert (await new.seen("/cases"))["items"] == []
    for worker in (known_id("jeugdverpleegkundige"), NOWHERE, known_id("ouder-een")):
        response = await head.post("/bindings", {"subject": "een-ander", "workerId": str(worker)})
        assert response.status_code == 404
    again = await head.post("/bindings", {"subject": "nieuwe-juf", "workerId": made["id"]})
    assert again.status_code == 409
    assert (await world["directie"].post("/bindings", {"subject": "x", "workerId": made["id"]})).status_code == 403


async def test_a_code_binds_once_in_time_and_with_enough_assurance(world: World) -> None:
    head = world["beheerder"]
    await kept(world, "update bindings set ended_at = now() where subject = 'demo-ouder-een'")
    body = {"guardianId": str(known_id("ouder-een"))}
    code = (await head.made("/invitation-codes", body))["code"]
    high = "http://eidas.europa.eu/LoA/high"
    for acr in (OMIT, "http://eidas.europa.eu/LoA/low", "hoog", "HIGH"):
        weak = world.caller(sub="ouder-thuis", roles=["ouder"], acr=acr)
        response = await weak.post("/me/binding", {"code": code})
        assert response.status_code == 403
        assert response.json()["type"].endswith(":betrouwbaarheid-te-laag")
    parent = world.caller(sub="ouder-thuis", roles=["ouder"], acr=high)
    assert (await parent.get("/cases")).status_code == 403
    assert (await parent.post("/me/binding", {"code": "x" * 32})).status_code == 409
    await parent.made("/me/binding", {"code": code})
    assert (await parent.seen("/me"))["personId"] == str(known_id("ouder-een"))
    assert (await parent.seen("/cases"))["items"] == []
    # Used once: neither by the same login again nor by another.
    for login in ("ouder-thuis", "iemand-anders"):
        other = world.caller(sub=login, roles=["ouder"], acr=high)
        assert (await other.post("/me/binding", {"code": code})).status_code == 409
    late = (await head.made("/invitation-codes", body))["code"]
    await kept(world, "update invitation_codes set expires_at = now() where used_at is null")
    assert (await other.post("/me/binding", {"code": late})).status_code == 409
    assert (await other.seen("/me"))["personId"] is None


TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLER = "b7ad6b7169203331"


async def test_what_is_opened_differs_from_what_is_only_shown(world: World) -> None:
    """A line in a list or a search is not a dossier that was opened; a list says of which cases or children."""
    teacher = world["leerkracht"]
    first, second = await opened(teacher), await opened(teacher, "tijn")
    await teacher.seen("/cases")
    await teacher.seen("/cases?limit=1")
    await teacher.seen(first)
    children = (await teacher.seen("/young-people"))["items"]
    child = children[0]
    found = await teacher.post(
        "/young-people/_search", {"familyName": child["familyName"], "birthDate": child["birthDate"]}
    )
    assert child["id"] in {each["id"] for each in found.json()["items"]}
    await teacher.seen("/organisations")
    await world["andere-school"].get(first)
    rows = await kept(world, "select action, kind, shown, object_type, object_id from audit_events order by id")
    ids = [each.removeprefix("/cases/") for each in (first, second)]
    said = [(row["action"], row["kind"], [str(each) for each in row["shown"] or ()]) for row in rows]
    assert said[:5] == [
        ("case.create", "gewijzigd", []),
        ("case.create", "gewijzigd", []),
        ("case.read", "getoond", ids[::-1]),
        ("case.read", "getoond", ids[1:]),
        ("case.read", "geopend", []),
    ]
    assert said[5] == ("young-person.read", "getoond", [each["id"] for each in children])
    hits = [row for row in rows if row["action"] == "young-person.search"]
    assert {row["kind"] for row in hits} == {"getoond"}
    assert child["id"] in {str(row["object_id"]) for row in hits}
    assert said[-2:] == [("organisation.read", "getoond", []), ("case.read", "geweigerd", [])]
    logged = (await world["ouder-een"].seen(f"{first}/access-log"))["items"]
    assert {each["kind"] for each in logged} == {"geopend", "gewijzigd"}


async def test_an_audit_row_has_its_place_in_the_trace_of_the_request(world: World) -> None:
    teacher = world["leerkracht"]
    path = await opened(teacher)
    headers = {"traceparent": f"00-{TRACE}-{CALLER}-01"}
    await teacher.get(path, **headers)
    await teacher.post(f"{path}/notes", TALK, **headers)
    await world["andere-school"].get(path, **headers)
    await teacher.get(path)
    rows = await kept(
        world,
        "select trace_id, span_id, parent_span_id, recorded_at >= occurred_at as after, written_in > 0 as written"
        " from audit_events order by id",
    )
    assert [row["trace_id"] == TRACE for row in rows] == [False, True, True, True, False]
    assert [row["parent_span_id"] for row in rows] == [None, CALLER, CALLER, CALLER, None]
    assert len({row["span_id"] for row in rows}) == len(rows)
    assert all(row["after"] and row["written"] for row in rows)
