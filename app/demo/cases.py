"""The cases of the demo, walked through the service itself by the demo's people, with calls that anybody can try.

Every call carries a key of its own (`Idempotency-Key`), so that a further start finds what the first one made, and one
that was broken off is finished by the next.
"""

from collections.abc import Callable
from itertools import count
from typing import Any
from uuid import UUID

import httpx

from app.demo.people import BY_KEY, PROTECTION, SCHOOL, SOCIAL_TEAM, YOUTH_HEALTH, DemoPerson
from app.demo.seed import known_id

ROUTE = "midden-groningen"
HEARD = {"witnessName": "Tolk Verzonnen"}
TALK = {"heldAt": "2026-09-15T15:30:00+02:00", "agreements": "Over twee weken praten we verder (verzonnen)."}


class ChangedSinceError(Exception):
    """Somebody took a case further since it was made: the demo leaves it as it is."""


Tokens = Callable[[DemoPerson], str]
"""Somebody's access token."""


class Story:
    """The calls of one case, each at most once, however often it is told."""

    def __init__(self, name: str, tokens: Tokens, client: httpx.AsyncClient) -> None:
        self._name = name
        self._tokens = tokens
        self._client = client
        self._numbers = count(1)

    async def made(self, person: str, path: str, body: dict[str, Any]) -> str:
        """What this person makes at `path` (under /v1): its id, "" for what has none.

        Raises:
            ChangedSinceError: the service refuses it now.
            httpx.HTTPError: the service fails.
        """
        answer = await self._client.post(
            f"/v1{path}",
            json=body,
            headers={
                "Authorization": f"Bearer {self._tokens(BY_KEY[person])}",
                "Idempotency-Key": f"demo-{self._name}-{next(self._numbers)}",
            },
        )
        if answer.is_client_error:
            raise ChangedSinceError(f"{self._name}: {person} {path}: {answer.text}")
        return str(answer.raise_for_status().json().get("id", ""))

    async def opened(self, person: str, child: str, signal: dict[str, Any]) -> str:
        """The case that this person opens for the child: its id."""
        body = {"youngPersonId": _id(child), "route": ROUTE, "signal": {"givenBy": "professional", **signal}}
        return await self.made(person, "/cases", body)

    async def number(self, person: str, child: str, number: str) -> str:
        """The number of the child, of the range that is given to nobody, as this person has it: its id."""
        body = {"number": number, "source": "eigen_administratie"}
        return await self.made(person, f"/young-people/{_id(child)}/identity-numbers", body)


