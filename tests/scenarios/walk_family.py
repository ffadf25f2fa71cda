"""Writes docs/walk-family.md: what a parent, a youth of 13 and one of 17 ask and get, as the service answered.

`python -m tests.scenarios.walk_family` starts the service on a database and a port of its own, walks, and writes. A
test walks again and holds the document to what the service answers now. What the professionals do beforehand is not
told: it is arranged through the service, by them.
"""

import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from pypdf import PdfReader

from app.demo.people import SCHOOL, YOUTH_HEALTH
from app.demo.seed import known_id
from tests.integrations.tokens import mint
from tests.policy.arranging import consent_body, opening, signal_body, talk_body
from tests.scenarios.follower import Actor
from tests.scenarios.walk_document import UUID_TEXT, written

Json = Any
Choice = Callable[[Json], Json]
DOCUMENT = Path(__file__).parents[2] / "docs" / "walk-family.md"
PARENT, OTHER_PARENT, YOUTH, OLDER = "ouder-een", "ouder-twee", "jeugdige", "leerling-zeventien"
TEACHER, IB, HEAD, NURSE = "leerkracht", "intern-begeleider", "directie", "jeugdverpleegkundige"
SECONDARY = "intern-begeleider-vo"
CAST = (PARENT, OTHER_PARENT, YOUTH, OLDER, TEACHER, IB, HEAD, NURSE, SECONDARY)
WHO = {
    PARENT: "Oudina, moeder",
    OTHER_PARENT: "Ouderik, vader",
    YOUTH: "Joep (13)",
    OLDER: "Zara (17)",
    HEAD: "De directie van de school",
}
# Of the answers to a family these fields are for programs.
FOR_PROGRAMS = frozenset(
    {"id", "caseId", "instance", "schoolId", "municipalityCode", "organisationId", "requestedBy", "askedOf",
     "authorId", "authorOrganisationId", "dataCategories", "guardianId", "status", "requestedRole", "decidedRole",
     "item",  "type", "privateOf", "withheld", "authorRole"}
)  # fmt: skip
DAY = re.compile(r"\d{4}-\d\d-\d\d(T[0-9:.]+Z)?|\d\d-\d\d-\d{4}")


@dataclass(slots=True)
class Telling:
    """The document while it is made: who asks, what was sent, what came back."""

    people: Mapping[str, Actor]
    lines: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def say(self, text: str) -> None:
        """A paragraph or a heading."""
        self.lines.append(text + "\n")

    def call(self, id_: str, name: str) -> str:
        """From here on this id is told by this name."""
        self.names[id_] = name
        return id_

    async def ask(
        self,
        who: str,
        title: str,
        path: str,
        body: Json = None,
        *,
        pick: Choice | None = None,
        status: int | None = None,
        **headers: str,
    ) -> Json:
        """One request, told with what `pick` leaves of its answer: the answer."""
        method = "GET" if body is None else "POST"
        answer = await self.people[who].ask(method, path, body, **headers)
        expected = status or (200 if body is None else 201)
        assert answer.status_code == expected, f"{who} {method} {path}: {answer.text}"
        self.lines.append(f"**{WHO[who]}.** {title}\n\n```\n{method} /v1{path}")
        if body is not None:
            self.lines.append(json.dumps(body, ensure_ascii=False))
        self.lines.append(f"→ {answer.status_code}\n```\n")
        if answer.headers.get("content-type") == "application/pdf":
            text = PdfReader(io.BytesIO(answer.content)).pages[0].extract_text().replace("\u200b", "")
            self.lines.append("```text\n" + "\n".join(text.splitlines()[:24]) + "\n…\n```\n")
            return answer.content
        told = answer.json()
        shown = _plain(pick(told) if pick else told)
        self.lines.append(f"```json\n{json.dumps(shown, ensure_ascii=False, indent=1)}\n```\n")
        return told

    async def aside(self, who: str, path: str, body: Json) -> Json:
        """What a professional makes beforehand; not told."""
        answer = await self.people[who].ask("POST", path, body)
        assert answer.status_code == httpx.codes.CREATED, f"{who} {path}: {answer.text}"
        return answer.json()

    def text(self) -> str:
        """The document."""
        whole = DAY.sub("…", "\n".join(self.lines))
        return UUID_TEXT.sub(lambda match: f"${self.names[match[0]]}" if match[0] in self.names else "…", whole)


