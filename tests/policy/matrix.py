"""Every role, every operation of the contract, every way of standing to a case: what the table says, and what happens.

`scene` makes a case in one situation for one role, straight in the database; `walk` calls the operations in it on the
real application and answers every difference from what the table says. What is expected is computed here from the
table alone: where it differs from `app.db.reach` and the row-level security, one of them is wrong.
"""

import hashlib
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import psycopg
from fastapi import FastAPI
from psycopg import sql
from psycopg.types.json import Jsonb

from app.api.contract import derived, operations
from app.demo.people import MUNICIPALITY, ORGANISATIONS, SCHOOL
from app.demo.seed import known_id
from app.domain.actors import FAMILY_ROLES, Category, OrganisationKind, Role
from app.domain.grounds import OWN_GROUND
from app.domain.ids import new_id
from app.domain.policy import CASE_REACHES, POLICY, Action, Grant, Reach
from app.integrations.keys import Place
from app.main import _ROUTERS
from app.workflow.loader import current
from tests.conftest import Database
from tests.integrations.tokens import ISSUER, OMIT
from tests.world import RING, Person, World
from tests.world import world as world_of

Json = Any
Table = Mapping[Role, tuple[Grant, ...]]
Kind = OrganisationKind
ROUTE = current("midden-groningen")
# As it stood when the tests were loaded: a test that changes the table of the service still expects this.
TABLE: Table = dict(POLICY)


class Situation(StrEnum):
    """How the caller stands to the case. The first four are walked with every operation, the others are read."""

    INVOLVED = "involved"
    NOT_INVOLVED = "not involved"
    OTHER_ORGANISATION = "the same role at another organisation"
    CONSENT_WITHDRAWN = "consent withdrawn"
    # Only for a parent: help and health are the youth's own by now, school is not.
    CHILD_OF_16 = "own child of sixteen"
    # Only for who signs for an instelling: it has the voogdij, or had it, or another has it.
    WARD = "ward of the own organisation"
    WARD_OF_16 = "ward of sixteen of the own organisation"
    WARD_ONCE = "ward of the own organisation until yesterday"
    WARD_OF_ANOTHER = "ward of another organisation"
    # Finer ways of being involved or not.
    WITH_CONSENT = "involved, and consent opens more"
    ON_CONSENT = "involved on consent alone"
    BY_NAME = "involved by name"
    OTHER_ROLE = "only another role of the own organisation is involved"
    ENDED = "involved once"


S = Situation
FULL = (S.INVOLVED, S.NOT_INVOLVED, S.OTHER_ORGANISATION, S.CONSENT_WITHDRAWN)
WARDS = (S.WARD, S.WARD_OF_16, S.WARD_ONCE, S.WARD_OF_ANOTHER)
FINER = (S.WITH_CONSENT, S.ON_CONSENT, S.BY_NAME, S.OTHER_ROLE, S.ENDED)
# What the consents of these tests are about.
NAMED = frozenset({Category.LEREN, Category.GEZONDHEID, Category.VERZUIM})

# Where each role works, by hand: it does not come from the service.
HOME: dict[Role, Kind] = {
    **dict.fromkeys(
        (
            Role.LEERKRACHT,
            Role.INTERN_BEGELEIDER,
            Role.GEDRAGSDESKUNDIGE_SCHOOL,
            Role.DIRECTIE,
            Role.AANDACHTSFUNCTIONARIS,
            Role.FUNCTIONARIS_GEGEVENSBESCHERMING,
            Role.BEHEERDER,
            Role.LEERLINGADMINISTRATIE,
        ),
        Kind.SCHOOL,
    ),
    **dict.fromkeys(
        (
            Role.GEDRAGSWETENSCHAPPER_ONDERWIJS,
            Role.BOVENSCHOOLS_ONDERSTEUNINGSTEAM,
            Role.REGIEVOERDER_ZORG,
            Role.SCHOOLBESTUURDER,
        ),
        Kind.SCHOOLBESTUUR,
    ),
    **dict.fromkeys(
        (
            Role.SWV_COORDINATOR,
            Role.CONSULENT_PASSEND_ONDERWIJS,
            Role.BEGELEIDER_PASSEND_ONDERWIJS,
            Role.DIRECTEUR_SWV,
            Role.OUDER_JEUGDSTEUNPUNT,
        ),
        Kind.SAMENWERKINGSVERBAND,
    ),
    **dict.fromkeys(
        (
            Role.KIND_OUDERONDERSTEUNER,
            Role.WETHOUDER,
            Role.REGIEVOERDER_VERWIJSINDEX,
        ),
        Kind.GEMEENTE,
    ),
    **dict.fromkeys(
        (
            Role.MEDEWERKER_AANMELDTEAM,
            Role.CASEMANAGER_JEUGD,
            Role.GEDRAGSWETENSCHAPPER_SOCIAAL_TEAM,
            Role.MEDEWERKER_LOKAAL_TEAM,
            Role.GEZINSWERKER_BUURTTEAM,
            Role.LEIDINGGEVENDE_KERNPARTNER,
        ),
        Kind.SOCIAAL_TEAM,
    ),
    Role.LEERPLICHTAMBTENAAR: Kind.LEERPLICHT,
    **dict.fromkeys((Role.JEUGDVERPLEEGKUNDIGE, Role.JEUGDARTS, Role.DOKTERSASSISTENTE), Kind.JGZ),
    **dict.fromkeys((Role.JEUGDHULPVERLENER, Role.BEHANDELAAR), Kind.JEUGDHULPAANBIEDER),
    **dict.fromkeys(
        (
            Role.MAATSCHAPPELIJK_WERKER,
            Role.POLITIE,
            Role.OVERIGE_BETROKKENE,
            Role.SIGNALERINGSREGISTER,
        ),
        Kind.OVERIG,
    ),
    Role.MEDEWERKER_STAGNATIEPUNT: Kind.STAGNATIEPUNT,
    Role.EXPERTPOOL: Kind.EXPERTPOOL,
    Role.EXPERTTEAM: Kind.EXPERTTEAM,
    Role.SAVE_MEDEWERKER: Kind.GECERTIFICEERDE_INSTELLING,
}
# The kind of organisation that can have the voogdij: there a legal representative is at work.
GUARDIAN_HOUSE = Kind.GECERTIFICEERDE_INSTELLING
ELSEWHERE = "GM0014"
# The organisation of whoever wrote what stands in each case: nobody's who calls.
BYSTANDER = "oin:00000099000000099000"
_FIRST_OF_KIND = {each.kind: each.code for each in reversed(ORGANISATIONS)}
NEAR = {**_FIRST_OF_KIND, Kind.SCHOOL: SCHOOL}
FAR = {kind: f"ver:{kind}" for kind in Kind}


@cache
def contract() -> dict[str, Any]:
    """The contract, as the service derives it from its own endpoints."""
    api = FastAPI()
    for module in _ROUTERS:
        api.include_router(module.router)
    return derived(api)


@cache
def actions() -> dict[str, Action]:
    """Each operation of the contract, with the action that it declares."""
    return {name: Action(operation["x-action"]) for name, operation in operations(contract())}


@cache
def success(operation: str) -> int:
    """The status with which the contract says that an operation succeeds."""
    method, path = operation.split()
    answers = contract()["paths"][path][method.lower()]["responses"]
    return next(int(status) for status in answers if status.startswith("2"))


# --- What the database holds -------------------------------------------------------------------------------------


