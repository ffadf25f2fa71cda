"""Each reach of the policy table as one SQL predicate: the same for one object, a list, a count and a search.

The text is made of our own constants and depends only on the roles and the action, so it is made once and PostgreSQL
prepares it; who asks travels as the transaction's settings (`app_identify`), never inside the text.
"""

import json
from collections.abc import Iterable
from functools import lru_cache
from itertools import product

from app.domain import policy
from app.domain.actors import Category, Role
from app.domain.grounds import OWN_GROUND, PROCESS_ALONE
from app.domain.policy import CASE_REACHES, POLICY, Action, Grant, Reach

# While it is worked out a set of categories is a number, a bit for each: a list spends its time on joining sets.
_BITS = {category: 1 << place for place, category in enumerate(sorted(Category))}


def _set(categories: Iterable[Category]) -> int:
    return sum(_BITS[category] for category in set(categories))


def _opened(wide: frozenset[Category]) -> str:
    """The categories, of those the role may have under consent, that a consent in force opens to the organisation."""
    return f"(app_category_set(p.consented) & {_set(wide)})" if wide else "0"


# Also in app_reached.
_PROCESS_ALONE = f"ground = any ('{{{','.join(sorted(PROCESS_ALONE))}}}'::text[])"


def _categories(grant: Grant) -> str:
    """What an involvement shows: by its own ground, or of content by consent alone, and what consent adds."""
    wide = grant.categories | grant.under_consent
    return (
        f"case when p.{_PROCESS_ALONE} then {_opened(wide)} | {_set({Category.PROCES})}"
        f" else {_set(grant.categories)} | {_opened(grant.under_consent)} end"
    )


def _named(number: str) -> str:
    """The categories of such a number, by name and in order: one call, as each operator is made ready anew."""
    return f"app_category_names({number})"


def _age(below: int, *, from_: int = 0, unknown: int) -> str:
    """The child's age today lies in [from_, below); `unknown`: as which age an unknown birth date counts here."""
    years = f"coalesce(date_part('year', age(app_today(), y.birth_date)), {unknown})"
    return f"{years} >= {from_} and {years} < {below}"


# What shows least: to a youth nothing of what is from twelve on, to parents what they follow of one of 16 or 17.
_YOUNG, _NEARLY_ADULT = 0, 17


_GUARDIAN = (
    "from guardianships_in_force g join young_people y on y.id = g.young_person_id{cases}"
    " where g.guardian_id = app_person() and g.gezag = 'ja' and "
)
_SELF = "from young_people y{cases} where y.id = app_person() and "
_WARD = "from my_wards w join young_people y on y.id = w.young_person_id{cases} where "
_CASES_OF_CHILD = {
    "cases": " join cases c on c.young_person_id = y.id",
    # That there is help is the youth's own to tell: parents follow cases of school and leerplicht, and what was opened.
    "followed": " and app_followed_at_sixteen(c.id)",
}
_CHILD_ITSELF = {"cases": "", "followed": ""}
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
    Reach.SELF: _SELF + _age(200, from_=12, unknown=_YOUNG),
    Reach.SELF_16_17: _SELF + _age(18, from_=16, unknown=_YOUNG),
    Reach.OWN_CHILD: _GUARDIAN + _age(16, unknown=_NEARLY_ADULT),
    Reach.OWN_CHILD_16_17: _GUARDIAN + _age(18, from_=16, unknown=_NEARLY_ADULT) + "{followed}",
    Reach.WARD: _WARD + _age(16, unknown=_NEARLY_ADULT),
    Reach.WARD_16_17: _WARD + _age(18, from_=16, unknown=_NEARLY_ADULT) + "{followed}",
}


# An emergency counts in the role in which it was claimed.
_EMERGENCY = "from my_emergencies e where e.role = '{role}'"


def _at_home(role: Role) -> str:
    """A role counts only for the person whom it fits, at the kind of organisation where it exists."""
    return f"app_home() = any ('{{{','.join(sorted(policy.homes(role)))}}}'::text[])"


