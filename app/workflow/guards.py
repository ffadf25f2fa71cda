"""The reviewed conditions that a route file may name: each answers which reasons stand in the way, none when it is met.

A guard looks at the facts alone. Its parameters were checked when the route was loaded, so a guard never meets a kind,
role or outcome that does not exist. Where a fact is missing, a guard refuses.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.domain.actors import Category, OrganisationKind, Role
from app.domain.consent import Missing
from app.domain.policy import Action, may_at_all
from app.domain.regie import Level, Regie, level
from app.workflow.facts import ConsentFact, Facts, MeetingFact, PlanFact
from app.workflow.model import AssessmentKind, Effect, Json, MeetingKind, NoteKind, ParamValue, PlanKind, Route


@dataclass(frozen=True, slots=True)
class Operation:
    """The API operation that takes a reason away, with the part of its body that is already certain.

    `choices`: for a field that is left to whoever does it, the values that help.
    """

    action: str
    fields: Mapping[str, Json] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a transition can't be made now, who can change that, and how.

    `category` is what the reason itself tells about, so that a caller who may not know it is not told.
    `operation` is None where another transition, or time, must come first.
    """

    code: str
    nl: str
    en: str
    resolvers: tuple[Role, ...]
    operation: Operation | None = None
    category: Category = Category.PROCES


@dataclass(frozen=True, slots=True)
class Params:
    """What a route file gives to a guard, looked up in the words of that route."""

    values: Mapping[str, ParamValue]
    route: Route

    def text(self, name: str) -> str:
        """A single word; empty when it was left out."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of words; empty when it was left out."""
        value = self.values.get(name, ())
        return value if isinstance(value, tuple) else ()

    def flag(self, name: str) -> bool:
        """Whether something is switched on."""
        return self.values.get(name) is True

    def roles(self, name: str) -> tuple[Role, ...]:
        """A list of actors."""
        return tuple(Role(code) for code in self.texts(name))

    def organisation_kind(self, name: str) -> OrganisationKind:
        """A kind of organisation."""
        return OrganisationKind(self.text(name))

    def assessment(self, name: str = "kind") -> AssessmentKind:
        """A kind of assessment of this route."""
        return self.route.assessments[self.text(name)]

    def note(self, name: str = "kind") -> NoteKind:
        """A kind of note of this route."""
        return self.route.notes[self.text(name)]

    def meeting(self) -> MeetingKind:
        """A kind of meeting of this route."""
        return self.route.meetings[self.text("kind")]

    def plan(self) -> PlanKind:
        """A kind of plan of this route."""
        return self.route.plans[self.text("kind")]


class Takes(StrEnum):
    """What the value of a guard's parameter must be; the loader checks it against the route."""

    ASSESSMENT = "a kind of assessment"
    ASSESSMENTS = "a list of kinds of assessment"
    QUESTION = "a kind of assessment that sets leervraag or leefvraag"
    OUTCOMES = "a list of outcomes of the assessment named by `kind`"
    WHEN_OUTCOMES = "a list of outcomes of the assessment named by `when`"
    UNLESS_OUTCOMES = "a list of outcomes of the assessment named by `unless`"
    NOTE = "a kind of note"
    MEETING = "a kind of meeting"
    PLAN = "a kind of plan"
    PARTIES = "a list of parties"
    ROLES = "a list of roles"
    FUNCTION = "a function in the case"
    ORGANISATION = "a kind of organisation"
    LEVELS = "a list of levels"
    DOMAINS = "a list of domains of goals"
    EVALUATIONS = "a list of outcomes of an evaluation"
    ESCALATIONS = "a list of kinds of escalation"
    ADDRESSEE = "an addressee of escalations"
    FLAG = "true or false"


FUNCTIONS = ("casemanager", "contactpersoon", "regiehouder")
GOAL_DOMAINS = ("onderwijs", "zorg")
EVALUATION_OUTCOMES = ("bijstellen", "opschalen", "afschalen", "afsluiten")

Check = Callable[[Facts, Params], list[Reason]]


@dataclass(frozen=True, slots=True)
class Guard:
    """A guard with the parameters it must and may be given."""

    check: Check
    required: Mapping[str, Takes]
    optional: Mapping[str, Takes]


GUARDS: dict[str, Guard] = {}


def _guard(optional: Mapping[str, Takes] | None = None, **required: Takes) -> Callable[[Check], Check]:
    """Make a function known to route files under its own name."""

    def enter(check: Check) -> Check:
        GUARDS[check.__name__] = Guard(check, required, optional or {})
        return check

    return enter


