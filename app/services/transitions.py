"""Steps of the route: the verdict under lock, the step taken with its effects, the outlook of what can follow."""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from app.db import facts as case_facts
from app.db import reads
from app.db import ways as case_ways
from app.db.reads import PROCESS, THE_CASE, CaseRead
from app.db.session import Database
from app.domain.actors import FAMILY_ROLES, Actor, Category
from app.domain.errors import Fault, Invalid, NotPermitted, RouteRefusal, UnmetReason
from app.domain.ids import new_id
from app.domain.policy import Action, may_at_all
from app.domain.regie import Regie
from app.services import cases, involvement, plain_words, plans
from app.services.bodies import TransitionBody
from app.services.deadlines import calendar
from app.services.ways_out import WaysOut
from app.services.work import Ask, Work, look
from app.workflow.decide import Allowed, Option, Refused, UnknownTransition, WrongActor, decide, outlook
from app.workflow.facts import Asker, Facts, PlanFact
from app.workflow.loader import load_routes, pinned
from app.workflow.model import Effect, Route, Term, Transition
from app.workflow.terms import Deadline, State, birthday_terms, is_birthday, of_the_step, on_turn, read_clock


async def take(work: Work, case_id: UUID, body: TransitionBody) -> UUID:
    """Take one step: decided on the facts under lock, with every reason when it is refused.

    Raises:
        NotVisible, NotPermitted: not the caller's case; or not a step for this caller.
        Stale: `If-Match` was given and the case is not as the caller saw it.
        Invalid: the route has no such step at all.
        RouteRefusal: not now, with every unmet condition.
    """
    seen = reads.seen(work.roles, reads.case(case_id))
    case, (now, facts) = await work.case_and(case_id, seen, case_facts.facts(case_id), lock=True)
    work.match(now[0]["body"], required=False)
    await cases.not_apart(work, case_id)
    route = cases.pinned_route(case)
    known, asker = case_facts.read(work.actor, facts[0]["facts"], body.explanation or "")
    verdict = decide(route, body.transition, known, asker)
    if isinstance(verdict, UnknownTransition):
        raise Invalid(
            Fault("/transition", "onbekende_stap", "Deze route kent deze stap niet.", "The route has no such step.")
        )
    if isinstance(verdict, WrongActor):
        by = plain_words.by(verdict.transition.roles)
        functions = " of ".join(verdict.transition.functions)
        raise NotPermitted(
            f"«{verdict.transition.title.nl}» wordt gedaan door: {by.nl}{f' (als {functions})' if functions else ''}.",
            f"«{verdict.transition.title.en}» is done by: {by.en}{f' (as {functions})' if functions else ''}.",
            code="niet-uw-stap",
        )
    if isinstance(verdict, Refused):
        ((found,),) = await work.session.ask(case_ways.ways(case_id))
        categories = work.about.categories | work.about.own
        ways = WaysOut(work.actor, categories, route, known, case_ways.read(found["ways"]), work.about.ground)
        raise RouteRefusal(*(ways.told(reason) for reason in verdict.reasons))
    return await _carry_out(work, case_id, route, verdict, known)


async def _carry_out(work: Work, case_id: UUID, route: Route, verdict: Allowed, known: Facts) -> UUID:
    transition = verdict.transition
    target = transition.target(known.step)
    taken = new_id()
    await work.session.run(
        "with moved as (update cases set step = %(step)s, step_since = case when step = %(step)s then step_since"
        " else now() end, last_sequence = last_sequence + 1 where id = %(case)s returning last_sequence)"
        " insert into transitions (id, case_id, sequence, transition, from_step, to_step, explanation, performed_by,"
        " role, organisation_id) select %(id)s, %(case)s, last_sequence, %(transition)s, %(from)s, %(step)s,"
        " %(explanation)s, %(by)s, %(role)s, %(organisation)s from moved",
        **{
            "id": taken,
            "case": case_id,
            "transition": transition.key,
            "from": known.step,
            "step": target,
            "explanation": known.explanation or None,
            "by": work.actor.person_id,
            "role": str(verdict.role),
            "organisation": work.actor.organisation_id,
        },
    )
    await involvement.involve(work, case_id, transition.involve)
    for effect in transition.effects:
        await _effect(work, case_id, route, transition, effect, known)
    work.about.role = verdict.role
    if transition.release:
        work.at_last(lambda: involvement.release(work, case_id, transition.release))
    work.about.object_type, work.about.object_id = "transition", taken
    for event in ("case.transitioned", *transition.events):
        work.fact(event, case_id=case_id, object_id=taken, transition=transition.key, step=target)
    return taken


