"""The route of Midden-Groningen walked over HTTP to the closed case, by clients that only follow the answers."""

from typing import Any

import psycopg
import pytest

from app.demo.people import SCHOOL
from app.demo.seed import known_id
from app.domain.actors import Category
from tests.scenarios.follower import Follower, Goal, StuckError
from tests.world import World

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]
ALL = {str(category) for category in Category}

EVERYBODY = (
    "leerkracht",
    "intern-begeleider",
    "directie",
    "bovenschools-ondersteuningsteam",
    "gedragswetenschapper-onderwijs",
    "regievoerder-zorg",
    "koo",
    "jeugdverpleegkundige",
    "leerplichtambtenaar",
    "medewerker-aanmeldteam",
    "gedragswetenschapper-sociaal-team",
    "casemanager-jeugd",
    "swv-coordinator",
    "ouder-jeugdsteunpunt",
    "medewerker-stagnatiepunt",
    "ouder-een",
    "ouder-twee",
    "jeugdige",
    "andere-school",
)
SOCIAL_TEAM = ("medewerker-aanmeldteam", "casemanager-jeugd", "gedragswetenschapper-sociaal-team")
CONCERN = {"givenBy": "professional", "kind": "leervraag", "content": "Leest met moeite en wordt stil."}
AT_HOME = {"givenBy": "professional", "kind": "leefvraag", "content": "Slaapt slecht sinds de verhuizing."}
BOTH = {
    "ondersteuningsniveau": "extra_ondersteuning",
    "leervraag": "enkelvoudig",
    "leefvraag": "meervoudig",
    "probleemklasse": "meervoudig",
    "evaluation": ["bijstellen", "afsluiten"],
}
BOTH_ARE_THERE = frozenset({"geen_leervraag", "geen_leefvraag"})


def own_concern(by: str, kind: str, received_by: str) -> dict[str, str]:
    return {"givenBy": by, "kind": kind, "content": "Hoe moet dit verder?", "receivedByRole": received_by}


async def opened(world: World, goal: Goal, by: str, child: str, signal: dict[str, str]) -> Follower:
    """A case, opened by one of the demo, followed by everybody in it."""
    return await Follower([world[key] for key in EVERYBODY], goal).open(by, str(known_id(child)), signal)


async def sees(world: World, walk: Follower) -> dict[str, set[str]]:
    """Who sees the case now, and which data categories of it; who gets 404 is left out."""
    found = {}
    for key in EVERYBODY:
        response = await walk.ask(world[key], "GET", walk.path)
        assert response.status_code in {200, 403, 404}, response.text
        if response.status_code == 200:
            found[key] = set(response.json()["dataCategories"])
    return found


async def one(world: World, statement: str) -> Any:
    """One value, past every wall."""
    async with await psycopg.AsyncConnection.connect(world.owner_dsn) as connection:
        row = await (await connection.execute(statement)).fetchone()
        assert row is not None
        return row[0]


async def hold(world: World, walk: Follower, start: str = "signaal") -> list[dict[str, Any]]:
    """What must be true after every walk of a route that begins at `start`; the steps as they were taken."""
    steps: list[dict[str, Any]] = (await walk.seen(world["ouder-een"], f"{walk.path}/transitions?limit=100"))["items"]
    assert [step["sequence"] for step in steps] == list(range(1, len(steps) + 1))
    assert [step["transition"] for step in steps] == [key for _, key in walk.steps]
    assert [step["fromStep"] for step in steps] == [start, *(step["toStep"] for step in steps)][:-1]
    outbox = "select jsonb_object_agg(type, n) from (select type, count(*) as n from outbox group by type) t"
    assert await one(world, outbox) == dict(walk.facts)
    # Each request has its audit row, refused or not, and nothing else has one.
    # (What was found out about a parent's gezag stands in the log of each of the child's cases as well.)
    asked = "select count(*) from audit_events where not (action like 'guardian.%' and case_id is not null)"
    assert await one(world, asked) == len(walk.requests)
    return steps