# Colleagues who can do each other's first talk with a family: the house of whoever gave the signal.
_HOUSES: tuple[frozenset[Role], ...] = (
    frozenset(
        {
            Role.LEERKRACHT,
            Role.INTERN_BEGELEIDER,
            Role.GEDRAGSDESKUNDIGE_SCHOOL,
            Role.DIRECTIE,
            Role.GEDRAGSWETENSCHAPPER_ONDERWIJS,
        }
    ),
    frozenset({Role.JEUGDVERPLEEGKUNDIGE, Role.JEUGDARTS, Role.DOKTERSASSISTENTE}),
    frozenset({Role.LEERPLICHTAMBTENAAR}),
    frozenset(
        {
            Role.KIND_OUDERONDERSTEUNER,
            Role.MEDEWERKER_AANMELDTEAM,
            Role.CASEMANAGER_JEUGD,
            Role.GEDRAGSWETENSCHAPPER_SOCIAAL_TEAM,
            Role.MEDEWERKER_LOKAAL_TEAM,
        }
    ),
)

_PARENTS = (Role.OUDER, Role.WETTELIJK_VERTEGENWOORDIGER)

_ANSWERED_NO = frozenset({Missing.REFUSED, Missing.WITHDRAWN})


def _who_may(action: Action) -> tuple[Role, ...]:
    """Whom the policy table lets do this at all; whether for this case is decided when they do."""
    return tuple(role for role in Role if may_at_all((role,), action))


# --- The child, the school, the signal -------------------------------------------------------------------------------


@_guard()
def school_known(facts: Facts, _: Params) -> list[Reason]:
    """The child is enrolled at a school in the register; without one there is nobody to hand anything to (001:281)."""
    if facts.school_known:
        return []
    return [
        Reason(
            "school_onbekend",
            "Leg eerst vast op welke school het kind zit.",
            "First record at which school the child is enrolled.",
            _who_may(Action.CASE_UPDATE),
            Operation("case.update"),
        )
    ]


@_guard()
def school_unknown(facts: Facts, _: Params) -> list[Reason]:
    """The child is not enrolled yet: only then a professional goes to the samenwerkingsverband by himself (001:281)."""
    if not facts.school_known:
        return []
    return [
        Reason(
            "school_bekend",
            "Het kind staat ingeschreven op een school: de regievoerder zorg schakelt het samenwerkingsverband in.",
            "The child is enrolled at a school: the regievoerder zorg engages the samenwerkingsverband.",
            (Role.REGIEVOERDER_ZORG,),
        )
    ]


@_guard()
def deelverband_known(facts: Facts, _: Params) -> list[Reason]:
    """The deelverband is known; it follows from the school, never from where the child lives (001:242)."""
    if facts.deelverband_known:
        return []
    return [
        Reason(
            "deelverband_onbekend",
            "Het deelverband volgt uit de school; leg de school vast, of laat haar gegevens aanvullen.",
            "The deelverband follows from the school; record the school, or have its data completed.",
            _who_may(Action.CASE_UPDATE),
            Operation("case.update"),
        )
    ]


def _safety_at_stake(facts: Facts) -> bool:
    """Somebody signalled that talking with the parents could endanger the child; no guard then asks for that talk."""
    return any(signal.safety for signal in facts.signals)


def _note_made(facts: Facts, kind: NoteKind, roles: tuple[Role, ...], youth_alone_from: int) -> bool:
    """Whether one of these roles recorded a talk of this kind with somebody whom it must reach.

    A youth who decides alone (from 16) may stand for the parents.
    """
    whom = _heard(kind, facts, youth_alone_from)
    return any(
        note.kind == kind.key and note.author_role in roles and (not whom or not whom.isdisjoint(note.with_whom))
        for note in facts.notes
    )


def _heard(kind: NoteKind, facts: Facts, youth_alone_from: int) -> set[str]:
    whom = {str(role) for role in kind.with_whom}
    if not whom.isdisjoint(_PARENTS) and facts.age is not None and facts.age >= youth_alone_from:
        whom.add(Role.JEUGDIGE)
    return whom


def must_hear(kind: NoteKind, facts: Facts, route: Route) -> set[str]:
    """With whom a talk of this kind is held: one of these roles at least; empty when anybody will do."""
    return _heard(kind, facts, route.consent.youth_alone_from)


def _house(kind: NoteKind, role: Role) -> tuple[Role, ...]:
    """Who may hold and record a talk for `role`: his own house; for a family's signal, whoever received it."""
    for house in _HOUSES:
        if role in house:
            return tuple(each for each in kind.roles if each in house)
    return kind.roles