class Rows:
    """Rows to put in the database in one go, as the owner of the schema: what a test prepares, never what it proves."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, dict[str, object]]] = []

    def add(self, table: str, **values: object) -> UUID:
        """A row, with an id unless it has one."""
        values.setdefault("id", new_id())
        self._rows.append((table, values))
        made: UUID = values["id"]  # type: ignore[assignment]  # every id here is a UUID
        return made

    async def put(self, owner_dsn: str) -> None:
        """Insert them all, in order."""
        async with await psycopg.AsyncConnection.connect(owner_dsn) as connection, connection.pipeline():
            for table, values in self._rows:
                statement = sql.SQL("insert into {} ({}) values ({}) on conflict do nothing").format(
                    sql.Identifier(table),
                    sql.SQL(", ").join(map(sql.Identifier, values)),
                    sql.SQL(", ").join(sql.Placeholder() * len(values)),
                )
                await connection.execute(statement, tuple(values.values()))


def organisation(kind: Kind, *, far: bool = False) -> UUID:
    """The organisation of a kind around the children of these tests, or one far away."""
    return known_id((FAR if far else NEAR)[kind])


@asynccontextmanager
async def prepared(database: Database) -> AsyncIterator[World]:
    """The application on this database, with everybody of the demo and the organisations of the matrix."""
    async with world_of(database.owner_dsn, database.api_dsn) as made:
        await prepare(made)
        yield made


async def prepare(world: World) -> None:
    """The organisations that the demo lacks: one of each kind elsewhere, a bystander."""
    rows = Rows()
    rows.add("organisations", id=known_id(BYSTANDER), code=BYSTANDER, kind=Kind.OVERIG, name="Omstanders")
    for kind in sorted(FAR, key=lambda each: each is Kind.SCHOOL):
        up = kind is Kind.SCHOOL
        rows.add(
            "organisations",
            id=organisation(kind, far=True),
            code=FAR[kind],
            kind=kind,
            name=f"Verre {kind}",
            municipality_code=ELSEWHERE,
            board_id=organisation(Kind.SCHOOLBESTUUR, far=True) if up else None,
            swv_id=organisation(Kind.SAMENWERKINGSVERBAND, far=True) if up else None,
        )
    rows.add("workers", id=known_id("omstander"), organisation_id=known_id(BYSTANDER), display_name="O. Omstander")
    await rows.put(world.owner_dsn)
    # A first seal for whoever looks at the chain of the own organisation; of what, the tests of the chain say.
    async with await psycopg.AsyncConnection.connect(world.owner_dsn) as connection:
        await connection.execute(
            "insert into audit_seals (chain, number, previous, hash, size, sealed_at)"
            " select id, 1, '\\x00', '\\x00', 1, now() from organisations"
        )


@dataclass(frozen=True, slots=True)
class Scene:
    """One case in one situation, and the caller for whom it is that."""

    role: Role
    situation: Situation
    caller: Person
    newcomer: Person  # the same token for a login that is bound to nobody yet
    ids: Mapping[str, UUID]
    family_name: str
    birth_date: date
    code: str  # an invitation code for the newcomer

    @property
    def person(self) -> UUID:
        """Who of the family answers: the caller, where that is one of the family; or for whom the caller signs."""
        if self.situation in WARDS:
            return organisation(GUARDIAN_HOUSE)
        return self.ids["caller"] if self.role in FAMILY_ROLES else self.ids["parent"]


_AGE = {S.CHILD_OF_16: 16, S.WARD_OF_16: 16}
_TODAY = datetime.now(UTC).date()
_LATER = (_TODAY + timedelta(days=60)).isoformat()
_MOMENT = f"{_LATER}T15:30:00+01:00"


def confidential(category: Category) -> str:
    """Words that stand in every case, in content of this category alone."""
    return f"vertrouwelijk-{category}"


PLAN_WORDS = "vertrouwelijk-plan"


async def scene(world: World, role: Role, situation: Situation) -> Scene:
    """A case with content in every category, meetings, plans, consents, and the caller bound to a person."""
    rows, tag = Rows(), f"{role}-{new_id().hex}"
    ids: dict[str, UUID] = {"caller": new_id()}
    family = role in FAMILY_ROLES
    at_work = not family or situation in WARDS
    years = 10 if role is Role.JEUGDIGE and situation is S.NOT_INVOLVED else _AGE.get(situation, 14)
    born = date(_TODAY.year - years, 1, 1)
    ids["child"] = ids["caller"] if role is Role.JEUGDIGE and situation is not S.OTHER_ORGANISATION else new_id()
    _child(rows, ids["child"], tag, born)
    ids["identityNumber"] = _number(rows, ids["child"], role)
    ids["parent"] = _guardian(rows, "Ouder Verzonnen")
    ids["guardian"] = _guardianship(rows, ids["child"], ids["parent"], "nee" if situation in WARDS else "ja")
    ids["case"] = rows.add(
        "cases",
        young_person_id=ids["child"],
        school_id=organisation(Kind.SCHOOL),
        route=ROUTE.key,
        route_version=ROUTE.version,
        step=ROUTE.start,
        opened_by=known_id("omstander"),
        leervraag="enkelvoudig",
        last_sequence=1,
    )
    _content(rows, ids, None if family else (FAR if situation is S.OTHER_ORGANISATION else NEAR)[HOME[role]])
    _table_and_plans(rows, ids)
    _about_policy(rows, ids, role)
    ids["colleague"] = new_id()
    tracks_of, takes_part = Kind.SCHOOL if family else HOME[role], situation in _HOLDS[Reach.OWN_TRACK]
    _track(rows, ids, tracks_of, takes_part=takes_part)
    _tracks_that_are_over(rows, ids, tracks_of, takes_part=takes_part)
    _kept(rows, ids)
    if situation in WARDS:
        _signs_for_the_guardian(rows, ids, situation)
    elif family:
        _relative(rows, ids, role, situation, tag)
        if ids["caller"] != ids["child"]:
            _answer(rows, ids, ids["to_narrow"], ids["caller"], "gezag", "gegeven")
    else:
        await _professional(rows, ids, role, situation)
    _emergency(rows, ids, role, own=situation is not S.OTHER_ORGANISATION)
    rows.add(
        "bindings",
        issuer=ISSUER,
        subject=tag,
        **{"worker_id" if at_work else _bound_as(role): ids["caller"]},
        valid_from=date(2026, 1, 1),
        bound_by=known_id("beheerder"),
    )
    code = f"code-{new_id().hex}"
    rows.add(
        "invitation_codes",
        digest=hashlib.sha256(code.encode()).digest(),
        **({"guardian_id": _guardian(rows, "Nieuw Verzonnen")} if family else {"worker_id": _newcomer(rows, role)}),
        expires_at=datetime.now(UTC) + timedelta(days=1),
        created_by=known_id("beheerder"),
    )
    for name in ("dataRequest", "answerable"):
        ids[name] = rows.add(
            "data_requests",
            case_id=ids["case"],
            kind="bezwaar",
            organisation_id=organisation(HOME.get(role, Kind.SCHOOL)),
            requested_by=ids["parent"],
            requested_role=Role.OUDER,
            asked_of=[] if at_work else [ids["caller"]],
            content="Gebruik dit niet.",
            due_on=_TODAY,
        )
        for person in () if at_work else (ids["parent"], ids["caller"]):
            rows.add("data_request_answers", request_id=ids[name], person_id=person, agrees=True)
    await rows.put(world.owner_dsn)
    claims = {"roles": [role], "organisation": OMIT}
    if situation in WARDS:
        claims["organisation"] = NEAR[GUARDIAN_HOUSE]
    elif not family:
        claims["organisation"] = (FAR if situation is S.OTHER_ORGANISATION else NEAR)[HOME[role]]
    return Scene(
        role=role,
        situation=situation,
        caller=world.caller(sub=tag, **claims),
        newcomer=world.caller(sub=f"nieuw-{tag}", acr="http://eidas.europa.eu/LoA/substantial", **claims),
        ids=ids,
        family_name=tag,
        birth_date=born,
        code=code,
    )


def _bound_as(role: Role) -> str:
    if role is Role.JEUGDIGE:
        return "young_person_id"
    return "guardian_id" if role in FAMILY_ROLES else "worker_id"


def _emergency(rows: Rows, ids: dict[str, UUID], role: Role, *, own: bool) -> None:
    """An access in an emergency that is over: of who may take one the own and reviewed, for another a colleague's."""
    takes = any(Action.EMERGENCY_CREATE in grant.actions for grant in TABLE[role])
    family = role in FAMILY_ROLES
    reviewed = {
        "reviewed_at": datetime.now(UTC),
        "reviewed_by": known_id("omstander"),
        "reviewed_role": Role.FUNCTIONARIS_GEGEVENSBESCHERMING,
        "justified": True,
        "review_note": "Het was nodig.",
    }
    ids["emergency"] = rows.add(
        "emergency_accesses",
        young_person_id=ids["child"],
        worker_id=known_id("leerkracht") if family else ids["caller" if takes and own else "colleague"],
        organisation_id=organisation(Kind.SCHOOL if family else HOME[role]),
        role=role,
        reason="Het kon niet wachten.",
        started_at=datetime.now(UTC) - timedelta(days=2),
        until=datetime.now(UTC) - timedelta(days=1, hours=21),
        told_at=datetime.now(UTC),
        **(reviewed if takes else {}),
    )