async def test_only_a_leervraag_ends_at_the_school(world: World) -> None:
    findings = {"leervraag": "enkelvoudig", "ondersteuningsniveau": "basisondersteuning"}
    walk = await opened(world, Goal(findings, ["koo_betrekken", "triage_na_onderzoek"]), "leerkracht", "mila", CONCERN)
    await walk.walk(until="onderwijs")
    case = await walk.seen(world["intern-begeleider"], walk.path)
    assert (case["leervraag"], case["regie"]) == ("enkelvoudig", "onderwijs")
    await walk.walk()
    steps = await hold(world, walk)
    assert steps[-1]["transition"] == "onderwijs_afronden"
    assert await sees(world, walk) == {
        **{key: {"leren", "verzuim", "proces"} for key in ("leerkracht", "intern-begeleider", "directie")},
        "regievoerder-zorg": {"leren", "verzuim", "proces"},  # the board of the school (001:229-237)
        "koo": {"leven", "leren", "proces"},  # what the parents allowed
        **dict.fromkeys(("ouder-een", "ouder-twee"), ALL),
    }


async def test_only_an_enkelvoudige_leefvraag_the_municipality_lets_go(world: World) -> None:
    """Parents go to the sociaal team themselves; the case waits, support is found, and nobody there sees it more."""
    findings = {
        "leefvraag": "enkelvoudig",
        "probleemklasse": "enkelvoudig",
        "inzet": "individuele_voorziening",
        "urgentie": "regulier",
    }
    prefer = ["triage_zonder_school", "jgz_raadplegen", "aanmelden", "naar_beoordeling", "in_werkvoorraad_plaatsen"]
    signal = own_concern("ouder", "leefvraag", "casemanager_jeugd")
    walk = await opened(world, Goal(findings, prefer), "ouder-een", "mila", signal)
    await walk.walk(until="werkvoorraad")
    await walk.walk(until="inzet")
    assert (await walk.seen(world["casemanager-jeugd"], walk.path))["regie"] is None
    assert set(SOCIAL_TEAM) <= set(await sees(world, walk))
    await walk.walk()
    steps = await hold(world, walk)
    assert [step["transition"] for step in steps][-3:] == ["uit_werkvoorraad_halen", "naar_inzet", "loslaten"]
    assert set(await sees(world, walk)) == {"ouder-een", "ouder-twee", "jeugdverpleegkundige"}


async def test_only_a_complex_leefvraag_stays_with_the_municipality(world: World) -> None:
    findings = {
        "jgz_uitkomst": "verzoek_casusregie",
        "leervraag": "geen",
        "leefvraag": "meervoudig",
        "probleemklasse": "meervoudig",
        "veiligheidsinschatting": "onveilig",
        "evaluation": ["bijstellen", "opschalen", "afsluiten"],
    }
    settle = "gemeenteplan_vaststellen"
    prefer = ["jgz_signaal_oppakken", settle, "gemeenteplan_bijstellen", settle, "gemeenteplan_opschalen"]
    prefer += ["naar_casemanagement", settle, "gemeenteplan_afronden"]
    walk = await opened(
        world,
        Goal(findings, prefer, never=frozenset({"geen_leefvraag"})),
        "jeugdverpleegkundige",
        "mila",
        AT_HOME,
    )
    await walk.walk(until="casemanagement")
    case = await walk.seen(world["casemanager-jeugd"], walk.path)
    assert (case["leefvraag"], case["problemClass"], case["regie"]) == ("meervoudig", "meervoudig", "casemanager")
    await walk.walk()
    steps = await hold(world, walk)
    taken = [step["transition"] for step in steps]
    assert {"gemeenteplan_bijstellen", "gemeenteplan_opschalen"} < set(taken)
    assert taken[-1] == "gemeenteplan_afronden"
    assert not set(await sees(world, walk)) & {*SOCIAL_TEAM, "intern-begeleider", "leerkracht", "koo"}


