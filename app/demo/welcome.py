"""What the demo shows on the screen: where the documentation is, and for everybody a token and a first call."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.demo.cases import ROUTE
from app.demo.issuer import Issuer
from app.demo.people import ORGANISATIONS, PEOPLE
from app.demo.seed import CHILDREN, born, known_id


@dataclass(frozen=True, slots=True)
class FirstCall:
    """A first call for somebody: what it shows, where, and for a POST what it sends."""

    shows: str
    path: str
    body: dict[str, Any] | None = None


def _search() -> dict[str, Any]:
    joep = next(child for child in CHILDREN if child.key == "jeugdige")
    today = date.today()  # noqa: DTZ011 - as the seed reckons it
    return {"familyName": joep.family_name, "birthDate": str(born(joep.years, today))}


def first_calls() -> dict[str, FirstCall]:
    """For each of the demo's people, by key, the call that shows the most at once."""
    signal = {"givenBy": "professional", "kind": "leervraag", "content": "Leest met moeite (verzonnen)."}
    opening = {"youngPersonId": str(known_id("mila")), "route": ROUTE, "signal": signal}
    mine, tasks, consents = "/me/cases", "/me/tasks", "/me/consents"
    return {
        "leerkracht": FirstCall("opent een zaak rond Mila (8)", "/cases", opening),
        "intern-begeleider": FirstCall("de zaken van de school", "/cases"),
        "directie": FirstCall("wat ouders en jeugdigen de school vragen, met de laatste dag", "/data-requests"),
        "regievoerder-zorg": FirstCall("de zaken op de scholen van het bestuur", "/cases"),
        "gedragswetenschapper-onderwijs": FirstCall("nog geen zaken: pas na inschakeling", mine),
        "bovenschools-ondersteuningsteam": FirstCall("nog geen zaken: pas na inschakeling", mine),
        "koo": FirstCall("zoekt een jeugdige in de gemeente", "/young-people/_search", _search()),
        "jeugdverpleegkundige": FirstCall("wat op haar wacht: Joep (13)", tasks),
        "leerplichtambtenaar": FirstCall("de zaak rond Noor (9), zonder school", mine),
        "medewerker-aanmeldteam": FirstCall("de zaak rond Noor, aangemeld met toestemming", mine),
        "casemanager-jeugd": FirstCall("wat op hem wacht: de intake van Noor", tasks),
        "gedragswetenschapper-sociaal-team": FirstCall("de zaak rond Noor, na de beoordeling", mine),
        "medewerker-stagnatiepunt": FirstCall("de vastgelopen zaak: het proces, niet de inhoud", mine),
        "swv-coordinator": FirstCall("de zaak rond Noor, zonder school", mine),
        "ouder-jeugdsteunpunt": FirstCall("nog geen zaken: pas als een ouder erom vraagt", mine),
        "ouder-een": FirstCall("de eigen kinderen, elk met de zaak", "/me/children"),
        "ouder-twee": FirstCall(
            "de eigen kinderen, maar niet Tijn: of deze ouder over hem gezag heeft, is niet bekend", mine
        ),
        "jeugdige": FirstCall("wie er meekeek in de eigen zaak, en waarom", "/me/access-log"),
        "andere-school": FirstCall("niets: een andere school ziet geen van deze kinderen", mine),
        "leerlingadministratie": FirstCall(
            "zoekt een leerling van de eigen school", "/young-people/_search", _search()
        ),
        "beheerder": FirstCall("de medewerkers van de eigen school", "/workers"),
        "functionaris": FirstCall("het logboek van de school, zonder inhoud", "/audit-events"),
        "voogd": FirstCall("de zaak van Wies (10), over wie deze instelling de voogdij heeft", mine),
        "aandachtsfunctionaris": FirstCall(
            "een spoor van de Meldcode, dat verder bijna niemand ziet", "/meldcode-tracks"
        ),
        "leidinggevende-jgz": FirstCall("een noodtoegang die nog getoetst moet worden", "/emergency-accesses"),
        "jeugdarts": FirstCall("de eigen noodtoegang tot de zaak rond Noor, nog niet getoetst", "/emergency-accesses"),
        "leerling-zeventien": FirstCall("wat Zara (17) haar moeder laat zien", "/me/sight"),
        "leerling-vo": FirstCall("de vragen om toestemming over Lev (15): een moet opnieuw, een is verdeeld", consents),
        "intern-begeleider-vo": FirstCall("de zaken van het lyceum", "/cases"),
    }


# Whom the routes of other regions know; the demo's own cases walk the one of Midden-Groningen.
ELSEWHERE = FirstCall("wie dit is; zaken komen pas op de route van een andere regio", "/me")


def show(issuer: Issuer, address: str, line: Callable[[str], object]) -> None:
    """Says it all, a line at a time; every call is one to paste into a shell."""
    names = {organisation.code: organisation.name for organisation in ORGANISATIONS}
    calls = first_calls()
    line("\nIedereen hieronder is verzonnen. Een token geldt twaalf uur; zet het eerst in TOKEN.\n")
    for person in PEOPLE:
        where = names[person.organisation] if person.organisation else "gezin"
        call = calls.get(person.key, ELSEWHERE)
        line(f"# {person.key}: {person.display_name}, {where}. Toont: {call.shows}.")
        line(f"TOKEN={issuer.token(person)}")
        sends = f" -H 'Content-Type: application/json' -d '{json.dumps(call.body)}'" if call.body else ""
        line(f'curl -H "Authorization: Bearer $TOKEN"{sends} {address}/v1{call.path}\n')
    line(f"Documentatie: {address}/v1/docs   contract: {address}/v1/openapi.json")
    line("Nog een token: bin/ondersteuningsroute token leerkracht")
    line(f"De service luistert op {address}. Stoppen: Ctrl-C.")
