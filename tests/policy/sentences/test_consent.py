"""Consent before sharing: with the KOO, with the JGZ, with the sociaal team; by whom, about what, until when."""

import pytest

from app.demo.people import MUNICIPALITY, SCHOOL, SOCIAL_TEAM, YOUTH_HEALTH
from tests.policy.arranging import (
    BEHAVIOUR,
    CASEMANAGER,
    HEALTH,
    IB,
    INTAKE_TEAM,
    KOO,
    NURSE,
    ONE,
    PARENTS,
    SIGNAL,
    TEACHER,
    TWO,
    YOUTH,
    a_case,
    answer_body,
    at_intake,
    at_nurse,
    at_research,
    at_social_team,
    born_on_unknown_day,
    brought_by,
    consent_body,
    expired,
    gezag,
    in_conflict,
    organisation_id,
    researched,
    talk_body,
    triaged,
    turned,
    with_nurse,
)
from tests.world import World

pytestmark = pytest.mark.anyio


# --- The teacher and the KOO (001:253) --------------------------------------------------------------------------------


async def test_the_teacher_cannot_share_with_the_koo_when_the_parents_were_not_asked(world: World) -> None:
    """001:253: met de KOO deelt de leerkracht de zorg alleen als de ouders dat goed vinden."""
    story = await a_case(world)
    assert await story.blocked(TEACHER, "koo_betrekken") == {"toestemming_ontbreekt"}
    assert not await story.seen_by(KOO)


async def test_the_teacher_shares_with_the_koo_when_both_parents_agree(world: World) -> None:
    """001:253: geven de ouders toestemming, dan kijkt de KOO mee."""
    story = await a_case(world)
    await story.asks(MUNICIPALITY, ["leren"], yes=PARENTS, by=TEACHER)
    await story.step(TEACHER, "koo_betrekken")
    assert SIGNAL in await story.texts(KOO)


async def test_the_koo_sees_nothing_while_only_one_parent_has_answered(world: World) -> None:
    """001:253 spreekt van ouders, meervoud; domain.md §2.2: beide ouders met gezag."""
    story = await a_case(world)
    consent = await story.asks(MUNICIPALITY, yes=[ONE], by=TEACHER)
    assert await story.blocked(TEACHER, "koo_betrekken") == {"toestemming_onvolledig"}
    await story.answers(TWO, consent)
    await story.step(TEACHER, "koo_betrekken")


async def test_the_koo_sees_nothing_when_one_parent_refuses(world: World) -> None:
    """001:253 met domain.md R13: één weigering is genoeg om niet te delen."""
    story = await a_case(world)
    await story.asks(MUNICIPALITY, yes=[ONE], no=[TWO], by=TEACHER)
    assert await story.blocked(TEACHER, "koo_betrekken") == {"toestemming_geweigerd"}


async def test_the_koo_loses_the_case_the_moment_a_parent_withdraws(world: World) -> None:
    """001:253; intrekken werkt meteen (AVG 7 lid 3): zonder toestemming deelt de leerkracht niet meer."""
    story = await a_case(world)
    consent = await story.asks(MUNICIPALITY, yes=PARENTS, by=TEACHER)
    await story.step(TEACHER, "koo_betrekken")
    await story.withdraws(TWO, consent)
    assert not await story.seen_by(KOO)


async def test_consent_to_share_about_home_does_not_open_the_school_s_concern_to_the_koo(world: World) -> None:
    """001:253: gedeeld wordt waar de ouders toestemming voor geven, niet alles; domain.md R12."""
    story = await a_case(world)
    await story.asks(MUNICIPALITY, ["leven"], yes=PARENTS, by=TEACHER)
    await story.step(TEACHER, "koo_betrekken")
    assert SIGNAL not in await story.texts(KOO)
    assert "leren" in (await story.dossier(KOO))["withheld"]


async def test_consent_for_the_koo_is_no_consent_for_the_jgz(world: World) -> None:
    """001:253 en 001:341 vragen elk hun eigen toestemming; domain.md R12: alleen de genoemde ontvangers."""
    story = await at_research(world)
    await story.asks(MUNICIPALITY, yes=PARENTS)
    assert await story.blocked(IB, "jgz_raadplegen") == {"toestemming_ontbreekt"}