async def test_a_leervraag_and_a_leefvraag_go_through_the_mdo_with_regie_by_the_matrix(world: World) -> None:
    """Nobody is told the way: the answers lead from the teacher's concern to the closed case."""
    walk = await opened(world, Goal(BOTH, never=BOTH_ARE_THERE), "leerkracht", "mila", CONCERN)
    await walk.walk(until="uitvoering")
    dossier = await walk.seen(world["ouder-een"], f"{walk.path}/dossier")
    assert dossier["case"]["regie"] == "casemanager"
    assert dossier["case"]["regieReason"] is None
    plan, meeting = dossier["plans"][-1], dossier["meetings"][-1]
    assert {goal["domain"] for goal in plan["goals"]} == {"onderwijs", "zorg"}
    assert {each["party"] for each in plan["approvals"] if each["agreed"]} >= {"school", "gemeente", "jgz", "ouder"}
    assert {each["party"] for each in meeting["invitations"]} == {"school", "gemeente", "jgz", "ouder"}
    await walk.walk()
    steps = await hold(world, walk)
    assert [step["transition"] for step in steps] == [
        "onderzoek_starten",
        "jgz_inschakelen",
        "jgz_afronden",
        "aanmelden",
        "naar_beoordeling",
        "aan_casemanager_toewijzen",
        "naar_mdo",
        "plan_vaststellen",
        "plan_bijstellen",
        "plan_vaststellen",
        "plan_afronden",
    ]
    seen = await sees(world, walk)
    assert set(seen) == {
        *("leerkracht", "intern-begeleider", "directie", "regievoerder-zorg"),
        *("jeugdverpleegkundige", *SOCIAL_TEAM),
        *("ouder-een", "ouder-twee"),
    }
    assert "veiligheid" not in seen["intern-begeleider"] | seen["jeugdverpleegkundige"]
    assert "gezondheid" not in seen["leerkracht"]


async def test_the_regie_may_lie_closest_to_the_child_with_a_reason(world: World) -> None:
    findings = {**BOTH, "regie": "onderwijs", "evaluation": "afsluiten", "absent": "jgz"}
    walk = await opened(world, Goal(findings, never=BOTH_ARE_THERE), "leerkracht", "mila", CONCERN)
    await walk.walk(until="uitvoering")
    case = await walk.seen(world["intern-begeleider"], walk.path)
    assert (case["regie"], case["regieReason"]) == ("onderwijs", "Staat het dichtst bij het kind.")
    holders = await walk.seen(world["intern-begeleider"], f"{walk.path}/participants")
    assert [row["role"] for row in holders["items"] if "regiehouder" in row["functions"]] == ["intern_begeleider"]
    meetings = await walk.seen(world["intern-begeleider"], f"{walk.path}/meetings")
    absent = [each for each in meetings["items"][-1]["invitations"] if not each["present"]]
    assert [(each["party"], bool(each["absenceReason"])) for each in absent] == [("jgz", True)]
    await walk.walk()
    await hold(world, walk)


async def test_handelingsverlegenheid_calls_the_bovenschools_team_which_reports_to_parents_and_school(
    world: World,
) -> None:
    findings = {
        "ondersteuningsniveau": ["handelingsverlegenheid", "basisondersteuning"],
        "leervraag": "meervoudig",
    }
    prefer = ["onderzoek_starten", "bovenschools_inschakelen", "bovenschools_terugkoppelen", "triage_na_onderzoek"]
    walk = await opened(world, Goal(findings, prefer), "leerkracht", "mila", CONCERN)
    assert "bovenschools-ondersteuningsteam" not in await sees(world, walk)
    await walk.walk(until="triage")
    notes = (await walk.seen(world["ouder-een"], f"{walk.path}/notes"))["items"]
    reported = [(note["kind"], note["withWhom"]) for note in notes if note["kind"].startswith("terugkoppeling")]
    assert [kind for kind, _ in reported] == ["terugkoppeling_ouders", "terugkoppeling_school"]
    assert reported[0][1] == ["ouder"]
    await walk.walk()
    await hold(world, walk)
    assert "jeugdverpleegkundige" not in await sees(world, walk)


async def test_a_youth_of_thirteen_is_asked_too(world: World) -> None:
    walk = await opened(world, Goal(BOTH, never=BOTH_ARE_THERE), "leerkracht", "jeugdige", CONCERN)
    await walk.walk()
    await hold(world, walk)
    consents = (await walk.seen(world["jeugdige"], f"{walk.path}/consents"))["items"]
    assert consents
    assert [[answer["capacity"] for answer in consent["answers"]] for consent in consents] == [["jeugdige"]] * len(
        consents
    )
    for consent in (await walk.seen(world["leerkracht"], f"{walk.path}/consents"))["items"]:
        assert sorted(answer["capacity"] for answer in consent["answers"]) == ["gezag", "gezag", "jeugdige"]
    plans = (await walk.seen(world["jeugdige"], f"{walk.path}/plans"))["items"]
    assert {"ouder", "jeugdige"} <= {each["party"] for each in plans[-1]["approvals"]}


