"""The terms of a case over HTTP, on days that the test sets: counted, paused, extended, told to whom they concern."""

from dataclasses import dataclass, replace

import pytest

from app.demo.people import OTHER_SCHOOL, SCHOOL
from app.demo.seed import known_id
from app.domain.actors import Role
from app.domain.calendar import Unit
from app.services import cases, reminders, transitions
from app.workflow import loader
from app.workflow.loader import load_routes
from app.workflow.model import Basis, Moment, Term, Text
from tests.api.beginnings import count, kept, opened
from tests.policy.arranging import HEAD, IB, NURSE, ONE, STAGNATION, TEACHER, a_case
from tests.workflow.termed import with_terms
from tests.world import Json, World

pytestmark = pytest.mark.anyio

TABLE = Term(
    key="tafel",
    title=Text("Tafel binnen vijf schooldagen", "Table within five school days"),
    step="signaal",
    anchor=Moment("step", "signaal"),
    until=(),
    amount=5,
    unit=Unit.SCHOOLDAG,
    hard=False,
    basis=Basis.POLICY,
    remind_before=2,
    way_on=("signaal_afsluiten",),
    source="verzonnen",
)
FIXED = replace(TABLE, key="vast", amount=2, unit=Unit.WEEK, hard=True, basis=Basis.LAW)
PAUSE = {"term": "tafel", "firstDay": "2026-11-04", "lastDay": "2026-11-06", "reason": "De ouders zijn weg."}
MORE = {"term": "tafel", "amount": 2, "reason": "De wachtlijst is langer."}