async def test_when_parents_go_to_the_koo_themselves_the_school_does_not_learn_of_it(world: World) -> None:
    """001:255: een ouder kan ook bij de KOO terecht; 001:253: delen tussen KOO en school is aan de ouders."""
    story = await brought_by(world, ONE, "kind_ouderondersteuner")
    assert await story.seen_by(KOO)
    assert not await story.seen_by(IB)
    assert not await story.seen_by(TEACHER)


# --- School and JGZ (001:337, 341) ------------------------------------------------------------------------------------


async def test_the_school_calls_in_the_jgz_only_with_consent(world: World) -> None:
    """001:341: school kan de JGZ alleen inschakelen met toestemming van de ouders met gezag."""
    story = await researched(world)
    assert await story.blocked(IB, "jgz_inschakelen") == {"toestemming_ontbreekt"}
    assert await story.blocked(TEACHER, "jgz_inschakelen") == {"toestemming_ontbreekt"}
    assert not await story.seen_by(NURSE)


async def test_for_a_child_of_eight_both_parents_with_gezag_are_enough(world: World) -> None:
    """001:341: gezaghebbende ouders; de jeugdige wordt pas vanaf 12 gevraagd."""
    story, _ = await with_nurse(world, "mila")
    assert await story.seen_by(NURSE)


async def test_one_parent_alone_does_not_open_the_case_to_the_jgz(world: World) -> None:
    """001:341: de gezaghebbende ouders, dus allebei (domain.md §2.2)."""
    story = await at_research(world)
    await story.asks(YOUTH_HEALTH, yes=[TWO])
    assert await story.blocked(IB, "jgz_raadplegen") == {"toestemming_onvolledig"}


async def test_when_one_parent_refuses_the_jgz_sees_nothing(world: World) -> None:
    """001:341 met domain.md R13: weigert een van beiden, dan wordt er niet gedeeld."""
    story = await at_research(world)
    await story.asks(YOUTH_HEALTH, yes=[ONE], no=[TWO])
    assert await story.blocked(IB, "jgz_raadplegen") == {"toestemming_geweigerd"}
    assert not await story.seen_by(NURSE)


async def test_a_later_refusal_by_one_parent_takes_the_case_from_the_jgz(world: World) -> None:
    """001:341 met domain.md R13: het laatste antwoord van iedere ouder telt."""
    story, consent = await with_nurse(world)
    await story.answers(ONE, consent, "geweigerd")
    assert not await story.seen_by(NURSE)


async def test_after_a_withdrawal_the_jgz_gets_404_everywhere_at_once(world: World) -> None:
    """001:341; zo makkelijk in te trekken als te geven, en het werkt direct (AVG 7 lid 3)."""
    story, consent = await with_nurse(world)
    await story.add(NURSE, "notes", talk_body(content=HEALTH))
    await story.withdraws(ONE, consent)
    paths = ("", "/dossier", "/signals", "/notes", "/consents", "/participants", "/transitions", "/next-steps")
    answers = [(await world[NURSE].get(f"{story.path}{path}")).status_code for path in paths]
    assert answers == [404] * len(paths)
    assert (await world[NURSE].get(f"/consents/{consent}")).status_code == 404
    assert (await story.tries(NURSE, "notes", talk_body())).status_code == 404
    assert (await world[NURSE].seen("/cases"))["items"] == []


async def test_consent_that_has_expired_opens_nothing(world: World) -> None:
    """001:341 met domain.md §2.4: toestemming heeft een einddatum; daarna geldt zij niet meer."""
    story, consent = await with_nurse(world)
    expired(world, consent)
    assert not await story.seen_by(NURSE)
    assert await story.blocked(IB, "jgz_raadplegen") == {"toestemming_verlopen"}


async def test_the_family_is_told_what_is_shared_before_it_answers(world: World) -> None:
    """Jeugdwet 7.3.2: zonder te zeggen met wie, waarover en waarom, is er niets om ja op te zeggen."""
    story = await at_research(world)
    for missing in ("told", "purpose", "recipients", "dataCategories"):
        body = consent_body([YOUTH_HEALTH], ["leren"])
        del body[missing]
        assert (await story.tries(IB, "consents", body)).status_code == 400


async def test_the_school_cannot_go_around_the_parents_by_naming_another_ground_for_the_jgz(world: World) -> None:
    """001:341: alleen met toestemming; een eigen motivering van de school vervangt die niet."""
    story = await at_research(world)
    body = {"organisationId": organisation_id(YOUTH_HEALTH), "role": "jeugdverpleegkundige", "motivation": "Het moet."}
    for ground in ("jgz_taak", "onderwijstaak", "eigen_verzoek"):
        assert (await story.tries(IB, "participants", body | {"ground": ground})).status_code == 400
    assert (await story.tries(IB, "participants", body | {"ground": "toestemming"})).status_code == 409
    assert not await story.seen_by(NURSE)