@_guard(talk=Takes.NOTE, contact=Takes.NOTE)
def first_talk_held(facts: Facts, params: Params) -> list[Reason]:
    """Whoever signals talks with the parents first; parents who come themselves are heard, and that is noted.

    | First signal | Needed |
    |---|---|
    | by a professional (001:253, 001:263, 001:267) | a note `talk` with the parents, by a colleague of the same house |
    | by the youth | the same, by whoever received it; from the age of consent alone a note `contact` with the youth |
    | by a parent (001:255-259) | a note `contact` by whoever received it |
    | safety at stake in any signal | nothing |
    """
    if _safety_at_stake(facts):
        return []
    if not facts.signals:
        return [
            Reason(
                "signaal_ontbreekt",
                "Er is nog geen signaal vastgelegd.",
                "No signal was recorded yet.",
                _who_may(Action.SIGNAL_CREATE),
            )
        ]
    first = facts.signals[0]
    alone = facts.age is not None and facts.age >= params.route.consent.youth_alone_from
    own = first.given_by == "ouder" or (first.given_by == "jeugdige" and alone)
    kind = params.note("contact" if own else "talk")
    roles = _house(kind, first.author_role)
    if _note_made(facts, kind, roles, params.route.consent.youth_alone_from):
        return []
    if own:
        return [
            Reason(
                "contactnotitie_ontbreekt",
                "Leg vast wanneer en met wie over deze zorg is gesproken, wat is besproken en wat is afgesproken.",
                "Record when and with whom this concern was discussed, what was said and what was agreed.",
                roles,
                Operation("note.create", {"kind": kind.key}),
                kind.category,
            )
        ]
    return [
        Reason(
            "oudergesprek_ontbreekt",
            "Bespreek de zorg eerst met de ouders en leg dat gesprek vast.",
            "First discuss the concern with the parents and record that talk.",
            roles,
            Operation("note.create", {"kind": kind.key}),
            kind.category,
        )
    ]


@_guard(kind=Takes.NOTE)
def note_made(facts: Facts, params: Params) -> list[Reason]:
    """A talk of this kind is recorded, held with somebody whom it must reach (for example 001:209)."""
    kind = params.note()
    if _note_made(facts, kind, kind.roles, params.route.consent.youth_alone_from):
        return []
    return [
        Reason(
            "notitie_ontbreekt",
            f"Nog vast te leggen gesprek: {kind.title.nl}.",
            f"Talk still to be recorded: {kind.title.en}.",
            kind.roles,
            Operation("note.create", {"kind": kind.key}),
            kind.category,
        )
    ]


@_guard(kind=Takes.NOTE)
def parents_informed(facts: Facts, params: Params) -> list[Reason]:
    """The parents were told of the registrations (001:289), unless telling them could endanger the child."""
    return [] if _safety_at_stake(facts) else note_made(facts, params)


@_guard()
def no_leefvraag_signalled(facts: Facts, _: Params) -> list[Reason]:
    """No signal speaks of a leefvraag; otherwise the jeugdverpleegkundige is called first (001:337)."""
    if all(signal.kind not in {"leefvraag", "beide"} for signal in facts.signals):
        return []
    return [
        Reason(
            "leefvraag_gesignaleerd",
            "Er is ook een leefvraag gesignaleerd: neem eerst contact op met de jeugdverpleegkundige.",
            "A leefvraag was signalled too: first contact the jeugdverpleegkundige.",
            (Role.LEERKRACHT, Role.INTERN_BEGELEIDER),
            category=Category.LEVEN,
        )
    ]


@_guard()
def signal_is_own(facts: Facts, _: Params) -> list[Reason]:
    """Every signal is the asker's own: nobody takes back what another brought in, parent, youth or worker (001:30).

    The reason does not say whose the other signal is.
    """
    if facts.signals and facts.only_own_signals:
        return []
    return [
        Reason(
            "signaal_van_ander",
            "U kunt dit niet alleen intrekken; wie het signaal behandelt kan het afsluiten.",
            "You can't take this back alone; whoever handles the signal can close it.",
            (Role.INTERN_BEGELEIDER, Role.DIRECTIE, Role.JEUGDVERPLEEGKUNDIGE, Role.LEERPLICHTAMBTENAAR),
        )
    ]


# --- Assessments and classifications ----------------------------------------------------------------------------------


def _operation(action: str, fields: Mapping[str, Json], name: str, helpful: tuple[str, ...]) -> Operation:
    """An operation with one more field: certain where one value helps, a choice where several do."""
    if len(helpful) == 1:
        return Operation(action, {**fields, name: helpful[0]})
    return Operation(action, fields, {name: helpful})


def _to_record(kind: AssessmentKind, helpful: tuple[str, ...]) -> Operation:
    return _operation("assessment.create", {"kind": kind.key}, "outcome", helpful)


def _assessed(facts: Facts, kind: AssessmentKind, outcomes: tuple[str, ...]) -> list[Reason]:
    """What is lacking in the latest assessment of this kind; no `outcomes` means that each will do."""
    helpful = outcomes or tuple(outcome.code for outcome in kind.outcomes)
    latest = facts.assessments.get(kind.key)
    if latest is None:
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