# What the youth decided that this parent may see.
_BY_YOUTH = "app_category_set(app_sight(y.id, app_person()))"


def _family_sees(grant: Grant) -> tuple[str, str]:
    """What a line of the family shows, and whether it tells the reasons of absence beside the facts."""
    if not grant.by_youth:
        return str(_set(grant.categories)), "true"
    reasons = _set(grant.by_youth & {Category.VERZUIM})
    return f"{_set(grant.categories)} | ({_BY_YOUTH} & {_set(grant.by_youth)})", f"({_BY_YOUTH} & {reasons}) <> 0"


def _cases(role: Role, grant: Grant, action: Action) -> str:
    """One line of the table as rows: case_id, role, ground, permitted, categories, own, itself, reasons, through.

    `itself`: what the line opens whatever anybody consented to.
    """
    permitted = str(action in grant.actions).lower()
    if grant.reach in _FAMILY:
        source = _FAMILY[grant.reach].format(**_CASES_OF_CHILD)
        sees, reasons = _family_sees(grant)
        return (
            f"select c.id as case_id, '{role}' as role, '{grant.ground}' as ground, {permitted} as permitted,"
            f" {sees} as categories, {_set(grant.categories)} as own, {sees} as itself, {reasons} as reasons,"
            f" null::uuid as through {source}"
            f" and {_at_home(role)}"
        )
    if grant.reach is Reach.EMERGENCY:
        return (
            f"select e.case_id, '{role}' as role, '{grant.ground}' as ground, {permitted} as permitted,"
            f" {_set(grant.categories)} as categories, 0 as own, {_set(grant.categories)} as itself, true as reasons,"
            " null::uuid as through"
            f" {_EMERGENCY.format(role=role)}"
            f" and {_at_home(role)}"
        )
    return (
        f"select p.case_id, '{role}' as role, p.ground, {permitted} as permitted, {_categories(grant)} as categories,"
        f" {_set(grant.categories)} as own,"
        f" case when p.{_PROCESS_ALONE} then {_set({Category.PROCES})} else {_set(grant.categories)} end as itself,"
        " true as reasons, p.organisation_id as through"
        f" {_INVOLVEMENT[grant.reach].format(role=role)}"
        f" and {_at_home(role)}"
    )


_NOTHING = (
    "select null::uuid as case_id, '' as role, '' as ground, false as permitted, 0 as categories, 0 as own,"
    " 0 as itself, false as reasons, null::uuid as through"
)


