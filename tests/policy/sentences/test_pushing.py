"""Pushing against the walls: who was refused, or is here on consent, finds no way around the family."""

from datetime import date

import pytest

from app.demo.people import ATTENDANCE, MUNICIPALITY, SCHOOL, YOUTH_HEALTH
from app.demo.seed import known_id
from tests.policy.arranging import (
    ATTENDANCE_OFFICER,
    IB,
    INTAKE_TEAM,
    NURSE,
    ONE,
    PARENTS,
    STAGNATION,
    TEACHER,
    TWO,
    YOUTH,
    a_case,
    answer_body,
    at_research,
    at_social_team,
    organisation_id,
    signal_body,
    with_nurse,
    with_stagnation_point,
)
from tests.world import World

pytestmark = pytest.mark.anyio


async def test_who_was_refused_cannot_let_that_no_lapse_by_changing_what_is_known_of_a_parent(world: World) -> None:
    """001:341, AVG 7.3: een nee blijft een nee; wat daarna over gezag wordt vastgelegd opent niets."""
    story, consent = await with_nurse(world)
    await story.withdraws(TWO, consent)
    tie = f"/guardians/{known_id(f'mila:{TWO}')}"
    found_out = {"gezag": "nee", "evidence": "verklaring", "evidenceDate": str(date(2026, 11, 1))}
    assert (await world[NURSE].ask("PATCH", tie, found_out, If_Match="*")).status_code in {403, 404}
    assert (await world[IB].ask("PATCH", tie, found_out, If_Match="*")).status_code == 200
    assert not await story.seen_by(NURSE)


async def test_that_a_parent_has_no_gezag_is_recorded_with_evidence_and_in_the_log_of_the_case(world: World) -> None:
    """domain.md R11, 001:263: gezag blijkt ergens uit; wie het wijzigt is voor het gezin te zien."""
    story = await at_research(world)
    tie = f"/guardians/{known_id(f'mila:{TWO}')}"
    bare = await world[IB].ask("PATCH", tie, {"gezag": "nee", "evidence": "geen"}, If_Match="*")
    assert [fault["code"] for fault in bare.json()["errors"]] == ["bewijs_ontbreekt", "datum_ontbreekt"]
    proven = {"gezag": "nee", "evidence": "gezagsregister", "evidenceDate": str(date(2026, 11, 1))}
    assert (await world[IB].ask("PATCH", tie, proven, If_Match="*")).status_code == 200
    log = (await world[ONE].seen(f"{story.path}/access-log"))["items"]
    assert [each["actorRole"] for each in log if each["action"] == "guardian.update"] == ["intern_begeleider"]


async def test_nobody_records_a_yes_over_the_no_that_a_parent_gave_in_person(world: World) -> None:
    """AVG 7.3, Jeugdwet 7.3.4: wie zelf nee zei, komt daar alleen zelf op terug, ook bij een nieuwe vraag."""
    story, consent = await with_nurse(world)
    await story.withdraws(TWO, consent)
    again = await world[TEACHER].post(f"/consents/{consent}/answers", answer_body(TWO))
    assert again.json()["type"].endswith(":zelf-geweigerd")
    anew = {
        "purpose": "Opnieuw",
        "recipients": [str(organisation_id(YOUTH_HEALTH))],
        "dataCategories": ["leren"],
        "told": "Opnieuw verteld",
        "answers": [answer_body(parent) for parent in PARENTS],
    }
    assert (await story.tries(IB, "consents", anew)).status_code == 403
    assert not await story.seen_by(NURSE)
    await story.answers(TWO, await story.asks(YOUTH_HEALTH, yes=[ONE]))
    assert await story.seen_by(NURSE)


async def test_an_organisation_does_not_record_the_yes_to_sharing_with_itself(world: World) -> None:
    """001:341: school of sociaal team schakelt de JGZ in; de JGZ verruimt niet zelf wat zij krijgt."""
    story, _ = await with_nurse(world, about=["leren"])
    wider = {
        "purpose": "Meer",
        "recipients": [str(organisation_id(YOUTH_HEALTH))],
        "dataCategories": ["leven", "verzuim"],
        "told": "Verteld",
        "answers": [answer_body(parent) for parent in PARENTS],
    }
    refused = await story.tries(NURSE, "consents", wider)
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (403, "eigen-belang")
    assert "leven" not in (await story.as_seen_by(NURSE))["dataCategories"]
    # Asking is fine; the family answers.
    asked = (await story.add(NURSE, "consents", {**wider, "answers": []}))["id"]
    for parent in PARENTS:
        await story.answers(parent, asked)
    assert "leven" in (await story.as_seen_by(NURSE))["dataCategories"]


