"""My case in plain words: where it stands, who helps and why, what comes next, what is asked of me.

One statement reads it, at the rights of now. What the route decides (what can follow, what it waits for) is asked of
the route itself, as `next-steps` does; here it is only put into the words of a family.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from app.db import facts as case_facts
from app.db import reach
from app.db.reads import PROCESS, THE_CASE, CaseRead
from app.db.session import Database
from app.domain.actors import FAMILY_ROLES, Category, Role
from app.domain.policy import Action
from app.services import plain_words
from app.services.deadlines import calendar
from app.services.work import Ask, look
from app.workflow.decide import Option, outlook
from app.workflow.loader import pinned
from app.workflow.model import Text
from app.workflow.terms import of_the_step, read_clock

_PEOPLE = (
    "coalesce((select json_agg(json_build_object('organisation', o.name, 'role', p.role, 'name',"
    " app_worker_name(p.worker_id, p.case_id), 'functions', p.functions, 'ground', p.ground, 'since',"
    " (p.started_at at time zone 'Europe/Amsterdam')::date, 'opened', p.consented) order by p.id)"
    " from participants_in_force p join organisations o on o.id = p.organisation_id where p.case_id = x.id), '[]')"
)
_RECIPIENTS = "(select json_agg(o.name order by o.name) from organisations o where o.id = any (k.recipients))"
_QUESTIONS = (
    f"coalesce((select json_agg(json_build_object('id', k.id, 'purpose', k.purpose, 'recipients', {_RECIPIENTS},"
    " 'until', case when s.code is null then k.valid_until else coalesce(k.answer_by, k.valid_until) end,"
    " 'ends', s.code is null) order by k.id)"
    " from consents k cross join lateral app_consent_standing(k.id) s where k.case_id = x.id"
    " and (s.status in ('wacht_op', 'te_vernieuwen') and array[app_person(), app_organisation()] && s.waits_for"
    " or s.code is null and k.valid_until <= app_today() + 14)), '[]')"
)
_MEETINGS = (
    "coalesce((select json_agg(json_build_object('id', m.id, 'kind', m.kind, 'plannedAt', app_time(m.planned_at),"
    " 'place', m.place, 'invited', exists (select from invitations i where i.meeting_id = m.id"
    " and app_person() in (i.guardian_id, i.young_person_id))) order by m.planned_at, m.id)"
    " from meetings m where m.case_id = x.id and m.held_at is null), '[]')"
)
# What is told as a right, and the steps of the route: each where it is so in this very case.
_TOLD_RIGHTS = frozenset(action for action, _, _ in plain_words.RIGHTS) | {Action.TRANSITION_PERFORM}
_TOLD = (
    "select x.id, json_build_object('rights', (select coalesce(json_agg(a.action), '[]') from ({rights}) a),"
    " 'route', x.route, 'version', x.route_version, 'openedAt', app_time(x.opened_at),"
    " 'closedAt', app_time(x.closed_at), 'child', json_build_object('id', y.id, 'givenName', y.given_name,"
    " 'familyName', y.family_name), 'categories', to_json(r.categories), 'decides',"
    " y.birth_date <= app_today() - interval '16 years', 'process', case when "
    f"{PROCESS} then json_build_object('facts', {case_facts.FACTS.format(id='x.id')}, 'clock', case_clock(x.id),"
    f" 'people', {_PEOPLE},"
    f" 'questions', {_QUESTIONS}, 'meetings', {_MEETINGS}) end)::text as body"
    " from r join cases x on x.id = r.case_id join young_people y on y.id = x.young_person_id"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that is asked of the reader: what, until when, and where it is done (a path under /v1)."""

    kind: str
    text: Text
    path: str
    due: str | None = None


@dataclass(frozen=True, slots=True)
class MyCase:
    """A case as the family reads it. `step`, `people`, `coming` and `asked` are empty for who may not see the process.

    Attributes:
        told: what the statement told of the case itself (openedAt, closedAt, child, categories, and as rights the
            actions that the reader has in it).
        step: title and meaning of where it stands.
        terms: what has to be done before which day: title, day, whether it has passed.
        people: who helps: name, role, organisation, why, since.
        withheld: why the reader does not see everything; None for who does.
        coming: each step that can follow: its title, who takes it, what it still waits for.
    """

    case_id: UUID
    told: dict[str, Any]
    route: Text
    step: tuple[Text, Text] | None
    since: str | None
    terms: list[tuple[Text, str, bool]]
    people: list[dict[str, Any]]
    coming: list[tuple[Text, list[Text], list[Text], bool]]
    asked: list[Asked]
    withheld: Text | None


@lru_cache(maxsize=256)
def _told(roles: frozenset[Role]) -> str:
    return _TOLD.replace("{rights}", reach.rights(roles, _TOLD_RIGHTS, THE_CASE))