def _child(rows: Rows, child: UUID, family_name: str, born: date) -> None:
    rows.add(
        "young_people",
        id=child,
        given_name="Verzonnen",
        family_name=family_name,
        birth_date=born,
        school_id=organisation(Kind.SCHOOL),
        municipality_code=MUNICIPALITY.removeprefix("gm:"),
        created_by=known_id("omstander"),
    )


NUMBER = "999990007"


def _number(rows: Rows, child: UUID, role: Role) -> UUID:
    """The number of the child, of the kind that can go to the house of this role if any can."""
    number, kind = new_id(), "pgn" if HOME.get(role) is Kind.SCHOOL else "bsn"
    (key_id, sealed), (digest_key_id, digest) = RING.seal(NUMBER, Place(number, child, kind)), RING.digest(NUMBER, kind)
    return rows.add(
        "identity_numbers",
        id=number,
        young_person_id=child,
        kind=kind,
        source="school" if kind == "pgn" else "brp",
        key_id=key_id,
        sealed=sealed,
        digest_key_id=digest_key_id,
        digest=digest,
        recorded_by=known_id("omstander"),
    )


# For which task who works there may look at a number, by hand: it does not come from the service.
_TASK = {
    Kind.SCHOOL: "onderwijs",
    Kind.LEERPLICHT: "leerplicht",
    Kind.GEMEENTE: "jeugdhulp",
    Kind.SOCIAAL_TEAM: "jeugdhulp",
    Kind.JGZ: "jeugdgezondheidszorg",
}


def _task(role: Role) -> str:
    return "inzage" if role in FAMILY_ROLES else _TASK.get(HOME[role], "onderwijs")


def _newcomer(rows: Rows, role: Role) -> UUID:
    """A colleague without a login yet: who has one gets no second."""
    return rows.add("workers", organisation_id=organisation(HOME[role]), display_name="N. Verzonnen")


def _guardian(rows: Rows, name: str, person: UUID | None = None) -> UUID:
    return rows.add("guardians", id=person or new_id(), display_name=name, created_by=known_id("beheerder"))


def _guardianship(rows: Rows, child: UUID, guardian: UUID, gezag: str) -> UUID:
    return rows.add(
        "guardianships",
        young_person_id=child,
        guardian_id=guardian,
        relation="ouder",
        gezag=gezag,
        evidence="gezagsregister",
        conflict=False,
        valid_from=date(2020, 1, 1),
    )


def _by(ids: Mapping[str, UUID]) -> dict[str, object]:
    """Written by the bystander, so that nobody sees it as what the own house wrote."""
    return {
        "case_id": ids["case"],
        "author_id": known_id("omstander"),
        "author_role": Role.OVERIGE_BETROKKENE,
        "author_organisation_id": known_id(BYSTANDER),
    }


def _content(rows: Rows, ids: dict[str, UUID], own: str | None) -> None:
    for category in Category:
        words = confidential(category)
        rows.add("signals", **_by(ids), given_by="professional", kind="onbekend", category=category, content=words)
        rows.add(
            "notes",
            **_by(ids),
            kind="gesprek",
            category=category,
            held_at=datetime.now(UTC),
            with_whom=[Role.OUDER],
            content=words,
            agreements=words,
        )
        rows.add(
            "assessments", **_by(ids), kind="onderzoek_gedrag", category=category, outcome="afgerond", content=words
        )
        ids["statement"] = rows.add("statements", **_by(ids), kind="verklaring", category=category, content=words)
    rows.add(
        "transitions",
        case_id=ids["case"],
        sequence=1,
        transition="hulp_vragen_school",
        from_step=ROUTE.start,
        to_step=ROUTE.start,
        explanation=PLAN_WORDS,
        performed_by=known_id("omstander"),
        role=Role.OVERIGE_BETROKKENE,
    )
    for name in ("participant", "leaver"):
        ids[name] = rows.add(
            "participants",
            case_id=ids["case"],
            # The family lets go whom it asked itself, a professional somebody of the own house.
            organisation_id=known_id(own if name == "leaver" and own else BYSTANDER),
            role=Role.OVERIGE_BETROKKENE,
            worker_id=known_id("omstander"),
            ground="toestemming" if name == "leaver" and own else "eigen_verzoek",
            added_by=known_id("omstander"),
        )
    for name in ("consent", "given", "to_narrow"):
        ids[name] = _consent(rows, ids, known_id(BYSTANDER))
    ids["closure"] = rows.add(
        "closures",
        organisation_id=organisation(Kind.SCHOOL),
        kind="studiedag",
        first_day=_TODAY,
        last_day=_TODAY,
        name="Studiedag",
        created_by=known_id("omstander"),
    )
    for name in ("escalation", "stuck"):
        ids[name] = rows.add(
            "escalations", **_by(ids), kind="impasse", addressed_to="samenwerkingsverband", reason="Het zit vast."
        )
    rows.add("findings", **_by(ids), escalation_id=ids["escalation"], content="Men wacht op elkaar.")


def _consent(rows: Rows, ids: Mapping[str, UUID], recipient: UUID) -> UUID:
    """Asked and given by the parent and the youth, for the named categories."""
    made = rows.add(
        "consents",
        **_by(ids),
        purpose="Samen kijken wat helpt",
        recipients=[recipient],
        data_categories=sorted(NAMED),
        told="Met wie en waarover.",
        valid_from=_TODAY,
        valid_until=_TODAY + timedelta(days=90),
    )
    for giver, capacity in ((ids["parent"], "gezag"), (ids["child"], "jeugdige")):
        _answer(rows, ids, made, giver, capacity, "gegeven")
    return made


def _answer(rows: Rows, ids: Mapping[str, UUID], consent: UUID, giver: UUID, capacity: str, decision: str) -> None:
    rows.add(
        "consent_answers",
        case_id=ids["case"],
        consent_id=consent,
        giver_id=giver,
        capacity=capacity,
        decision=decision,
        form="schriftelijk",
        basis="zelf",
        recorded_by=known_id("omstander"),
        recorded_role=Role.OVERIGE_BETROKKENE,
    )


def _table_and_plans(rows: Rows, ids: dict[str, UUID]) -> None:
    for name in ("meeting", "held"):
        ids[name] = rows.add("meetings", **_by(ids), kind="overleg", planned_at=datetime.now(UTC))
        for category in Category:
            words = confidential(category)
            rows.add("decisions", **_by(ids), meeting_id=ids[name], category=category, description=words)
    ids["invitation"] = rows.add(
        "invitations",
        case_id=ids["case"],
        meeting_id=ids["held"],
        party="ouder",
        guardian_id=ids["parent"],
        invited_by=known_id("omstander"),
    )
    for name, in_force_at in (("in_force", datetime.now(UTC)), ("plan", None)):
        plan = ids[name] = rows.add(
            "plans",
            **_by(ids),
            kind="plan_van_aanpak",
            perspective=PLAN_WORDS,
            evaluation_date=_TODAY,
            in_force_at=in_force_at,
        )
        for domain, category in (("onderwijs", Category.LEREN), ("zorg", Category.LEVEN)):
            words = confidential(category)
            goal = ids[f"goal-{category}"] = rows.add(
                "goals",
                **_by(ids),
                plan_id=plan,
                domain=domain,
                category=category,
                description=words,
                indicator=words,
                target_date=_TODAY,
            )
            rows.add(
                "plan_actions",
                **_by(ids),
                plan_id=plan,
                goal_id=goal,
                category=category,
                description=words,
                owner="ouder",
                due_on=_TODAY,
            )
        rows.add("approvals", **_by(ids), plan_id=plan, party="school", agreed=True, remark=PLAN_WORDS)
        rows.add(
            "evaluations",
            **_by(ids),
            plan_id=plan,
            outcome="bijstellen",
            held_on=_TODAY,
            parties=["school"],
            summary=PLAN_WORDS,
        )