_REGIE = frozenset(
    {
        Effect.REGIE_BY_TABLE,
        Effect.REGIE_BY_PLAN,
        Effect.REGIE_BY_REGIEHOUDER,
        Effect.REGIE_ONDERWIJS,
        Effect.REGIE_ENDS,
    }
)


async def _effect(
    work: Work, case_id: UUID, route: Route, transition: Transition, effect: Effect, known: Facts
) -> None:
    match effect:
        case _ if effect in _REGIE:
            await _hand_out_regie(work, case_id, route, transition, effect, known)
        case Effect.PUT_PLAN_IN_FORCE:
            await plans.put_in_force(work, case_id, transition.plan_kinds)
        case Effect.REVISE_PLAN:
            await plans.revise(work, case_id, transition.plan_kinds)
        case Effect.CLOSE_CASE:
            await work.session.run(
                "update cases set closed_at = now(), closing_reason = %(reason)s where id = %(id)s",
                reason=known.explanation,
                id=case_id,
            )
        case Effect.REOPEN_CASE:
            await work.session.run(
                "update cases set closed_at = null, closing_reason = null, round_since = now(), leervraag = null,"
                " leefvraag = null, problem_class = null, regie = null, regie_reason = null where id = %(id)s",
                id=case_id,
            )


async def _hand_out_regie(
    work: Work, case_id: UUID, route: Route, transition: Transition, effect: Effect, known: Facts
) -> None:
    match effect:
        case Effect.REGIE_BY_TABLE:
            await _set_regie(work, case_id, route.regie_for(known.leervraag, known.leefvraag, known.outcomes))
        case Effect.REGIE_BY_PLAN:
            kinds = transition.plan_kinds or tuple(known.plans)
            plan = next((known.plans[kind] for kind in kinds if kind in known.plans), None)
            if plan is not None:
                await _regie_of_the_plan(work, case_id, route, plan)
        case Effect.REGIE_BY_REGIEHOUDER:
            await _set_regie(work, case_id, _side_of_the_regiehouder(route, known))
        case Effect.REGIE_ONDERWIJS:
            await _set_regie(work, case_id, "onderwijs")
        case Effect.REGIE_ENDS:
            await _set_regie(work, case_id, None)


async def _regie_of_the_plan(work: Work, case_id: UUID, route: Route, plan: PlanFact) -> None:
    await work.session.run(
        "update cases c set regie = p.regie, regie_reason = p.regie_reason from plans p where c.id = %(id)s and p.id ="
        " (select id from plans where case_id = %(id)s and kind = %(kind)s order by id desc limit 1)",
        id=case_id,
        kind=plan.kind,
    )
    if plan.regie is not None:
        await _only_regiehouder(work, case_id, route, plan.regie)


def _side_of_the_regiehouder(route: Route, known: Facts) -> str | None:
    """The side for which somebody holds the regie by name; None: nobody does."""
    return next((side for side, roles in route.regie.holders.items() if known.has_named(roles, "regiehouder")), None)


async def _only_regiehouder(work: Work, case_id: UUID, route: Route, side: str) -> None:
    """Whoever was named regiehouder for the other side is that no longer: there is one regie (001:353-362)."""
    await work.session.run(
        "update participants set functions = array_remove(functions, 'regiehouder') where case_id = %(id)s"
        " and ended_at is null and 'regiehouder' = any (functions) and not role = any (%(roles)s)",
        id=case_id,
        roles=[str(role) for role in route.regie.holders[Regie(side)]],
    )


async def _set_regie(work: Work, case_id: UUID, side: str | None) -> None:
    await work.session.run(
        "update cases set regie = %(side)s, regie_reason = null where id = %(id)s", side=side, id=case_id
    )


@dataclass(frozen=True, slots=True)
class Outlook:
    """Where a case stands, and what can follow, with the ways out of what stands in the way."""

    case_id: UUID
    route: Route
    facts: Facts
    options: list[tuple[Option, list[UnmetReason]]]
    terms: tuple[Deadline, ...] = ()