@_guard(kind=Takes.ASSESSMENT, optional={"outcomes": Takes.OUTCOMES})
def assessment_recorded(facts: Facts, params: Params) -> list[Reason]:
    """The kind was assessed, with one of these outcomes where they are named (for example 001:283-289, 001:293).

    An outcome that says nothing without a reason counts only with one.
    """
    return _assessed(facts, params.assessment(), params.texts("outcomes"))


@_guard(kinds=Takes.ASSESSMENTS)
def any_assessment_recorded(facts: Facts, params: Params) -> list[Reason]:
    """At least one of these kinds was assessed: the school chooses (001:331-335, "bijvoorbeeld")."""
    kinds = [params.route.assessments[key] for key in params.texts("kinds")]
    lacking = [_assessed(facts, kind, ()) for kind in kinds]
    return [] if any(not reasons for reasons in lacking) else lacking[0]


@_guard(
    kind=Takes.ASSESSMENT,
    when=Takes.ASSESSMENT,
    when_outcomes=Takes.WHEN_OUTCOMES,
    optional={"outcomes": Takes.OUTCOMES},
)
def assessment_recorded_when(facts: Facts, params: Params) -> list[Reason]:
    """As `assessment_recorded`, but only when the assessment `when` has one of `when_outcomes` (001:147, 001:301)."""
    latest = facts.assessments.get(params.text("when"))
    if latest is None or latest.outcome not in params.texts("when_outcomes"):
        return []
    return _assessed(facts, params.assessment(), params.texts("outcomes"))


@_guard(kind=Takes.ASSESSMENT, outcomes=Takes.OUTCOMES)
def assessment_is_not(facts: Facts, params: Params) -> list[Reason]:
    """The latest outcome is not one of these; nothing recorded is fine (001:343, a wish for casusregie goes first)."""
    kind = params.assessment()
    latest = facts.assessments.get(kind.key)
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


