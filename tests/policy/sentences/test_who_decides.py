"""Who decides, what was answered and how, and what becomes of it: by age, gezag, exception, narrowing and renewal."""

from datetime import date, timedelta
from typing import Any

import pytest

from app.demo.people import SCHOOL, YOUTH_HEALTH
from app.demo.seed import known_id
from tests.policy.arranging import (
    IB,
    NURSE,
    ONE,
    PARENTS,
    TEACHER,
    TWO,
    YOUTH,
    Story,
    a_case,
    answer_body,
    at_research,
    consent_body,
    in_conflict,
    organisation_id,
    turned,
    with_nurse,
)
from tests.policy.choosing import months_later, settled
from tests.world import World

pytestmark = pytest.mark.anyio


async def consent(world: World, who: str, asked: str) -> Any:
    return await world[who].seen(f"/consents/{asked}")


def looked_up(kind: str, *holders: str, **more: Any) -> dict[str, Any]:
    return {
        "kind": kind,
        "holders": [str(known_id(holder)) for holder in holders],
        "evidence": "gezagsregister",
        "checkedOn": "2026-11-02",
        "validFrom": "2020-01-01",
        **more,
    }


def codes(response: Any) -> list[str]:
    assert response.status_code == 400, response.text
    return [fault["code"] for fault in response.json()["errors"]]


# --- What was asked and answered --------------------------------------------------------------------------------------


async def test_a_consent_says_how_it_stands_and_for_whom_it_waits(world: World) -> None:
    """001:341 met domain.md R13: wachten op, tegenstrijdig en van kracht zijn elk een eigen stand."""
    story = await at_research(world)
    asked = await story.asks(YOUTH_HEALTH, yes=[ONE])
    told = await consent(world, IB, asked)
    assert (told["status"], told["reason"], told["inForce"]) == ("wacht_op", "toestemming_onvolledig", False)
    assert told["waitsFor"] == [str(known_id(TWO))]
    await story.answers(TWO, asked, "geweigerd")
    assert (await consent(world, IB, asked))["status"] == "tegenstrijdig"
    await story.answers(TWO, asked)
    told = await consent(world, IB, asked)
    assert (told["status"], told["reason"], told["waitsFor"], told["ruleSet"]) == ("van_kracht", None, [], "jeugdwet@1")


async def test_of_each_answer_it_is_kept_how_it_was_given(world: World) -> None:
    """AVG 7.1, domain.md R11: wie, als wie, hoe, wie het hoorde, welke tekst, in welke taal, hoe zeker de login was."""
    story = await at_research(world)
    asked = await story.asks(YOUTH_HEALTH)
    spoken = answer_body(ONE) | {"witnessName": "Tolk Verzonnen", "language": "en"}
    await world[IB].made(f"/consents/{asked}/answers", spoken)
    await story.answers(TWO, asked)
    first, second = (await consent(world, IB, asked))["answers"]
    assert (first["form"], first["witnessName"], first["witnessId"]) == ("mondeling", "Tolk Verzonnen", None)
    assert (first["language"], first["textVersion"], first["assurance"]) == ("en", 2, None)
    # With the own login it is electronic, whatever was filled in.
    assert (second["form"], second["recordedBy"], second["witnessId"]) == ("digitaal", str(known_id(TWO)), None)
    assert second["assurance"]
    texts = (await world[ONE].seen("/consent-texts"))["items"]
    shown = {(text["version"], text["to"], text["language"]): text["says"] for text in texts if text["key"] == "delen"}
    assert {(2, to, language) for to in ("ouder", "jeugdige") for language in ("nl", "en")} <= shown.keys()
    # What was shown before stays; the youth is spoken to about himself or herself.
    assert "uw kind" in shown[1, "ouder", "nl"]
    assert not [word for word in ("uw kind", " u ", "Uw ", "U ") if word in shown[2, "jeugdige", "nl"]]


async def test_a_consent_holds_for_a_year_at_most_or_as_long_as_was_chosen(world: World) -> None:
    """AVG 5 lid 1 onder e, domain.md §2.4: niet langer dan nodig; daarna opnieuw vragen."""
    story = await at_research(world)
    asked = consent_body([YOUTH_HEALTH], ["leren"])
    today = date.fromisoformat((await story.add(IB, "consents", asked))["validFrom"])
    last = months_later(today, 12)
    refused = await story.tries(IB, "consents", asked | {"validUntil": str(last + timedelta(days=1))})
    assert codes(refused) == ["te_lang"]
    assert str(last) in refused.text
    await story.add(IB, "consents", asked | {"validUntil": str(last)})
    with settled("maanden_toestemming = 1"):
        assert codes(await story.tries(IB, "consents", asked | {"validUntil": str(last)})) == ["te_lang"]
        assert (await story.add(IB, "consents", asked))["validUntil"] <= str(months_later(today, 1))