async def test_what_the_jgz_records_about_health_is_not_for_the_school_without_consent(world: World) -> None:
    """001:263: de JGZ gaat pas met toestemming in gesprek met school."""
    story = await at_nurse(world)
    assert HEALTH in await story.texts(NURSE)
    assert HEALTH not in await story.texts(IB)
    assert HEALTH not in await story.texts(TEACHER)
    assert "gezondheid" in (await story.dossier(IB))["withheld"]


async def test_with_consent_about_health_the_intern_begeleider_reads_it_and_the_teacher_still_does_not(
    world: World,
) -> None:
    """001:263, 001:191: de IB'er heeft het contact met de GGD; de leerkracht heeft dat in de bron niet."""
    story = await at_nurse(world)
    await story.asks(SCHOOL, ["gezondheid"], yes=PARENTS, by=NURSE)
    assert HEALTH in await story.texts(IB)
    assert HEALTH not in await story.texts(TEACHER)


async def test_the_jgz_does_not_read_what_the_school_found_when_consent_is_about_health_alone(world: World) -> None:
    """001:341 met domain.md R12: toestemming geldt per onderwerp."""
    story = await at_nurse(world, about=["gezondheid"])
    assert BEHAVIOUR not in await story.texts(NURSE)
    assert HEALTH in await story.texts(NURSE)


async def test_the_jgz_talks_with_the_parents_before_it_takes_up_a_signal(world: World) -> None:
    """001:263: bij zorgen gaat de JGZ in gesprek met ouders."""
    story = await a_case(world, by=NURSE, kind="leefvraag")
    assert await story.blocked(NURSE, "jgz_signaal_oppakken") == {"oudergesprek_ontbreekt"}
    await story.add(NURSE, "notes", talk_body())
    await story.step(NURSE, "jgz_signaal_oppakken")


async def test_the_school_does_not_learn_of_a_signal_that_the_jgz_saw_in_its_own_contact_moment(world: World) -> None:
    """001:263: pas met toestemming gaat de JGZ in gesprek met school en misschien het sociaal team."""
    story = await a_case(world, by=NURSE, kind="leefvraag")
    assert [await story.seen_by(who) for who in (IB, TEACHER, INTAKE_TEAM, KOO)] == [False] * 4


async def test_the_jgz_involves_the_school_only_with_consent(world: World) -> None:
    """001:263: toestemming van ouders met gezag (en van de jeugdige vanaf 12) voor het gesprek met school."""
    story = await a_case(world, by=NURSE, kind="leefvraag")
    await story.add(NURSE, "notes", talk_body())
    assert await story.blocked(NURSE, "school_betrekken") == {"toestemming_ontbreekt"}
    await story.asks(SCHOOL, ["leven"], yes=PARENTS, by=NURSE)
    await story.step(NURSE, "school_betrekken")
    assert await story.seen_by(IB)


# --- The youth from twelve, alone from sixteen (001:263, 271, 341; Jeugdwet 7.3.4, 7.3.5) -----------------------------


async def test_at_thirteen_the_parents_consent_without_the_youth_opens_nothing(world: World) -> None:
    """001:341: en de jeugdige vanaf 12 jaar."""
    story = await at_research(world, YOUTH)
    await story.asks(YOUTH_HEALTH, yes=PARENTS)
    assert await story.blocked(IB, "jgz_raadplegen") == {"toestemming_onvolledig"}


async def test_at_thirteen_the_youth_s_consent_without_the_parents_opens_nothing(world: World) -> None:
    """001:341: gezaghebbende ouders én de jeugdige; Jeugdwet 7.3.4 lid 2."""
    story = await at_research(world, YOUTH)
    await story.asks(YOUTH_HEALTH, yes=[YOUTH])
    assert await story.blocked(IB, "jgz_raadplegen") == {"toestemming_onvolledig"}


async def test_at_thirteen_parents_and_youth_together_open_the_case_to_the_jgz(world: World) -> None:
    """001:341: met toestemming van allen kan de JGZ erbij."""
    story, _ = await with_nurse(world, YOUTH, yes=[*PARENTS, YOUTH])
    assert await story.seen_by(NURSE)