async def test_the_jgz_brings_in_the_school_on_consent_only(world: World) -> None:
    """001:263: met toestemming gaat de JGZ in gesprek met school; een eigen motivering volstaat niet."""
    story = await a_case(world, by=NURSE)
    school = {"organisationId": str(organisation_id(SCHOOL)), "ground": "onderwijstaak", "motivation": "Handig."}
    assert (await story.tries(NURSE, "participants", school)).status_code == 400
    assert not await story.seen_by(IB)


async def test_who_is_here_on_consent_brings_nobody_in_on_another_ground(world: World) -> None:
    """001:263, AVG 7.3: anders zou de betrokkenheid de toestemming overleven."""
    story, consent = await with_nurse(world)
    leerplicht = {
        "organisationId": str(organisation_id(ATTENDANCE)),
        "role": "leerplichtambtenaar",
        "ground": "wettelijke_taak_leerplicht",
        "motivation": "Erbij.",
    }
    refused = await story.tries(NURSE, "participants", leerplicht)
    assert [fault["code"] for fault in refused.json()["errors"]] == ["alleen_toestemming"]
    await story.withdraws(ONE, consent)
    assert not await story.seen_by(ATTENDANCE_OFFICER)


async def test_nobody_pushes_the_school_out_of_its_own_case(world: World) -> None:
    """001:30: ieder voert de eigen taak uit; een ander beëindigt die niet."""
    story, _ = await with_nurse(world)
    school = await story.participant(NURSE, "leerkracht")
    gone = await world[NURSE].ask("DELETE", f"/participants/{school['id']}", If_Match="*")
    assert gone.status_code == 403
    assert await story.seen_by(TEACHER)


async def test_the_school_does_not_push_out_whom_the_parents_consented_to_and_close_alone(world: World) -> None:
    """001:263, 001:271: wie met toestemming meedoet, gaat als het gezin die toestemming intrekt; niet eerder."""
    story, consent = await at_social_team(world)
    team = await story.participant(IB, "medewerker_aanmeldteam")
    gone = await world[IB].ask("DELETE", f"/participants/{team['id']}", If_Match="*")
    assert (gone.status_code, await story.seen_by(INTAKE_TEAM)) == (403, True)
    assert "al_betrokken" in await story.blocked(IB, "verder_zonder_sociaal_team")
    for parent in PARENTS:
        await story.withdraws(parent, consent)
    await story.step(IB, "verder_zonder_sociaal_team")


async def test_a_teacher_does_not_push_out_the_jgz_that_is_here_on_consent(world: World) -> None:
    """001:341: de JGZ vertrekt zelf, of als het gezin de toestemming intrekt."""
    story, _ = await with_nurse(world)
    nurse = await story.participant(TEACHER, "jeugdverpleegkundige")
    for who in (TEACHER, IB):
        gone = await world[who].ask("DELETE", f"/participants/{nurse['id']}", If_Match="*")
        assert gone.status_code == 403
    assert await story.seen_by(NURSE)
    assert (await world[NURSE].ask("DELETE", f"/participants/{nurse['id']}", If_Match="*")).status_code == 204


async def test_parents_do_not_read_why_talking_with_them_first_seemed_dangerous(world: World) -> None:
    """001:253, 001:289: soms kan eerst praten het kind in gevaar brengen; die reden is niet voor wie het betreft."""
    story = await at_research(world)
    await story.add(TEACHER, "signals", {**signal_body("leefvraag"), "safetyReason": "Bang om naar huis te gaan."})
    for parent in PARENTS:
        signals = (await story.dossier(parent))["signals"]
        assert {each["safetyReason"] for each in signals} == {None}
        assert all(each["withheld"] == ["safetyReason"] for each in signals)
    told = [each["safetyReason"] for each in (await story.dossier(IB))["signals"]]
    assert "Bang om naar huis te gaan." in told


