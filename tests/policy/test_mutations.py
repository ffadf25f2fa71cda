"""A test that cannot fail proves nothing: each rule of access is taken out or widened here, and the matrix notices.

What is expected stays the table as it was loaded (`matrix.TABLE`); what is changed is the service: its table, the SQL
of a reach, or a view of the second wall. Every line of this list must make `walk` or `reading` find a difference.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace

import psycopg
import pytest

from app.api import call
from app.db import reach
from app.domain.actors import Category, Role
from app.domain.policy import POLICY, Action, Grant, Reach
from app.services import work as desk
from tests.conftest import MIGRATIONS, Database
from tests.policy.matrix import Situation, prepared, reading, scene, walk, withdraw
from tests.world import World

pytestmark = pytest.mark.anyio

S, A = Situation, Action
CASE = "GET /cases/{caseId}"


_WALL_DOWN = (
    (
        "create or replace function app_reached(asked uuid[], deep boolean)"
        " returns table (case_id uuid, categories integer, own integer, whole integer) language sql stable"
        " security definer set search_path = public, pg_temp"
        " as 'select c.id, 63, 63, 63 from cases c where c.id = any (asked)'"
    ),
    "create or replace view my_young_people as select id as young_person_id from young_people",
)
_NO_WITHDRAWAL = (
    "create or replace view consent_answers_latest as"
    " select distinct on (consent_id, giver_id) * from consent_answers where decision <> 'ingetrokken'"
    " order by consent_id, giver_id, sequence desc"
)


@pytest.fixture(autouse=True)
def as_the_table_says() -> Iterator[None]:
    """What was made of a broken table is forgotten: set up first, so ended last, when the table is whole again."""
    _forget()
    yield
    _forget()


def _forget() -> None:
    for made in (reach.cases, reach.newest, reach.children, reach.compartments):
        made.cache_clear()


@pytest.fixture(scope="module")
async def world(new_database: Callable[[], Database], anyio_backend: str) -> AsyncIterator[World]:
    """A service whose table is about to be broken."""
    del anyio_backend  # asked for so that the fixture runs in it
    async with prepared(new_database()) as made:
        yield made


@pytest.fixture(scope="module")
async def unwalled(new_database: Callable[[], Database], anyio_backend: str) -> AsyncIterator[World]:
    """A service without its second wall: it must not hide what is wrong with the first."""
    del anyio_backend  # asked for so that the fixture runs in it
    async with prepared(new_database()) as made:
        await _as_owner(made, *_WALL_DOWN)
        yield made


async def _as_owner(world: World, *statements: str) -> None:
    async with await psycopg.AsyncConnection.connect(world.owner_dsn) as connection:
        for statement in statements:
            await connection.execute(statement.encode())


async def differences(world: World, role: Role, situation: Situation, *names: str) -> list[str]:
    at = await scene(world, role, situation)
    if situation is S.CONSENT_WITHDRAWN:
        await withdraw(world, at)
    return await walk(at, names) if names else await reading(at)


def _change(of: Reach, changed: Callable[[Grant], Grant]) -> Callable[[tuple[Grant, ...]], tuple[Grant, ...]]:
    return lambda grants: tuple(changed(grant) if grant.reach is of else grant for grant in grants)


def _without(of: Reach, action: Action) -> Callable[[tuple[Grant, ...]], tuple[Grant, ...]]:
    return _change(of, lambda grant: replace(grant, actions=grant.actions - {action}))


def _with(of: Reach, action: Action) -> Callable[[tuple[Grant, ...]], tuple[Grant, ...]]:
    return _change(of, lambda grant: replace(grant, actions=grant.actions | {action}))


def _shows(of: Reach, category: Category) -> Callable[[tuple[Grant, ...]], tuple[Grant, ...]]:
    return _change(of, lambda grant: replace(grant, categories=grant.categories | {category}))


def _hides(of: Reach, category: Category) -> Callable[[tuple[Grant, ...]], tuple[Grant, ...]]:
    return _change(of, lambda grant: replace(grant, categories=grant.categories - {category}))


def _reaches(of: Reach, instead: Reach) -> Callable[[tuple[Grant, ...]], tuple[Grant, ...]]:
    return _change(of, lambda grant: replace(grant, reach=instead))


def _consents_to(of: Reach, *categories: Category) -> Callable[[tuple[Grant, ...]], tuple[Grant, ...]]:
    return _change(of, lambda grant: replace(grant, under_consent=frozenset(categories)))


# What is changed in the service's table for one role, and where that shows. Without an operation: in what is read.
TABLE_MUTANTS = [
    (Role.LEERKRACHT, _without(Reach.INVOLVED, A.CASE_READ), S.INVOLVED, CASE),
    (Role.LEERKRACHT, _without(Reach.INVOLVED, A.NOTE_CREATE), S.INVOLVED, "POST /cases/{caseId}/notes"),
    (Role.DIRECTIE, _without(Reach.PUPIL, A.CASE_CREATE), S.NOT_INVOLVED, "POST /cases"),
    (Role.DOKTERSASSISTENTE, _with(Reach.INVOLVED, A.SIGNAL_CREATE), S.INVOLVED, "POST /cases/{caseId}/signals"),
    (
        Role.MEDEWERKER_STAGNATIEPUNT,
        _with(Reach.INVOLVED, A.ESCALATION_RESOLVE),
        S.INVOLVED,
        "POST /escalations/{escalationId}/resolution",
    ),
    (Role.MEDEWERKER_STAGNATIEPUNT, _shows(Reach.INVOLVED, Category.LEVEN), S.INVOLVED, ""),
    (Role.JEUGDVERPLEEGKUNDIGE, _hides(Reach.INVOLVED, Category.GEZONDHEID), S.INVOLVED, ""),
    (Role.LEERKRACHT, _shows(Reach.INVOLVED, Category.GEZONDHEID), S.INVOLVED, ""),
    (Role.LEERPLICHTAMBTENAAR, _consents_to(Reach.INVOLVED), S.WITH_CONSENT, ""),
    (
        Role.LEERPLICHTAMBTENAAR,
        _consents_to(Reach.INVOLVED, Category.LEREN, Category.GEZONDHEID),
        S.WITH_CONSENT,
        "",
    ),
    (Role.INTERN_BEGELEIDER, _reaches(Reach.OWN_SCHOOL, Reach.INVOLVED), S.INVOLVED, CASE),
    (Role.LEERKRACHT, _reaches(Reach.INVOLVED, Reach.OWN_SCHOOL), S.BY_NAME, ""),
    (Role.OUDER, _reaches(Reach.OWN_CHILD_16_17, Reach.OWN_CHILD), S.CHILD_OF_16, CASE),
    (Role.OUDER, _with(Reach.OWN_CHILD_16_17, A.TRANSITION_PERFORM), S.CHILD_OF_16, "POST /cases/{caseId}/transitions"),
    (Role.OUDER, _shows(Reach.OWN_CHILD_16_17, Category.GEZONDHEID), S.CHILD_OF_16, ""),
    (
        Role.WETHOUDER,
        lambda grants: (*grants, Grant(Reach.INVOLVED, frozenset({A.CASE_READ}), frozenset({Category.PROCES}))),
        S.INVOLVED,
        CASE,
    ),
    (Role.BEHEERDER, _without(Reach.OWN_ORGANISATION, A.WORKER_CREATE), S.INVOLVED, "POST /workers"),
]


@pytest.mark.parametrize("mutation", TABLE_MUTANTS, ids=lambda each: f"{each[0]}-{each[2]}-{each[3]}")
async def test_a_changed_grant_is_noticed(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    mutation: tuple[Role, Callable[[tuple[Grant, ...]], tuple[Grant, ...]], Situation, str],
) -> None:
    role, change, situation, name = mutation
    names = (name,) if name else ()
    assert await differences(world, role, situation, *names) == []
    changed = change(POLICY[role])
    assert changed != POLICY[role]
    monkeypatch.setitem(POLICY, role, changed)
    _forget()
    assert await differences(world, role, situation, *names) != []


# Every involvement that ever was, as if none could end.
_EVER = "(select p.*, '{{}}'::text[] as consented from participants p)"
_EVERY_CHILD = "(select id as young_person_id from young_people)"
# What is changed in the SQL of a reach: which part of the predicate is dropped or widened, and where that shows.
PREDICATE_MUTANTS = [
    (Role.LEERKRACHT, Reach.INVOLVED, "p.role = '{role}' and", "", S.OTHER_ROLE),
    (Role.LEERKRACHT, Reach.INVOLVED, "participants_in_force", _EVER, S.ENDED),
    (Role.LEERKRACHT, Reach.INVOLVED, "p.worker_id = app_person()", "false", S.BY_NAME),
    (Role.INTERN_BEGELEIDER, Reach.OWN_SCHOOL, "and p.role is null", "", S.OTHER_ROLE),
    (Role.REGIEVOERDER_ZORG, Reach.OWN_BOARD, "o.board_id = app_organisation()", "false", S.INVOLVED),
    (Role.JEUGDIGE, Reach.SELF, ">= 12", ">= 0", S.NOT_INVOLVED),
    (Role.OUDER, Reach.OWN_CHILD, " and g.gezag = 'ja'", "", S.NOT_INVOLVED),
    (Role.OUDER, Reach.OWN_CHILD, "< 16", "< 18", S.CHILD_OF_16),
    (Role.WETTELIJK_VERTEGENWOORDIGER, Reach.WARD, "< 16", "< 18", S.WARD_OF_16),
    (Role.WETTELIJK_VERTEGENWOORDIGER, Reach.WARD, "my_wards", _EVERY_CHILD, S.WARD_ONCE),
    (Role.WETTELIJK_VERTEGENWOORDIGER, Reach.WARD, "my_wards", _EVERY_CHILD, S.WARD_OF_ANOTHER),
]


@pytest.mark.parametrize("mutation", PREDICATE_MUTANTS, ids=lambda each: f"{each[1]}-{each[2]}")
async def test_a_changed_predicate_is_noticed(
    unwalled: World, monkeypatch: pytest.MonkeyPatch, mutation: tuple[Role, Reach, str, str, Situation]
) -> None:
    role, of, part, instead, situation = mutation
    assert await differences(unwalled, role, situation) == []
    texts = reach._FAMILY if of in reach._FAMILY else reach._INVOLVEMENT  # noqa: SLF001 — the predicate itself is broken
    assert part in texts[of]
    monkeypatch.setitem(texts, of, texts[of].replace(part, instead))
    reach.cases.cache_clear()
    assert await differences(unwalled, role, situation) != []


async def test_without_the_second_wall_the_first_still_holds(unwalled: World) -> None:
    for role in (Role.LEERKRACHT, Role.INTERN_BEGELEIDER, Role.OUDER, Role.JEUGDIGE, Role.WETHOUDER):
        for situation in (S.NOT_INVOLVED, S.OTHER_ORGANISATION):
            assert await differences(unwalled, role, situation) == []


async def test_a_door_that_is_always_open_is_noticed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call, "may_at_all", lambda *_: True)
    monkeypatch.setattr(desk, "may_as", lambda *_: True)
    assert await differences(world, Role.WETHOUDER, S.INVOLVED, "GET /workers", CASE) != []


_WARD_RULES = [
    ("f.valid_until is null or app_today() <= f.valid_until", "true", S.WARD_ONCE),
    ("w.organisation_id = app_organisation()", "true", S.WARD_OF_ANOTHER),
]


def _view(name: str) -> str:
    """As the migrations make it."""
    text = "".join(each.read_text(encoding="utf-8") for each in (MIGRATIONS / "sql").glob("*.sql"))
    return text[(start := text.index(f"create view {name} as")) : text.index(";", start) + 1]


@pytest.mark.parametrize("rule", _WARD_RULES, ids=lambda each: str(each[2]))
async def test_a_voogdij_that_does_not_end_or_is_of_another_is_noticed(
    new_database: Callable[[], Database], rule: tuple[str, str, Situation]
) -> None:
    part, instead, situation = rule
    role = Role.WETTELIJK_VERTEGENWOORDIGER
    async with prepared(new_database()) as mutant:
        assert await differences(mutant, role, situation) == []
        views = _view("every_ward") + _view("my_wards")
        assert part in views
        await _as_owner(mutant, views.replace("create view", "create or replace view").replace(part, instead))
        assert await differences(mutant, role, situation) != []


async def test_a_withdrawal_that_ends_nothing_is_noticed(new_database: Callable[[], Database]) -> None:
    database = new_database()
    roles = (Role.LEERKRACHT, Role.INTERN_BEGELEIDER, Role.REGIEVOERDER_ZORG, Role.BEHANDELAAR)
    async with prepared(database) as mutant:
        for role in roles:
            assert await differences(mutant, role, S.CONSENT_WITHDRAWN) == []
        await _as_owner(mutant, _NO_WITHDRAWAL)
        for role in roles:
            assert await differences(mutant, role, S.CONSENT_WITHDRAWN) != []