async def stuck_and_asked_for_help(story: Story) -> None:
    """Joep (13): research by the school, the JGZ involved with consent of parents and youth, and then it is stuck."""
    signal = {"kind": "beide", "content": "Joep komt moe op school en loopt vast met rekenen (verzonnen)."}
    case = await story.opened("leerkracht", "jeugdige", signal)
    talk = {"kind": "oudergesprek", "withWhom": ["ouder"], "content": "De ouders herkennen het (verzonnen).", **TALK}
    await story.made("leerkracht", f"/cases/{case}/notes", talk)
    await story.made("leerkracht", f"/cases/{case}/transitions", {"transition": "onderzoek_starten"})
    answers = [
        {"giverId": _id(giver), "decision": "gegeven", "form": "mondeling", **HEARD}
        for giver in ("ouder-een", "ouder-twee", "jeugdige")
    ]
    asked = {
        "purpose": "Samen bekijken wat Joep nodig heeft",
        "recipients": [_id(YOUTH_HEALTH), _id(SOCIAL_TEAM)],
        "dataCategories": ["leren", "leven"],
        "told": "Wat de school deelt, met wie en waarom; en dat intrekken altijd kan (verzonnen).",
        "answers": answers,
    }
    await story.made("intern-begeleider", f"/cases/{case}/consents", asked)
    for kind in ("onderzoek_gedrag", "onderzoek_leerprestaties", "onderzoek_sociaal_emotioneel"):
        await story.made("intern-begeleider", f"/cases/{case}/assessments", {"kind": kind, "outcome": "afgerond"})
    for kind, outcome in (("intern_of_extern", "extern"), ("ondersteuningsniveau", "extra_ondersteuning")):
        await story.made("intern-begeleider", f"/cases/{case}/assessments", {"kind": kind, "outcome": outcome})
    await story.made("intern-begeleider", f"/cases/{case}/transitions", {"transition": "jgz_inschakelen"})
    stuck = {"kind": "stagnatie", "addressedTo": "stagnatiepunt", "reason": "Het overleg komt niet van de grond."}
    await story.made("ouder-een", f"/cases/{case}/escalations", stuck)
    await story.number("leerlingadministratie", "jeugdige", "999990007")
    # Both parents have gezag, as the register says; and of a second question one answer is still waited for.
    looked_up = {
        "kind": "tweehoofdig_ouderlijk_gezag",
        "holders": [_id("ouder-een"), _id("ouder-twee")],
        "evidence": "gezagsregister",
        "checkedOn": "2025-09-01",
        "validFrom": "2018-03-02",
    }
    await story.made("intern-begeleider", f"/young-people/{_id('jeugdige')}/gezag", looked_up)
    waiting = {
        **asked,
        "purpose": "De jeugdverpleegkundige vragen over slaap en gezondheid",
        "recipients": [_id(YOUTH_HEALTH)],
        "dataCategories": ["gezondheid"],
        "answers": [answer for answer in answers if answer["giverId"] != _id("ouder-twee")],
    }
    await story.made("intern-begeleider", f"/cases/{case}/consents", waiting)
    # What he says himself: for everybody who may read about home, and for the professionals alone.
    own = {"content": "Ik lig wakker van het lawaai buiten (verzonnen).", "category": "leven"}
    await story.made("jeugdige", f"/cases/{case}/statements", own)
    alone = {"givenBy": "jeugdige", "kind": "leefvraag", "content": "Ik durf thuis niets te zeggen (verzonnen)."}
    await story.made("jeugdige", f"/cases/{case}/signals", {**alone, "privateOf": _id("jeugdige")})
    # An objection with its last day running; and a wish to destroy that waits until all three ask it.
    objects = {"kind": "bezwaar", "content": "Ik wil niet dat heel de school dit leest (verzonnen)."}
    await story.made("jeugdige", f"/cases/{case}/data-requests", {**objects, "organisationId": _id(SCHOOL)})
    destroys = {"kind": "vernietiging", "content": "Haal weg wat over groep 3 gaat (verzonnen)."}
    await story.made("ouder-een", f"/cases/{case}/data-requests", {**destroys, "organisationId": _id(SCHOOL)})


