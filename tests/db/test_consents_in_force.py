"""How a consent stands: the view in the database and the rule in Python are one rule, over hundreds of families."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from uuid import UUID

import psycopg
import pytest

from app.domain.actors import OrganisationKind
from app.domain.consent import Answer, Asked, Exceptional, Standing, narrowed, standing
from app.domain.gezag import Evidence, Finding, GezagKind, Parent, RouteAsks
from app.domain.rule_sets import RULE_SETS
from tests.conftest import Database

FAMILIES = 700
AUTHOR = UUID("01900000-0000-7000-8000-00000000aaaa")
ORGANISATIONS = {
    OrganisationKind.JGZ: UUID("01900000-0000-7000-8000-00000000aaa1"),
    OrganisationKind.JEUGDHULPAANBIEDER: UUID("01900000-0000-7000-8000-00000000aaa2"),
    OrganisationKind.SCHOOL: UUID("01900000-0000-7000-8000-00000000aaa3"),
    OrganisationKind.GECERTIFICEERDE_INSTELLING: UUID("01900000-0000-7000-8000-00000000aaa4"),
}
CARE = (OrganisationKind.JGZ, OrganisationKind.JEUGDHULPAANBIEDER)
DECISIONS = ("gegeven", "gegeven", "gegeven", "gegeven", "gegeven", "geweigerd", "ingetrokken")
CATEGORIES = ("leren", "gezondheid")


@dataclass
class Family:
    """A child, its guardians, one consent, and what each answered, in order."""

    youth: UUID
    case: UUID
    consent: UUID
    birth_date: date | None
    valid: tuple[date, date]
    towards: tuple[OrganisationKind, ...]
    route: RouteAsks | None
    exceptional: Exceptional
    completed: bool
    replaced: bool
    finding: Finding | None
    # Each guardian with the period of the tie; outside it he or she decides nothing.
    parents: list[tuple[Parent, date, date | None]] = field(default_factory=list)
    answers: list[tuple[UUID, Answer]] = field(default_factory=list)

    @property
    def recipients(self) -> list[UUID]:
        """The organisations that it is asked for."""
        return [ORGANISATIONS[kind] for kind in self.towards]


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return date(day.year - years, 3, 1)


DAY = timedelta(days=1)


def _finding(random: Random, today: date, holders: int) -> Finding | None:
    """What was looked up of the whole: often what fits, sometimes what contradicts the persons."""
    if random.random() < 0.5:
        return None
    kind = random.choice([each for each in GezagKind if each is not GezagKind.PER_PERSOON])
    if random.random() < 0.7 and holders in {1, 2}:
        kind = GezagKind.EENHOOFDIG if holders == 1 else random.choice((GezagKind.TWEEHOOFDIG, GezagKind.GEZAMENLIJK))
    ends = random.choice([None] * 6 + [today, today - DAY])
    body = ORGANISATIONS[OrganisationKind.GECERTIFICEERDE_INSTELLING]
    organisation = body if kind is GezagKind.VOOGDIJ and random.random() < 0.5 else None
    return Finding(kind, today - 9 * DAY, ends, organisation, Evidence.GEZAGSREGISTER, today - DAY)


def families(today: date, seed: int) -> Iterator[Family]:
    """Around each birthday that matters, with every mixture of gezag and answers; the same for the same seed."""
    random = Random(seed)  # noqa: S311 — families, no secrets
    ages = (7, 11, 12, 15, 16, 17, 18)
    births = [_years_before(today, age) + shift * DAY for age in ages for shift in (-1, 0, 1)]
    periods = [
        *[(today - 9 * DAY, today + 9 * DAY)] * 9,
        (today, today),
        (today - 9 * DAY, today - DAY),
        (today + DAY, today + 9 * DAY),
    ]
    ties: list[tuple[date, date | None]] = [
        *[(today - 99 * DAY, None)] * 9,
        (today, today),
        (today - 9 * DAY, today - DAY),
        (today + DAY, None),
    ]
    routes = [None, None, None, RouteAsks(8), RouteAsks(14, 14), RouteAsks(12, 18), RouteAsks(inform_parents=True)]
    for _ in range(FAMILIES):
        youth, case, consent = (UUID(int=random.getrandbits(128), version=4) for _ in range(3))
        parents = []
        for _ in range(random.choice((0, 1, 1, 2, 2, 2, 2, 3))):
            gezag = random.choice(("ja", "ja", "ja", "ja", "ja", "ja", "nee", "onbekend"))
            relation = random.choice(("ouder", "ouder", "ouder", "ouder", "voogd", "curator", "mentor"))
            person = UUID(int=random.getrandbits(128), version=4)
            parents.append((Parent(person, gezag, random.random() < 0.15, relation), *random.choice(ties)))
        family = Family(
            youth,
            case,
            consent,
            None if random.random() < 0.03 else random.choice(births),
            random.choice(periods),
            random.choice((CARE, CARE[:1], CARE[1:], (*CARE, OrganisationKind.SCHOOL), (OrganisationKind.SCHOOL,))),
            random.choice(routes),
            random.choice([Exceptional.GEEN] * 5 + list(Exceptional)),
            random.random() < 0.5,
            random.random() < 0.05,
            _finding(random, today, sum(each.gezag == "ja" for each, _, _ in parents)),
            parents,
        )
        people = [youth, *(parent.person_id for parent, _, _ in parents)]
        if family.finding is not None and family.finding.organisation is not None:
            people.append(family.finding.organisation)
        for person in people:
            for _ in range(random.choice((0, 1, 1, 1, 1, 1, 1, 2))):
                basis = "via_andere_ouder" if random.random() < 0.2 else "zelf"
                without = random.random() < 0.1
                family.answers.append(
                    (
                        person,
                        Answer(
                            random.choice(DECISIONS),
                            basis,
                            frozenset(random.sample(family.recipients, 1)) if without else frozenset(),
                            frozenset(random.sample(CATEGORIES, random.choice((0, 1, 2)))) if without else frozenset(),
                        ),
                    )
                )
        yield family


def by_the_rule(family: Family, today: date) -> tuple[Standing, frozenset[UUID], frozenset[str]]:
    """What Python says."""
    answers = dict(family.answers)
    recipients, categories = narrowed(family.recipients, CATEGORIES, answers.values())
    verdict = standing(
        day=today,
        birth_date=family.birth_date,
        youth=family.youth,
        parents=[parent for parent, start, end in family.parents if start <= today and (end is None or today <= end)],
        finding=family.finding,
        answers=answers,
        asked=Asked(
            *family.valid,
            family.towards,
            family.route,
            family.exceptional,
            family.completed,
            family.replaced,
            not recipients or not categories,
        ),
    )
    return verdict, recipients, categories


def _store(connection: psycopg.Connection, made: list[Family]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into organisations (id, code, kind, name) values (%s, %s, %s, 'Verzonnen')",
            [(each, f"verzonnen:{kind}", kind) for kind, each in ORGANISATIONS.items()],
        )
        cursor.executemany(
            "insert into young_people (id, given_name, family_name, birth_date, created_by)"
            " values (%s, 'Kind', 'Verzonnen', %s, %s)",
            [(each.youth, each.birth_date, AUTHOR) for each in made],
        )
        cursor.executemany(
            "insert into cases (id, young_person_id, route, route_version, step, opened_by, last_sequence)"
            " values (%s, %s, 'midden-groningen', 1, 'signaal', %s, 0)",
            [(each.case, each.youth, AUTHOR) for each in made],
        )
        cursor.executemany(
            "insert into guardians (id, display_name, created_by) values (%s, 'Ouder Verzonnen', %s)",
            [(parent.person_id, AUTHOR) for each in made for parent, _, _ in each.parents],
        )
        cursor.executemany(
            "insert into guardianships (id, young_person_id, guardian_id, relation, gezag, evidence, conflict,"
            " valid_from, valid_until) values (gen_random_uuid(), %s, %s, %s, %s, 'geen', %s, %s, %s)",
            [
                (each.youth, parent.person_id, parent.relation, parent.gezag, parent.conflict, start, end)
                for each in made
                for parent, start, end in each.parents
            ],
        )
        cursor.executemany(
            "insert into gezag_findings (id, young_person_id, kind, holders, organisation_id, evidence, checked_on,"
            " valid_from, valid_until, recorded_by, recorded_role) values (gen_random_uuid(),"
            " %s, %s, '{}', %s, %s, %s, %s, %s, %s, 'jeugdarts')",
            [
                (
                    each.youth,
                    found.kind,
                    found.organisation,
                    found.evidence,
                    found.checked_on,
                    found.start,
                    found.end,
                    AUTHOR,
                )
                for each in made
                if (found := each.finding)
            ],
        )
        route = [each.route or RouteAsks() for each in made]
        cursor.executemany(
            "insert into consents (id, case_id, author_id, author_role, purpose, recipients, data_categories, told,"
            " valid_from, valid_until, youth_from, parents_until, parents_informed, completed_at) values (%s, %s, %s,"
            " 'leerkracht', 'p', %s, %s, 't', %s, %s, %s, %s, %s, case when %s then now() end)",
            [
                (
                    each.consent,
                    each.case,
                    AUTHOR,
                    each.recipients,
                    list(CATEGORIES),
                    *each.valid,
                    asks.youth_from,
                    asks.parents_until,
                    asks.inform_parents,
                    each.completed,
                )
                for each, asks in zip(made, route, strict=True)
            ],
        )
        cursor.executemany(
            "insert into consents (id, case_id, author_id, author_role, purpose, recipients, told, valid_from,"
            " valid_until, replaces) values (gen_random_uuid(), %s, %s, 'leerkracht', 'q', '{}', 't', %s, %s, %s)",
            [(each.case, AUTHOR, *each.valid, each.consent) for each in made if each.replaced],
        )
        cursor.executemany(
            "insert into consent_exceptions (id, case_id, author_id, author_role, consent_id, kind, motivation)"
            " values (gen_random_uuid(), %s, %s, 'jeugdarts', %s, %s, 'm')",
            [(each.case, AUTHOR, each.consent, each.exceptional) for each in made],
        )
        cursor.executemany(
            "insert into consent_answers (id, case_id, consent_id, giver_id, capacity, decision, form, basis,"
            " recorded_by, recorded_role, without_recipients, without_categories) values (gen_random_uuid(), %s, %s,"
            " %s, 'gezag', %s, 'digitaal', %s, %s, 'leerkracht', %s, %s)",
            [
                (
                    each.case,
                    each.consent,
                    person,
                    answer.decision,
                    answer.basis,
                    AUTHOR,
                    list(answer.without_recipients),
                    list(answer.without_categories),
                )
                for each in made
                for person, answer in each.answers
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
        opened = {row[0] for row in connection.execute("select consent_id from every_consent_in_force")}
        found = {
            row[0]: row[1:]
            for row in connection.execute(
                "select consent_id, status, code, waits_for, informs, recipients, data_categories, rule_set"
                " from every_consent_standing"
            )
        }
    seen: dict[str, int] = {}
    for family in made:
        verdict, recipients, categories = by_the_rule(family, today)
        status, code, waits, informs, left, subjects, rules = found[family.consent]
        assert (family.consent in opened) is verdict.in_force, family
        assert (status, code) == (verdict.status, verdict.code), family
        assert set(waits) == {giver.person for giver in verdict.open}, family
        assert set(informs) == set(verdict.inform), family
        assert (frozenset(left), frozenset(subjects)) == (recipients, categories), family
        assert rules == RULE_SETS[-1].code
        seen[status] = seen.get(status, 0) + 1
    # A test in which everything is refused, or some state never comes up, would agree too.
    assert len(made) * 0.08 < seen["van_kracht"] < len(made) * 0.6
    assert all(seen.get(status, 0) > 5 for status in ("wacht_op", "te_vernieuwen", "tegenstrijdig", "verlopen")), seen
    assert all(seen.get(status, 0) > 5 for status in ("geweigerd", "ingetrokken", "onduidelijk_wie_beslist")), seen


def test_the_database_keeps_the_numbers_of_each_rule_set(database: Database) -> None:
    with psycopg.connect(database.owner_dsn) as connection:
        kept = connection.execute(
            "select name, version, in_force_from, youth_from, youth_alone_from, adult_from, exception_recipients"
            " from consent_rule_sets order by in_force_from, version"
        ).fetchall()
    assert kept == [
        (
            each.name,
            each.version,
            each.in_force_from,
            each.youth_from,
            each.youth_alone_from,
            each.adult_from,
            sorted(each.exception_recipients),
        )
        for each in RULE_SETS
    ]


def test_a_rule_set_is_data_and_the_newest_in_force_holds(database: Database) -> None:
    """With a stricter set from today on, who is 11 is asked too; before its first day it changes nothing."""
    with psycopg.connect(database.owner_dsn) as connection:
        row = connection.execute("select app_today()").fetchone()
        assert row is not None
        today: date = row[0]
        made = list(families(today, 3))
        _store(connection, made)
        asked = (
            "select rule_set, youth_from from every_consent_standing s join consents k on k.id = s.consent_id limit 1"
        )
        for first, code in ((today + DAY, "jeugdwet@1"), (today, "strenger@1")):
            connection.execute(
                "insert into consent_rule_sets values ('strenger', %s, %s, 10, 16, 18, '{jgz}')",
                (1 if first == today else 2, first),
            )
            told = connection.execute(asked).fetchone()
            assert told is not None
            assert told[0] == code