async def test_who_records_a_spoken_answer_is_not_its_witness(world: World) -> None:
    """AVG 7.1, domain.md R11: een ander dan wie het vastlegt hoorde het; intrekken vraagt geen getuige (AVG 7.3)."""
    story = await at_research(world)
    asked = await story.asks(YOUTH_HEALTH)
    path, spoken = f"/consents/{asked}/answers", {key: answer_body(ONE)[key] for key in ("giverId", "decision", "form")}
    assert codes(await world[IB].post(path, spoken)) == ["getuige_ontbreekt"]
    for own in ({"witnessId": str(known_id(IB))}, {"witnessId": str(known_id(IB)), "witnessName": "Tolk Verzonnen"}):
        assert codes(await world[IB].post(path, spoken | own)) == ["getuige_is_vastlegger"]
    mine = (await world[IB].seen("/me"))["name"]
    assert codes(await world[IB].post(path, spoken | {"witnessName": mine})) == ["getuige_is_vastlegger"]
    assert codes(await world[IB].post(path, spoken | {"witnessId": str(known_id(ONE))})) == ["onbekende_medewerker"]
    body = consent_body([YOUTH_HEALTH], ["leren"]) | {"answers": [spoken]}
    refused = await story.tries(IB, "consents", body)
    assert refused.json()["errors"][0]["location"] == "/answers/0/witnessName"
    told = await world[IB].made(path, spoken | {"witnessId": str(known_id(TEACHER))})
    assert told["answers"][0]["witnessId"] == str(known_id(TEACHER))
    back = {"giverId": str(known_id(ONE)), "form": "mondeling"}
    await world[IB].made(f"/consents/{asked}/withdrawal", back)
    # In writing, or with the own login, it is its own proof.
    assert (await world[IB].post(path, spoken | {"form": "schriftelijk"})).status_code == 201


async def test_what_replaces_a_question_closes_it(world: World) -> None:
    """domain.md R9, R12: andere inhoud of een andere ontvanger wordt opnieuw gevraagd; het oude opent niets meer."""
    story, first = await with_nurse(world)
    body = consent_body([YOUTH_HEALTH], ["leren"]) | {"replaces": first}
    second = (await story.add(IB, "consents", body))["id"]
    told = await consent(world, IB, first)
    assert (told["status"], told["reason"]) == ("te_vernieuwen", "toestemming_vervangen")
    assert not await story.seen_by(NURSE)
    refused = await world[ONE].post(f"/consents/{first}/answers", answer_body(ONE))
    assert refused.json()["type"].endswith(":toestemming-vervangen")
    assert codes(await story.tries(IB, "consents", body)) == ["al_vervangen"]
    for parent in PARENTS:
        await story.answers(parent, second)
    assert await story.seen_by(NURSE)


async def test_one_parent_passes_on_the_other_s_yes_only_with_an_own_yes(world: World) -> None:
    """domain.md R13: de tweede ouder kan via de eerste, niet andersom en niet over en weer."""
    story = await at_research(world)
    asked = await story.asks(YOUTH_HEALTH)
    for parent in PARENTS:
        await world[IB].made(f"/consents/{asked}/answers", answer_body(parent, basis="via_andere_ouder"))
    assert await story.blocked(IB, "jgz_raadplegen") == {"toestemming_onvolledig"}
    await story.answers(ONE, asked)
    await story.step(IB, "jgz_raadplegen")
    in_conflict(world, "mila")
    assert (await consent(world, IB, asked))["waitsFor"] == [str(known_id(TWO))]


# --- Taking back ------------------------------------------------------------------------------------------------------


async def test_the_family_withdraws_without_filling_in_anything(world: World) -> None:
    """AVG 7.3: intrekken is even eenvoudig als geven, en werkt meteen."""
    story, asked = await with_nurse(world)
    assert await story.seen_by(NURSE)
    await world[TWO].made(f"/consents/{asked}/withdrawal", {})
    assert not await story.seen_by(NURSE)
    assert (await consent(world, IB, asked))["status"] == "ingetrokken"
    # A professional says whose it is, and how it was said.
    assert codes(await world[IB].post(f"/consents/{asked}/withdrawal", {})) == ["ontbreekt", "ontbreekt"]