async def test_without_the_youths_yes_nothing_is_shared(world: World) -> None:
    goal = Goal(BOTH, never=BOTH_ARE_THERE, answers={"jeugdige": "geweigerd"})
    walk = await opened(world, goal, "leerkracht", "jeugdige", CONCERN)
    with pytest.raises(StuckError):
        await walk.walk()
    view = await walk.seen(world["intern-begeleider"], f"{walk.path}/next-steps")
    codes = {
        item["transition"]: [reason["code"] for reason in item["reasons"]]
        for item in view["items"]
        if item["transition"] in {"jgz_inschakelen", "triage_zonder_jgz"}
    }
    assert codes == {"jgz_inschakelen": ["toestemming_geweigerd"], "triage_zonder_jgz": []}
    assert "jeugdverpleegkundige" not in await sees(world, walk)


async def test_a_child_without_a_school_has_no_deelverband_until_it_is_enrolled(world: World) -> None:
    """Leerplicht reaches the coordinator, a parent the steunpunt; during the intake the child gets a school."""
    goal = Goal(
        {**BOTH, "evaluation": "afsluiten"},
        ["swv_benaderen", "steunpunt_benaderen", "triage_zonder_school"],
        never=BOTH_ARE_THERE,
    )
    walk = await opened(world, goal, "leerplichtambtenaar", "noor", CONCERN)
    await walk.walk(until="intake")
    case = await walk.seen(world["casemanager-jeugd"], walk.path)
    assert (case["schoolId"], case["deelverband"]) == (None, None)
    assert {"swv-coordinator", "ouder-jeugdsteunpunt"} <= set(await sees(world, walk))
    school = {"schoolId": str(known_id(SCHOOL))}
    case = await walk.done_by(world["casemanager-jeugd"], "PATCH", walk.path, school)
    walk.facts["case.enrolled"] += 1
    assert case["deelverband"] == "swv:PO2001"
    assert "intern-begeleider" not in await sees(world, walk)  # enrolled, but the family did not share the case yet
    await walk.walk()
    await hold(world, walk)
    assert "intern-begeleider" in await sees(world, walk)


@pytest.mark.parametrize(
    ("entrance", "takes_up", "first"),
    [
        ("leerkracht", "intern-begeleider", "onderzoek_starten"),
        ("intern_begeleider", "intern-begeleider", "onderzoek_starten"),
        ("directie", "intern-begeleider", "onderzoek_starten"),
        ("kind_ouderondersteuner", "koo", "school_betrekken"),
    ],
)
async def test_a_parents_concern_enters_at_four_doors(world: World, entrance: str, takes_up: str, first: str) -> None:
    goal = Goal(prefer=[first, "school_afsluiten"])
    walk = await opened(world, goal, "ouder-een", "mila", own_concern("ouder", "leervraag", entrance))
    assert takes_up in await sees(world, walk)
    await walk.walk()
    steps = await hold(world, walk)
    assert [step["transition"] for step in steps] == [first, "school_afsluiten"]
    notes = (await walk.seen(world["ouder-een"], f"{walk.path}/notes"))["items"]
    assert [note["kind"] for note in notes] == ["contactnotitie"]
    assert all(notes[0][name] for name in ("heldAt", "withWhom", "content", "agreements"))


async def test_a_youth_opens_and_the_school_talks_with_the_parents(world: World) -> None:
    goal = Goal(prefer=["onderzoek_starten", "school_afsluiten"])
    signal = own_concern("jeugdige", "leervraag", "intern_begeleider")
    walk = await opened(world, goal, "jeugdige", "jeugdige", signal)
    await walk.walk()
    await hold(world, walk)
    notes = (await walk.seen(world["jeugdige"], f"{walk.path}/notes"))["items"]
    assert [(note["kind"], note["authorRole"]) for note in notes] == [("oudergesprek", "intern_begeleider")]


async def test_the_jgz_opens_talks_with_the_parents_and_with_consent_with_the_school(world: World) -> None:
    goal = Goal(prefer=["school_betrekken", "school_afsluiten"])
    walk = await opened(world, goal, "jeugdverpleegkundige", "mila", AT_HOME)
    assert set(await sees(world, walk)) == {"jeugdverpleegkundige", "ouder-een", "ouder-twee"}
    await walk.walk()
    await hold(world, walk)
    assert ("ouder-een", "consent.answer") in walk.done
    assert ("jeugdverpleegkundige", "note.create") in walk.done


