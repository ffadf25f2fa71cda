"""Each reach of the policy table as one SQL predicate: the same for one object, a list, a count and a search.

The text is made of our own constants and depends only on the roles and the action, so it is made once and PostgreSQL
prepares it; who asks travels as the transaction's settings (`app_identify`), never inside the text.
"""

from collections.abc import Iterable
from functools import lru_cache

from app.domain import policy
from app.domain.actors import Category, Role
from app.domain.policy import CASE_REACHES, POLICY, Action, Grant, Reach


def _array(categories: Iterable[Category]) -> str:
    return "'{" + ",".join(sorted(categories)) + "}'::text[]"


def _opened(wide: str) -> str:
    """The categories, of those the role may have under consent, that a consent in force opens to the organisation."""
    return f"array(select unnest({wide}) intersect select unnest(p.consented))"


def _categories(grant: Grant) -> str:
    """What an involvement shows: by its own ground, or by consent alone, and what consent adds."""
    own, wide = _array(grant.categories), _array(grant.categories | grant.under_consent)
    return (
        f"case when p.ground = 'toestemming' then {_opened(wide)} || '{{proces}}'::text[]"
        f" else {own} || {_opened(_array(grant.under_consent))} end"
    )


def _age(below: int, *, from_: int = 0) -> str:
    """The child's age today lies in [from_, below); a child whose birth date is unknown counts as young."""
    years = "coalesce(date_part('year', age(app_today(), y.birth_date)), 0)"
    return f"{years} >= {from_} and {years} < {below}"


_GUARDIAN = (
    "from guardianships_in_force g join young_people y on y.id = g.young_person_id{cases}"
    " where g.guardian_id = app_person() and g.gezag = 'ja' and "
)
_CASES_OF_CHILD = " join cases c on c.young_person_id = y.id"
_INVOLVEMENT = {
    Reach.INVOLVED: (
        "from participants_in_force p where p.role = '{role}' and (p.worker_id = app_person()"
        " or p.worker_id is null and p.organisation_id = app_organisation())"
    ),
    Reach.OWN_SCHOOL: (
        "from participants_in_force p where p.worker_id is null and p.role is null"
        " and p.organisation_id = app_organisation()"
    ),
    Reach.OWN_BOARD: (
        "from participants_in_force p join organisations o on o.id = p.organisation_id"
        " where p.worker_id is null and p.role is null and o.board_id = app_organisation()"
    ),
}
_FAMILY = {
    Reach.SELF: ("from young_people y{cases} where y.id = app_person() and " + _age(200, from_=12)),
    Reach.OWN_CHILD: _GUARDIAN + _age(16),
    Reach.OWN_CHILD_16_17: _GUARDIAN + _age(18, from_=16),
}


def _at_home(role: Role) -> str:
    """A role counts only for the person whom it fits, at the kind of organisation where it exists."""
    return f"app_home() = any ('{{{','.join(sorted(policy.homes(role)))}}}'::text[])"


def _cases(role: Role, grant: Grant, action: Action) -> str:
    """One line of the table as rows: case_id, role, ground, permitted, categories, own."""
    permitted = str(action in grant.actions).lower()
    if grant.reach in _FAMILY:
        source = _FAMILY[grant.reach].format(cases=_CASES_OF_CHILD)
        return (
            f"select c.id as case_id, '{role}' as role, '{grant.ground}' as ground, {permitted} as permitted,"
            f" {_array(grant.categories)} as categories, {_array(grant.categories)} as own {source}"
            f" and {_at_home(role)}"
        )
    return (
        f"select p.case_id, '{role}' as role, p.ground, {permitted} as permitted, {_categories(grant)} as categories,"
        f" {_array(grant.categories)} as own {_INVOLVEMENT[grant.reach].format(role=role)} and {_at_home(role)}"
    )


_NOTHING = (
    "select null::uuid as case_id, '' as role, '' as ground, false as permitted, '{}'::text[] as categories,"
    " '{}'::text[] as own"
)