async def test_a_parent_narrows_and_only_that_parent_widens_again(world: World) -> None:
    """AVG 7.3, domain.md R12: minder delen kan altijd, meteen; wat iemand zelf beperkte verruimt geen ander."""
    story, asked = await with_nurse(world, about=["leren", "leven"])
    assert "leren" in (await story.as_seen_by(NURSE))["dataCategories"]
    told = await world[ONE].made(f"/consents/{asked}/narrowing", {"dataCategories": ["leren"]})
    assert (told["sharedCategories"], told["inForce"]) == (["leven"], True)
    assert "leren" not in (await story.as_seen_by(NURSE))["dataCategories"]
    await world[IB].made(f"/consents/{asked}/answers", answer_body(ONE))
    assert "leren" not in (await story.as_seen_by(NURSE))["dataCategories"]
    nothing = {"dataCategories": ["leven"]}
    assert codes(await world[ONE].post(f"/consents/{asked}/narrowing", nothing)) == ["niets_over"]
    assert codes(await world[ONE].post(f"/consents/{asked}/narrowing", {})) == ["niets_gekozen"]
    assert codes(await world[ONE].post(f"/consents/{asked}/narrowing", {"dataCategories": ["verzuim"]})) == [
        "niet_van_deze_vraag"
    ]
    await story.answers(ONE, asked)
    assert "leren" in (await story.as_seen_by(NURSE))["dataCategories"]
    await story.withdraws(ONE, asked)
    late = await world[ONE].post(f"/consents/{asked}/narrowing", {"dataCategories": ["leren"]})
    assert late.json()["type"].endswith(":geen-ja")


async def test_next_steps_know_who_said_no_in_person(world: World) -> None:
    """AVG 7.3: wie zelf nee zei antwoordt zelf; aan een ander wordt dat niet als weg gewezen."""
    story = await at_research(world)
    first = await story.asks(YOUTH_HEALTH, yes=[ONE])
    await story.answers(TWO, first, "geweigerd")
    await story.asks(YOUTH_HEALTH, yes=[ONE])

    async def way(who: str) -> Any:
        steps = (await world[who].seen(f"{story.path}/next-steps"))["items"]
        [step] = [each for each in steps if each["transition"] == "jgz_raadplegen"]
        [reason] = [each for each in step["reasons"] if each["code"] == "toestemming_onvolledig"]
        assert reason["detail"].startswith("Wacht op het antwoord van de ouder(s)")
        return reason["operation"]

    to_others, to_herself = await way(IB), await way(TWO)
    assert (to_others["choices"]["giverId"], to_others["forYou"]) == ([], False)
    assert to_herself["choices"]["giverId"] == [str(known_id(TWO))]


# --- Age --------------------------------------------------------------------------------------------------------------


async def test_at_the_twelfth_birthday_the_youth_is_asked_too(world: World) -> None:
    """Jeugdwet 7.3.4, domain.md R9: wat de ouders gaven is te vernieuwen zodra het kind twaalf wordt."""
    story, asked = await with_nurse(world)
    turned(world, "mila", 12)
    told = await consent(world, IB, asked)
    assert (told["status"], told["waitsFor"]) == ("te_vernieuwen", [str(known_id("mila"))])
    assert not await story.seen_by(NURSE)


async def test_at_sixteen_the_parents_are_neither_asked_nor_informed(world: World) -> None:
    """Jeugdwet 7.3.5, 7.3.11, domain.md R9: de jeugdige beslist alleen, tenzij de route het anders afspreekt."""
    story = await a_case(world, YOUTH, by=NURSE)
    turned(world, YOUTH, 16)
    asked = await story.asks(SCHOOL, by=NURSE)
    assert (await consent(world, NURSE, asked))["waitsFor"] == [str(known_id(YOUTH))]
    assert (await consent(world, NURSE, asked))["informs"] == []


# --- The exceptions at 12 to 15 ---------------------------------------------------------------------------------------


async def of_thirteen(world: World, to: str = YOUTH_HEALTH) -> tuple[Story, str]:
    """The JGZ asks a youth of thirteen and the parent; the youth says yes."""
    story = await a_case(world, YOUTH, by=NURSE)
    asked = await story.asks(to, by=NURSE)
    await story.answers(YOUTH, asked)
    return story, asked


WHY = {"kind": "weloverwogen_wens", "motivation": "Zij bleef er na drie gesprekken bij; thuis is het niet veilig."}