async def test_leerplicht_opens_on_absence_and_needs_no_consent(world: World) -> None:
    goal = Goal(prefer=["school_betrekken_bij_verzuim", "school_afsluiten"])
    walk = await opened(world, goal, "leerplichtambtenaar", "mila", CONCERN)
    await walk.walk()
    await hold(world, walk)
    assert walk.done == [("leerplichtambtenaar", "note.create")]


async def test_a_case_is_closed_and_reopened_with_a_reason(world: World) -> None:
    findings = {"leervraag": ["enkelvoudig", "meervoudig"], "ondersteuningsniveau": "basisondersteuning"}
    goal = Goal(findings, ["onderzoek_starten", "triage_na_onderzoek", "naar_onderwijs", "onderwijs_afronden"])
    walk = await opened(world, goal, "leerkracht", "mila", CONCERN)
    await walk.walk()
    teacher, counsellor = world["leerkracht"], world["intern-begeleider"]
    late = await walk.ask(teacher, "POST", f"{walk.path}/signals", CONCERN)
    assert (late.status_code, late.json()["type"].rsplit(":", 1)[1]) == (409, "zaak-gesloten")
    bare = await walk.ask(counsellor, "POST", f"{walk.path}/transitions", {"transition": "heropenen"})
    assert [reason["code"] for reason in bare.json()["reasons"]] == ["toelichting_ontbreekt"]
    await walk.take("heropenen")
    case = await walk.seen(counsellor, walk.path)
    assert (case["step"], case["leervraag"], case["regie"], case["closedAt"]) == ("triage", None, None, None)
    await walk.walk()
    steps = await hold(world, walk)
    reasons = [step["explanation"] for step in steps if step["transition"] == "heropenen"]
    assert reasons == ["Zo is het met de ouders besproken."]
    assert (await walk.seen(counsellor, walk.path))["leervraag"] == "meervoudig"


async def test_the_stagnatiepunt_sees_the_process_and_decides_nothing(world: World) -> None:
    goal = Goal(prefer=["onderzoek_starten"])
    walk = await opened(world, goal, "leerkracht", "mila", CONCERN)
    await walk.advance()
    independent, parent, counsellor = world["medewerker-stagnatiepunt"], world["ouder-een"], world["intern-begeleider"]
    assert (await walk.ask(independent, "GET", walk.path)).status_code == 404
    stuck = {"kind": "stagnatie", "addressedTo": "stagnatiepunt", "reason": "Er komt geen afspraak tot stand."}
    raised = await walk.done_by(parent, "POST", f"{walk.path}/escalations", stuck)
    assert (await sees(world, walk))["medewerker-stagnatiepunt"] == {"proces"}
    dossier = await walk.seen(independent, f"{walk.path}/dossier")
    assert (dossier["signals"], dossier["notes"], dossier["assessments"]) == ([], [], [])
    assert dossier["transitions"][0]["explanation"] is None
    refused = await walk.ask(independent, "POST", f"{walk.path}/transitions", {"transition": "school_afsluiten"})
    assert refused.status_code == 403
    seen = {"content": "De intern begeleider en de ouders wachten op elkaar."}
    await walk.done_by(independent, "POST", f"/escalations/{raised['id']}/findings", seen)
    meeting = {"kind": "overleg", "plannedAt": "2026-12-01T13:00:00+01:00"}
    await walk.done_by(independent, "POST", f"{walk.path}/meetings", meeting)
    solved = {"resolution": "Er is een afspraak op school gemaakt."}
    await walk.done_by(counsellor, "POST", f"/escalations/{raised['id']}/resolution", solved)
    walk.facts.update(["escalation.raised", "escalation.found", "meeting.planned", "escalation.resolved"])
    await walk.take("school_afsluiten")
    await hold(world, walk)


