"""Consent in force: the view in the database and the rule in Python are one rule, over hundreds of families."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from uuid import UUID

import psycopg
import pytest

from app.domain.consent import Answer, Parent, standing
from tests.conftest import Database

FAMILIES = 600
ORGANISATION = UUID("01900000-0000-7000-8000-00000000aaaa")
DECISIONS = ("gegeven", "gegeven", "gegeven", "geweigerd", "ingetrokken")


@dataclass
class Family:
    """A child, its guardians, one consent, and what each answered, in order."""

    youth: UUID
    case: UUID
    consent: UUID
    birth_date: date | None
    valid: tuple[date, date]
    # Each guardian with the period of the tie; outside it he or she decides nothing.
    parents: list[tuple[Parent, date, date | None]] = field(default_factory=list)
    answers: list[tuple[UUID, str, str]] = field(default_factory=list)


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return date(day.year - years, 3, 1)


def families(today: date, seed: int) -> Iterator[Family]:
    """Around each birthday that matters, with every mixture of gezag and answers; the same for the same seed."""
    random = Random(seed)  # noqa: S311 — families, no secrets
    day = timedelta(days=1)
    births = [_years_before(today, age) + shift * day for age in (11, 12, 15, 16, 17) for shift in (-1, 0, 1)]
    periods = [
        *[(today - 9 * day, today + 9 * day)] * 6,
        (today, today),
        (today - 9 * day, today - day),
        (today + day, today + 9 * day),
    ]
    ties: list[tuple[date, date | None]] = [
        *[(today - 99 * day, None)] * 6,
        (today, today),
        (today - 9 * day, today - day),
        (today + day, None),
    ]
    for _ in range(FAMILIES):
        youth, case, consent = (UUID(int=random.getrandbits(128), version=4) for _ in range(3))
        birth = None if random.random() < 0.03 else random.choice(births)
        family = Family(youth, case, consent, birth, random.choice(periods))
        for _ in range(random.choice((0, 1, 1, 2, 2, 2, 3))):
            gezag = random.choice(("ja", "ja", "ja", "ja", "nee", "onbekend"))
            parent = Parent(UUID(int=random.getrandbits(128), version=4), gezag, random.random() < 0.2)
            family.parents.append((parent, *random.choice(ties)))
        people = [youth, *(parent.person_id for parent, _, _ in family.parents)]
        for person in people:
            for _ in range(random.choice((0, 1, 1, 1, 1, 2))):
                basis = "via_andere_ouder" if person != youth and random.random() < 0.3 else "zelf"
                family.answers.append((person, random.choice(DECISIONS), basis))
        yield family


def by_the_rule(family: Family, today: date) -> bool:
    """What Python says."""
    return standing(
        day=today,
        birth_date=family.birth_date,
        youth=family.youth,
        parents=[parent for parent, start, end in family.parents if start <= today and (end is None or today <= end)],
        answers={person: Answer(decision, basis) for person, decision, basis in family.answers},
        valid_from=family.valid[0],
        valid_until=family.valid[1],
    ).in_force


def _store(connection: psycopg.Connection, made: list[Family]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into young_people (id, given_name, family_name, birth_date, created_by)"
            " values (%s, 'Kind', 'Verzonnen', %s, %s)",
            [(each.youth, each.birth_date, ORGANISATION) for each in made],
        )
        cursor.executemany(
            "insert into cases (id, young_person_id, route, route_version, step, opened_by, last_sequence)"
            " values (%s, %s, 'midden-groningen', 1, 'signaal', %s, 0)",
            [(each.case, each.youth, ORGANISATION) for each in made],
        )
        cursor.executemany(
            "insert into guardians (id, display_name, created_by) values (%s, 'Ouder Verzonnen', %s)",
            [(parent.person_id, ORGANISATION) for each in made for parent, _, _ in each.parents],
        )
        cursor.executemany(
            "insert into guardianships (id, young_person_id, guardian_id, relation, gezag, evidence, conflict,"
            " valid_from, valid_until) values (gen_random_uuid(), %s, %s, 'ouder', %s, 'geen', %s, %s, %s)",
            [
                (each.youth, parent.person_id, parent.gezag, parent.conflict, start, end)
                for each in made
                for parent, start, end in each.parents
            ],
        )
        cursor.executemany(
            "insert into consents (id, case_id, author_id, author_role, purpose, recipients, told, valid_from,"
            " valid_until) values (%s, %s, %s, 'leerkracht', 'p', %s, 't', %s, %s)",
            [(each.consent, each.case, ORGANISATION, [ORGANISATION], *each.valid) for each in made],
        )
        cursor.executemany(
            "insert into consent_answers (id, case_id, consent_id, giver_id, capacity, decision, form, basis,"
            " recorded_by, recorded_role) values (gen_random_uuid(), %s, %s, %s, 'gezag', %s, 'digitaal', %s, %s,"
            " 'leerkracht')",
            [
                (each.case, each.consent, person, decision, basis, ORGANISATION)
                for each in made
                for person, decision, basis in each.answers
            ],
        )


@pytest.mark.parametrize("seed", [1, 2])
def test_the_database_and_python_agree_on_every_family(database: Database, seed: int) -> None:
    with psycopg.connect(database.owner_dsn) as connection:
        row = connection.execute("select app_today()").fetchone()
        assert row is not None
        today: date = row[0]
        made = list(families(today, seed))
        _store(connection, made)
        found = {row[0] for row in connection.execute("select consent_id from every_consent_in_force")}
    expected = {family.consent for family in made if by_the_rule(family, today)}
    # A test in which everything is refused would agree too.
    assert len(made) * 0.1 < len(expected) < len(made) * 0.6
    differ = [family for family in made if (family.consent in found) != (family.consent in expected)]
    assert not differ, differ[0]