def _plain(value: Json) -> Json:
    if isinstance(value, dict):
        kept = {name: _plain(each) for name, each in value.items() if name not in FOR_PROGRAMS}
        return {name: each for name, each in kept.items() if each not in (None, [], {}) and not _ids(each)}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value


def _ids(value: Json) -> bool:
    """Whether there is nothing but ids in it."""
    return isinstance(value, list) and all(isinstance(each, str) and UUID_TEXT.fullmatch(each) for each in value)


def _only(*names: str) -> Choice:
    return lambda answer: {name: answer[name] for name in names}


def _first(count: int, *names: str) -> Choice:
    """The first things of a list, and of each these fields; all of them when none is named."""

    def pick(answer: Json) -> Json:
        return [{name: each[name] for name in names or each} for each in answer["items"][:count]]

    return pick


def _path(operation: Json) -> str:
    """Where an operation is done, without what stands before every path."""
    path: str = operation["href"]
    return path.removeprefix("/v1")


def _way(operations: list[Json], ending: str) -> Json:
    return next(each for each in operations if each["href"].endswith(ending))


async def document(people: Mapping[str, Actor]) -> str:
    """Walk, and tell it."""
    tale = Telling(people)
    for key in ("mila", "noor", *CAST):
        tale.call(str(known_id(key)), key.upper().replace("-", "_"))
    tale.call(str(known_id(SCHOOL)), "SCHOOL")
    tale.lines.append(INTRODUCTION)
    joep = await _joep(tale)
    noor = await tale.aside("jeugdverpleegkundige", "/cases", opening("noor"))
    tale.call(noor["id"], "ZAAK_VAN_NOOR")
    await _parent(tale, joep, noor["id"])
    await _youth(tale, joep, noor["id"])
    await _older(tale)
    return tale.text()


async def _joep(tale: Telling) -> str:
    """A case around Joep: the school looks into it, talked with the parents, and asks whether the nurse may join."""
    opened = opening(YOUTH, signal_body(content="Joep komt moe op school en loopt vast met rekenen (verzonnen)."))
    case: str = tale.call((await tale.aside(TEACHER, "/cases", opened))["id"], "ZAAK")
    await tale.aside(TEACHER, f"/cases/{case}/notes", talk_body(content="De ouders herkennen het (verzonnen)."))
    await tale.aside(TEACHER, f"/cases/{case}/transitions", {"transition": "onderzoek_starten"})
    asked = consent_body((YOUTH_HEALTH,), ("leren", "gezondheid")) | {
        "purpose": "De jeugdverpleegkundige vragen over slaap en gezondheid",
        "answers": [
            {"giverId": str(known_id(OTHER_PARENT)), "decision": "gegeven", "form": "mondeling", "witnessName": "Tolk"}
        ],
    }
    tale.call((await tale.aside(IB, f"/cases/{case}/consents", asked))["id"], "TOESTEMMING")
    return case


async def _parent(tale: Telling, case: str, strange: str) -> None:
    tale.say("## Oudina, moeder van meer kinderen")
    await tale.ask(PARENT, "Over welke kinderen gaat het?", "/me/children", pick=_children("Joep", "Mila"))
    await tale.ask(
        PARENT,
        "Hoe staat het met Joep?",
        f"/me/cases/{case}",
        pick=lambda answer: {
            **{name: answer[name] for name in ("title", "step", "terms", "helpers")},
            "coming": answer["coming"][:2],
            **{name: answer[name] for name in ("asked", "rights")},
        },
    )
    mine = await tale.ask(PARENT, "Wat wordt mij gevraagd?", "/me/consents", pick=_first(1))
    operations = mine["items"][0]["operations"]
    yes = operations[0]
    await tale.ask(PARENT, "Ja.", _path(yes), yes["fields"], pick=_only("purpose", "inForce"))
    tale.say("Joep zegt straks zelf ook ja of nee: vanaf 12 hoort dat erbij. Oudina denkt er nog eens over na.")
    operations = (await _asked(tale, PARENT))["operations"]
    less = _way(operations, "/narrowing")
    await tale.ask(
        PARENT, "Niet over gezondheid.", _path(less), {"dataCategories": ["gezondheid"]}, pick=_only("sharedCategories")
    )
    await tale.ask(PARENT, "Hoe staat het nu?", "/me/consents", pick=_first(1, "statusText", "subjects", "operations"))
    stop = _way((await _asked(tale, PARENT))["operations"], "/withdrawal")
    await tale.ask(PARENT, "Toch maar helemaal niet.", _path(stop), stop["fields"], pick=_only("inForce"))
    again = (await _asked(tale, PARENT))["operations"][0]
    await tale.ask(
        PARENT, "En na een gesprek op school weer wel.", _path(again), again["fields"], pick=_only("inForce")
    )
    await tale.ask(
        PARENT,
        "Wie keek er mee, en waarom?",
        "/me/access-log?limit=100",
        pick=lambda answer: [_log(each) for each in answer["items"] if each["who"] != "uzelf"][:3],
    )
    asked = {
        "kind": "vernietiging",
        "organisationId": str(known_id(SCHOOL)),
        "content": "Haal weg wat over groep 3 gaat (verzonnen).",
    }
    request = await tale.ask(PARENT, "Haal iets weg.", f"/cases/{case}/data-requests", asked)
    tale.call(request["id"], "VERZOEK")
    other = await tale.ask(OTHER_PARENT, "Wat vraagt mijn gezin?", "/data-requests", pick=_first(1, *STANDING))
    join = other["items"][0]["operations"][0]
    await tale.ask(OTHER_PARENT, join["text"], _path(join), join["fields"], pick=_only(*STANDING))
    await tale.ask(OTHER_PARENT, "Een kind over wie hij geen gezag heeft.", f"/me/cases/{strange}", status=404)
    weak = mint(sub=f"demo-{PARENT}", roles=["ouder"], acr="http://eidas.europa.eu/LoA/low")
    await tale.ask(
        PARENT,
        "Met een login die niet zeker genoeg is.",
        f"/me/cases/{case}",
        status=403,
        Authorization=f"Bearer {weak}",
    )