async def without_a_school(story: Story) -> None:
    """Noor (9) is enrolled nowhere: leerplicht opens, the samenwerkingsverband joins, the sociaal team takes her in."""
    signal = {"kind": "onbekend", "content": "Noor staat nergens ingeschreven (verzonnen).", "channel": "telefoon"}
    case = await story.opened("leerplichtambtenaar", "noor", signal)
    talk = {"kind": "oudergesprek", "withWhom": ["ouder"], "content": "Noor durft niet meer (verzonnen).", **TALK}
    await story.made("leerplichtambtenaar", f"/cases/{case}/notes", talk)
    for step in ("swv_benaderen", "triage_zonder_school"):
        await story.made("leerplichtambtenaar", f"/cases/{case}/transitions", {"transition": step})
    await story.made("leerplichtambtenaar", f"/cases/{case}/notes", {**talk, "kind": "ouders_geinformeerd"})
    for kind in ("registratie_ggd", "registratie_leerplicht", "registratie_zorg_voor_jeugd"):
        await story.made(
            "leerplichtambtenaar", f"/cases/{case}/assessments", {"kind": kind, "outcome": "geregistreerd"}
        )
    meldcode = {"kind": "meldcode_overwogen", "outcome": "overwogen"}
    await story.made("leerplichtambtenaar", f"/cases/{case}/assessments", meldcode)
    asked = {
        "purpose": "Hulp van het sociaal team",
        "recipients": [_id(SOCIAL_TEAM)],
        "dataCategories": ["leren", "leven"],
        "told": "Wat leerplicht deelt en waarom; en dat intrekken altijd kan (verzonnen).",
        "answers": [{"giverId": _id("ouder-een"), "decision": "gegeven", "form": "mondeling", **HEARD}],
    }
    await story.made("leerplichtambtenaar", f"/cases/{case}/consents", asked)
    await story.made("leerplichtambtenaar", f"/cases/{case}/transitions", {"transition": "aanmelden"})
    found = (("melding", "professional"), ("aanmeldteam_besluit", "jeugdhulp"))
    for kind, outcome in found:
        await story.made("medewerker-aanmeldteam", f"/cases/{case}/assessments", {"kind": kind, "outcome": outcome})
    await story.made("medewerker-aanmeldteam", f"/cases/{case}/transitions", {"transition": "naar_beoordeling"})
    for kind, outcome in (("aard", "meervoudig"), ("ernst", "matig"), ("urgentie", "regulier")):
        await story.made(
            "gedragswetenschapper-sociaal-team", f"/cases/{case}/assessments", {"kind": kind, "outcome": outcome}
        )
    casemanager = {
        "workerId": _id("casemanager-jeugd"),
        "role": "casemanager_jeugd",
        "functions": ["casemanager"],
        "ground": "jeugdwet_toegang",
        "motivation": "Heeft ruimte en kent de buurt (verzonnen).",
    }
    await story.made("gedragswetenschapper-sociaal-team", f"/cases/{case}/participants", casemanager)
    handed_over = {"transition": "aan_casemanager_toewijzen"}
    await story.made("gedragswetenschapper-sociaal-team", f"/cases/{case}/transitions", handed_over)
    await story.number("leerplichtambtenaar", "noor", "999990019")


async def gezag_not_known(story: Story) -> None:
    """Tijn (7): of one parent it is not known who holds gezag, so no consent can come into force."""
    signal = {"kind": "leefvraag", "content": "Tijn is vaak boos en verdrietig (verzonnen)."}
    case = await story.opened("leerkracht", "tijn", signal)
    talk = {"kind": "oudergesprek", "withWhom": ["ouder"], "content": "Thuis is veel gebeurd (verzonnen).", **TALK}
    await story.made("leerkracht", f"/cases/{case}/notes", talk)
    asked = {
        "purpose": "De jeugdverpleegkundige mee laten kijken",
        "recipients": [_id(YOUTH_HEALTH)],
        "dataCategories": ["leven"],
        "told": "Wat de school zou delen en waarom (verzonnen).",
        "answers": [{"giverId": _id("ouder-een"), "decision": "gegeven", "form": "mondeling", **HEARD}],
    }
    await story.made("leerkracht", f"/cases/{case}/consents", asked)
    # Of this the case shows nothing: compare what the teacher and the aandachtsfunctionaris see with everybody else.
    signal = {"signal": "Vertelt dat er thuis wordt geslagen (verzonnen).", "observedOn": "2026-09-14"}
    opening = {"youngPersonId": _id("tijn"), "deciderId": _id("intern-begeleider"), **signal}
    track = await story.made("leerkracht", "/meldcode-tracks", opening)
    consulted = {
        "consulted": "aandachtsfunctionaris",
        "heldOn": "2026-09-15",
        "advice": "Praat met ouders (verzonnen).",
    }
    await story.made("leerkracht", f"/meldcode-tracks/{track}/consultations", consulted)


def _question(recipient: str, about: tuple[str, ...], **answers: str) -> dict[str, Any]:
    """A question for consent, with what each said so far."""
    return {
        "purpose": "Samen bekijken wat nodig is",
        "recipients": [_id(recipient)],
        "dataCategories": list(about),
        "told": "Wat wij delen, met wie en waarom; en dat intrekken altijd kan (verzonnen).",
        "answers": [
            {"giverId": _id(giver.replace("_", "-")), "decision": decision, "form": "mondeling", **HEARD}
            for giver, decision in answers.items()
        ],
    }