# Who has meetings about policy of its own, and who is at the table of those of these tests.
_HOLDERS = (Kind.SCHOOL, Kind.SAMENWERKINGSVERBAND)
_GUESTS = (Kind.GEMEENTE, Kind.SCHOOLBESTUUR)
_GUEST = {"oogo": Kind.GEMEENTE, "zat": Kind.GEMEENTE, "cvb": Kind.SCHOOLBESTUUR}


def _kind_of_meeting(role: Role) -> str:
    if HOME.get(role) is not Kind.SCHOOL:
        return "oogo"
    return "cvb" if role is Role.GEDRAGSDESKUNDIGE_SCHOOL else "zat"


def _about_policy(rows: Rows, ids: dict[str, UUID], role: Role) -> None:
    """A meeting that was held and one still to hold: of the caller's house where it has them, else an oogo."""
    kind = _kind_of_meeting(role)
    holder = Kind.SAMENWERKINGSVERBAND if kind == "oogo" else Kind.SCHOOL
    for name, held_at in (("policy", datetime.now(UTC)), ("policy_planned", None)):
        ids[name] = rows.add(
            "organisation_meetings",
            organisation_id=organisation(holder),
            kind=kind,
            planned_at=datetime.now(UTC),
            subjects=["werkwijze"],
            held_at=held_at,
            convened_by=known_id("omstander"),
            convened_by_role=Role.OVERIGE_BETROKKENE,
        )
        for guest in _GUESTS:
            rows.add("organisation_meeting_parties", meeting_id=ids[name], organisation_id=organisation(guest))


def _track(rows: Rows, ids: dict[str, UUID], home: Kind, *, takes_part: bool) -> None:
    """A track of the Meldcode about the child, of the near organisation of this kind, far enough for every step.

    Another opened it; a colleague takes part, and the caller where the situation says so: by name, whatever else.
    """
    track = ids["meldcodeTrack"] = rows.add(
        "meldcode_tracks",
        organisation_id=organisation(home),
        young_person_id=ids["child"],
        opened_by=known_id("omstander"),
        opened_by_role=Role.OVERIGE_BETROKKENE,
        decider_id=ids["caller"],
    )
    for each in ("colleague", "caller") if takes_part else ("colleague",):
        rows.add("meldcode_participants", track_id=track, worker_id=ids[each], added_by=known_id("omstander"))
    for kind, said in (
        ("overleg", {"consulted": "collega"}),
        ("gesprek", {"withWhom": "ouders"}),
        ("weging", {"doubt": False}),
        ("besluit", {"outcome": "melden"}),
    ):
        rows.add(
            "meldcode_entries",
            track_id=track,
            kind=kind,
            said=Jsonb(_WHOLE[kind] | said),
            author_id=known_id("omstander"),
            author_role=Role.OVERIGE_BETROKKENE,
        )


def _tracks_that_are_over(rows: Rows, ids: dict[str, UUID], home: Kind, *, takes_part: bool) -> None:
    """Two more, closed longer ago than any class keeps one, of children of whom nothing else is kept; one proposed."""
    for name in ("over", "over_and_proposed"):
        ids[name] = rows.add(
            "meldcode_tracks",
            organisation_id=organisation(home),
            young_person_id=uuid4(),
            opened_by=known_id("omstander"),
            opened_by_role=Role.OVERIGE_BETROKKENE,
            opened_at="1980-01-01",
            closed_at="1980-06-01",
        )
        for each in ("colleague", "caller") if takes_part else ("colleague",):
            rows.add("meldcode_participants", track_id=ids[name], worker_id=ids[each], added_by=known_id("omstander"))
    rows.add(
        "meldcode_destructions",
        organisation_id=organisation(home),
        track_id=ids["over_and_proposed"],
        retention_class="meldcode_overig",
        term="x",
        source="x",
        due_since="2020-01-01",
        proposed_by=known_id("omstander"),
    )


_WHOLE: dict[str, Json] = {
    "overleg": {"heldOn": "2026-11-02", "advice": "Verzonnen."},
    "gesprek": {"heldOn": "2026-11-02", "content": "Verzonnen.", "reason": None},
    "weging": {"risk": "Verzonnen.", "nature": "Verzonnen.", "gravity": "Verzonnen."},
    "besluit": {
        "acute": False,
        "motivation": "Verzonnen.",
        "parentsInformed": True,
        "notInformedReason": None,
        "reportedOn": "2026-11-02",
        "answerDueOn": "2026-11-09",
    },
}


def _kept(rows: Rows, ids: dict[str, UUID]) -> None:
    """Of the near school: a proposal that somebody reviewed, another, a hold on other cases, a certificate."""
    of_school = {
        "organisation_id": organisation(Kind.SCHOOL),
        "retention_class": "leerlingdossier",
        "ground": "termijn",
        "term": "2 jaar",
        "source": "verzonnen",
        "automatic": False,
        "not_before": _TODAY,
        "records": Jsonb({}),
        "cases": 0,
        "objects": 0,
        "due_since": _TODAY,
    }
    by_another = {"reviewed_by": known_id("omstander"), "reviewed_at": datetime.now(UTC)}
    for name in ("proposal", "unwanted", "done"):
        ids[name] = rows.add("retention_proposals", **of_school, **by_another)
    ids["hold"] = rows.add(
        "legal_holds",
        organisation_id=organisation(Kind.SCHOOL),
        case_id=new_id(),
        reason="verzonnen",
        placed_by=known_id("omstander"),
    )
    ids["certificate"] = rows.add(
        "destruction_certificates",
        proposal_id=ids["done"],
        organisation_id=organisation(Kind.SCHOOL),
        document="{}",
        digest="0" * 64,
    )


def _relative(rows: Rows, ids: dict[str, UUID], role: Role, situation: Situation, tag: str) -> None:
    """A child or a parent. Not involved: under twelve, or without gezag. Of another organisation: of another family."""
    ids["login"] = ids["newcomer"] = new_id()
    if role is Role.JEUGDIGE:
        if situation is S.OTHER_ORGANISATION:
            _child(rows, ids["caller"], f"ander-{tag}", date(_TODAY.year - 14, 1, 1))
    else:
        _guardian(rows, "Ouder Bedacht", ids["caller"])
        if situation is S.OTHER_ORGANISATION:
            other = new_id()
            _child(rows, other, f"ander-{tag}", date(_TODAY.year - 14, 1, 1))
            _guardianship(rows, other, ids["caller"], "ja")
        else:
            _guardianship(rows, ids["child"], ids["caller"], "nee" if situation is S.NOT_INVOLVED else "ja")
    if situation is S.CHILD_OF_16:
        _of_school(rows, ids)
    if situation is S.CONSENT_WITHDRAWN:
        ids["opening"] = _consent(rows, ids, organisation(Kind.SCHOOL))


def _of_school(rows: Rows, ids: Mapping[str, UUID]) -> None:
    """School takes part: at sixteen a parent, or who signs for a guardian, follows such a case."""
    rows.add(
        "participants",
        case_id=ids["case"],
        organisation_id=organisation(Kind.SCHOOL),
        ground="onderwijstaak",
        added_by=known_id("omstander"),
    )


def _signs_for_the_guardian(rows: Rows, ids: dict[str, UUID], situation: Situation) -> None:
    """Somebody who signs for the instelling that has the voogdij; the parent has no gezag any more."""
    ids["login"] = ids["newcomer"] = new_id()
    own = organisation(GUARDIAN_HOUSE)
    rows.add("workers", id=ids["caller"], organisation_id=own, display_name="V. Verzonnen")
    for consent in ("given", "to_narrow"):
        _answer(rows, ids, ids[consent], own, "voogd", "gegeven")
    rows.add(
        "gezag_findings",
        young_person_id=ids["child"],
        kind="voogdij",
        holders=[],
        organisation_id=organisation(GUARDIAN_HOUSE, far=True) if situation is S.WARD_OF_ANOTHER else own,
        evidence="gezagsregister",
        checked_on=_TODAY,
        valid_from=date(2020, 1, 1),
        valid_until=_TODAY - timedelta(days=2) if situation is S.WARD_ONCE else None,
        recorded_by=known_id("omstander"),
        recorded_role=Role.CASEMANAGER_JEUGD,
    )
    if situation is S.WARD_OF_16:
        _of_school(rows, ids)