@pytest.mark.parametrize("stuck", ["stagnatie", "impasse", "geen_passende_plek"])
async def test_the_regievoerder_zorg_engages_the_samenwerkingsverband_of_the_schools_deelverband(
    world: World, stuck: str
) -> None:
    prefer = ["onderzoek_starten", "regievoerder_betrekken", "swv_inschakelen", "school_afsluiten"]
    walk = await opened(world, Goal({"escalation": stuck}, prefer), "leerkracht", "mila", CONCERN)
    await walk.walk()
    await hold(world, walk)
    assert ("regievoerder-zorg", "escalation.create") in walk.done
    assert ("regievoerder-zorg", "swv_inschakelen") in walk.steps
    raised = (await walk.seen(world["swv-coordinator"], f"{walk.path}/escalations"))["items"]
    assert [(each["kind"], each["addressedTo"]) for each in raised] == [(stuck, "samenwerkingsverband")]


@pytest.mark.parametrize(
    "outcome",
    [
        "advies",
        "preventieve_interventie",
        "verwijzing_jeugdhulp",
        "verwijzing_medisch_specialist",
        "verzoek_casusregie",
    ],
)
async def test_each_outcome_of_the_jgz_and_only_casusregie_closes_the_way_to_the_school_alone(
    world: World, outcome: str
) -> None:
    findings = {"jgz_uitkomst": outcome, "leervraag": "enkelvoudig", "ondersteuningsniveau": "extra_ondersteuning"}
    walk = await opened(world, Goal(findings), "leerkracht", "mila", CONCERN)
    await walk.walk(until="triage")
    recorded = (await walk.seen(world["ouder-een"], f"{walk.path}/assessments"))["items"]
    assert [each["outcome"] for each in recorded if each["kind"] == "jgz_uitkomst"] == [outcome]
    view = await walk.seen(world["ouder-een"], f"{walk.path}/next-steps")
    to_school = next(item for item in view["items"] if item["transition"] == "naar_onderwijs")
    blocked = "uitkomst_anders" in [reason["code"] for reason in to_school["reasons"]]
    assert blocked is (outcome == "verzoek_casusregie")
    await walk.take("aanmelden" if blocked else "naar_onderwijs")
    await hold(world, walk)


async def test_unsafety_needs_a_recorded_standpunt_with_a_reason(world: World) -> None:
    findings = {**BOTH, "veiligheidsinschatting": "onveilig", "evaluation": "afsluiten"}
    walk = await opened(world, Goal(findings, never=BOTH_ARE_THERE), "leerkracht", "mila", CONCERN)
    await walk.walk(until="intake")
    manager, counsellor = world["casemanager-jeugd"], world["intern-begeleider"]
    unsafe = {"kind": "veiligheidsinschatting", "outcome": "onveilig"}
    await walk.done_by(manager, "POST", f"{walk.path}/assessments", unsafe)
    walk.facts["assessment.recorded"] += 1
    view = await walk.seen(manager, f"{walk.path}/next-steps")
    for item in view["items"]:
        if item["transition"] in {"naar_casemanagement", "naar_mdo", "sociaal_team_afsluiten"}:
            asked = [reason["operation"]["fields"] for reason in item["reasons"] if reason["operation"]]
            assert {"kind": "standpunt_veiligheid", "outcome": "ingenomen"} in asked, item["transition"]
    bare = {"kind": "standpunt_veiligheid", "outcome": "ingenomen"}
    refused = await walk.ask(manager, "POST", f"{walk.path}/assessments", bare)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "reden_ontbreekt")
    told = await walk.seen(counsellor, f"{walk.path}/next-steps")
    assert not [each for item in told["items"] for each in item["reasons"] if "veilig" in each["detail"].lower()]
    await walk.walk()
    await hold(world, walk)


async def test_urgent_matters_are_not_put_on_the_waiting_list(world: World) -> None:
    findings = {**BOTH, "urgentie": "spoed"}
    walk = await opened(world, Goal(findings, never=BOTH_ARE_THERE), "leerkracht", "mila", CONCERN)
    await walk.walk(until="intake")
    assert "in_werkvoorraad_plaatsen" not in [key for _, key in walk.steps]
    await hold(world, walk)


async def test_unknown_gezag_is_found_out_before_consent_counts(world: World) -> None:
    findings = {"ondersteuningsniveau": "extra_ondersteuning"}
    walk = await opened(world, Goal(findings), "leerkracht", "tijn", CONCERN)
    await walk.walk(until="jgz")
    assert ("intern-begeleider", "guardian.update") in walk.done
    answers = [key for key, action in walk.done if action == "consent.answer"]
    assert sorted(answers) == ["ouder-een", "ouder-twee"]
    await hold(world, walk)