async def test_at_thirteen_the_youth_s_refusal_keeps_the_jgz_out(world: World) -> None:
    """001:341 met domain.md R13: ook het nee van de jeugdige telt."""
    story = await at_research(world, YOUTH)
    await story.asks(YOUTH_HEALTH, yes=PARENTS, no=[YOUTH])
    assert await story.blocked(IB, "jgz_raadplegen") == {"toestemming_geweigerd"}


async def test_at_thirteen_the_youth_can_withdraw_what_the_parents_still_want(world: World) -> None:
    """001:341, AVG 7 lid 3: wie mee moet beslissen, kan dat ook terugnemen."""
    story, consent = await with_nurse(world, YOUTH, yes=[*PARENTS, YOUTH])
    await story.withdraws(YOUTH, consent)
    assert not await story.seen_by(NURSE)


async def test_on_the_day_before_the_twelfth_birthday_the_parents_consent_is_still_enough(world: World) -> None:
    """001:341: vanaf 12 jaar, dus de dag ervoor nog niet."""
    turned(world, YOUTH, 12, days_ago=-1)
    story, _ = await with_nurse(world, YOUTH, yes=PARENTS)
    assert await story.seen_by(NURSE)


async def test_when_the_youth_turned_twelve_yesterday_the_parents_consent_no_longer_carries_until_the_youth_answers(
    world: World,
) -> None:
    """001:341 met domain.md R9: wie moet toestemmen wordt op de dag van gebruik bepaald, niet op de dag van vragen."""
    turned(world, YOUTH, 12, days_ago=-1)
    story, consent = await with_nurse(world, YOUTH, yes=PARENTS)
    turned(world, YOUTH, 12, days_ago=1)
    assert not await story.seen_by(NURSE)
    await story.answers(YOUTH, consent)
    assert await story.seen_by(NURSE)


async def test_on_the_twelfth_birthday_itself_the_youth_is_asked(world: World) -> None:
    """001:341: vanaf 12 jaar, dus ook op de verjaardag."""
    turned(world, YOUTH, 12)
    story = await at_research(world, YOUTH)
    await story.asks(YOUTH_HEALTH, yes=PARENTS)
    assert await story.blocked(IB, "jgz_raadplegen") == {"toestemming_onvolledig"}


async def test_at_sixteen_the_youth_decides_alone(world: World) -> None:
    """Jeugdwet 7.3.5: vanaf 16 beslist de jeugdige zelf; de bron (001:341) noemt geen bovengrens."""
    turned(world, YOUTH, 16)
    story, _ = await with_nurse(world, YOUTH, yes=[YOUTH])
    assert await story.seen_by(NURSE)


async def test_at_sixteen_the_parents_yes_does_not_replace_the_youth_s(world: World) -> None:
    """Jeugdwet 7.3.5: de jeugdige zelf, niemand in zijn plaats."""
    turned(world, YOUTH, 16)
    story = await at_research(world, YOUTH)
    consent = await story.asks(YOUTH_HEALTH)
    refused = [await world[IB].post(f"/consents/{consent}/answers", answer_body(parent)) for parent in PARENTS]
    assert [response.json()["errors"][0]["code"] for response in refused] == ["kan_niet_beslissen"] * 2
    assert await story.blocked(IB, "jgz_raadplegen") == {"toestemming_onvolledig"}


async def test_at_sixteen_the_parents_refusal_does_not_stop_the_youth(world: World) -> None:
    """Jeugdwet 7.3.5, 7.3.11: tegenover hulp en JGZ zijn ouders dan anderen."""
    turned(world, YOUTH, 16)
    story = await at_research(world, YOUTH)
    consent = await story.asks(YOUTH_HEALTH, yes=[YOUTH])
    no = answer_body(ONE, "geweigerd")
    assert (await world[IB].post(f"/consents/{consent}/answers", no)).status_code == 400
    await story.step(IB, "jgz_raadplegen")
    assert await story.seen_by(NURSE)


async def test_on_the_day_before_the_sixteenth_birthday_the_parents_are_still_needed(world: World) -> None:
    """Jeugdwet 7.3.4 lid 2: van 12 tot 16 allebei."""
    turned(world, YOUTH, 16, days_ago=-1)
    story = await at_research(world, YOUTH)
    await story.asks(YOUTH_HEALTH, yes=[YOUTH])
    assert await story.blocked(IB, "jgz_raadplegen") == {"toestemming_onvolledig"}