async def _professional(rows: Rows, ids: dict[str, UUID], role: Role, situation: Situation) -> None:
    """Somebody at work, with a colleague; and the involvement that the situation is about."""
    home = HOME[role]
    far = situation is S.OTHER_ORGANISATION
    rows.add("workers", id=ids["caller"], organisation_id=organisation(home, far=far), display_name="P. Verzonnen")
    rows.add("workers", id=ids["colleague"], organisation_id=organisation(home), display_name="C. Verzonnen")
    ids["newcomer"] = rows.add("workers", organisation_id=organisation(home), display_name="N. Verzonnen")
    ids["login"] = rows.add(
        "bindings",
        issuer=ISSUER,
        subject=f"collega-{ids['colleague']}",
        worker_id=ids["colleague"],
        valid_from=date(2026, 1, 1),
        bound_by=known_id("beheerder"),
    )
    if situation is S.NOT_INVOLVED:
        return
    # A school takes part as such: that is what its own and its board's reach are about.
    as_school = any(grant.reach in {Reach.OWN_SCHOOL, Reach.OWN_BOARD} for grant in TABLE[role])
    party = organisation(Kind.SCHOOL if as_school else home)
    on_consent = situation in {S.CONSENT_WITHDRAWN, S.ON_CONSENT}
    involved: dict[str, object] = {
        "case_id": ids["case"],
        "organisation_id": party,
        "role": None if as_school else role,
        "ground": "toestemming" if on_consent else OWN_GROUND.get(home, "eigen_verzoek"),
        "added_by": known_id("omstander"),
    }
    if situation is S.BY_NAME:
        involved |= {"role": role, "worker_id": ids["caller"], "organisation_id": organisation(home)}
    elif situation is S.OTHER_ROLE:
        involved |= {"role": next(each for each in Role if each is not role and each not in FAMILY_ROLES)}
    elif situation is S.ENDED:
        involved |= {"ended_at": datetime.now(UTC), "ended_by": known_id("omstander")}
    rows.add("participants", **involved)
    if on_consent or situation is S.WITH_CONSENT:
        ids["opening"] = _consent(rows, ids, party)


async def withdraw(world: World, at: Scene) -> None:
    """The parent withdraws the consent that the scene rests on."""
    rows = Rows()
    _answer(rows, at.ids, at.ids["opening"], at.ids["parent"], "gezag", "ingetrokken")
    await rows.put(world.owner_dsn)


# --- What the table says -----------------------------------------------------------------------------------------


_INVOLVED_NOW = frozenset({S.INVOLVED, S.WITH_CONSENT, S.ON_CONSENT})
# In which situations a reach leads to the case or the child.
_HOLDS: dict[Reach, frozenset[Situation]] = {
    Reach.SELF: frozenset(S) - {S.NOT_INVOLVED, S.OTHER_ORGANISATION, *WARDS},
    # Nobody of these tests reads along in an emergency: tests/policy/sentences/test_emergency.py.
    Reach.EMERGENCY: frozenset(),
    # The youth of these tests is not sixteen yet: tests/policy/sentences/test_compartments.py has one who is.
    Reach.SELF_16_17: frozenset(),
    Reach.OWN_CHILD: frozenset(S) - {S.NOT_INVOLVED, S.OTHER_ORGANISATION, S.CHILD_OF_16, *WARDS},
    Reach.OWN_CHILD_16_17: frozenset({S.CHILD_OF_16}),
    Reach.WARD: frozenset({S.WARD}),
    Reach.WARD_16_17: frozenset({S.WARD_OF_16}),
    Reach.INVOLVED: _INVOLVED_NOW | {S.BY_NAME},
    Reach.OWN_SCHOOL: _INVOLVED_NOW,
    Reach.OWN_BOARD: _INVOLVED_NOW,
    # The child goes to the near school and lives in the near municipality, whatever comes of the case.
    Reach.PUPIL: frozenset(S) - {S.OTHER_ORGANISATION},
    Reach.RESIDENT: frozenset(S) - {S.OTHER_ORGANISATION},
    Reach.OWN_ORGANISATION: frozenset(S) - {S.OTHER_ORGANISATION},
    # By name in a track of the Meldcode, which no consent opens or ends.
    Reach.OWN_TRACK: frozenset(S) - {S.NOT_INVOLVED, S.OTHER_ORGANISATION},
    Reach.ANYONE: frozenset(S),
}


def lines(role: Role, at: Situation) -> list[Grant]:
    """The lines of the table that hold for the role in this situation."""
    return [grant for grant in TABLE[role] if at in _HOLDS[grant.reach]]


def categories(role: Role, at: Situation) -> frozenset[Category]:
    """What the role sees of a case that it may read."""
    seen: set[Category] = set()
    for grant in lines(role, at):
        if grant.reach not in CASE_REACHES or Action.CASE_READ not in grant.actions:
            continue
        if at is S.ON_CONSENT and role not in FAMILY_ROLES:
            seen |= (grant.categories | grant.under_consent) & NAMED | {Category.PROCES}
        elif at is S.WITH_CONSENT:
            seen |= grant.categories | grant.under_consent & NAMED
        else:
            seen |= grant.categories
    return frozenset(seen)


@dataclass(frozen=True, slots=True)
class Expected:
    """A status, and the code of the problem when it is one."""

    status: int
    code: str | None = None


_OF_PARENT = frozenset({Reach.OWN_CHILD, Reach.OWN_CHILD_16_17})
_ELSE = frozenset(Reach) - _OF_PARENT - {Reach.WARD, Reach.WARD_16_17}
AT_THE_DOOR = Expected(403, "rol-past-niet")
NOT_FOUND = Expected(404, "niet-gevonden")
NOT_HERE = Expected(403, "niet-toegestaan")
_OF_CASE = ("caseId", "participantId", "consentId", "meetingId", "planId", "escalationId", "statementId")
_OF_CHILD = ("youngPersonId", "guardianId", "identityNumberId")
_OF_ORGANISATION = (
    "bindingId",
    "emergencyAccessId",
    "POST /bindings",
    "organisationMeetingId",
    "POST /organisations/",
    "retentionProposalId",
    "legalHoldId",
    "destructionCertificateId",
    "dataRequestId",
)


def expected(operation: str, role: Role, at: Situation) -> Expected:
    """What must come of the operation: by the table, and where the table allows it by the route's own roles."""
    action = actions()[operation]
    holding = lines(role, at)
    permitted = any(action in grant.actions for grant in holding)
    # At work a legal representative has the lines of a ward, at home those of a parent.
    own = [grant for grant in TABLE[role] if (grant.reach in _OF_PARENT) is not (at in WARDS) or grant.reach in _ELSE]
    if not any(action in grant.actions for grant in own):
        return AT_THE_DOOR
    # The family comes to a request through its case, the organisation that answers through being asked.
    of_case = (*_OF_CASE, "dataRequestId") if role in FAMILY_ROLES else _OF_CASE
    if any(name in operation for name in of_case):
        reached = any(grant.reach in CASE_REACHES for grant in holding)
        # Whose say it is no longer, or never was, is not told that it was asked.
        if (
            not reached
            or ("dataRequestId" in operation and not permitted)
            or _hidden_with_the_process(operation, role, at)
        ):
            return NOT_FOUND
        if not any(grant.reach in CASE_REACHES and action in grant.actions for grant in holding):
            return NOT_HERE
    elif sight := _by_another_action(operation):
        if not permitted:
            return NOT_HERE if any(sight in grant.actions for grant in holding) else NOT_FOUND
    elif any(name in operation for name in (*_OF_ORGANISATION, "/closures", "/me/sight")) and not permitted:
        # That an organisation exists is public; and of oneself nothing is hidden.
        public = operation.startswith("POST /organisations/") or "/closures" in operation or "/me/" in operation
        return NOT_HERE if public else NOT_FOUND
    return _own_rules(operation, role, at) or Expected(success(operation))


