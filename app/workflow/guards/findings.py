"""What professionals judge and record, and how the questions of a child are classified."""

from app.domain.actors import OrganisationKind
from app.domain.regie import Level
from app.workflow.facts import Facts
from app.workflow.guards.kernel import Operation, Params, Reason, Takes, guard, operation_with, refused
from app.workflow.model import AssessmentKind


def _to_record(kind: AssessmentKind, helpful: tuple[str, ...]) -> Operation:
    return operation_with("assessment.create", {"kind": kind.key}, "outcome", helpful)


def _assessed(facts: Facts, kind: AssessmentKind, outcomes: tuple[str, ...], *, fresh: bool = False) -> list[Reason]:
    """What is lacking in the latest assessment of this kind; no `outcomes` means that each will do."""
    helpful = outcomes or tuple(outcome.code for outcome in kind.outcomes)
    latest = facts.assessment(kind.key)
    if latest is None or (fresh and not latest.fresh):
        code, nl, en = "vastlegging_ontbreekt", "Nog vast te leggen: {}.", "Still to be recorded: {}."
    elif latest.outcome not in helpful:
        code, nl, en = "uitkomst_anders", "De uitkomst laat dit niet toe: {}.", "The outcome does not allow this: {}."
    elif latest.outcome in kind.needs_reason and not (latest.reason or "").strip():
        code, nl, en = "reden_ontbreekt", "Bij deze uitkomst hoort een reden: {}.", "This outcome needs a reason: {}."
    else:
        return []
    return [
        Reason(
            code,
            nl.format(kind.title.nl),
            en.format(kind.title.en),
            kind.roles,
            _to_record(kind, helpful),
            kind.category,
        )
    ]


@guard(kind=Takes.ASSESSMENT, optional={"outcomes": Takes.OUTCOMES, "fresh": Takes.FLAG})
def assessment_recorded(facts: Facts, params: Params) -> list[Reason]:
    """The kind was assessed, with one of these outcomes where they are named (for example 001:283-289, 001:293).

    An outcome that says nothing without a reason counts only with one. `fresh`: recorded since the case came to this
    step; what was found before does not count.
    """
    return _assessed(facts, params.assessment(), params.texts("outcomes"), fresh=params.flag("fresh"))


@guard(kinds=Takes.ASSESSMENTS)
def any_assessment_recorded(facts: Facts, params: Params) -> list[Reason]:
    """At least one of these kinds was assessed: the school chooses (001:331-335, "bijvoorbeeld")."""
    kinds = [params.route.assessments[key] for key in params.texts("kinds")]
    lacking = [_assessed(facts, kind, ()) for kind in kinds]
    return [] if any(not reasons for reasons in lacking) else lacking[0]


@guard(
    kind=Takes.ASSESSMENT,
    when=Takes.ASSESSMENT,
    when_outcomes=Takes.WHEN_OUTCOMES,
    optional={"outcomes": Takes.OUTCOMES},
)
def assessment_recorded_when(facts: Facts, params: Params) -> list[Reason]:
    """As `assessment_recorded`, but only when the assessment `when` has one of `when_outcomes` (001:147, 001:301)."""
    latest = facts.assessment(params.text("when"))
    if latest is None or latest.outcome not in params.texts("when_outcomes"):
        return []
    return _assessed(facts, params.assessment(), params.texts("outcomes"))


@guard(kind=Takes.ASSESSMENT, outcomes=Takes.OUTCOMES)
def assessment_is_not(facts: Facts, params: Params) -> list[Reason]:
    """The latest outcome is not one of these; nothing recorded is fine (001:343, a wish for casusregie goes first)."""
    kind = params.assessment()
    latest = facts.assessment(kind.key)
    if latest is None or latest.outcome not in params.texts("outcomes"):
        return []
    helpful = tuple(outcome.code for outcome in kind.outcomes if outcome.code not in params.texts("outcomes"))
    return [
        Reason(
            "uitkomst_anders",
            f"De uitkomst laat dit niet toe: {kind.title.nl}.",
            f"The outcome does not allow this: {kind.title.en}.",
            kind.roles,
            _to_record(kind, helpful),
            kind.category,
        )
    ]


def _kept_out(facts: Facts, organisation: OrganisationKind) -> bool:
    """The family said no to sharing with it. A school that the child does not have can't be kept out."""
    if organisation is OrganisationKind.SCHOOL and not facts.school_known:
        return False
    return refused(facts, organisation)


@guard(
    kind=Takes.QUESTION,
    levels=Takes.LEVELS,
    optional={
        "unless_refused": Takes.ORGANISATION,
        "unless": Takes.ASSESSMENT,
        "unless_outcomes": Takes.UNLESS_OUTCOMES,
    },
)
def question_is(facts: Facts, params: Params) -> list[Reason]:
    """The leervraag or leefvraag is classified at one of these levels (001:9, 001:321, 001:353-359).

    `kind` is the assessment by which it is classified; once the kind to which that one yields was recorded, only the
    latter counts. `unless_refused`: the condition falls away when the family said no to sharing with that kind of
    organisation, so that a refusal narrows the route and never blocks it. `unless`, `unless_outcomes`: it falls away
    too where that assessment has one of these outcomes (001:127 no jeugdhulp, 001:145 unsafety).
    """
    if params.text("unless_refused") and _kept_out(facts, params.organisation_kind("unless_refused")):
        return []
    instead = facts.assessment(params.text("unless")) if params.text("unless") else None
    if instead is not None and instead.outcome in params.texts("unless_outcomes"):
        return []
    kind = params.assessment()
    if kind.yields_to and facts.assessment(kind.yields_to):
        kind = params.route.assessments[kind.yields_to]
    question = kind.sets or ""
    value = facts.leervraag if question == "leervraag" else facts.leefvraag
    levels = {Level(name) for name in params.texts("levels")}
    if value is not None and params.route.level(value) in levels:
        return []
    helpful = tuple(outcome.code for outcome in kind.outcomes if params.route.level(outcome.code) in levels)
    if value is None:
        code, nl, en = f"{question}_niet_ingedeeld", "is nog niet ingedeeld", "was not classified yet"
    else:
        code, nl, en = (
            f"{question}_anders",
            "is anders ingedeeld dan deze stap vraagt",
            "is not classified as this asks",
        )
    return [
        Reason(
            code,
            f"De {question} {nl}: {kind.title.nl}.",
            f"The {question} {en}: {kind.title.en}.",
            kind.roles,
            _to_record(kind, helpful),
            kind.category,
        )
    ]


@guard(kind=Takes.QUESTION)
def class_agrees(facts: Facts, params: Params) -> list[Reason]:
    """The leefvraag, unless it is not there, has the problem class of the intake (001:293-299): one judgement."""
    if facts.leefvraag in {None, "geen"} or facts.problem_class in {None, facts.leefvraag}:
        return []
    kind = params.assessment()
    return [
        Reason(
            "probleemklasse_verschilt",
            "De leefvraag en de probleemklasse zijn verschillend ingedeeld.",
            "The leefvraag and the problem class are classified differently.",
            kind.roles,
            Operation("assessment.create", {"kind": kind.key, "outcome": facts.problem_class or ""}),
            kind.category,
        )
    ]