async def test_when_the_birth_date_is_not_known_no_consent_opens_anything(world: World) -> None:
    """001:341 maakt verschil bij 12 jaar: wie de leeftijd niet kent, weet niet wie moet toestemmen."""
    born_on_unknown_day(world, YOUTH)
    story = await at_research(world, YOUTH)
    await story.asks(YOUTH_HEALTH, yes=[*PARENTS, YOUTH])
    assert await story.blocked(IB, "jgz_raadplegen") == {"geboortedatum_onbekend"}


# --- Gezag (001:263, 271, 341) ----------------------------------------------------------------------------------------


async def test_unknown_gezag_opens_nothing_even_when_both_parents_say_yes(world: World) -> None:
    """001:341: gezaghebbende ouders; zolang niet is nagegaan wie dat zijn, is er geen geldig ja."""
    story = await at_research(world, "tijn")
    await story.asks(YOUTH_HEALTH, yes=PARENTS)
    assert await story.blocked(IB, "jgz_raadplegen") == {"gezag_onbekend"}


async def test_once_the_gezag_was_checked_the_same_consent_opens(world: World) -> None:
    """001:341 met domain.md R11: het gezag wordt nagegaan en vastgelegd, de vraag hoeft niet opnieuw."""
    story = await at_research(world, "tijn")
    await story.asks(YOUTH_HEALTH, yes=PARENTS)
    gezag(world, "tijn", TWO, "ja")
    await story.step(IB, "jgz_raadplegen")
    assert await story.seen_by(NURSE)


async def test_a_parent_without_gezag_is_not_needed_for_consent(world: World) -> None:
    """001:341: gezaghebbende ouders, dus niet een ouder zonder gezag."""
    gezag(world, "mila", TWO, "nee")
    story, _ = await with_nurse(world, yes=[ONE])
    assert await story.seen_by(NURSE)


async def test_a_parent_without_gezag_cannot_give_consent(world: World) -> None:
    """001:341, domain.md §2.2: zonder gezag heeft een ouder geen recht om toe te stemmen."""
    gezag(world, "mila", TWO, "nee")
    story = await at_research(world)
    consent = await story.asks(YOUTH_HEALTH)
    response = await world[IB].post(f"/consents/{consent}/answers", answer_body(TWO))
    assert response.status_code == 400


async def test_when_no_parent_has_gezag_nobody_s_yes_is_enough(world: World) -> None:
    """001:341: zonder gezaghebbende ouder is er niemand die voor een jong kind kan toestemmen."""
    story = await at_research(world)
    await story.asks(YOUTH_HEALTH, yes=PARENTS)
    gezag(world, "mila", ONE, "nee")
    gezag(world, "mila", TWO, "nee")
    assert await story.blocked(IB, "jgz_raadplegen") == {"gezag_onbekend"}


async def test_one_parent_may_pass_on_the_other_s_yes(world: World) -> None:
    """domain.md §2.2, R13: als een ouder zegt dat de ander instemt, mag men daarvan uitgaan."""
    story = await at_research(world)
    consent = await story.asks(YOUTH_HEALTH, yes=[ONE])
    await world[IB].made(f"/consents/{consent}/answers", answer_body(TWO, basis="via_andere_ouder"))
    await story.step(IB, "jgz_raadplegen")


async def test_parents_in_conflict_do_not_speak_for_each_other(world: World) -> None:
    """domain.md §2.2, R13: bij gescheiden ouders of ruzie vraagt men het beiden zelf."""
    story = await at_research(world)
    consent = await story.asks(YOUTH_HEALTH, yes=[ONE])
    told = answer_body(TWO, basis="via_andere_ouder")
    await world[IB].made(f"/consents/{consent}/answers", told)
    in_conflict(world, "mila")
    refused = await world[IB].post(f"/consents/{consent}/answers", told)
    assert refused.status_code == 400
    assert [fault["code"] for fault in refused.json()["errors"]] == ["ouders_in_conflict"]
    assert await story.blocked(IB, "jgz_raadplegen") == {"toestemming_onvolledig"}
    await story.answers(TWO, consent)
    await story.step(IB, "jgz_raadplegen")


async def test_a_parent_answers_only_for_himself_or_herself(world: World) -> None:
    """001:341: van de ouders én de jeugdige; ieder geeft het eigen antwoord."""
    story = await at_research(world, YOUTH)
    consent = await story.asks(YOUTH_HEALTH)
    for somebody_else in (TWO, YOUTH):
        response = await world[ONE].post(f"/consents/{consent}/answers", answer_body(somebody_else))
        assert response.status_code == 403
    assert (await world[YOUTH].post(f"/consents/{consent}/answers", answer_body(ONE))).status_code == 403