_OUTLOOK_TOLD = (
    f"select x.id, jsonb_build_object('facts', {case_facts.FACTS.format(id='x.id')}, 'ways', {case_ways.WAYS},"
    " 'clock', case_clock(x.id))::text as body"
    " from r join cases x on x.id = r.case_id join young_people y on y.id = x.young_person_id"
    f" where {PROCESS}"
)


async def next_steps(database: Database, ask: Ask, case_id: UUID) -> Outlook:
    """Every step from here: allowed for this caller, or blocked with every reason and who can resolve it."""
    read = CaseRead("next-steps", case_id, THE_CASE, _OUTLOOK_TOLD, {"case_id": case_id}, PROCESS, NotPermitted)
    told = await look(database, ask, read)
    found = json.loads(told.rows[0]["body"])
    known, asker = case_facts.read(told.actor, found["facts"])
    route, out = pinned(known.route, known.version), case_ways.read(found["ways"])
    if _process_alone(told.actor, told.categories):
        known, out = known.without_answers(), replace(out, pending={})
    ways = WaysOut(told.actor, told.categories, route, known, out, told.ground)
    options = outlook(route, known, asker)
    clock = found["clock"]
    terms = of_the_step(route, read_clock(clock, route.start), calendar(clock))
    return Outlook(
        case_id, route, known, [(option, [ways.told(reason) for reason in option.reasons]) for option in options], terms
    )


def _process_alone(actor: Actor, categories: Collection[str]) -> bool:
    """Who sees how a case proceeds, and neither content nor the family (001:153-161): not who answered what either."""
    return {str(Category.PROCES)}.issuperset(categories) and not may_at_all(actor.roles, Action.CONSENT_ANSWER)


@dataclass(frozen=True, slots=True)
class Nearing:
    """A term that concerns the caller and comes near or has passed, as the worker counted it."""

    term: Term
    due: date
    overdue: bool


@dataclass(frozen=True, slots=True)
class Turn:
    """A case in which it is the caller's turn: the steps to take now, and what is needed from the caller."""

    case_id: UUID
    body: str
    steps: list[str]
    needed: list[UnmetReason]
    terms: list[Nearing]


async def turns(work: Work, *, limit: int) -> list[Turn]:
    """The caller's cases that wait for him or her, the longest waiting first."""
    work.about.object_type = "task"
    reached, mine = await work.session.ask(reads.my_cases(work.roles, limit=1000), case_facts.facts_of_mine(1000))
    seen = {row["id"]: row for row in reached}
    found: list[Turn] = []
    for waiting in mine:
        case_id = waiting["id"]
        known, asker = case_facts.read(work.actor, waiting["facts"])
        if case_id not in seen or Category.PROCES not in seen[case_id]["categories"] or len(found) == limit:
            continue
        route = load_routes().get((known.route, known.version))
        if route is None:
            continue  # nothing can be said of it here, and the others are told all the same
        row = seen[case_id]
        categories = frozenset(row["categories"]) | frozenset(row["own"])
        if _process_alone(work.actor, categories):
            known = known.without_answers()
        options = outlook(route, known, asker)
        steps = [option.transition.key for option in options if option.allowed]
        needed = {
            (reason.code, reason.nl): reason
            for option in options
            # A professional is asked for what his or her own steps need; the family for what anybody's step waits for.
            if option.for_asker or not asker.roles.isdisjoint(FAMILY_ROLES)
            for reason in option.reasons
            if not asker.roles.isdisjoint(reason.resolvers)
        }
        terms = _nearing(route, known, asker, waiting["terms"])
        if steps or needed or terms:
            # How, with all its ids, is for next-steps: a list asks nothing more of the database for each case.
            ways = WaysOut(work.actor, categories, route, known, None, None)
            told = [ways.told(reason) for reason in needed.values()]
            found.append(Turn(case_id, row["body"], steps, told, terms))
    return found


def _nearing(route: Route, known: Facts, asker: Asker, kept: list[list[str]]) -> list[Nearing]:
    """Of the dates that come near, those of who is «aan zet» and of the regiehouder.

    A birthday only for who may know the child.
    """
    if "regiehouder" not in asker.functions and asker.roles.isdisjoint(on_turn(route, known.step)):
        return []
    terms = {**route.terms, **{term.key: term for term in birthday_terms()}}
    found = []
    for key, due, state in kept:
        if key in terms and (not is_birthday(key) or may_at_all(asker.roles, Action.YOUNG_PERSON_READ)):
            found.append(Nearing(terms[key], date.fromisoformat(due), state == State.PASSED))
    return found