@lru_cache(maxsize=4096)
def cases(roles: frozenset[Role], action: Action, where: str) -> str:
    """A query: the cases that the roles reach, one row each, kept to `where` (a condition on `case_id`).

    Columns: case_id, permitted (some line that reaches it allows the action), role and ground (of the widest line
    used), categories (all that the lines used show), whole (of these what they show whatever the day, the others being
    for the days that a consent names alone), own (what the roles themselves work with: of these a caller sees
    what the own organisation wrote, and may write, also where consent opens nothing of others), reasons (whether, of
    absence, more than the facts), consent_ids (the consents in force on which what is shown rests), apart (for who
    stands for the child: the organisations that are there by an exception alone, of which he or she learns nothing).
    """
    lines = [
        _cases(role, grant, action) for role in sorted(roles) for grant in POLICY[role] if grant.reach in CASE_REACHES
    ]
    union = " union all ".join(lines or [f"{_NOTHING} where false"])
    first = "order by q.permitted desc, bit_count(q.categories::bit(32)) desc"
    return (
        f"select g.case_id, g.permitted, g.role, g.ground, {_named('g.categories')} as categories,"
        f" {_named('g.whole')} as whole, {_named('g.own')} as own, g.reasons,"
        " case when cardinality(g.through) = 0 then '{}' else coalesce((select array_agg(distinct i) from"
        " unnest(g.through) o, unnest(app_consents(g.case_id, o)) i), '{}') end as consent_ids,"
        " case when g.ground = 'gezag' then app_apart(g.case_id) else '{}' end as apart from ("
        "select a.*, case when cardinality(a.through) = 0 then a.categories else a.categories"
        " & (a.itself | app_category_set(app_unbounded(a.case_id, a.through))) end as whole from ("
        "select q.case_id, bool_or(q.permitted) as permitted,"
        f" (array_agg(q.role {first}))[1] as role, (array_agg(q.ground {first}))[1] as ground,"
        " coalesce(bit_or(q.categories) filter (where q.permitted), 0) as categories,"
        " coalesce(bit_or(q.own) filter (where q.permitted), 0) as own,"
        " coalesce(bit_or(q.itself) filter (where q.permitted), 0) as itself,"
        " coalesce(bool_or(q.reasons) filter (where q.permitted), false) as reasons,"
        # Whose consents were needed: for the involvement itself, or for more than its own ground shows.
        " coalesce(array_agg(distinct q.through) filter (where q.permitted and q.through is not null"
        f" and (q.{_PROCESS_ALONE} or q.categories & ~q.own <> 0)), '{{}}') as through"
        # offset 0: the categories of a line are worked out once, not wherever they are looked at.
        f" from (select * from ({union}) reached where {where} offset 0) q group by q.case_id) a offset 0) g"
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
def newest(roles: frozenset[Role], action: Action, where: str, *, process: bool = False) -> str:
    """A query: the newest cases for which the roles have the action, kept to `where`: case_id, %(limit)s at most.

    With `process` those whose proceeding the line shows: what is withheld may not be asked about either.
    """
    ways = []
    for role in sorted(roles):
        for grant in POLICY[role]:
            if action not in grant.actions:
                continue
            # An involvement on such a ground shows the process always (see `_categories`).
            shown = not process or Category.PROCES in grant.categories
            told = "" if shown else f" and p.{_PROCESS_ALONE}"
            ways += [
                f"select p.case_id {source.format(role=role)} and {_at_home(role)}{told}"
                for source in _NEWEST.get(grant.reach, ())
            ]
            if grant.reach is Reach.EMERGENCY:
                ways.append(f"select e.case_id {_EMERGENCY.format(role=role)} and {_at_home(role)}")
            if grant.reach in _FAMILY and shown:
                family = _FAMILY[grant.reach].format(**_CASES_OF_CHILD)
                ways.append(f"select c.id as case_id {family} and {_at_home(role)}")
    first = "select distinct case_id from ({}) way where " + where + " order by case_id desc limit %(limit)s"
    union = " union all ".join(f"({first.format(way)})" for way in ways) or "select null::uuid as case_id where false"
    return f"select distinct case_id from ({union}) ways order by case_id desc limit %(limit)s"


_CHILDREN = {
    Reach.SELF: "select y.id " + _FAMILY[Reach.SELF].format(**_CHILD_ITSELF),
    Reach.SELF_16_17: "select y.id " + _FAMILY[Reach.SELF_16_17].format(**_CHILD_ITSELF),
    Reach.OWN_CHILD: "select y.id " + _FAMILY[Reach.OWN_CHILD].format(**_CHILD_ITSELF),
    Reach.OWN_CHILD_16_17: "select y.id " + _FAMILY[Reach.OWN_CHILD_16_17].format(**_CHILD_ITSELF),
    Reach.WARD: "select y.id " + _FAMILY[Reach.WARD].format(**_CHILD_ITSELF),
    Reach.WARD_16_17: "select y.id " + _FAMILY[Reach.WARD_16_17].format(**_CHILD_ITSELF),
    Reach.PUPIL: "select y.id from young_people y where y.school_id = app_organisation()",
    Reach.RESIDENT: (
        "select y.id from young_people y join organisations o on o.municipality_code = y.municipality_code"
        " where o.id = app_organisation() and o.kind in ('gemeente', 'sociaal_team', 'leerplicht', 'jgz')"
    ),
}


# On which ground an organisation works that finds a child by its own task.
OWN_TASK = (
    "case app_home() " + " ".join(f"when '{kind}' then '{ground}'" for kind, ground in OWN_GROUND.items()) + " end"
)


@lru_cache(maxsize=4096)
def children(roles: frozenset[Role], action: Action) -> str:
    """A query: the children for whom the roles have the action.

    Columns: young_person_id, ground, case_id and through (the case and the organisation of an involvement), role.
    """
    lines = []
    for role in sorted(roles):
        for grant in POLICY[role]:
            if action not in grant.actions:
                continue
            if grant.reach in _INVOLVEMENT:
                involved = _INVOLVEMENT[grant.reach].format(role=role)
                own = (
                    "select c.young_person_id, i.ground, i.case_id, i.organisation_id from cases c"
                    f" join (select p.case_id, p.ground, p.organisation_id {involved}) i on i.case_id = c.id"
                )
            elif grant.reach is Reach.EMERGENCY:
                emergency = _EMERGENCY.format(role=role)
                own = f"select e.young_person_id, '{grant.ground}', null::uuid, null::uuid {emergency}"
            elif grant.reach in _CHILDREN:
                ground = f"'{grant.ground}'" if grant.ground else OWN_TASK
                own = f"select own.id, {ground}, null::uuid, null::uuid from ({_CHILDREN[grant.reach]}) own"
            else:
                continue
            lines.append(
                f"select own.*, '{role}' as role from ({own}) as own (young_person_id, ground, case_id, through)"
                f" where {_at_home(role)}"
            )
    nobody = (
        "select null::uuid as young_person_id, '' as ground, null::uuid as case_id, null::uuid as through, '' as role"
        " where false"
    )
    return " union all ".join(lines or [nobody])


@lru_cache(maxsize=1024)
def rights(roles: frozenset[Role], actions: frozenset[Action], where: str) -> str:
    """A query: which of the actions the lines of the family allow, by case (kept to `where`): case_id, action."""
    lines = [
        f"select c.id as case_id, unnest('{{{','.join(sorted(actions & grant.actions))}}}'::text[]) as action"
        f" {_FAMILY[grant.reach].format(**_CASES_OF_CHILD)} and {_at_home(role)}"
        for role in sorted(roles)
        for grant in POLICY[role]
        if grant.reach in _FAMILY and actions & grant.actions
    ]
    union = " union all ".join(lines or ["select null::uuid as case_id, '' as action where false"])
    return f"select distinct case_id, action from ({union}) each where {where}"


@lru_cache(maxsize=1024)
def compartments(roles: frozenset[Role]) -> str:
    """What the walls of the database are told of these roles, as JSON: by home, `lines`, `rights` and `categories`.

    A line leads to a case: its reach, its role, its categories as numbers, those of itself (`own`), under consent
    (`more`) and by the youth's decision (`youth`). Rights are codes of reaches, of actions, and of roles in
    which one is involved; categories are those that the roles can have anywhere. The database takes those of the home
    of who asks.
    """
    lines: dict[str, list[dict[str, object]]] = {}
    rights: dict[str, set[str]] = {}
    anywhere: dict[str, set[str]] = {}
    for role in sorted(roles):
        for home, grant in product(policy.homes(role), POLICY[role]):
            if not policy.leads(grant.reach, home):
                continue
            named = {role} if grant.reach is Reach.INVOLVED else set()
            rights.setdefault(home, set()).update(named, {grant.reach}, grant.actions)
            anywhere.setdefault(home, set()).update(grant.categories, grant.under_consent, grant.by_youth)
            if grant.reach in CASE_REACHES:
                sets = {"own": grant.categories, "more": grant.under_consent, "youth": grant.by_youth}
                line = {name: _set(categories) for name, categories in sets.items()}
                lines.setdefault(home, []).append({"reach": grant.reach, "role": role, **line})
    return json.dumps(
        {
            "lines": lines,
            "rights": {home: ",".join(sorted(each)) for home, each in rights.items()},
            "categories": {home: ",".join(sorted(each)) for home, each in anywhere.items()},
        }
    )