UNASKED = "POST /meetings/{meetingId}/checklist"


def _by_another_action(operation: str) -> Action | None:
    """The action by which what an operation is about is seen at all; None for what is seen otherwise."""
    if "meldcodeTrackId" in operation:
        return Action.MELDCODE_READ
    about_a_child = any(name in operation for name in _OF_CHILD) or operation in {
        "POST /cases",
        "POST /meldcode-tracks",
        "POST /emergency-accesses",
    }
    return Action.YOUNG_PERSON_READ if about_a_child else None


def _own_rules(operation: str, role: Role, at: Situation) -> Expected | None:
    """Where more than the table must allow: the route names roles of its own; nobody writes about what he cannot see.

    None: nothing more. This is the whole list of exceptions, each as narrow as the rule it tells.
    """
    seen = categories(role, at)
    # Who keeps the dates by the table may be its regiehouder alone.
    keeps = any(Action.CASE_UPDATE in grant.actions for grant in lines(role, at))
    by_route = {
        "POST /cases": role in FAMILY_ROLES or _acts(role),  # else the case would lie with nobody
        "POST /cases/{caseId}/pauses": keeps,
        "POST /cases/{caseId}/extensions": keeps,
        "POST /cases/{caseId}/notes": role in ROUTE.notes["gesprek"].roles,
        "POST /cases/{caseId}/assessments": _finding(role, seen) is not None,
        "POST /cases/{caseId}/meetings": role in ROUTE.meetings["overleg"].roles,
        "POST /cases/{caseId}/plans": role in ROUTE.plans["plan_van_aanpak"].roles,
        "POST /plans/{planId}/evaluations": role in ROUTE.plans["plan_van_aanpak"].roles,
        "POST /cases/{caseId}/escalations": any(
            role in each.roles for each in ROUTE.escalations if each.addressed_to == "stagnatiepunt"
        ),
    }
    if not by_route.get(operation, True):
        return NOT_HERE
    if Category.PROCES not in seen and at in {S.CHILD_OF_16, S.WARD_OF_16}:
        return _outside_the_process(operation)
    if operation == "POST /cases/{caseId}/transitions":
        return _step(role)[1]
    if operation == "POST /plans/{planId}/goals" and not seen & _OF_PLANS:
        return Expected(403, "categorie-niet-toegestaan")
    # From help and health to school or samenwerkingsverband goes on consent; this body asks on a task of law.
    # Whoever enters a child does so for the own school or municipality: these bodies are about the near ones.
    elsewhere = operation in {"POST /young-people", "POST /invitation-codes"} and at is S.OTHER_ORGANISATION
    # This route asks no questions of a meeting; with questions it is held in tests/api/test_checklist.py.
    elsewhere = elsewhere or operation == UNASKED
    # A goal that is not for the caller is no goal here.
    elsewhere = elsewhere or (operation == "POST /plans/{planId}/actions" and not seen & _OF_PLANS)
    if elsewhere or (operation == "POST /cases/{caseId}/participants" and HOME[role] not in _ON_LAW):
        return Expected(400, "ongeldige-invoer")
    return None


def _acts(role: Role) -> bool:
    return any(role in transition.roles for transition in ROUTE.transitions.values())


def _outside_the_process(operation: str) -> Expected | None:
    """Parents of a youth of 16 see school: no involvement, consent or meeting, and not what can follow."""
    if operation in {f"GET /cases/{{caseId}}/{view}" for view in ("next-steps", "deadlines", "diagram")}:
        return NOT_HERE
    return None


def _hidden_with_the_process(operation: str, role: Role, at: Situation) -> bool:
    """Who may not see how the case proceeds is not told that there is such an involvement, consent or meeting."""
    hidden = ("participantId", "consentId", "meetingId", "escalationId", "statementId")
    return Category.PROCES not in categories(role, at) and any(name in operation for name in hidden)


_ON_LAW = frozenset({Kind.SCHOOL, Kind.SCHOOLBESTUUR, Kind.SAMENWERKINGSVERBAND, Kind.LEERPLICHT})
_OF_PLANS = frozenset({Category.LEREN, Category.LEVEN})


def _finding(role: Role, seen: frozenset[Category]) -> tuple[str, str] | None:
    """A kind of finding that the route trusts to this role, in a category that it sees; with an outcome."""
    for kind in ROUTE.assessments.values():
        outcome = kind.outcomes[0].code
        if role in kind.roles and kind.category in seen and kind.yields_to is None and outcome not in kind.needs_reason:
            return kind.key, outcome
    return None


def _step(role: Role) -> tuple[str, Expected | None]:
    """A step that the role can take from the start; else one of a later step of the route; else one of others."""
    for key in ("signaal_afsluiten", "hulp_vragen_school"):
        if role in ROUTE.transitions[key].roles:
            return key, None
    for transition in ROUTE.transitions.values():
        if role in transition.roles and not transition.functions and ROUTE.start not in transition.origins:
            return transition.key, Expected(409, "overgang-geweigerd")
    return "signaal_afsluiten", Expected(403, "niet-uw-stap")


# --- What is asked -----------------------------------------------------------------------------------------------


# The term that runs where every scene begins.
_RUNNING = next(term.key for term in ROUTE.terms.values() if term.step == ROUTE.start)


def _signal(at: Scene) -> Json:
    given_by = {Role.JEUGDIGE: "jeugdige"}.get(at.role, "ouder" if at.role in FAMILY_ROLES else "professional")
    return {"givenBy": given_by, "kind": "onbekend", "content": "Het gaat niet goed."}


def _assessment(at: Scene) -> Json:
    kind, outcome = _finding(at.role, categories(at.role, at.situation)) or ("inzet", "eigen_kracht_netwerk")
    return {"kind": kind, "outcome": outcome}


def _goal_category(at: Scene) -> Category:
    return Category.LEVEN if Category.LEVEN in categories(at.role, at.situation) else Category.LEREN


def _approval(at: Scene) -> Json:
    party = "jeugdige" if at.role is Role.JEUGDIGE else "ouder"
    return {"party": party, "personId": str(at.person), "agreed": True}