async def read(database: Database, ask: Ask, case_id: UUID) -> MyCase:
    """One case of a parent or youth. Raises NotVisible, NotPermitted, NotBound."""
    told = await look(
        database, ask, CaseRead("case", case_id, THE_CASE, _told(ask.subject.roles), {"case_id": case_id})
    )
    found = json.loads(told.rows[0]["body"])
    route, process = pinned(found["route"], found["version"]), found["process"]
    withheld = _withheld(found, told.actor.roles)
    if process is None:
        return MyCase(case_id, found, route.title, None, None, [], [], [], [], withheld)
    rights = frozenset(found["rights"])
    known, asker = case_facts.read(told.actor, process["facts"])
    options = [
        each
        for each in (outlook(route, known, asker) if found["closedAt"] is None else [])
        if _ANOTHER_WAY.isdisjoint(reason.code for reason in each.reasons)
    ]
    clock = process["clock"]
    step = route.steps[known.step]
    meetings = [{**each, "title": route.meetings[each["kind"]].title} for each in process["meetings"]]
    terms = of_the_step(route, read_clock(clock, route.start), calendar(clock))
    return MyCase(
        case_id,
        found,
        route.title,
        (step.title, step.purpose),
        process["facts"]["stepSince"],
        [
            (term.term.title, str(term.due), str(term.due) < process["facts"]["today"])
            for term in terms
            if term.due is not None
        ],
        [_helper(each, route.functions) for each in process["people"]],
        [_coming(option) for option in options],
        [
            *_consents(process["questions"]),
            *_invitations(meetings),
            *_needed(case_id, options, told.actor.roles, takes_steps=Action.TRANSITION_PERFORM in rights),
        ],
        withheld,
    )


def _withheld(found: Mapping[str, Any], roles: frozenset[Role]) -> Text | None:
    """Why a parent does not see everything: from 16 the child decides it. Nothing else withholds from the family.

    Where it is not known whether the child is 16, the parent sees as little.
    """
    if Role.JEUGDIGE in roles or len(found["categories"]) == len(Category) or found["decides"] is False:
        return None
    name = found["child"]["givenName"]
    if found["decides"] is None:
        return Text(
            f"De geboortedatum van {name} is hier niet bekend. Daarom ziet u alleen school. Vraag de school om haar"
            " vast te leggen.",
            f"The birth date of {name} is not known here. So you see school alone. Ask the school to record it.",
        )
    return Text(
        f"{name} is 16 of ouder en kiest zelf wat u hiervan ziet. Vraag het {name}.",
        f"{name} is 16 or older and chooses what you see of this. Ask {name}.",
    )


# A way around what stands open: of no use to who is told what comes next (`next-steps` names it, with its reason).
_ANOTHER_WAY = frozenset({"toestemming_van_kracht", "al_betrokken", "niet_geweigerd", "school_bekend", "andere_sector"})


def _helper(person: dict[str, Any], functions: Mapping[str, Text]) -> dict[str, Any]:
    doing = [functions[each] for each in person["functions"] if each in functions]
    return {
        **person,
        "role": plain_words.role(person["role"]) if person["role"] else None,
        "doing": doing,
        "why": plain_words.ground(person["ground"]),
    }


def _coming(option: Option) -> tuple[Text, list[Text], list[Text], bool]:
    by = [plain_words.role(role) for role in option.transition.roles]
    waits = [Text(reason.nl, reason.en) for reason in option.reasons]
    return option.transition.title, by, waits, option.allowed


def _consents(questions: list[dict[str, Any]]) -> list[Asked]:
    """What waits for the reader, and what holds but ends within two weeks."""
    found = []
    for each in questions:
        nl, en = _ENDS if each["ends"] else _ASKS
        of = {"purpose": each["purpose"].rstrip(". "), "whom": ", ".join(each["recipients"] or ["–"])}
        kind = "toestemming_eindigt" if each["ends"] else "toestemming"
        found.append(Asked(kind, Text(nl.format(**of), en.format(**of)), f"/consents/{each['id']}", each["until"]))
    return found


_ASKS = ("Vindt u dit goed? {purpose}. Met: {whom}.", "Do you agree? {purpose}. With: {whom}.")
_ENDS = (
    "Deze toestemming eindigt: {purpose}. Met: {whom}. Daarna wordt dit niet meer gedeeld, tenzij u opnieuw ja zegt.",
    "This consent ends: {purpose}. With: {whom}. After that this is not shared, unless you say yes again.",
)


def _invitations(meetings: list[dict[str, Any]]) -> list[Asked]:
    return [
        Asked(
            "overleg",
            Text(
                f"U bent uitgenodigd voor: {each['title'].nl}. Bekijk vooraf de vragen.",
                f"You are invited to: {each['title'].en}. See the questions beforehand.",
            ),
            f"/meetings/{each['id']}/checklist",
            each["plannedAt"],
        )
        for each in meetings
        if each["invited"]
    ]


def _needed(case_id: UUID, options: list[Option], roles: frozenset[Role], *, takes_steps: bool) -> list[Asked]:
    """What only the family can bring about, and the steps that it can take itself."""
    reasons = {
        reason.code: Text(reason.nl, reason.en)
        for option in options
        for reason in option.reasons
        # Consent is asked for by itself, with its own question.
        if not roles.isdisjoint(reason.resolvers) and FAMILY_ROLES.issuperset(reason.resolvers)
    }
    steps = [
        Text(f"U kunt nu zelf kiezen: {option.transition.title.nl}.", f"You can choose: {option.transition.title.en}.")
        for option in options
        if option.allowed and takes_steps
    ]
    path = f"/cases/{case_id}/next-steps"
    return [Asked("nodig", text, path) for text in reasons.values()] + [Asked("stap", text, path) for text in steps]
