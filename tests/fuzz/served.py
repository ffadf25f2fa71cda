"""The service as it runs: uvicorn on a port of its own, a migrated database, a world with something to find in it."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import anyio
import uvicorn

from app.api.connections import manners
from app.demo.people import BY_KEY, SCHOOL, SOCIAL_TEAM, YOUTH_HEALTH
from app.demo.seed import known_id
from app.main import create_app
from app.settings import LoopbackSettings
from tests.conftest import Database
from tests.integrations.tokens import AUDIENCE, ISSUER, OMIT, mint, static_verifier
from tests.policy.arranging import IB, ONE, PARENTS, YOUTH, with_nurse, with_stagnation_point
from tests.scenarios.follower import Follower
from tests.scenarios.walk_document import CAST, GOAL, SIGNAL
from tests.world import HeldKeys, World, world

HOURS = 12 * 60 * 60
PATIENCE = 30
Ids = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Served:
    """A running service: its address, and by name of the contract the ids of what stands in it."""

    address: str
    ids: Ids

    def token(self, person: str) -> str:
        """A token of somebody of the demo that outlives a long run."""
        who = BY_KEY[person]
        return mint(
            sub=who.subject,
            roles=list(who.roles),
            organisation=who.organisation or OMIT,
            acr=who.acr or OMIT,
            exp=int(time.time()) + HOURS,
        )


@contextmanager
def served(database: Database) -> Iterator[Served]:
    """The service on 127.0.0.1, over real HTTP, until the end of the block."""
    ids = anyio.run(_filled, database)
    with serving(database) as address:
        yield Served(address, ids)


@contextmanager
def serving(database: Database) -> Iterator[str]:
    """The service on a database as it is: its address."""
    settings = LoopbackSettings(database_url=database.api_dsn, oidc_issuer=ISSUER, oidc_audience=AUDIENCE)
    app = create_app(settings, verifier=static_verifier(), number_keys=HeldKeys())
    config = uvicorn.Config(app, log_level="error", **manners([]))
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()  # from here on callers wait until the service answers
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(PATIENCE)


async def _filled(database: Database) -> Ids:
    """Cases at several points of the route, with one of everything; the ids by the names that the contract gives them.

    The first id of each list belongs to the case that has most of it and is not closed.
    """
    async with world(database.owner_dsn, database.api_dsn) as made:
        walk = await Follower([made[key] for key in CAST], GOAL).open("leerkracht", str(known_id("mila")), SIGNAL)
        await walk.walk(until="uitvoering")
        nurse, consent = await with_nurse(made, "jeugdige", yes=(*PARENTS, YOUTH))
        stuck, escalation = await with_stagnation_point(made)
        withdrawn, taken_back = await with_nurse(made, "mila")
        await withdrawn.withdraws(ONE, taken_back)
        ids = await _found(made, walk.path)
        ids["caseId"] += [nurse.id, stuck.id, withdrawn.id]
        ids["consentId"] += [consent, taken_back]
        ids["escalationId"] = [escalation]
        return ids


async def _found(made: World, path: str) -> Ids:
    """The ids of a case, and of whom it is about."""
    dossier = await made[IB].seen(f"{path}/dossier")

    def ids_of(part: str) -> list[str]:
        return [each["id"] for each in dossier[part]]

    plan, meeting = dossier["plans"][0], dossier["meetings"][0]
    child = dossier["case"]["youngPerson"]["id"]
    return {
        "caseId": [dossier["case"]["id"]],
        "participantId": ids_of("participants"),
        "ownerParticipantId": ids_of("participants"),
        "consentId": ids_of("consents"),
        "meetingId": ids_of("meetings"),
        "invitationId": [each["id"] for each in meeting["invitations"]],
        "planId": ids_of("plans"),
        "goalId": [each["id"] for each in plan["goals"]],
        "youngPersonId": [child],
        "guardianId": [str(known_id(f"mila:{parent}")) for parent in PARENTS],
        "giverId": [str(known_id(parent)) for parent in PARENTS],
        "personId": [str(known_id(parent)) for parent in PARENTS],
        "organisationId": [str(known_id(code)) for code in (SCHOOL, YOUTH_HEALTH, SOCIAL_TEAM)],
        "recipients": [str(known_id(code)) for code in (YOUTH_HEALTH, SOCIAL_TEAM)],
        "schoolId": [str(known_id(SCHOOL))],
        "workerId": [str(known_id(key)) for key in ("leerkracht", "casemanager-jeugd")],
        "bindingId": [str(known_id("binding:leerkracht"))],
        "key": ["midden-groningen"],
        "route": ["midden-groningen"],
    }