BODIES: dict[str, Callable[[Scene], Json]] = {
    "POST /meldcode-tracks": lambda at: {
        "youngPersonId": at.ids["child"],
        "signal": "Verzonnen.",
        "observedOn": "2026-11-02",
    },
    "PATCH /meldcode-tracks/{meldcodeTrackId}": lambda at: {"deciderId": at.ids["colleague"]},
    "POST /meldcode-tracks/{meldcodeTrackId}/destruction": lambda _: None,
    "POST /meldcode-tracks/{meldcodeTrackId}/destruction/refusal": lambda _: {"reason": "Er loopt een onderzoek."},
    "POST /meldcode-tracks/{meldcodeTrackId}/participants": lambda at: {"workerId": at.ids["newcomer"]},
    "POST /meldcode-tracks/{meldcodeTrackId}/signals": lambda _: {"content": "Verzonnen.", "observedOn": "2026-11-02"},
    "POST /meldcode-tracks/{meldcodeTrackId}/consultations": lambda _: {
        "consulted": "collega",
        "heldOn": "2026-11-02",
        "advice": "Verzonnen.",
    },
    "POST /meldcode-tracks/{meldcodeTrackId}/conversations": lambda _: {"withWhom": "niemand", "reason": "Verzonnen."},
    "POST /meldcode-tracks/{meldcodeTrackId}/weighings": lambda _: {
        "risk": "Verzonnen.",
        "nature": "Verzonnen.",
        "gravity": "Verzonnen.",
        "doubt": False,
    },
    "POST /meldcode-tracks/{meldcodeTrackId}/considerations": lambda _: {
        "number": 1,
        "answer": "ja",
        "motivation": "Verzonnen.",
    },
    "POST /meldcode-tracks/{meldcodeTrackId}/decisions": lambda _: {
        "outcome": "melden",
        "acute": True,
        "motivation": "Verzonnen.",
        "parentsInformed": True,
    },
    "POST /meldcode-tracks/{meldcodeTrackId}/answers": lambda _: {"receivedOn": "2026-11-02", "content": "Verzonnen."},
    "POST /cases": lambda at: {"youngPersonId": at.ids["child"], "route": ROUTE.key, "signal": _signal(at)},
    "PATCH /cases/{caseId}": lambda _: {"schoolId": organisation(Kind.SCHOOL)},
    "POST /cases/{caseId}/transitions": lambda at: {
        "transition": _step(at.role)[0],
        "explanation": "Het is opgelost.",
    },
    "POST /cases/{caseId}/signals": _signal,
    "POST /cases/{caseId}/notes": lambda _: {
        "kind": "gesprek",
        "heldAt": _MOMENT,
        "withWhom": ["ouder"],
        "content": "We spraken elkaar.",
        "agreements": "Volgende week weer.",
    },
    "POST /cases/{caseId}/assessments": _assessment,
    "POST /cases/{caseId}/statements": lambda _: {"content": "Zo zie ik het zelf.", "category": "leren"},
    "POST /cases/{caseId}/data-requests": lambda _: {
        "kind": "bezwaar",
        "organisationId": known_id(BYSTANDER),
        "content": "Gebruik dit niet.",
    },
    "POST /data-requests/{dataRequestId}/agreement": lambda _: {"agrees": True},
    "POST /data-requests/{dataRequestId}/decision": lambda _: {
        "decision": "geweigerd",
        "refusalGround": "dwingende_reden",
        "reason": "Dit is nodig.",
    },
    "POST /cases/{caseId}/participants": lambda _: {
        "organisationId": organisation(Kind.SAMENWERKINGSVERBAND),
        "role": Role.OUDER_JEUGDSTEUNPUNT,
        "ground": "swv_taak",
        "motivation": "De ouders vragen wie er met hen meedenkt.",
    },
    "PATCH /participants/{participantId}": lambda _: {"functions": ["contactpersoon"]},
    "POST /cases/{caseId}/consents": lambda _: {
        "purpose": "Samen kijken wat helpt",
        "recipients": [known_id(BYSTANDER)],
        "dataCategories": ["leren"],
        "told": "Met wie en waarover.",
    },
    "POST /consents/{consentId}/answers": lambda at: {
        "giverId": at.person,
        "decision": "gegeven",
        "form": "mondeling",
        "witnessName": "Tolk Verzonnen",
    },
    "POST /consents/{consentId}/withdrawal": lambda at: {"giverId": at.person, "form": "mondeling"},
    "POST /consents/{consentId}/narrowing": lambda at: {
        "giverId": at.person,
        "dataCategories": ["leren"],
        "form": "mondeling",
    },
    "POST /consents/{consentId}/exceptions": lambda _: {"kind": "geen", "motivation": "Wij zien geen reden meer."},
    "POST /cases/{caseId}/meetings": lambda _: {"kind": "overleg", "plannedAt": _MOMENT},
    "PATCH /meetings/{meetingId}": lambda _: {"plannedAt": _MOMENT},
    "POST /meetings/{meetingId}/invitations": lambda at: {"youngPersonId": at.ids["child"]},
    "POST /meetings/{meetingId}/checklist": lambda _: {"item": "afspraken", "answer": "besproken", "remark": "Gedaan."},
    "POST /meetings/{meetingId}/report": lambda at: {
        "heldAt": _MOMENT,
        "attendance": [{"invitationId": at.ids["invitation"], "present": True}],
    },
    "POST /meetings/{meetingId}/decisions": lambda _: {"category": "proces", "description": "We zien elkaar weer."},
    "POST /cases/{caseId}/plans": lambda _: {
        "kind": "plan_van_aanpak",
        "perspective": "Met plezier naar school.",
        "evaluationDate": _LATER,
    },
    "PATCH /plans/{planId}": lambda _: {"evaluationDate": _LATER},
    "POST /plans/{planId}/goals": lambda at: {
        "domain": "zorg" if _goal_category(at) is Category.LEVEN else "onderwijs",
        "description": "Elke dag op tijd.",
        "indicator": "Geteld op school.",
        "targetDate": _LATER,
    },
    "POST /plans/{planId}/actions": lambda at: {
        "goalId": at.ids[f"goal-{_goal_category(at)}"],
        "description": "Samen fietsen.",
        "owner": "ouder",
        "dueOn": _LATER,
    },
    "POST /plans/{planId}/approvals": _approval,
    "POST /plans/{planId}/evaluations": lambda _: {
        "outcome": "bijstellen",
        "heldOn": _LATER,
        "parties": ["jgz", "ouder"],
        "summary": "Het gaat beter.",
    },
    "POST /cases/{caseId}/escalations": lambda _: {
        "kind": "stagnatie",
        "addressedTo": "stagnatiepunt",
        "reason": "Er gebeurt niets.",
    },
    "POST /cases/{caseId}/pauses": lambda _: {
        "term": _RUNNING,
        "firstDay": _LATER,
        "lastDay": _LATER,
        "reason": "Het gezin is weg.",
    },
    "POST /cases/{caseId}/extensions": lambda _: {"term": _RUNNING, "amount": 1, "reason": "Er is meer nodig."},
    "POST /organisations/{organisationId}/closures": lambda _: {
        "kind": "studiedag",
        "firstDay": _LATER,
        "lastDay": _LATER,
        "name": "Studiedag",
    },
    "POST /retention-proposals/{retentionProposalId}/approval": lambda _: None,
    "POST /retention-proposals/{retentionProposalId}/refusal": lambda _: {"reason": "De inspectie vraagt stukken op."},
    "POST /legal-holds": lambda _: {"retentionClass": "verzuimgegevens", "reason": "De inspectie kijkt mee."},
    "POST /legal-holds/{legalHoldId}/lifting": lambda _: {"reason": "De inspectie is klaar."},
    "POST /escalations/{escalationId}/findings": lambda _: {"content": "Men wacht op elkaar."},
    "POST /escalations/{escalationId}/resolution": lambda _: {"resolution": "Er is een gesprek."},
    "POST /young-people": lambda _: {
        "givenName": "Nieuw",
        "familyName": "Verzonnen",
        "birthDate": "2016-02-01",
        "schoolId": organisation(Kind.SCHOOL),
        "municipalityCode": MUNICIPALITY.removeprefix("gm:"),
    },
    "POST /young-people/_search": lambda at: {
        "familyName": at.family_name,
        "birthDate": at.birth_date.isoformat(),
    },
    "POST /identity-numbers/_search": lambda _: {"number": NUMBER},
    "POST /young-people/{youngPersonId}/identity-numbers": lambda _: {
        "number": NUMBER,
        "source": "eigen_administratie",
    },
    "POST /identity-numbers/{identityNumberId}/_reveal": lambda at: {"task": _task(at.role)},
    "PATCH /young-people/{youngPersonId}": lambda _: {"givenName": "Veranderd"},
    "POST /young-people/{youngPersonId}/guardians": lambda _: {
        "displayName": "Verzorger Bedacht",
        "relation": "verzorger",
        "gezag": "nee",
        "evidence": "verklaring",
        "evidenceDate": "2026-11-02",
    },
    "POST /young-people/{youngPersonId}/gezag": lambda at: {
        "kind": "voogdij",
        "holders": [at.ids["parent"]],
        "evidence": "gezagsregister",
        "checkedOn": _TODAY.isoformat(),
        "validFrom": _TODAY.isoformat(),
    },
    "PATCH /guardians/{guardianId}": lambda _: {
        "gezag": "ja",
        "evidence": "verklaring",
        "evidenceDate": "2026-11-02",
    },
    "POST /workers": lambda _: {"displayName": "N. Verzonnen"},
    "POST /bindings": lambda at: {"subject": f"nieuw-{new_id()}", "workerId": at.ids["colleague"]},
    "POST /invitation-codes": lambda at: {"workerId": at.ids["colleague"]},
    "POST /emergency-accesses": lambda at: {"youngPersonId": at.ids["child"], "reason": "Het kan niet wachten."},
    "POST /emergency-accesses/{emergencyAccessId}/review": lambda _: {"justified": True, "note": "Het was nodig."},
    "POST /me/sight": lambda at: {"guardianId": at.ids["parent"], "dataCategories": ["leven"]},
    "POST /me/binding": lambda at: {"code": at.code},
    "POST /organisations/{organisationId}/meetings": lambda at: {
        "kind": _kind_of_meeting(at.role),
        "plannedAt": _MOMENT,
        "subjects": ["werkwijze"],
        "parties": [organisation(_GUEST[_kind_of_meeting(at.role)])],
    },
    "POST /organisation-meetings/{organisationMeetingId}/report": lambda _: {
        "heldAt": _MOMENT,
        "attendance": [{"organisationId": organisation(each), "present": True} for each in _GUESTS],
    },
    "POST /organisation-meetings/{organisationMeetingId}/decisions": lambda _: {
        "subject": "werkwijze",
        "description": "We zien elkaar elk kwartaal.",
    },
}
# Which of several objects an operation is about; without a line the one named as its parameter.
ABOUT = {
    "DELETE /participants/{participantId}": "leaver",
    "POST /consents/{consentId}/withdrawal": "given",
    "POST /consents/{consentId}/narrowing": "to_narrow",
    "POST /meetings/{meetingId}/report": "held",
    "POST /plans/{planId}/evaluations": "in_force",
    "POST /escalations/{escalationId}/resolution": "stuck",
    "POST /organisation-meetings/{organisationMeetingId}/report": "policy_planned",
    "POST /retention-proposals/{retentionProposalId}/refusal": "unwanted",
    "POST /data-requests/{dataRequestId}/decision": "answerable",
    "POST /meldcode-tracks/{meldcodeTrackId}/destruction": "over",
    "POST /meldcode-tracks/{meldcodeTrackId}/destruction/refusal": "over_and_proposed",
}
NAMES = {
    "workerId": "colleague",
    "youngPersonId": "child",
    "emergencyAccessId": "emergency",
    "bindingId": "login",
    "organisationMeetingId": "policy",
    "retentionProposalId": "proposal",
    "legalHoldId": "hold",
    "destructionCertificateId": "certificate",
}
# What changes how the caller stands to the case comes last.
_LAST = (
    "PATCH /meldcode-tracks/{meldcodeTrackId}",
    "DELETE /meldcode-tracks/{meldcodeTrackId}/participants/{workerId}",
    "POST /cases/{caseId}/transitions",
    "DELETE /participants/{participantId}",
    "DELETE /bindings/{bindingId}",
    "POST /cases",
    "POST /emergency-accesses",
)


