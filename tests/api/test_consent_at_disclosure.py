"""Consent is looked at when something is disclosed, at every request anew: JGZ, which sees Mila's case on consent."""

from datetime import UTC, datetime, timedelta

import pytest

from app.demo.people import YOUTH_HEALTH
from app.demo.seed import known_id
from tests.api.beginnings import TALK, codes, count, kept, opened
from tests.world import Json, World

pytestmark = pytest.mark.anyio

HEALTH = str(known_id(YOUTH_HEALTH))
INVOLVE = {"organisationId": HEALTH, "role": "jeugdverpleegkundige", "ground": "toestemming"}
# The day in the Netherlands may be the next one already; two days back is past there and here.
PAST = datetime.now(UTC).date() - timedelta(days=2)


def question(**decisions: str) -> Json:
    """A consent asked of the parents, with the answers that there are already."""
    return {
        "purpose": "Samen kijken wat helpt.",
        "recipients": [HEALTH],
        "dataCategories": ["leren"],
        "told": "Wat met wie wordt gedeeld, en dat u het kunt intrekken.",
        "answers": [
            {
                "giverId": str(known_id(person)),
                "decision": decision,
                "form": "mondeling",
                "witnessName": "Tolk Verzonnen",
            }
            for person, decision in decisions.items()
        ],
    }


BOTH = {"ouder-een": "gegeven", "ouder-twee": "gegeven"}


async def disclosed(world: World) -> tuple[str, str]:
    """A case of Mila that JGZ sees because both parents said yes: its path, and the consent's."""
    teacher = world["leerkracht"]
    path = await opened(teacher)
    await teacher.made(f"{path}/notes", TALK)
    consent = await teacher.made(f"{path}/consents", question(**BOTH))
    assert consent["inForce"] is True
    await teacher.made(f"{path}/participants", INVOLVE)
    seen = await world["jeugdverpleegkundige"].seen(f"{path}/dossier")
    assert [each["content"] for each in seen["notes"]] == [TALK["content"]]
    return path, f"/consents/{consent['id']}"


async def closed_for_health(world: World, path: str) -> None:
    """JGZ sees nothing of it any more, not even that there is such a case."""
    nurse = world["jeugdverpleegkundige"]
    for tail in ("", "/dossier", "/notes", "/next-steps", "/participants"):
        assert (await nurse.get(f"{path}{tail}")).status_code == 404, tail
    assert (await nurse.seen("/cases"))["items"] == []
    assert (await nurse.post(f"{path}/notes", TALK)).status_code == 404


@pytest.mark.parametrize(
    "decisions", [{}, {"ouder-een": "gegeven"}, {"ouder-een": "gegeven", "ouder-twee": "geweigerd"}]
)
async def test_without_the_yes_of_both_parents_nobody_is_involved(world: World, decisions: dict[str, str]) -> None:
    teacher = world["leerkracht"]
    path = await opened(teacher)
    consent = await teacher.made(f"{path}/consents", question(**decisions))
    assert consent["inForce"] is False
    refused = await teacher.post(f"{path}/participants", INVOLVE)
    assert refused.status_code == 409
    assert codes(refused.json())
    assert await count(world, "participants", "ground = 'toestemming'") == 0
    await closed_for_health(world, path)


async def test_a_parent_withdraws_and_the_next_request_finds_nothing(world: World) -> None:
    path, consent = await disclosed(world)
    body = {"giverId": str(known_id("ouder-twee")), "form": "digitaal"}
    withdrawn = await world["ouder-twee"].made(f"{consent}/withdrawal", body)
    assert withdrawn["inForce"] is False
    await closed_for_health(world, path)
    # Nobody answers for another, and a stranger cannot answer at all.
    assert (await world["ouder-een"].post(f"{consent}/withdrawal", body)).status_code == 403
    yes = {"giverId": str(known_id("ouder-twee")), "decision": "gegeven", "form": "digitaal"}
    assert (await world["andere-school"].post(f"{consent}/answers", yes)).status_code == 404
    # Given again it opens again, and all answers stay: each reads the own, who asked reads them all.
    again = await world["ouder-twee"].made(f"{consent}/answers", yes)
    assert again["inForce"] is True
    assert [each["decision"] for each in again["answers"]] == ["gegeven", "ingetrokken", "gegeven"]
    told = (await world["intern-begeleider"].seen(consent))["answers"]
    assert [each["decision"] for each in told] == ["gegeven", "gegeven", "ingetrokken", "gegeven"]
    await world["jeugdverpleegkundige"].seen(path)


@pytest.mark.parametrize(
    ("happened", "parameters"),
    [
        ("update consents set valid_from = %s, valid_until = %s", (PAST - timedelta(days=9), PAST)),
        ("update guardianships set gezag = 'onbekend' where id = %s", (known_id("mila:ouder-twee"),)),
        (
            "update young_people set birth_date = app_today() - interval '12 years 1 day' where id = %s",
            (known_id("mila"),),
        ),
        ("update young_people set birth_date = null where id = %s", (known_id("mila"),)),
        ("update participants set ended_at = now() where organisation_id = %s", (known_id(YOUTH_HEALTH),)),
    ],
    ids=["it expired", "gezag in doubt", "twelve since yesterday", "birth date unknown", "let go"],
)
async def test_what_happens_meanwhile_closes_it_at_once(
    world: World, happened: str, parameters: tuple[object, ...]
) -> None:
    path, _ = await disclosed(world)
    await kept(world, happened, *parameters)
    await closed_for_health(world, path)


async def test_who_turned_twelve_yesterday_opens_it_again_by_an_own_yes(world: World) -> None:
    path, consent = await disclosed(world)
    await kept(
        world,
        "update young_people set birth_date = app_today() - interval '12 years 1 day' where id = %s",
        known_id("mila"),
    )
    await closed_for_health(world, path)
    yes = {
        "giverId": str(known_id("mila")),
        "decision": "gegeven",
        "form": "mondeling",
        "witnessName": "Tolk Verzonnen",
    }
    answered = await world["leerkracht"].made(f"{consent}/answers", yes)
    assert answered["answers"][-1]["capacity"] == "jeugdige"
    assert answered["inForce"] is True
    await world["jeugdverpleegkundige"].seen(path)


async def test_of_tijn_whose_fathers_gezag_is_unknown_nothing_is_disclosed(world: World) -> None:
    teacher = world["leerkracht"]
    path = await opened(teacher, "tijn")
    consent = await teacher.made(f"{path}/consents", question(**BOTH))
    assert consent["inForce"] is False
    refused = await teacher.post(f"{path}/participants", INVOLVE)
    assert refused.status_code == 409
    await closed_for_health(world, path)
