"""What the sentence-by-sentence tests of a seed share: a case just before a step, and what then stands in the way."""

from collections.abc import Callable, Collection
from dataclasses import replace

from app.domain.actors import OrganisationKind, Role
from app.workflow.decide import Refused, WrongActor, decide, outlook
from app.workflow.facts import Asker, Facts, Party
from app.workflow.model import Route
from tests.workflow.walks import SOMEBODY, Walk, nobody


def before(route: Route, story: Callable[[Route], Walk], key: str) -> Facts:
    """The case of a story just before it took this step for the last time."""
    return [facts for made, facts in story(route).made if made == key][-1]


def in_the_way(route: Route, facts: Facts, key: str) -> set[str]:
    """The codes of every reason against a step now."""
    options = {option.transition.key: option for option in outlook(route, facts, nobody())}
    return {reason.code for reason in options[key].reasons}


def missing(route: Route, facts: Facts, key: str) -> set[str]:
    """Which kinds of assessment, note, meeting or plan the reasons against a step ask for."""
    options = {option.transition.key: option for option in outlook(route, facts, nobody())}
    asked = (reason.operation.fields.get("kind") for reason in options[key].reasons if reason.operation)
    return {str(kind) for kind in asked if kind}


def is_a_step_for(route: Route, role: Role, key: str) -> bool:
    """Whether this role may take the step at all."""
    functions = frozenset(route.transitions[key].functions)
    asked = replace(_nothing(route, key), explanation="Uitgelegd.")
    verdict = decide(route, key, asked, Asker(SOMEBODY, frozenset({role}), functions))
    return not isinstance(verdict, WrongActor)


def _nothing(route: Route, key: str) -> Facts:
    return Facts(
        route=route.key,
        version=route.version,
        step=route.transitions[key].origins[0],
        age=9,
        school_known=True,
        deelverband_known=True,
        leervraag=None,
        leefvraag=None,
        problem_class=None,
        regie=None,
        step_since=None,
        explanation=None,
    )


def refused_for(route: Route, role: Role, facts: Facts, key: str) -> bool:
    """Whether the step is this role's, and is refused now."""
    return isinstance(decide(route, key, facts, Asker(SOMEBODY, frozenset({role}))), Refused)


def without_assessment(facts: Facts, *kinds: str) -> Facts:
    """As if these were never recorded."""
    return replace(facts, assessments={kind: each for kind, each in facts.assessments.items() if kind not in kinds})


def with_outcome(facts: Facts, kind: str, outcome: str) -> Facts:
    """As if the assessment had another outcome."""
    return replace(facts, assessments={**facts.assessments, kind: replace(facts.assessments[kind], outcome=outcome)})


def without_note(facts: Facts, *kinds: str) -> Facts:
    """As if these talks were never recorded."""
    return replace(facts, notes=tuple(note for note in facts.notes if note.kind not in kinds))


def without_organisation(facts: Facts, kind: OrganisationKind) -> Facts:
    """As if this organisation took no part."""
    return replace(facts, parties=tuple(each for each in facts.parties if each.organisation_kind is not kind))


def without_plan(facts: Facts, kind: str) -> Facts:
    """As if this plan was never written."""
    return replace(facts, plans={name: plan for name, plan in facts.plans.items() if name != kind})


def without_consent(facts: Facts, kind: OrganisationKind) -> Facts:
    """As if nobody was ever asked to share with this kind of organisation."""
    return replace(facts, consents={each: fact for each, fact in facts.consents.items() if each is not kind})


def not_invited(facts: Facts, kinds: Collection[str], party: str) -> Facts:
    """As if this party was not invited to the meetings of these kinds, and was not there."""
    return replace(
        facts,
        meetings=tuple(
            replace(each, invited=each.invited - {party}, present=each.present - {party})
            if each.kind in kinds
            else each
            for each in facts.meetings
        ),
    )


def roles_at(facts: Facts, kind: OrganisationKind) -> set[Role | None]:
    """In which roles organisations of this kind take part."""
    return {party.role for party in facts.parties if party.organisation_kind is kind}


def joined(parties: Collection[Party], role: Role) -> bool:
    """Whether somebody takes part in this role."""
    return any(party.role is role for party in parties)