def in_order(names: Iterable[str]) -> list[str]:
    """Reading before writing, and last what changes how the caller stands to the case."""
    last = {name: place for place, name in enumerate(_LAST, 1)}
    return sorted(names, key=lambda name: (not name.startswith("GET"), last.get(name, 0)))


def path_of(operation: str, at: Scene) -> str:
    """The operation's path, about the objects of the scene."""
    _, path = operation.split()
    parts = []
    for part in path.split("/"):
        if not part.startswith("{"):
            parts.append(part)
        elif part == "{key}":
            parts.append(ROUTE.key)
        elif part == "{number}":
            parts.append("1")
        elif part == "{organisationId}":
            own = operation.endswith("/meetings") and HOME.get(at.role) in _HOLDERS
            parts.append(str(organisation(HOME[at.role] if own else Kind.SCHOOL)))
        else:
            name = part.strip("{}")
            parts.append(str(at.ids[ABOUT.get(operation) or NAMES.get(name) or name.removesuffix("Id")]))
    return "/".join(parts)


def _plain(value: Json) -> Json:
    """A body with its ids as text."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, UUID) else value


async def walk(at: Scene, names: Iterable[str]) -> list[str]:
    """Call the operations in the scene; every difference from what the table says, in words."""
    found: list[str] = []
    for name in in_order(names):
        who = at.newcomer if name == "POST /me/binding" else at.caller
        method, _ = name.split()
        body = _plain(BODIES[name](at)) if name in BODIES else None
        headers = {"If_Match": "*"} if method in {"PATCH", "DELETE"} else {}
        path = path_of(name, at) + ("?limit=100" if name in _LISTS and method == "GET" else "")
        response = await who.ask(method, path, body, **headers)
        must = expected(name, at.role, at.situation)
        where = f"{at.role}, {at.situation}, {name}"
        problem = response.json() if response.status_code >= 400 else {}
        code = problem.get("type", "").rpartition(":")[2] or None
        if (response.status_code, code) != (must.status, must.code):
            found.append(f"{where}: {must} expected, was {response.status_code} {response.text[:300]}")
        found += [f"{where}: {leak}" for leak in _leaks(name, at, response.status_code, response.text, problem)]
    return found


_NOTHING_MORE = {"type", "title", "status", "detail", "instance"}


def _leaks(name: str, at: Scene, status: int, text: str, problem: Json) -> Iterator[str]:
    """What stands in an answer and should not; and what is missing from a list."""
    seen = categories(at.role, at.situation) if status < 400 else frozenset()
    for category in Category:
        if category not in seen and confidential(category) in text:
            yield f"shows {category}"
    if PLAN_WORDS in text and not seen & _OF_PLANS:
        yield "shows the words of a plan"
    if status in {403, 404}:
        if problem.keys() - {"type", "title", "status", "detail", "instance"}:
            yield f"says more than that it is refused: {sorted(problem)}"
        if at.family_name in text or any(str(each) in text for each in at.ids.values()):
            yield "names the child or something of the case in a refusal"
    if status < 400:
        yield from _listed(name, at, text)


_LISTS = {
    "GET /cases": ("case", Action.CASE_READ),
    "GET /me/cases": ("case", Action.CASE_READ),
    "POST /young-people/_search": ("child", Action.YOUNG_PERSON_SEARCH),
    "GET /bindings": ("login", Action.BINDING_READ),
    "GET /meldcode-tracks": ("meldcodeTrack", Action.MELDCODE_READ),
}


def _listed(name: str, at: Scene, text: str) -> Iterator[str]:
    """Whether a list holds what the caller reaches, and nothing else."""
    if name == "GET /me/tasks" and str(at.ids["case"]) in text and not categories(at.role, at.situation):
        yield "holds a task of somebody else"
    if name in _LISTS:
        of, action = _LISTS[name]
        there = str(at.ids[of]) in text
        if there != any(action in grant.actions for grant in lines(at.role, at.situation)):
            yield f"the list {'holds' if there else 'lacks'} the {of}"


async def reading(at: Scene) -> list[str]:
    """The case and its dossier as the caller sees them: every difference from what the table says, in words."""
    names = ("GET /cases/{caseId}", "GET /cases/{caseId}/dossier", "GET /cases")
    found = await walk(at, names)
    if expected(names[0], at.role, at.situation).status != 200:
        return found
    where = f"{at.role}, {at.situation}"
    response = await at.caller.get(path_of(names[1], at))
    if response.status_code != 200:
        return found
    dossier, table = response.json(), sorted(categories(at.role, at.situation))
    if dossier["case"]["dataCategories"] != table:
        found.append(f"{where}: the table opens {table}, the case says {dossier['case']['dataCategories']}")
    for part in ("signals", "notes", "assessments", "statements"):
        if (shown := sorted({item["category"] for item in dossier[part]})) != table:
            found.append(f"{where}: the table opens {table}, {part} of {shown} are shown")
    decided = sorted({each["category"] for meeting in dossier["meetings"] for each in meeting["decisions"]})
    if decided != (table if Category.PROCES in table else []):
        found.append(f"{where}: the table opens {table}, decisions on {decided} are shown")
    planned = {each["category"] for plan in dossier["plans"] for each in plan["goals"] + plan["actions"]}
    if planned != {Category.LEREN, Category.LEVEN} & set(table):
        found.append(f"{where}: the table opens {table}, goals and actions on {sorted(planned)} are shown")
    if set(dossier["withheld"]) != set(Category) - set(table):
        found.append(f"{where}: the table opens {table}, the dossier names {dossier['withheld']} as withheld")
    return found