async def test_the_jgz_records_that_the_youth_s_own_yes_is_enough(world: World) -> None:
    """Jeugdwet 7.3.4 lid 2, domain.md R10: weloverwogen wens, met motivering, die de ouder niet leest."""
    story, asked = await of_thirteen(world)
    assert (await consent(world, NURSE, asked))["status"] == "wacht_op"
    await story.answers(TWO, asked, "geweigerd")
    told = await world[NURSE].made(f"/consents/{asked}/exceptions", WHY)
    assert told["inForce"]
    assert [each["kind"] for each in told["exceptions"]] == ["weloverwogen_wens"]
    assert (await consent(world, YOUTH, asked))["exceptions"]
    assert (await consent(world, ONE, asked))["exceptions"] == []
    # The youth's no stays a no; and what was recorded can be taken back.
    await world[YOUTH].made(f"/consents/{asked}/withdrawal", {})
    assert not (await consent(world, NURSE, asked))["inForce"]
    await world[YOUTH].made(f"/consents/{asked}/answers", answer_body(YOUTH))
    assert (await consent(world, NURSE, asked))["inForce"]
    over = await world[NURSE].made(
        f"/consents/{asked}/exceptions", {"kind": "geen", "motivation": "De ouder weet het."}
    )
    assert not over["inForce"]


async def test_a_considered_wish_comes_after_the_refusal_of_one_with_gezag(world: World) -> None:
    """Jeugdwet 7.3.4 lid 2, Burgerlijk Wetboek 7:450 lid 2: de jeugdige blijft het willen nadat een ouder nee zei."""
    story, asked = await of_thirteen(world)
    path, child = f"/consents/{asked}/exceptions", f"/young-people/{known_id(YOUTH)}/gezag"
    assert codes(await world[NURSE].post(path, WHY)) == ["geen_weigering"]
    await story.answers(ONE, asked)
    assert codes(await world[NURSE].post(path, WHY)) == ["geen_weigering"]
    await story.answers(TWO, asked, "geweigerd")
    # A no of who has no gezag is no refusal; nor is there one while it is not known who has it.
    await world[NURSE].made(child, looked_up("eenhoofdig_ouderlijk_gezag", ONE))
    assert codes(await world[NURSE].post(path, WHY)) == ["geen_weigering"]
    await world[NURSE].made(child, looked_up("niet_te_bepalen"))
    assert codes(await world[NURSE].post(path, WHY)) == ["geen_weigering"]
    assert (await world[NURSE].post(path, WHY | {"kind": "ernstig_nadeel"})).status_code == 201
    await world[NURSE].made(child, looked_up("tweehoofdig_ouderlijk_gezag", *PARENTS))
    assert (await world[NURSE].made(path, WHY))["inForce"]


async def test_taking_a_yes_back_is_a_refusal_too(world: World) -> None:
    """Jeugdwet 7.3.4 lid 2: ook wie het ja intrekt wil het niet; de jeugdige kan het dan nog blijven willen."""
    story, asked = await of_thirteen(world)
    await story.answers(ONE, asked)
    await world[ONE].made(f"/consents/{asked}/withdrawal", {})
    assert (await world[NURSE].made(f"/consents/{asked}/exceptions", WHY))["inForce"]


async def test_nobody_but_jeugdhulp_and_jgz_records_an_exception(world: World) -> None:
    """Jeugdwet 7.3.4 lid 2, domain.md R10: een leerkracht of intern begeleider kan dat niet."""
    story = await at_research(world, YOUTH)
    asked = await story.asks(YOUTH_HEALTH)
    for who in (TEACHER, IB, ONE, YOUTH):
        assert (await world[who].post(f"/consents/{asked}/exceptions", WHY)).status_code == 403


async def test_an_exception_holds_at_twelve_to_fifteen_and_towards_help_alone(world: World) -> None:
    """Jeugdwet 7.3.4 lid 2: niet onder de twaalf, niet voor delen met school, en niet zonder motivering."""
    _, asked = await of_thirteen(world, SCHOOL)
    assert codes(await world[NURSE].post(f"/consents/{asked}/exceptions", WHY)) == ["andere_ontvanger"]
    turned(world, YOUTH, 11)
    assert codes(await world[NURSE].post(f"/consents/{asked}/exceptions", WHY)) == ["leeftijd"]
    bare = {"kind": "ernstig_nadeel"}
    assert (await world[NURSE].post(f"/consents/{asked}/exceptions", bare)).status_code == 400