@lru_cache(maxsize=4096)
def cases(roles: frozenset[Role], action: Action, where: str) -> str:
    """A query: the cases that the roles reach, one row each, kept to `where` (a condition on `case_id`).

    Columns: case_id, permitted (some line that reaches it allows the action), role and ground (of the widest line
    used), categories (all that the lines used show), own (what the roles themselves work with: of these a caller sees
    what the own organisation wrote, and may write, also where consent opens nothing of others).
    """
    lines = [
        _cases(role, grant, action) for role in sorted(roles) for grant in POLICY[role] if grant.reach in CASE_REACHES
    ]
    union = " union all ".join(lines or [f"{_NOTHING} where false"])
    return (
        "select q.case_id, bool_or(q.permitted) as permitted,"
        " (array_agg(q.role order by q.permitted desc, q.width desc))[1] as role,"
        " (array_agg(q.ground order by q.permitted desc, q.width desc))[1] as ground,"
        " coalesce(array_agg(distinct category) filter (where q.permitted and category is not null), '{}')"
        " as categories,"
        " array(select distinct unnest(string_to_array(string_agg(array_to_string(q.own, ','), ',')"
        " filter (where q.permitted), ','))) as own"
        f" from (select reached.*, cardinality(categories) as width from ({union}) reached where {where}) q"
        " left join lateral unnest(q.categories) as category on true group by q.case_id"
    )


# The same, for a list: each way of being involved by itself, so that an index gives its cases newest first.
_NEWEST = {
    Reach.INVOLVED: (
        "from participants_in_force p where p.role = '{role}' and p.worker_id = app_person()",
        (
            "from participants_in_force p where p.role = '{role}' and p.worker_id is null"
            " and p.organisation_id = app_organisation()"
        ),
    ),
    Reach.OWN_SCHOOL: (_INVOLVEMENT[Reach.OWN_SCHOOL],),
    Reach.OWN_BOARD: (_INVOLVEMENT[Reach.OWN_BOARD],),
}


@lru_cache(maxsize=4096)
def newest(roles: frozenset[Role], action: Action, where: str) -> str:
    """A query: the newest cases for which the roles have the action, kept to `where`: case_id, %(limit)s at most."""
    ways = [
        f"select p.case_id {source.format(role=role)} and {_at_home(role)}"
        for role in sorted(roles)
        for grant in POLICY[role]
        if action in grant.actions
        for source in _NEWEST.get(grant.reach, ())
    ] + [
        f"select c.id as case_id {_FAMILY[grant.reach].format(cases=_CASES_OF_CHILD)} and {_at_home(role)}"
        for role in sorted(roles)
        for grant in POLICY[role]
        if action in grant.actions and grant.reach in _FAMILY
    ]
    first = "select distinct case_id from ({}) way where " + where + " order by case_id desc limit %(limit)s"
    union = " union all ".join(f"({first.format(way)})" for way in ways) or "select null::uuid as case_id where false"
    return f"select distinct case_id from ({union}) ways order by case_id desc limit %(limit)s"


_CHILDREN = {
    Reach.SELF: "select y.id " + _FAMILY[Reach.SELF].format(cases=""),
    Reach.OWN_CHILD: "select y.id " + _FAMILY[Reach.OWN_CHILD].format(cases=""),
    Reach.OWN_CHILD_16_17: "select y.id " + _FAMILY[Reach.OWN_CHILD_16_17].format(cases=""),
    Reach.PUPIL: "select y.id from young_people y where y.school_id = app_organisation()",
    Reach.RESIDENT: (
        "select y.id from young_people y join organisations o on o.municipality_code = y.municipality_code"
        " where o.id = app_organisation() and o.kind in ('gemeente', 'sociaal_team', 'leerplicht', 'jgz')"
    ),
}


@lru_cache(maxsize=4096)
def children(roles: frozenset[Role], action: Action) -> str:
    """A query: the children for whom the roles have the action. Columns: young_person_id, role."""
    lines = []
    for role in sorted(roles):
        for grant in POLICY[role]:
            if action not in grant.actions:
                continue
            if grant.reach in _INVOLVEMENT:
                involved = _INVOLVEMENT[grant.reach].format(role=role)
                own = f"select c.young_person_id from cases c where c.id in (select p.case_id {involved})"
            elif grant.reach in _CHILDREN:
                own = _CHILDREN[grant.reach]
            else:
                continue
            lines.append(f"select own.*, '{role}' as role from ({own}) as own (young_person_id) where {_at_home(role)}")
    return " union all ".join(lines or ["select null::uuid as young_person_id, '' as role where false"])