@pytest.fixture(autouse=True)
def termed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every case of these tests has a term of five school days, and one that is fixed by law."""
    route = with_terms(TABLE, FIXED)
    routes = {**load_routes(), (route.key, route.version): route}
    # A case that is under way finds its version in the loader; the others have the list of versions by its name.
    for module in (loader, cases, reminders, transitions):
        monkeypatch.setattr(module, "load_routes", lambda: routes)


@dataclass(frozen=True, slots=True)
class Dated:
    """A case that was opened on Monday 2 November 2026, and the day that it is now."""

    world: World
    path: str

    @property
    def id(self) -> str:
        return self.path.rsplit("/", 1)[1]

    async def on(self, day: str) -> None:
        """Move the clock of the database."""
        await kept(
            self.world,
            f"create or replace function app_today() returns date language sql stable return date '{day}'",
        )

    async def seen(self, who: str) -> dict[str, Json]:
        """The terms as somebody sees them, by key."""
        answer = await self.world[who].seen(f"{self.path}/deadlines")
        return {each["term"]: each for each in answer["items"]}


async def dated(world: World, by: str = IB, child: str = "mila", day: str = "2026-11-03") -> Dated:
    case = Dated(world, await opened(world[by], child))
    moment = "2026-11-02T09:00:00+01:00"
    await kept(
        world,
        "update cases set opened_at = %s, round_since = %s, step_since = %s where id = %s",
        *[moment] * 3,
        case.id,
    )
    await case.on(day)
    return case


async def test_each_date_is_explained_day_by_day(world: World) -> None:
    case = await dated(world)
    answer = await world[IB].seen(f"{case.path}/deadlines")
    table = next(each for each in answer["items"] if each["term"] == "tafel")
    assert (table["anchoredOn"], table["dueOn"], table["remindOn"]) == ("2026-11-02", "2026-11-09", "2026-11-05")
    assert (table["state"], table["anchor"], table["unit"]) == ("running", "step:signaal", "schooldag")
    assert [(each["day"], each["because"]) for each in table["days"] if not each["counted"]] == [
        ("2026-11-07", "weekend"),
        ("2026-11-08", "weekend"),
    ]
    assert len([each for each in table["days"] if each["counted"]]) == 5
    english = (await world[IB].get(f"{case.path}/deadlines", Accept_Language="en")).json()
    assert english["items"][0]["title"] == "Table within five school days"


async def test_a_closure_of_the_school_moves_it_and_taking_it_back_too(world: World) -> None:
    case, school = await dated(world), known_id(SCHOOL)
    body = {"kind": "studiedag", "firstDay": "2026-11-05", "lastDay": "2026-11-05", "name": "Studiedag"}
    made = await world[HEAD].made(f"/organisations/{school}/closures", body)
    assert (await case.seen(IB))["tafel"]["dueOn"] == "2026-11-10"
    listed = await world["andere-school"].seen(f"/organisations/{school}/closures")
    assert listed["items"] == [made]
    where = f"/organisations/{school}/closures/{made['id']}"
    assert await world[HEAD].seen(where) == made
    assert (await world["andere-school"].ask("DELETE", where, If_Match="*")).status_code == 403
    assert (await world[HEAD].ask("DELETE", where)).status_code == 428
    assert (await world[HEAD].ask("DELETE", where, If_Match='"oud"')).status_code == 412
    tag = (await world[HEAD].get(where)).headers["ETag"]
    assert (await world[HEAD].ask("DELETE", where, If_Match=tag)).status_code == 204
    assert (await world[HEAD].ask("DELETE", where, If_Match=tag)).status_code == 409
    assert (await case.seen(IB))["tafel"]["dueOn"] == "2026-11-09"
    assert (await world[HEAD].seen(f"/organisations/{school}/closures"))["items"] == []


async def test_a_school_enters_its_own_days_and_no_others(world: World) -> None:
    body = {"kind": "sluiting", "firstDay": "2026-11-05", "lastDay": "2026-11-05", "name": "Dicht"}
    for who, school, status in (
        (HEAD, OTHER_SCHOOL, 403),
        (TEACHER, SCHOOL, 403),
        (NURSE, SCHOOL, 403),
        (ONE, SCHOOL, 403),
        ("beheerder", SCHOOL, 201),
    ):
        answer = await world[who].post(f"/organisations/{known_id(school)}/closures", body)
        assert answer.status_code == status, (who, answer.text)
    wrong = await world[HEAD].post(f"/organisations/{known_id(SCHOOL)}/closures", body | {"lastDay": "2026-11-04"})
    assert wrong.status_code == 400


async def test_a_pause_moves_it_by_the_days_it_takes_and_says_so(world: World) -> None:
    case = await dated(world)
    made = await world[IB].made(f"{case.path}/pauses", PAUSE)
    found = (await case.seen(IB))["tafel"]
    assert (found["dueOn"], found["state"], found["pauses"]) == ("2026-11-12", "running", [made])
    assert {each["day"] for each in found["days"] if each["because"] == "pauze"} == {
        "2026-11-04",
        "2026-11-05",
        "2026-11-06",
    }
    await case.on("2026-11-05")
    assert (await case.seen(IB))["tafel"]["state"] == "paused"
    assert await count(world, "audit_events", "action = 'deadline.pause' and case_id = %s", case.id) == 1
    assert await count(world, "outbox", "type = 'deadline.paused'") == 1


async def test_an_extension_lengthens_it_in_its_own_unit(world: World) -> None:
    case = await dated(world)
    made = await world[IB].made(f"{case.path}/extensions", MORE)
    found = (await case.seen(IB))["tafel"]
    assert (found["dueOn"], found["extendedBy"], found["extensions"]) == ("2026-11-11", 2, [made])
    assert await count(world, "audit_events", "action = 'deadline.extend' and case_id = %s", case.id) == 1


async def test_extensions_together_are_two_years_at_most(world: World) -> None:
    """Anders schuift een termijn uit het zicht, en is er ten slotte geen datum meer."""
    case = await dated(world)
    await world[IB].made(f"{case.path}/extensions", MORE | {"amount": 366})
    refused = await world[IB].post(f"{case.path}/extensions", MORE | {"amount": 35})
    assert (refused.status_code, [each["code"] for each in refused.json()["errors"]]) == (400, ["te_lang"])
    await world[IB].made(f"{case.path}/extensions", MORE | {"amount": 34})


async def test_a_term_that_was_extended_beyond_every_calendar_has_no_date_and_says_so(world: World) -> None:
    case = await dated(world)
    await world[IB].made(f"{case.path}/extensions", MORE)
    await kept(
        world,
        "insert into term_extensions select (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(),"
        " 'amount', 366))).* from term_extensions e, generate_series(1, 1200)",
    )
    found = (await case.seen(IB))["tafel"]
    assert (found["dueOn"], found["state"]) == (None, "running")
    await world[IB].seen(f"{case.path}/next-steps")


async def test_what_is_fixed_over_or_unknown_is_refused_with_the_reason(world: World) -> None:
    case = await dated(world)

    async def refused(path: str, body: Json) -> tuple[int, str]:
        answer = await world[IB].post(f"{case.path}/{path}", body)
        return answer.status_code, answer.json()["type"].rpartition(":")[2]

    for term in ("vast", "verjaardag_12"):
        assert await refused("pauses", PAUSE | {"term": term}) == (409, "termijn-ligt-vast")
        assert await refused("extensions", MORE | {"term": term}) == (409, "termijn-ligt-vast")
    assert await refused("pauses", PAUSE | {"term": "geen"}) == (400, "ongeldige-invoer")
    assert await refused("pauses", PAUSE | {"firstDay": "2026-11-02"}) == (400, "ongeldige-invoer")
    assert await refused("pauses", PAUSE | {"lastDay": "2026-11-03"}) == (400, "ongeldige-invoer")
    assert await refused("pauses", PAUSE | {"lastDay": "2028-11-03"}) == (400, "ongeldige-invoer")
    await case.on("2026-11-10")
    assert await refused("extensions", MORE) == (409, "termijn-verstreken")
    await kept(world, "update cases set step = 'onderzoek' where id = %s", case.id)
    await kept(
        world,
        "insert into transitions (id, case_id, sequence, transition, from_step, to_step, performed_by, role,"
        " performed_at) values (gen_random_uuid(), %s, 1, 'onderzoek_starten', 'signaal', 'onderzoek', %s, 'x',"
        " '2026-11-05')",
        case.id,
        known_id(TEACHER),
    )
    assert await refused("extensions", MORE) == (409, "termijn-loopt-niet")


async def test_only_who_may_change_the_case_or_is_its_regiehouder_keeps_its_dates(world: World) -> None:
    case = await dated(world, by=TEACHER)
    for who in (TEACHER, ONE):
        for path, body in (("pauses", PAUSE), ("extensions", MORE)):
            assert (await world[who].post(f"{case.path}/{path}", body)).status_code == 403, (who, path)
    await kept(
        world,
        "update participants set functions = '{regiehouder}' where case_id = %s and worker_id = %s",
        case.id,
        known_id(TEACHER),
    )
    await world[TEACHER].made(f"{case.path}/extensions", MORE)
    assert (await world["andere-school"].post(f"{case.path}/pauses", PAUSE)).status_code in {403, 404}


async def test_birthdays_are_told_to_who_may_see_the_child_and_to_nobody_else(world: World) -> None:
    story = await a_case(world)
    seen = await world[IB].seen(f"{story.path}/deadlines")
    assert seen["withheld"] == []
    assert {each["term"] for each in seen["items"]} >= {"verjaardag_12", "verjaardag_16", "verjaardag_18"}
    await kept(
        world,
        "insert into participants (id, case_id, organisation_id, role, ground, added_by)"
        " select gen_random_uuid(), %s, w.organisation_id, %s, 'procesbewaking', w.id from workers w where w.id = %s",
        story.id,
        str(Role.MEDEWERKER_STAGNATIEPUNT),
        known_id(STAGNATION),
    )
    watcher = await world[STAGNATION].get(f"{story.path}/deadlines")
    assert watcher.status_code == 200
    assert watcher.json()["withheld"] == ["verjaardagen"]
    born = (await kept(world, "select birth_date from young_people where id = %s", known_id("mila")))[0]["birth_date"]
    assert "verjaardag" not in str(watcher.json()["items"])
    assert f"-{born.month:02}-{born.day:02}" not in watcher.text


async def test_a_reason_is_for_who_may_see_content_of_the_case(world: World) -> None:
    case = await dated(world)
    await world[IB].made(f"{case.path}/pauses", PAUSE)
    await kept(
        world,
        "insert into participants (id, case_id, organisation_id, role, ground, added_by)"
        " select gen_random_uuid(), %s, w.organisation_id, %s, 'procesbewaking', w.id from workers w where w.id = %s",
        case.id,
        str(Role.MEDEWERKER_STAGNATIEPUNT),
        known_id(STAGNATION),
    )
    (pause,) = (await case.seen(STAGNATION))["tafel"]["pauses"]
    assert (pause["reason"], pause["withheld"]) == (None, ["reason"])
    assert PAUSE["reason"] not in (await world[STAGNATION].get(f"{case.path}/deadlines")).text


async def test_the_dates_are_for_who_is_in_the_case(world: World) -> None:
    case = await dated(world)
    assert (await world["andere-school"].get(f"{case.path}/deadlines")).status_code == 404
    assert (await world[ONE].get(f"{case.path}/deadlines")).status_code == 200


async def test_a_parent_of_a_youth_of_sixteen_sees_no_dates(world: World) -> None:
    """The process is the youth's own by then."""
    case = await dated(world)
    await kept(
        world,
        "update young_people set birth_date = app_today() - interval '16 years 2 months' where id = %s",
        known_id("mila"),
    )
    answer = await world[ONE].get(f"{case.path}/deadlines")
    assert answer.status_code == 403, answer.text


async def test_an_unknown_region_is_said_and_the_rest_is_counted(world: World) -> None:
    case = await dated(world)
    await kept(world, "update organisations set municipality_code = 'GM9999' where id = %s", known_id(SCHOOL))
    found = await case.seen(IB)
    assert (found["tafel"]["dueOn"], found["tafel"]["fault"]["code"]) == (None, "vakantieregio_onbekend")
    assert "GM9999" in found["tafel"]["fault"]["detail"]
    assert found["vast"]["dueOn"] == "2026-11-16"


async def test_next_steps_count_the_same_and_show_the_way_on(world: World) -> None:
    case = await dated(world)
    await world[IB].made(f"{case.path}/pauses", PAUSE)
    steps = await world[IB].seen(f"{case.path}/next-steps")
    assert steps["due"] == "2026-11-12" == (await case.seen(IB))["tafel"]["dueOn"]
    assert [(each["term"], each["state"]) for each in steps["terms"]] == [("tafel", "running"), ("vast", "running")]
    await case.on("2026-11-13")
    (first, _) = (await world[IB].seen(f"{case.path}/next-steps"))["terms"]
    assert (first["state"], first["wayOn"]) == ("passed", ["signaal_afsluiten"])