async def test_for_who_cannot_weigh_own_interests_the_parents_decide(world: World) -> None:
    """Jeugdwet 7.3.15 lid 2: ook na de zestiende verjaardag."""
    story = await a_case(world, YOUTH, by=NURSE)
    asked = await story.asks(YOUTH_HEALTH, by=NURSE)
    turned(world, YOUTH, 16)
    assert (await consent(world, NURSE, asked))["waitsFor"] == [str(known_id(YOUTH))]
    why = {"kind": "wilsonbekwaam", "motivation": "Zij overziet niet waar dit over gaat."}
    told = await world[NURSE].made(f"/consents/{asked}/exceptions", why)
    assert sorted(told["waitsFor"]) == sorted(str(known_id(parent)) for parent in PARENTS)


# --- Gezag ------------------------------------------------------------------------------------------------------------


async def test_what_is_looked_up_about_gezag_decides_at_once(world: World) -> None:
    """Burgerlijk Wetboek 1:253: tijdelijk geen of niet te bepalen gezag opent niets, en er staat wat helpt."""
    story, asked = await with_nurse(world)
    child = f"/young-people/{known_id('mila')}"
    assert await story.seen_by(NURSE)
    for kind, code in (("tijdelijk_geen_gezag", "gezag_tijdelijk_geen"), ("niet_te_bepalen", "gezag_niet_te_bepalen")):
        await world[IB].made(f"{child}/gezag", looked_up(kind))
        told = await consent(world, IB, asked)
        assert (told["status"], told["reason"]) == ("onduidelijk_wie_beslist", code)
        assert not await story.seen_by(NURSE)
        unclear = await world[IB].seen(f"{child}/deciders")
        assert (unclear["unclear"], unclear["deciders"]) == (code, [])
        assert unclear["remedy"]
    await world[IB].made(f"{child}/gezag", looked_up("tweehoofdig_ouderlijk_gezag", *PARENTS))
    assert await story.seen_by(NURSE)
    decides = await world[IB].seen(f"{child}/deciders")
    assert {each["personId"] for each in decides["deciders"]} == {str(known_id(parent)) for parent in PARENTS}
    assert len((await world[IB].seen(f"{child}/gezag"))["items"]) == 3


async def test_with_sole_gezag_the_other_parent_neither_decides_nor_sees(world: World) -> None:
    """Burgerlijk Wetboek 1:253, domain.md §2.2: zonder gezag geen beslissing, en geen inzage als ouder met gezag."""
    story = await at_research(world)
    assert await story.seen_by(TWO)
    await world[IB].made(f"/young-people/{known_id('mila')}/gezag", looked_up("eenhoofdig_ouderlijk_gezag", ONE))
    assert not await story.seen_by(TWO)
    await story.asks(YOUTH_HEALTH, yes=[ONE])
    await story.step(IB, "jgz_raadplegen")


async def test_a_finding_fits_its_kind_its_people_and_its_days(world: World) -> None:
    """domain.md R11: wat niet kan kloppen wordt niet vastgelegd; elke fout wordt genoemd."""
    child = f"/young-people/{known_id('mila')}/gezag"
    stranger = looked_up("eenhoofdig_ouderlijk_gezag", "leerkracht", validFrom="2199-01-01", checkedOn="2199-01-01")
    assert codes(await world[IB].post(child, stranger)) == ["geen_ouder_of_voogd", "toekomst", "toekomst"]
    assert codes(await world[IB].post(child, looked_up("tweehoofdig_ouderlijk_gezag", ONE))) == ["aantal"]
    backwards = looked_up("eenhoofdig_ouderlijk_gezag", ONE, validUntil="2019-01-01")
    assert codes(await world[IB].post(child, backwards)) == ["volgorde"]
    school = looked_up("voogdij", organisationId=str(organisation_id(SCHOOL)))
    assert codes(await world[IB].post(child, school)) == ["geen_gecertificeerde_instelling"]
    assert (await world[ONE].post(child, looked_up("tweehoofdig_ouderlijk_gezag", *PARENTS))).status_code == 403


async def test_the_rules_are_there_to_read_with_their_source(world: World) -> None:
    """domain.md R9: wie beslist staat in een genoemde versie, met de wet erbij."""
    [rules] = (await world[ONE].seen("/rule-sets"))["items"]
    assert (rules["name"], rules["version"], rules["youthFrom"], rules["youthAloneFrom"]) == ("jeugdwet", 1, 12, 16)
    assert all(line["source"] for line in rules["lines"])