async def test_words_about_the_child_never_become_a_fact_of_the_process(world: World) -> None:
    """001:153-161: wie alleen het proces ziet, leest geen signaal, waar het ook binnenkwam."""
    story, _ = await with_stagnation_point(world)
    odd = {**signal_body("leefvraag"), "receivedByRole": "politie"}
    refused = await story.tries(TEACHER, "signals", odd)
    assert [fault["code"] for fault in refused.json()["errors"]] == ["geen_ingang"]
    assert (await story.dossier(STAGNATION))["signals"] == []


async def test_leerplicht_does_not_move_a_child_to_another_school(world: World) -> None:
    """001:242, 001:281: inschrijven kan wie geen school heeft; een overstap is aan de school."""
    story = await a_case(world, by=ATTENDANCE_OFFICER)
    moved = await world[ATTENDANCE_OFFICER].ask(
        "PATCH", story.path, {"schoolId": str(known_id("brin:99ZC00"))}, If_Match="*"
    )
    assert (moved.status_code, moved.json()["type"].rpartition(":")[2]) == (409, "al-ingeschreven")


async def test_a_person_with_a_login_gets_no_second_one_to_look_along(world: World) -> None:
    """001:30: wie meekijkt is bekend; een tweede login op dezelfde ouder zou dat niemand laten merken."""
    made = await world["beheerder"].made("/invitation-codes", {"guardianId": str(known_id(ONE))})
    other = world.caller(sub="een-ander", roles=["ouder"], acr="substantial")
    refused = await other.post("/me/binding", {"code": made["code"]})
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "code-geldt-niet")


async def test_a_role_counts_only_at_an_organisation_that_has_it(world: World) -> None:
    """001:55-82: jeugdverpleegkundigen werken bij de JGZ; bij de gemeente is niemand dat."""
    odd = world.caller(sub="demo-koo", roles=["jeugdverpleegkundige"], organisation=MUNICIPALITY)
    search = {"familyName": "Verzonnen", "birthDate": "2018-01-01"}
    assert (await odd.post("/young-people/_search", search)).status_code == 403


async def test_the_family_takes_back_what_it_asked_itself(world: World) -> None:
    """001:30, 001:255: wie zelf naar de KOO ging, kan die ook weer laten gaan."""
    body = {
        "youngPersonId": str(known_id("mila")),
        "route": "midden-groningen",
        "signal": {**signal_body("leefvraag"), "givenBy": "ouder", "receivedByRole": "kind_ouderondersteuner"},
    }
    case = await world[ONE].made("/cases", body)
    path = f"/cases/{case['id']}"
    assert (await world["koo"].get(path)).status_code == 200
    asked = (await world[ONE].seen(f"{path}/participants"))["items"][0]
    assert (await world[ONE].ask("DELETE", f"/participants/{asked['id']}", If_Match="*")).status_code == 204
    assert (await world["koo"].get(path)).status_code == 404


async def test_who_looks_for_a_child_is_recorded_for_each_child_that_was_found(world: World) -> None:
    """001:30: ook zoeken is kijken."""
    child = await world[IB].seen(f"/young-people/{known_id(YOUTH)}")
    body = {"familyName": child["familyName"], "birthDate": child["birthDate"]}
    assert len((await world[NURSE].post("/young-people/_search", body)).json()["items"]) == 1
    assert (await world[NURSE].get("/young-people")).json()["items"] == []


async def test_the_samenwerkingsverband_of_the_region_is_there_for_parents_of_a_child_without_a_school(
    world: World,
) -> None:
    """001:281: ouders bereiken het samenwerkingsverband via het steunpunt, ook als er nog geen school is."""
    body = {
        "youngPersonId": str(known_id("noor")),
        "route": "midden-groningen",
        "signal": {**signal_body("leervraag"), "givenBy": "ouder", "receivedByRole": "ouder_jeugdsteunpunt"},
    }
    case = await world[ONE].made("/cases", body)
    assert (await world["ouder-jeugdsteunpunt"].get(f"/cases/{case['id']}")).status_code == 200
    body["signal"] = {**signal_body("leervraag"), "givenBy": "ouder", "receivedByRole": "intern_begeleider"}
    refused = await world[ONE].post("/cases", body)
    assert (refused.status_code, "ouder_jeugdsteunpunt" in refused.json()["detail"]) == (409, True)