# --- The sociaal team (001:271) ---------------------------------------------------------------------------------------


async def test_a_professional_registers_a_child_with_the_sociaal_team_only_with_consent(world: World) -> None:
    """001:271: iedereen kan contact opnemen, maar daarvoor is toestemming van de ouders met gezag nodig."""
    story = await triaged(world)
    assert await story.blocked(IB, "aanmelden") == {"toestemming_ontbreekt"}
    await story.asks(SOCIAL_TEAM, ["leven"], yes=[ONE], no=[TWO])
    assert await story.blocked(IB, "aanmelden") == {"toestemming_geweigerd"}
    assert not await story.seen_by(INTAKE_TEAM)


async def test_also_a_parent_needs_the_other_parent_to_bring_the_child_to_the_sociaal_team(world: World) -> None:
    """001:271: iedereen, dus ook een ouder, met toestemming van wie gezag heeft."""
    story = await brought_by(world, ONE)
    consent = await story.asks(SOCIAL_TEAM, ["leven"], yes=[ONE])
    assert await story.blocked(ONE, "hulp_vragen_sociaal_team") == {"toestemming_onvolledig"}
    await story.answers(TWO, consent)
    await story.step(ONE, "hulp_vragen_sociaal_team")
    assert await story.seen_by(INTAKE_TEAM)


async def test_the_sociaal_team_does_not_read_what_the_school_found_when_consent_is_about_home_alone(
    world: World,
) -> None:
    """001:271 met domain.md R12: toestemming over thuis opent het leerlingdossier niet."""
    story, _ = await at_intake(world, about=["leven"])
    assert BEHAVIOUR not in await story.texts(INTAKE_TEAM)
    assert BEHAVIOUR not in await story.texts(CASEMANAGER)


async def test_with_consent_about_learning_the_casemanager_reads_what_the_school_found(world: World) -> None:
    """001:271, 001:293: met toestemming verzamelt de casemanager de informatie die nodig is."""
    story, _ = await at_intake(world, about=["leven", "leren"])
    assert BEHAVIOUR in await story.texts(CASEMANAGER)


async def test_after_a_withdrawal_the_aanmeldteam_sees_the_case_no_more(world: World) -> None:
    """001:271: de toestemming droeg de aanmelding; zonder haar ziet het aanmeldteam niets."""
    story, consent = await at_social_team(world)
    await story.withdraws(ONE, consent)
    assert not await story.seen_by(INTAKE_TEAM)


async def test_after_a_withdrawal_the_casemanager_no_longer_reads_what_the_school_found(world: World) -> None:
    """001:271, AVG 7 lid 3: wat de school vond was alleen met toestemming te lezen."""
    story, consent = await at_intake(world, about=["leven", "leren"])
    await story.withdraws(TWO, consent)
    response = await world[CASEMANAGER].get(f"{story.path}/dossier")
    assert response.status_code == 404 or BEHAVIOUR not in response.text


async def test_the_school_cannot_go_around_the_parents_by_naming_another_ground_for_the_sociaal_team(
    world: World,
) -> None:
    """001:271: toestemming is nodig, welke reden de school ook heeft."""
    story = await at_research(world)
    body = {"organisationId": organisation_id(SOCIAL_TEAM), "role": "casemanager_jeugd", "motivation": "Het moet nu."}
    for ground in ("jeugdwet_toegang", "onderwijstaak"):
        assert (await story.tries(IB, "participants", body | {"ground": ground})).status_code == 400
    assert not await story.seen_by(CASEMANAGER)


async def test_a_refused_step_does_not_tell_the_school_what_the_jgz_found(world: World) -> None:
    """001:263, 001:343: dat de JGZ om casusregie vraagt hoort de school van het gezin, niet uit een foutmelding."""
    story = await at_nurse(world)
    await story.finds(NURSE, "jgz_uitkomst", "verzoek_casusregie", content=HEALTH)
    await story.step(NURSE, "jgz_afronden")
    response = await story.tries(IB, "transitions", {"transition": "naar_onderwijs"})
    assert response.status_code == 409
    assert "casusregie" not in response.text
    assert "jgz_uitkomst" not in response.text
    assert "nog_niet_gereed" in {reason["code"] for reason in response.json()["reasons"]}
