"""The demo's people in the database: organisations, professionals, a family, and who is whom at the demo's provider."""

from dataclasses import dataclass
from datetime import date
from uuid import NAMESPACE_URL, UUID, uuid5

import psycopg

from app.demo.issuer import ISSUER
from app.demo.people import MUNICIPALITY, ORGANISATIONS, PEOPLE, SCHOOL, SECONDARY_SCHOOL, DemoPerson

MUNICIPALITY_CODE = MUNICIPALITY.removeprefix("gm:")
SECTOR = {SCHOOL: "po", SECONDARY_SCHOOL: "vo"}


def known_id(name: str) -> UUID:
    """A fixed id for something of the demo, so that seeding again finds it; shaped as a UUIDv7."""
    value = uuid5(NAMESPACE_URL, f"ondersteuningsroute:demo:{name}").int
    value = value & ~(0xF << 76) | 7 << 76
    # A moment in the past, so that everything made later sorts behind it.
    return UUID(int=value & (1 << 80) - 1 | 0x0190_0000_0000 << 80)


@dataclass(frozen=True, slots=True)
class DemoChild:
    """A child of the demo: `years` old today."""

    key: str
    given_name: str
    family_name: str
    years: int
    school: str | None
    parents: tuple[tuple[str, str], ...]  # person key, gezag


CHILDREN = (
    DemoChild("jeugdige", "Joep", "Verzonnen", 13, SCHOOL, (("ouder-een", "ja"), ("ouder-twee", "ja"))),
    DemoChild("mila", "Mila", "Verzonnen", 8, SCHOOL, (("ouder-een", "ja"), ("ouder-twee", "ja"))),
    DemoChild("noor", "Noor", "Verzonnen", 9, None, (("ouder-een", "ja"),)),
    DemoChild("leerling-vo", "Lev", "Verzonnen", 15, SECONDARY_SCHOOL, (("ouder-een", "ja"), ("ouder-twee", "ja"))),
    DemoChild("leerling-zeventien", "Zara", "Verzonnen", 17, SECONDARY_SCHOOL, (("ouder-een", "ja"),)),
    DemoChild("wies", "Wies", "Bedacht", 10, SCHOOL, ()),
    DemoChild("tijn", "Tijn", "Verzonnen", 7, SCHOOL, (("ouder-een", "ja"), ("ouder-twee", "onbekend"))),
)


def born(years: int, today: date) -> date:
    """A birth date that makes somebody `years` old and a half: no birthday is near."""
    month = today.month - 6
    return date(today.year - years - (month < 1), month % 12 or 12, 1)


async def seed(owner_dsn: str, *, issuer: str = ISSUER) -> None:
    """Put the demo's people in place, once, as the schema's owner; what exists already stays, but for ages."""
    connection = await psycopg.AsyncConnection.connect(owner_dsn)
    async with connection:
        for organisation in ORGANISATIONS:
            await connection.execute(
                "insert into organisations (id, code, kind, name, sector, municipality_code, board_id, swv_id)"
                " values (%s, %s, %s, %s, %s, %s, (select id from organisations where code = %s),"
                " (select id from organisations where code = %s)) on conflict do nothing",
                (
                    known_id(organisation.code),
                    organisation.code,
                    organisation.kind,
                    organisation.name,
                    SECTOR.get(organisation.code),
                    MUNICIPALITY_CODE,
                    organisation.board,
                    organisation.swv,
                ),
            )
        for person in PEOPLE:
            await _person(connection, person)
        for child in CHILDREN:
            await _child(connection, child)
        for person in PEOPLE:
            await _binding(connection, person, issuer)


async def _person(connection: psycopg.AsyncConnection, person: DemoPerson) -> None:
    if person.kind == "guardian":
        await connection.execute(
            "insert into guardians (id, display_name, created_by) values (%s, %s, %s) on conflict do nothing",
            (known_id(person.key), person.display_name, known_id("beheerder")),
        )
    elif person.kind != "young_person":
        await connection.execute(
            "insert into workers (id, organisation_id, display_name)"
            " select %s, id, %s from organisations where code = %s on conflict do nothing",
            (known_id(person.key), person.display_name, person.organisation),
        )


async def _child(connection: psycopg.AsyncConnection, child: DemoChild) -> None:
    today = date.today()  # noqa: DTZ011 — a demo's birth dates need no time zone
    await connection.execute(
        "insert into young_people (id, given_name, family_name, birth_date, school_id, municipality_code, created_by)"
        " values (%s, %s, %s, %s, (select id from organisations where code = %s), %s, %s)"
        # A demo of last year goes on: who is 13 in it stays 13.
        " on conflict (id) do update set birth_date = excluded.birth_date",
        (
            known_id(child.key),
            child.given_name,
            child.family_name,
            born(child.years, today),
            child.school,
            MUNICIPALITY_CODE,
            known_id("beheerder"),
        ),
    )
    for parent, gezag in child.parents:
        await connection.execute(
            "insert into guardianships (id, young_person_id, guardian_id, relation, gezag, evidence, conflict,"
            " valid_from) values (%s, %s, %s, 'ouder', %s, %s, false, %s) on conflict do nothing",
            (
                known_id(f"{child.key}:{parent}"),
                known_id(child.key),
                known_id(parent),
                gezag,
                "gezagsregister" if gezag == "ja" else "geen",
                born(child.years, today),
            ),
        )


async def _binding(connection: psycopg.AsyncConnection, person: DemoPerson, issuer: str) -> None:
    column = {"guardian": "guardian_id", "young_person": "young_person_id"}.get(person.kind, "worker_id")
    await connection.execute(
        f"insert into bindings (id, issuer, subject, {column}, valid_from, bound_by)"
        " values (%s, %s, %s, %s, %s, %s) on conflict do nothing",
        (
            known_id(f"binding:{person.key}"),
            issuer,
            person.subject,
            known_id(person.key),
            date(2026, 1, 1),
            known_id("beheerder"),
        ),
    )
