"""Writes docs/walk-midden-groningen.md: one child walked through the route over real HTTP, as the service answered.

`python -m tests.scenarios.walk_document` starts the service on a database and a port of its own, walks, and writes. A
test walks again and holds the document to what the service answers now. Ids and moments differ every time, so a name
stands for each id that is used again, and an ellipsis for the rest.
"""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from app.demo.people import BY_KEY, ORGANISATIONS
from app.demo.postgres import API, OWNER, Cluster
from app.demo.seed import CHILDREN, known_id, seed
from app.main import create_app
from app.settings import LoopbackSettings
from tests.integrations.tokens import AUDIENCE, ISSUER, static_verifier
from tests.scenarios.follower import Actor, Follower, Goal
from tests.world import Person, token_of

Json = Any
Walk = Callable[[Mapping[str, Actor]], Awaitable[str]]
OK, CREATED = 200, 201
DOCUMENT = Path(__file__).parents[2] / "docs" / "walk-midden-groningen.md"
CAST = (
    "leerkracht",
    "intern-begeleider",
    "jeugdverpleegkundige",
    "medewerker-aanmeldteam",
    "gedragswetenschapper-sociaal-team",
    "casemanager-jeugd",
    "ouder-een",
    "ouder-twee",
)
ONLOOKERS = ("directie", "regievoerder-zorg", "koo", "leerplichtambtenaar", "medewerker-stagnatiepunt", "andere-school")
GOAL = Goal(
    {
        "ondersteuningsniveau": "extra_ondersteuning",
        "leervraag": "enkelvoudig",
        "leefvraag": "meervoudig",
        "probleemklasse": "meervoudig",
        "evaluation": "afsluiten",
    },
    never=frozenset({"geen_leervraag", "geen_leefvraag"}),
)
SIGNAL = {"givenBy": "professional", "kind": "beide", "content": "Leest met moeite en is de laatste weken stil."}

UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
MOMENT = re.compile(r'"\d{4}-\d\d-\d\d(T[0-9:.]+Z)?"')
# What every answer repeats, and says nothing new in a walk.
DULL = frozenset(
    {"caseId", "authorId", "authorOrganisationId", "createdAt", "authorRole", "withheld", "organisationId", "planId"}
)
NAMES = {
    "cases": "ZAAK",
    "consents": "TOESTEMMING",
    "meetings": "OVERLEG",
    "invitations": "UITNODIGING",
    "plans": "PLAN",
    "goals": "DOEL",
    "participants": "BETROKKENE",
}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer."""

    actor: str
    method: str
    path: str
    body: Json
    status: int
    answer: Json


@dataclass(slots=True)
class Recorder:
    """An actor of whom everything is written down."""

    actor: Actor
    exchanges: list[Exchange] = field(repr=False)

    @property
    def key(self) -> str:
        """By which name the cast knows him or her."""
        return self.actor.key

    async def ask(self, method: str, path: str, body: Json = None, **headers: str) -> httpx.Response:
        """One request, written down."""
        response = await self.actor.ask(method, path, body, **headers)
        answer = response.json() if response.content else None
        self.exchanges.append(Exchange(self.key, method, path, body, response.status_code, answer))
        return response


async def document(people: Mapping[str, Actor]) -> str:
    """Walk, and tell it."""
    exchanges: list[Exchange] = []
    cast = {key: Recorder(people[key], exchanges) for key in (*CAST, *ONLOOKERS)}
    walk = Follower([cast[key] for key in CAST], GOAL)
    await walk.open("leerkracht", str(known_id("mila")), SIGNAL)
    # What goes wrong first: too early, and nobody's business.
    early = {"transition": "onderzoek_starten"}
    await walk.ask(cast["leerkracht"], "POST", f"{walk.path}/transitions", early)
    await walk.ask(cast["andere-school"], "GET", walk.path)
    await walk.walk()
    for key in (*CAST, *ONLOOKERS):
        await walk.ask(cast[key], "GET", walk.path)
    return _text(exchanges)


def _text(exchanges: list[Exchange]) -> str:
    names = _names(exchanges)
    everybody = (*CAST, *ONLOOKERS)
    lines = [INTRODUCTION.format(tokens="\n".join(f"- `${_token(key)}`: {_who(key)}" for key in everybody))]
    number, step = 0, ""
    for at, each in enumerate(exchanges[: -len(everybody)]):
        shown: Json = None
        if each.path.endswith("/next-steps") and each.status == OK and each.answer["step"] != step:
            step = each.answer["step"]
            lines.append(f"## {each.answer['title']}\n\n{each.answer['purpose']}\n")
            shown = _outlook(each.answer, _taken_next(exchanges[at:]))
        elif each.method != "GET" or (each.status != OK and "next-steps" not in each.path):
            shown = _short(each.answer)
        if shown is not None:
            number += 1
            lines.append(f"### {number}. {_who(each.actor)}\n\n```bash\n{_curl(each)}\n```\n")
            lines.append(f"Antwoord `{each.status}`:\n\n```json\n{_dumped(shown)}\n```\n")
    lines.append("## Wie ziet wat, nu de zaak is afgesloten\n\nIeder vraagt `GET /v1/cases/$ZAAK`.\n")
    lines.append("| Wie | Antwoord | Onderwerpen |\n|---|---|---|")
    lines += [
        f"| {_who(each.actor)} | {each.status} | {', '.join(each.answer.get('dataCategories', ()))} |"
        for each in exchanges[-len(everybody) :]
    ]
    text = "\n".join(lines) + "\n"
    return UUID_TEXT.sub(lambda match: f"${names[match[0]]}" if match[0] in names else "…", text)


def _taken_next(exchanges: Iterable[Exchange]) -> str:
    """Which transition was taken from here."""
    return next(
        str(each.answer["transition"])
        for each in exchanges
        if each.path.endswith("/transitions") and each.status == CREATED
    )


def _outlook(answer: Json, taken: str) -> Json:
    """Of what can follow, the step that was taken, with every reason that stood in the way as this caller saw it."""
    item = next(each for each in answer["items"] if each["transition"] == taken)
    kept = {name: item[name] for name in ("transition", "title", "toStep", "allowed", "forYou", "roles")}
    reasons = [
        {
            **{name: reason[name] for name in ("code", "detail", "resolvers")},
            "operation": _short(reason["operation"]) if reason["operation"] else None,
        }
        for reason in item["reasons"]
    ]
    return {"step": answer["step"], "items": [{**kept, "reasons": reasons}, f"… en {len(answer['items']) - 1} andere"]}


def _short(value: Json) -> Json:
    """An answer without what every answer repeats, and long texts cut off."""
    if isinstance(value, dict):
        kept = {name: _short(each) for name, each in value.items() if name not in DULL and each not in (None, [], {})}
        if "instance" in kept:
            kept["instance"] = "…"
        return kept
    if isinstance(value, list):
        return [_short(each) for each in value]
    if isinstance(value, str) and len(value) > 90:
        return value[:80] + "…"
    return value


def _dumped(value: Json) -> str:
    return MOMENT.sub('"…"', json.dumps(value, ensure_ascii=False, indent=1))


def _curl(each: Exchange) -> str:
    lines = [f'curl -sS -X {each.method} "$API{each.path}"', f'  -H "Authorization: Bearer ${_token(each.actor)}"']
    if each.method == "PATCH":
        lines.append('  -H "If-Match: $ETAG"')
    if each.body is not None:
        # Double quotes around the body's ids, so that the shell fills them in.
        lines += ['  -H "Content-Type: application/json"', "  --data @- <<EINDE"]
        return " \\\n".join(lines) + "\n" + json.dumps(each.body, ensure_ascii=False) + "\nEINDE"
    return " \\\n".join(lines)


def _token(key: str) -> str:
    return "TOKEN_" + key.upper().replace("-", "_")


def _who(key: str) -> str:
    person = BY_KEY[key]
    return f"{person.display_name} ({', '.join(role.replace('_', ' ') for role in person.roles)})"


def _names(exchanges: Iterable[Exchange]) -> dict[str, str]:
    """A name for each id that somebody sends: of the demo's people and organisations, or by where it was made."""
    names = {str(known_id(key)): key for key in (*BY_KEY, *(child.key for child in CHILDREN))}
    names |= {str(known_id(each.code)): each.name for each in ORGANISATIONS}
    names = {id_: re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_") for id_, name in names.items()}
    sent = {found for each in exchanges for found in UUID_TEXT.findall(each.path + json.dumps(each.body))}
    # Whom the route brought in is made by no request of its own: known by where the id is sent.
    everything = "".join(each.path + json.dumps(each.body) for each in exchanges)
    participants = set(re.findall(rf'(?:/participants/|[pP]articipantId": ")({UUID_TEXT.pattern})', everything))
    counted: dict[str, int] = {}

    def name(id_: str, kind: str) -> None:
        if id_ in sent and id_ not in names:
            counted[kind] = counted.get(kind, 0) + 1
            names[id_] = kind if kind == "ZAAK" else f"{kind}_{counted[kind]}"

    for each in exchanges:
        kind = NAMES.get(each.path.split("?")[0].rsplit("/", 1)[1], "ID")
        if each.method == "POST" and each.status == CREATED:
            name(each.answer["id"], kind)
        elif kind == "BETROKKENE":
            for row in each.answer["items"]:
                name(row["id"], kind)
        for found in UUID_TEXT.findall(each.path + json.dumps(each.body)):
            name(found, "BETROKKENE" if found in participants else "ID")
    return names


INTRODUCTION = """# De ondersteuningsroute Midden-Groningen, gelopen

<!-- Gemaakt door tests/scenarios/walk_document.py; een test loopt opnieuw en vergelijkt. -->

Mila (8) leest met moeite en is thuis en in de klas stil geworden: een leervraag en een leefvraag. Hieronder staat elk
verzoek waarmee haar zaak van het eerste signaal tot de afsluiting kwam, wie het deed en wat de dienst antwoordde.
Alles en iedereen is verzonnen. Niemand kende de route vooraf: `GET /v1/cases/$ZAAK/next-steps` zegt na elke stap wat er
nog nodig is, wie dat kan doen en met welk verzoek.

Van elk antwoord staat hier het deel dat ertoe doet; `…` staat voor ids en tijdstippen die elke keer anders zijn. Namen
als `$ZAAK` en `$PLAN_1` staan voor ids: ze komen uit het veld `id` van een eerder antwoord, of uit `operation`.
Zelf nalopen kan met `make run`; dat zet een token van ieder op het scherm.

```bash
API=http://127.0.0.1:8000/v1
```

{tokens}
"""


def written(document_at: Path, cast: Iterable[str], walk: Walk) -> None:
    """Start everything on a database and a port of its own, walk, write the document, leave nothing behind."""
    with tempfile.TemporaryDirectory(prefix="ondersteuningsroute-walk-") as folder, ExitStack() as stack:
        Path(folder).chmod(0o755)  # PostgreSQL runs as another user when we are root
        cluster = stack.enter_context(Cluster(Path(folder) / "postgres", durable=False))
        migrate = [sys.executable, "-m", "app.cli", "migrate"]
        environment = {**os.environ, "DATABASE_URL": cluster.dsn(OWNER)}
        subprocess.run(migrate, env=environment, check=True)  # noqa: S603 — our own command
        asyncio.run(seed(cluster.dsn(OWNER), issuer=ISSUER))
        listening = stack.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen()  # from here on callers wait until the service answers
        settings = LoopbackSettings(database_url=cluster.dsn(API), oidc_issuer=ISSUER, oidc_audience=AUDIENCE)
        app = create_app(settings, verifier=static_verifier())
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        serving = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        serving.start()
        try:
            text = asyncio.run(_walked(f"http://127.0.0.1:{listening.getsockname()[1]}", cast, walk))
        finally:
            server.should_exit = True
            serving.join()
    document_at.write_text(text, encoding="utf-8")


async def _walked(base: str, cast: Iterable[str], walk: Walk) -> str:
    async with AsyncExitStack() as stack:
        people: dict[str, Actor] = {}
        for key in cast:
            headers = {"Authorization": f"Bearer {token_of(key)}"}
            client = httpx.AsyncClient(base_url=base, headers=headers, timeout=60)
            people[key] = Person(key, await stack.enter_async_context(client))
        return await walk(people)


if __name__ == "__main__":
    written(DOCUMENT, (*CAST, *ONLOOKERS), document)