STANDING = ("kind", "content", "organisationName", "statusText", "dueOn", "reason", "operations")


async def _asked(tale: Telling, who: str) -> Json:
    """The newest question for consent, as it stands now; not told."""
    return (await tale.people[who].ask("GET", "/me/consents")).json()["items"][0]


def _children(*names: str) -> Choice:
    def pick(answer: Json) -> Json:
        return [each for each in answer["items"] if each["youngPerson"]["givenName"] in names]

    return pick


def _log(line: Json) -> Json:
    return {"youngPerson": line["youngPerson"]["givenName"], **{name: line[name] for name in ("who", "what", "why")}}


async def _youth(tale: Telling, case: str, strange: str) -> None:
    tale.say("## Joep, 13 jaar")
    await tale.ask(YOUTH, "Mijn zaak.", f"/me/cases/{case}", pick=_only("step", "helpers", "asked", "rights"))
    mine = await tale.ask(YOUTH, "Wat wordt mij gevraagd?", "/me/consents", pick=_first(1))
    yes = mine["items"][0]["operations"][0]
    await tale.ask(YOUTH, "Ja.", _path(yes), yes["fields"], pick=_only("purpose", "inForce"))
    await tale.aside(IB, f"/cases/{case}/transitions", {"transition": "jgz_raadplegen"})
    await tale.people[NURSE].ask("GET", f"/cases/{case}/dossier")
    await tale.ask(
        YOUTH,
        "Wie keek er mee, en waarom?",
        "/me/access-log?limit=100",
        pick=lambda answer: [_log(each) for each in answer["items"] if each["who"] != "uzelf"][:2],
    )
    own = {"content": "Thuis is het te druk om te slapen (verzonnen).", "privateOf": str(known_id(YOUTH))}
    await tale.ask(YOUTH, "Mijn eigen verklaring, niet voor mijn ouders.", f"/cases/{case}/statements", own)
    await tale.ask(PARENT, "Zij ziet die verklaring niet.", f"/cases/{case}/statements")
    objection = {
        "kind": "bezwaar",
        "organisationId": str(known_id(SCHOOL)),
        "content": "Ik wil niet dat de hele school leest dat ik slecht slaap (verzonnen).",
    }
    made = await tale.ask(
        YOUTH, "Ik ben het er niet mee eens.", f"/cases/{case}/data-requests", objection, pick=_only(*STANDING)
    )
    tale.call(made["id"], "BEZWAAR")
    decision = f"/data-requests/{made['id']}/decision"
    bare = {"decision": "geweigerd", "reason": "De leerkracht moet dit weten om je te helpen (verzonnen)."}
    await tale.ask(HEAD, "Zomaar weigeren kan niet.", decision, bare, status=400)
    refusal = bare | {"refusalGround": "dwingende_reden"}
    await tale.ask(HEAD, "Met een grond en een reden wel.", decision, refusal, pick=_only("statusText", "reason"))
    await tale.ask(YOUTH, "Wat is er geantwoord?", f"/data-requests/{made['id']}", pick=_only(*STANDING))
    joint = next(
        each
        for each in (await tale.people[YOUTH].ask("GET", "/data-requests")).json()["items"]
        if each["kind"] == "vernietiging"
    )
    join = joint["operations"][0]
    await tale.ask(
        YOUTH,
        "Mijn ouders willen iets laten weghalen. Ik ook: nu loopt de termijn.",
        _path(join),
        join["fields"],
        pick=_only(*STANDING),
    )
    tale.say(
        "De school plant een overleg op een route die daar vragen bij heeft; de ouders en Joep worden uitgenodigd."
    )
    utrecht = opening(YOUTH) | {"route": "utrecht-thuiszitten"}
    table = tale.call((await tale.aside(IB, "/cases", utrecht))["id"], "ZAAK_2")
    planned = {"kind": "actietafel", "plannedAt": "2026-11-25T13:30:00+01:00", "place": "Op school"}
    meeting = tale.call((await tale.aside(IB, f"/cases/{table}/meetings", planned))["id"], "OVERLEG")
    await tale.aside(IB, f"/meetings/{meeting}/invitations", {"youngPersonId": str(known_id(YOUTH))})
    await tale.ask(YOUTH, "Wat wordt er straks gevraagd?", "/me/meetings", pick=_meetings)
    child = str(known_id(YOUTH))
    await tale.ask(
        YOUTH, "Alles meenemen, als gegevens.", f"/me/children/{child}/export", pick=lambda answer: {
            "about": answer["about"], "cases": f"{len(answer['cases'])} zaken, elk met het dossier en wie er meekeek"
        },
    )  # fmt: skip
    await tale.ask(YOUTH, "En om te lezen (PDF).", f"/me/children/{child}/document")
    await tale.ask(YOUTH, "De zaak van een ander kind.", f"/me/cases/{strange}", status=404)