@_guard(
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
    if params.text("unless_refused") and _refused(facts, params.organisation_kind("unless_refused")):
        return []
    instead = facts.assessments.get(params.text("unless"))
    if instead is not None and instead.outcome in params.texts("unless_outcomes"):
        return []
    kind = params.assessment()
    if kind.yields_to in facts.assessments:
        kind = params.route.assessments[kind.yields_to]
    question = kind.sets or ""
    value = facts.leervraag if question == "leervraag" else facts.leefvraag
    levels = {Level(name) for name in params.texts("levels")}
    classes = params.route.regie.complex_classes
    if value is not None and level(value, classes) in levels:
        return []
    helpful = tuple(outcome.code for outcome in kind.outcomes if level(outcome.code, classes) in levels)
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


@_guard(kind=Takes.QUESTION)
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


# --- Consent and who takes part ---------------------------------------------------------------------------------------


def _refused(facts: Facts, recipient: OrganisationKind) -> bool:
    """The family was asked and said no, took its consent back, or let the last day go by without a yes from all.

    What was given in full and ran out is no refusal: it is asked anew.
    """
    consent = facts.consents.get(recipient)
    return consent is not None and not consent.in_force and (consent.code in _ANSWERED_NO or consent.lapsed)


def _family(facts: Facts, route: Route) -> tuple[str, ...]:
    """Who of the family has a say: the parents, with the youth from 12, the youth alone from 16 (`Route.consent`)."""
    if facts.age is None or facts.age < route.consent.youth_from:
        return ("ouder",)
    return ("ouder", "jeugdige") if facts.age < route.consent.youth_alone_from else ("jeugdige",)


def _family_roles(members: Iterable[str]) -> tuple[Role, ...]:
    roles: tuple[Role, ...] = ()
    for member in members:
        roles += _PARENTS if member == "ouder" else (Role.JEUGDIGE,)
    return roles


_CONSENT_TEXTS: Mapping[str, tuple[str, str]] = {
    Missing.NONE_ASKED: ("Er is nog geen toestemming", "There is no consent yet"),
    Missing.NOT_ANSWERED: ("Nog niet iedereen heeft toestemming gegeven", "Not everybody has given consent yet"),
    Missing.REFUSED: ("De toestemming is geweigerd", "Consent was refused"),
    Missing.WITHDRAWN: ("De toestemming is ingetrokken", "Consent was withdrawn"),
    Missing.EXPIRED: ("De toestemming is verlopen", "Consent has expired"),
}

_RECIPIENTS = {
    OrganisationKind.SCHOOL: ("de school", "the school"),
    OrganisationKind.SCHOOLBESTUUR: ("het schoolbestuur", "the school board"),
    OrganisationKind.SAMENWERKINGSVERBAND: ("het samenwerkingsverband", "the samenwerkingsverband"),
    OrganisationKind.GEMEENTE: ("de gemeente", "the municipality"),
    OrganisationKind.SOCIAAL_TEAM: ("het sociaal team", "the sociaal team"),
    OrganisationKind.LEERPLICHT: ("leerplicht", "leerplicht"),
    OrganisationKind.JGZ: ("de jeugdgezondheidszorg", "youth health care"),
    OrganisationKind.JEUGDHULPAANBIEDER: ("de jeugdhulpaanbieder", "the jeugdhulp provider"),
    OrganisationKind.STAGNATIEPUNT: ("het stagnatiepunt", "the stagnatiepunt"),
    OrganisationKind.OVERIG: ("deze organisatie", "this organisation"),
}


def _birth_date_missing() -> Reason:
    return Reason(
        "geboortedatum_onbekend",
        "Leg eerst de geboortedatum vast: die bepaalt wie er meebeslist.",
        "First record the date of birth: it decides who has a say.",
        _who_may(Action.YOUNG_PERSON_UPDATE),
        Operation("young-person.update"),
    )


def _consent_lacking(consent: ConsentFact | None, recipient: OrganisationKind, family: tuple[str, ...]) -> Reason:
    """Why nothing may be shared. The family decides; who may ask it is named too, because asking comes first."""
    code = (consent.code if consent else None) or Missing.NONE_ASKED.value
    if code == Missing.BIRTH_DATE_UNKNOWN:
        return _birth_date_missing()
    if code == Missing.GEZAG_UNKNOWN:
        return Reason(
            code,
            "Leg eerst vast wie het gezag heeft.",
            "First record who holds the gezag.",
            _who_may(Action.GUARDIAN_UPDATE),
            Operation("guardian.update"),
        )
    nl, en = _CONSENT_TEXTS[code]
    to_nl, to_en = _RECIPIENTS[recipient]
    return Reason(
        code,
        f"{nl} om met {to_nl} te delen.",
        f"{en} to share with {to_en}.",
        _family_roles((consent.missing if consent else ()) or family) + _who_may(Action.CONSENT_CREATE),
        Operation("consent.create", {"recipientKind": recipient.value}),
    )


@_guard(recipient=Takes.ORGANISATION, optional={"only_if_enrolled": Takes.FLAG})
def consent_in_force(facts: Facts, params: Params) -> list[Reason]:
    """Consent towards this kind of organisation is in force today (001:253, 001:263, 001:271, 001:341).

    `only_if_enrolled`: not asked for a child without a school, for whom there is nobody to share with.
    """
    if params.flag("only_if_enrolled") and not facts.school_known:
        return []
    recipient = params.organisation_kind("recipient")
    consent = facts.consents.get(recipient)
    if consent is not None and consent.in_force:
        return []
    return [_consent_lacking(consent, recipient, _family(facts, params.route))]


@_guard(recipient=Takes.ORGANISATION)
def consent_not_in_force(facts: Facts, params: Params) -> list[Reason]:
    """There is no consent towards this kind of organisation; with it, the ordinary way must be taken (001:337-341)."""
    recipient = params.organisation_kind("recipient")
    consent = facts.consents.get(recipient)
    if consent is None or not consent.in_force:
        return []
    to_nl, to_en = _RECIPIENTS[recipient]
    return [
        Reason(
            "toestemming_van_kracht",
            f"Er is toestemming om met {to_nl} te delen: volg de gewone weg.",
            f"There is consent to share with {to_en}: take the ordinary way.",
            _family_roles(_family(facts, params.route)),
        )
    ]


def _involved(facts: Facts, *kinds: OrganisationKind) -> bool:
    return any(party.organisation_kind in kinds for party in facts.parties)


@_guard(organisation=Takes.ORGANISATION, by=Takes.ROLES, optional={"only_if_enrolled": Takes.FLAG})
def involved_or_refused(facts: Facts, params: Params) -> list[Reason]:
    """This kind of organisation takes part, or the family was asked and said no (001:341, 001:351).

    `by`: who can call it in, by a transition of its own. `only_if_enrolled`: not asked for a child without a school.
    """
    if params.flag("only_if_enrolled") and not facts.school_known:
        return []
    kind = params.organisation_kind("organisation")
    if _involved(facts, kind) or _refused(facts, kind):
        return []
    consent = facts.consents.get(kind)
    if consent is None or not consent.in_force:
        return [_consent_lacking(consent, kind, _family(facts, params.route))]
    to_nl, to_en = _RECIPIENTS[kind]
    return [
        Reason(
            "niet_betrokken",
            f"Betrek eerst {to_nl}: er is toestemming voor.",
            f"First involve {to_en}: there is consent for it.",
            params.roles("by"),
            _calling_in(facts, params.route, kind),
        )
    ]


def _settling(facts: Facts, route: Route) -> Operation | None:
    """The transition from this step that puts a plan in force; None when another step comes first."""
    keys = tuple(
        transition.key
        for transition in route.transitions.values()
        if facts.step in transition.origins and Effect.PUT_PLAN_IN_FORCE in transition.effects
    )
    return _operation("transition.perform", {}, "transition", keys) if keys else None


def _calling_in(facts: Facts, route: Route, kind: OrganisationKind) -> Operation | None:
    """The transition from this step that calls in this kind of organisation; None when another step comes first."""
    keys = tuple(
        transition.key
        for transition in route.transitions.values()
        if facts.step in transition.origins and any(party.organisation_kind is kind for party in transition.involve)
    )
    return _operation("transition.perform", {}, "transition", keys) if keys else None


@_guard(organisation=Takes.ORGANISATION)
def organisation_not_involved(facts: Facts, params: Params) -> list[Reason]:
    """This kind of organisation takes no part in the case (001:281, a route without a school)."""
    kind = params.organisation_kind("organisation")
    if not _involved(facts, kind):
        return []
    to_nl, to_en = _RECIPIENTS[kind]
    resolvers = tuple(dict.fromkeys(p.role for p in facts.parties if p.organisation_kind is kind and p.role))
    return [
        Reason(
            "al_betrokken",
            f"Dit is de weg zonder {to_nl}; die doet al mee.",
            f"This is the way without {to_en}, which takes part already.",
            resolvers or _who_may(Action.PARTICIPANT_END),
        )
    ]


@_guard(
    roles=Takes.ROLES,
    by=Takes.ROLES,
    optional={"function": Takes.FUNCTION, "only_if_enrolled": Takes.FLAG},
)
def participant_named(facts: Facts, params: Params) -> list[Reason]:
    """A worker with one of these roles takes part by name, with this function where one is asked (001:129, 001:364).

    `by`: who can name that worker. `only_if_enrolled`: not asked for a child without a school.
    """
    if params.flag("only_if_enrolled") and not facts.school_known:
        return []
    roles, function = params.roles("roles"), params.text("function")
    if any(p.named and p.role in roles and (not function or function in p.functions) for p in facts.parties):
        return []
    functions: Json = [function] if function else []
    who = " / ".join(role.value.replace("_", " ") for role in roles)
    return [
        Reason(
            f"{function}_ontbreekt" if function else "betrokkene_ontbreekt",
            f"Leg vast wie {function or 'betrokken'} is: {who}.",
            f"Record by name who is {function or 'involved'}: {who}.",
            params.roles("by"),
            _operation("participant.create", {"functions": functions}, "role", roles),
        )
    ]


# --- Meetings ---------------------------------------------------------------------------------------------------------


def _excused(facts: Facts, route: Route, party: str) -> bool:
    """A party that can't take part: there is no school, or the family said no to sharing with it."""
    kinds = route.parties[party].organisation_kinds
    if OrganisationKind.SCHOOL in kinds and not facts.school_known:
        return True
    return bool(kinds) and not _involved(facts, *kinds) and all(_refused(facts, kind) for kind in kinds)


def _meeting_lacks(meeting: MeetingFact, kind: MeetingKind, facts: Facts, route: Route) -> list[Reason]:
    """What still stands between this meeting and one that counts; what was held is not corrected but held again."""
    required = [party for party in kind.required if not _excused(facts, route, party)]
    invited = (*required, *(_family(facts, route) if kind.family_invited else ()))
    again = Operation("meeting.create", {"kind": kind.key})
    reasons = [
        Reason(
            "uitnodiging_ontbreekt",
            f"Niet uitgenodigd voor {kind.title.nl}: {route.parties[party].title.nl}.",
            f"Not invited to {kind.title.en}: {route.parties[party].title.en}.",
            kind.roles,
            again if meeting.held else Operation("meeting.invite", {"party": party}),
        )
        for party in invited
        if party not in meeting.invited and party not in meeting.absent_with_reason
    ]
    if not meeting.held:
        report = Reason(
            "overleg_niet_gehouden",
            f"Het verslag ontbreekt nog: {kind.title.nl}.",
            f"The report is still missing: {kind.title.en}.",
            kind.roles,
            Operation("meeting.report"),
        )
        return [*reasons, report]
    return reasons + [
        Reason(
            "afwezigheid_zonder_reden",
            f"Niet aanwezig en zonder reden bij {kind.title.nl}: {route.parties[party].title.nl}.",
            f"Absent without a reason from {kind.title.en}: {route.parties[party].title.en}.",
            kind.roles,
            again,
        )
        for party in required
        if party not in meeting.present and party not in meeting.absent_with_reason
    ]


@_guard(kind=Takes.MEETING)
def meeting_held(facts: Facts, params: Params) -> list[Reason]:
    """A meeting of this kind was held as the route asks (001:47, 001:351).

    Each required party was invited and present, or its absence has a reason; a party is passed over when there is no
    school, or when the family said no to sharing with it. Of the family those who have a say at this age were invited.
    One such meeting suffices; otherwise the reasons are those of the newest.
    """
    kind = params.meeting()
    if kind.family_invited and facts.age is None:
        return [_birth_date_missing()]
    meetings = [meeting for meeting in facts.meetings if meeting.kind == kind.key]
    if not meetings:
        return [
            Reason(
                "overleg_ontbreekt",
                f"Nog te plannen: {kind.title.nl}.",
                f"Still to be planned: {kind.title.en}.",
                kind.roles,
                Operation("meeting.create", {"kind": kind.key}),
            )
        ]
    lacking = [_meeting_lacks(meeting, kind, facts, params.route) for meeting in meetings]
    return [] if any(not reasons for reasons in lacking) else lacking[-1]


# --- The plan ---------------------------------------------------------------------------------------------------------


def _plan(facts: Facts, kind: PlanKind) -> PlanFact | None:
    return facts.plan if facts.plan is not None and facts.plan.kind == kind.key else None


def _to_plan(kind: PlanKind, code: str, nl: str, en: str) -> Reason:
    return Reason(code, nl, en, kind.roles, Operation("plan.create", {"kind": kind.key}))


# Each side writes the goals of its own domain (001:356, 001:360): named first, before the others who write the plan.
_WRITES_GOALS = {"onderwijs": Regie.ONDERWIJS, "zorg": Regie.CASEMANAGER}


def _no_plan(kind: PlanKind) -> Reason:
    return _to_plan(kind, "plan_ontbreekt", f"Nog te maken: {kind.title.nl}.", f"Still to be made: {kind.title.en}.")


@_guard(kind=Takes.PLAN, domains=Takes.DOMAINS)
def plan_complete(facts: Facts, params: Params) -> list[Reason]:
    """The plan holds what the route asks (001:351-364).

    Goals in each of these domains, each measurable and with an action that has an owner; the regie; the date of the
    evaluation; and the toekomstperspectief.
    """
    kind = params.plan()
    plan = _plan(facts, kind)
    if plan is None:
        return [_no_plan(kind)]
    reasons = [
        Reason(
            "doel_ontbreekt",
            f"Er staat nog geen doel in het plan voor: {domain}.",
            f"The plan has no goal yet for: {domain}.",
            tuple(dict.fromkeys((*params.route.regie.holders[_WRITES_GOALS[domain]], *kind.roles))),
            Operation("plan.goal.create", {"domain": domain}),
        )
        for domain in params.texts("domains")
        if domain not in plan.goal_domains
    ]
    if plan.unmeasured_goals:
        reasons.append(
            _to_plan(
                kind,
                "doel_niet_meetbaar",
                "Een doel heeft nog geen maat of streefdatum.",
                "A goal has no measure or target date yet.",
            )
        )
    if plan.goals_without_action:
        reasons.append(
            Reason(
                "actie_ontbreekt",
                "Een doel heeft nog geen actie met iemand die haar uitvoert en een datum.",
                "A goal has no action with an owner and a date yet.",
                kind.roles,
                Operation("plan.action.create"),
            )
        )
    if plan.evaluation_date is None:
        reasons.append(
            _to_plan(
                kind,
                "evaluatiedatum_ontbreekt",
                "In het plan staat nog niet wanneer het wordt geëvalueerd.",
                "The plan does not say yet when it is evaluated.",
            )
        )
    if not plan.perspective:
        reasons.append(
            _to_plan(
                kind,
                "toekomstperspectief_ontbreekt",
                "In het plan staat nog geen toekomstperspectief.",
                "The plan has no toekomstperspectief yet.",
            )
        )
    if plan.regie is None:
        reasons.append(
            Reason(
                "regie_ontbreekt",
                "In het plan staat nog niet wie de procesregie heeft.",
                "The plan does not say yet who holds the procesregie.",
                kind.roles,
                _operation("plan.create", {"kind": kind.key}, "regie", tuple(Regie)),
            )
        )
    return reasons


@_guard(kind=Takes.PLAN)
def regiehouder_named(facts: Facts, params: Params) -> list[Reason]:
    """A worker holds the regie by name, from the side to which the plan gives it (001:353-362)."""
    kind = params.plan()
    plan = _plan(facts, kind)
    if plan is None:
        # Named before the plan gives the regie to a side, it could be somebody of the other side.
        return [_no_plan(kind)]
    regie = plan.regie
    sides = [Regie(regie)] if regie else list(Regie)
    roles = tuple(role for side in sides for role in params.route.regie.holders[side])
    if regie and any(p.named and p.role in roles and "regiehouder" in p.functions for p in facts.parties):
        return []
    return [
        Reason(
            "regiehouder_ontbreekt",
            "Leg vast wie de regie houdt, namens de kant die het plan noemt.",
            "Record by name who holds the regie, on the side that the plan names.",
            roles,
            _operation("participant.create", {"functions": ["regiehouder"]}, "role", roles),
        )
    ]


@_guard(kind=Takes.PLAN, parties=Takes.PARTIES)
def plan_agreed(facts: Facts, params: Params) -> list[Reason]:
    """These parties and the family agree with the plan (001:351).

    Of the family: the parents, with the youth from 12, the youth alone from 16. A party is passed over when there is no
    school, or when it takes no part because the family said no.
    """
    kind = params.plan()
    plan = _plan(facts, kind)
    if plan is None:
        return [_no_plan(kind)]
    route = params.route
    reasons = [_birth_date_missing()] if facts.age is None else []
    asked = [party for party in params.texts("parties") if not _excused(facts, route, party)]
    return reasons + [
        Reason(
            "instemming_ontbreekt",
            f"Nog niet ingestemd met het plan: {route.parties[party].title.nl}.",
            f"Has not agreed with the plan yet: {route.parties[party].title.en}.",
            route.parties[party].roles,
            Operation("plan.approve", {"party": party}),
        )
        for party in (*asked, *_family(facts, route))
        if party not in plan.approved_by
    ]


@_guard(kind=Takes.PLAN)
def plan_is_draft(facts: Facts, params: Params) -> list[Reason]:
    """The newest version of the plan is not in force yet: what is agreed is not agreed twice (001:364)."""
    kind = params.plan()
    plan = _plan(facts, kind)
    if plan is None:
        return [_no_plan(kind)]
    if not plan.in_force:
        return []
    return [
        _to_plan(
            kind,
            "plan_al_van_kracht",
            "Het plan is al van kracht; maak eerst een nieuwe versie.",
            "The plan is in force already; first make a new version.",
        )
    ]


@_guard(kind=Takes.PLAN, outcomes=Takes.EVALUATIONS, parties=Takes.PARTIES)
def plan_evaluated(facts: Facts, params: Params) -> list[Reason]:
    """The plan in force was evaluated with this outcome, with the contact persons of these parties (001:364).

    A party's contact person took part when the party is named among `PlanFact.evaluation_parties`.
    """
    kind, route = params.plan(), params.route
    plan = _plan(facts, kind)
    if plan is None:
        return [_no_plan(kind)]
    if not plan.in_force:
        return [
            Reason(
                "plan_niet_van_kracht",
                "Het plan is nog niet van kracht; stel het eerst vast.",
                "The plan is not in force yet; settle it first.",
                kind.roles,
                _settling(facts, route),
            )
        ]
    outcomes = params.texts("outcomes")
    asked: Json = [party for party in params.texts("parties") if not _excused(facts, route, party)]
    evaluate = _operation("plan.evaluate", {"parties": asked}, "outcome", outcomes)
    if plan.evaluation is None:
        return [
            Reason(
                "evaluatie_ontbreekt",
                "Het plan is nog niet geëvalueerd sinds het van kracht werd.",
                "The plan was not evaluated since it came in force.",
                kind.roles,
                evaluate,
            )
        ]
    reasons = []
    if plan.evaluation not in outcomes:
        reasons.append(
            Reason(
                "evaluatie_anders",
                "De laatste evaluatie had een andere uitkomst.",
                "The latest evaluation had another outcome.",
                kind.roles,
                evaluate,
            )
        )
    return reasons + [
        Reason(
            "contactpersoon_niet_betrokken",
            f"De contactpersoon was niet betrokken bij de evaluatie: {route.parties[party].title.nl}.",
            f"The contact person was not part of the evaluation: {route.parties[party].title.en}.",
            kind.roles,
            evaluate,
        )
        for party in asked
        if party not in plan.evaluation_parties
    ]


# --- Escalation -------------------------------------------------------------------------------------------------------


@_guard(kinds=Takes.ESCALATIONS, addressed_to=Takes.ADDRESSEE)
def escalation_open(facts: Facts, params: Params) -> list[Reason]:
    """One of these was raised with this addressee and is not resolved yet (001:275-279)."""
    kinds, addressee = params.texts("kinds"), params.text("addressed_to")
    if any(e.kind in kinds and e.addressed_to == addressee and not e.resolved for e in facts.escalations):
        return []
    may = [e.roles for e in params.route.escalations if e.addressed_to == addressee and set(kinds) & set(e.kinds)]
    return [
        Reason(
            "escalatie_ontbreekt",
            "Leg eerst vast wat er vastloopt: " + ", ".join(kind.replace("_", " ") for kind in kinds) + ".",
            "First record what is stuck: " + ", ".join(kind.replace("_", " ") for kind in kinds) + ".",
            tuple(dict.fromkeys(role for roles in may for role in roles)),
            _operation("escalation.create", {"addressedTo": addressee}, "kind", kinds),
        )
    ]