def _gezag(kind: str, *holders: str, **more: str) -> dict[str, Any]:
    looked_up = {"evidence": "gezagsregister", "checkedOn": "2026-09-01", "validFrom": "2020-01-06"}
    return {"kind": kind, "holders": [_id(each) for each in holders], **looked_up, **more}


async def parents_of_two_minds(story: Story) -> None:
    """Lev (15): what holds must be asked anew since gezag changed, and of another question one says yes and one no."""
    signal = {"kind": "beide", "content": "Lev komt te laat en zegt weinig (verzonnen)."}
    case = await story.opened("intern-begeleider-vo", "leerling-vo", signal)
    gezag = f"/young-people/{_id('leerling-vo')}/gezag"
    await story.made("intern-begeleider-vo", gezag, _gezag("eenhoofdig_ouderlijk_gezag", "ouder-een"))
    asked = _question(YOUTH_HEALTH, ("leren",), ouder_een="gegeven", leerling_vo="gegeven")
    await story.made("intern-begeleider-vo", f"/cases/{case}/consents", asked)
    both = _gezag("tweehoofdig_ouderlijk_gezag", "ouder-een", "ouder-twee", validFrom="2026-09-01")
    await story.made("intern-begeleider-vo", gezag, both)
    divided = _question(SOCIAL_TEAM, ("leven",), ouder_een="gegeven", ouder_twee="geweigerd", leerling_vo="gegeven")
    await story.made("intern-begeleider-vo", f"/cases/{case}/consents", divided)


async def seventeen_and_deciding(story: Story) -> None:
    """Zara (17) says what her mother sees, and has something to say herself."""
    signal = {"kind": "beide", "content": "Zara is er vaak niet (verzonnen)."}
    case = await story.opened("intern-begeleider-vo", "leerling-zeventien", signal)
    shown = {"guardianId": _id("ouder-een"), "dataCategories": ["leven"]}
    await story.made("leerling-zeventien", "/me/sight", shown)
    own = {"content": "Ik werk 's avonds te lang door (verzonnen).", "category": "leven"}
    await story.made("leerling-zeventien", f"/cases/{case}/statements", own)


async def under_guardianship(story: Story) -> None:
    """Wies (10): an instelling has the voogdij, and says yes in the place of parents."""
    signal = {"kind": "leervraag", "content": "Wies begon op haar vierde school (verzonnen)."}
    case = await story.opened("leerkracht", "wies", signal)
    voogdij = _gezag("voogdij", organisationId=_id(PROTECTION))
    await story.made("intern-begeleider", f"/young-people/{_id('wies')}/gezag", voogdij)
    asked = await story.made("intern-begeleider", f"/cases/{case}/consents", _question(YOUTH_HEALTH, ("leren",)))
    yes = {"giverId": _id(PROTECTION), "decision": "gegeven", "form": "digitaal"}
    await story.made("voogd", f"/consents/{asked}/answers", yes)


async def looked_at_once(story: Story) -> None:
    """Noor: a doctor could not wait for consent; whether that was right, somebody else of the JGZ still has to say."""
    reason = "Gevonden zonder jas langs het kanaal; moest weten wie thuis is (verzonnen)."
    await story.made("jeugdarts", "/emergency-accesses", {"youngPersonId": _id("noor"), "reason": reason})


STORIES = (
    stuck_and_asked_for_help,
    without_a_school,
    gezag_not_known,
    parents_of_two_minds,
    seventeen_and_deciding,
    under_guardianship,
    looked_at_once,
)


async def tell(client: httpx.AsyncClient, tokens: Tokens) -> list[ChangedSinceError]:
    """Walks every story as far as it goes; the answer names those that somebody has changed since."""
    changed = []
    for walk in STORIES:
        try:
            await walk(Story(walk.__name__, tokens, client))
        except ChangedSinceError as fault:
            changed.append(fault)
    return changed


def _id(name: str) -> str:
    found: UUID = known_id(name)
    return str(found)