def _meetings(answer: Json) -> Json:
    (meeting,) = answer["items"]
    return {
        **{name: meeting[name] for name in ("title", "plannedAt", "place", "invited", "href")},
        "questions": [each["question"] for each in meeting["questions"]],
    }


async def _older(tale: Telling) -> None:
    tale.say("## Zara, 17 jaar")
    opened = opening(OLDER, signal_body("beide", content="Zara is er vaak niet (verzonnen)."))
    case = tale.call((await tale.aside(SECONDARY, "/cases", opened))["id"], "ZAAK_VAN_ZARA")
    sight = await tale.ask(OLDER, "Wat zien mijn ouders?", "/me/sight")
    parent = sight["items"][0]["guardianId"]
    await tale.ask(PARENT, "Haar moeder ziet nu nog:", f"/me/cases/{case}", pick=_sees)
    await tale.ask(
        OLDER,
        "Mijn moeder mag het weten van thuis.",
        "/me/sight",
        {"guardianId": parent, "dataCategories": ["leven"]},
    )
    await tale.ask(PARENT, "Haar moeder ziet nu:", f"/me/cases/{case}", pick=_sees)


def _sees(answer: Json) -> Json:
    # What the reader does not see is the very point here.
    return {"title": answer["title"], "ziet niet": answer["withheld"], "withheldBecause": answer["withheldBecause"]}


INTRODUCTION = """# Het gezin, gelopen

<!-- Gemaakt door tests/scenarios/walk_family.py; een test loopt opnieuw en vergelijkt. -->

Wat een ouder, een jeugdige van 13 en een jeugdige van 17 hier vragen, en wat de dienst antwoordt. Alles en iedereen is
verzonnen. Van elk antwoord staat hier wat een mens leest; kenmerken en codes, die voor programma's zijn, zijn
weggelaten. `…` staat voor dagen en kenmerken, en een naam als `$ZAAK` voor een kenmerk dat eerder in een antwoord
stond. Zelf nalopen kan met `make run`, dat van ieder een token toont:

```bash
curl -H "Authorization: Bearer $TOKEN" http://127.0.0.1:8000/v1/me/children
```

Niemand hoeft een pad te kennen. `GET /v1/me/children` noemt de zaken, een zaak noemt wat er wordt gevraagd en wat u
mag, en elke vraag noemt onder `operations` de verzoeken waarmee u antwoordt.
"""


if __name__ == "__main__":
    written(DOCUMENT, CAST, document)
