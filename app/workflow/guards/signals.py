"""The child, the school, the first signal and the talk that comes before everything else."""

from app.domain.actors import Category, Role
from app.domain.policy import Action
from app.workflow.facts import Facts
from app.workflow.guards.kernel import PARENTS, Operation, Params, Reason, Takes, guard, who_may
from app.workflow.model import NoteKind, Route

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
            Role.GEZINSWERKER_BUURTTEAM,
        }
    ),
)


@guard()
def school_known(facts: Facts, _: Params) -> list[Reason]:
    """The child is enrolled at a school in the register; without one there is nobody to hand anything to (001:281)."""
    if facts.school_known:
        return []
    return [
        Reason(
            "school_onbekend",
            "Leg eerst vast op welke school het kind zit.",
            "First record at which school the child is enrolled.",
            who_may(Action.CASE_UPDATE),
            Operation("case.update"),
        )
    ]


@guard()
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


@guard()
def deelverband_known(facts: Facts, _: Params) -> list[Reason]:
    """The deelverband is known; it follows from the school, never from where the child lives (001:242)."""
    if facts.deelverband_known:
        return []
    return [
        Reason(
            "deelverband_onbekend",
            "Het deelverband volgt uit de school; leg de school vast, of laat haar gegevens aanvullen.",
            "The deelverband follows from the school; record the school, or have its data completed.",
            who_may(Action.CASE_UPDATE),
            Operation("case.update"),
        )
    ]


def _note_made(facts: Facts, kind: NoteKind, roles: tuple[Role, ...], route: Route, *, fresh: bool = False) -> bool:
    """Whether one of these roles recorded a talk of this kind with somebody, and everybody, whom it must reach.

    A youth who decides alone (from 16) may stand for the parents.
    """
    whom = _heard(kind, facts, route.consent.youth_alone_from)
    return facts.talked(kind.key, roles, frozenset(whom), _everyone(kind, facts, route), fresh=fresh)


def _everyone(kind: NoteKind, facts: Facts, route: Route) -> frozenset[frozenset[str]]:
    """Of each of these groups somebody must have been there: who has a say at this age, and who holds the regie."""
    age, rule = facts.age, route.consent
    groups: set[frozenset[str]] = set()
    for whom in kind.with_all:
        match whom:
            case "ouders" if age is None or age < rule.youth_alone_from:
                groups.add(frozenset(PARENTS))
            case "jeugdige" if age is not None and age >= rule.youth_from:
                groups.add(frozenset({Role.JEUGDIGE}))
            case "regie":
                groups.add(
                    frozenset(
                        role
                        for side, roles in route.regie.holders.items()
                        for role in roles
                        if facts.regie in {None, side}
                    )
                )
    return frozenset(groups)


def _heard(kind: NoteKind, facts: Facts, youth_alone_from: int) -> set[str]:
    whom = {str(role) for role in kind.with_whom}
    if not whom.isdisjoint(PARENTS) and facts.age is not None and facts.age >= youth_alone_from:
        whom.add(Role.JEUGDIGE)
    return whom


def must_hear(kind: NoteKind, facts: Facts, route: Route) -> set[str]:
    """With whom a talk of this kind is held: one of these roles at least; empty when anybody will do."""
    return _heard(kind, facts, route.consent.youth_alone_from)


def must_all_hear(kind: NoteKind, facts: Facts, route: Route) -> frozenset[frozenset[str]]:
    """With whom else a talk of this kind is held: somebody of each of these groups of roles."""
    return _everyone(kind, facts, route)


def _house(kind: NoteKind, role: Role) -> tuple[Role, ...]:
    """Who may hold and record a talk for `role`: his own house; for a family's signal, whoever received it."""
    for house in _HOUSES:
        if role in house:
            return tuple(each for each in kind.roles if each in house)
    return kind.roles


@guard(talk=Takes.NOTE, contact=Takes.NOTE)
def first_talk_held(facts: Facts, params: Params) -> list[Reason]:
    """Whoever signals talks with the parents first; parents who come themselves are heard, and that is noted.

    | First signal | Needed |
    |---|---|
    | by a professional (001:253, 001:263, 001:267) | a note `talk` with the parents, by a colleague of the same house |
    | by the youth | the same, by whoever received it; from the age of consent alone a note `contact` with the youth |
    | by a parent (001:255-259) | a note `contact` by whoever received it |
    | safety at stake in any signal | nothing |
    """
    if facts.safety_at_stake():
        return []
    first = facts.first_signal()
    if first is None:
        return [
            Reason(
                "signaal_ontbreekt",
                "Er is nog geen signaal vastgelegd.",
                "No signal was recorded yet.",
                who_may(Action.SIGNAL_CREATE),
            )
        ]
    alone = facts.age is not None and facts.age >= params.route.consent.youth_alone_from
    own = first.given_by == "ouder" or (first.given_by == "jeugdige" and alone)
    kind = params.note("contact" if own else "talk")
    roles = _house(kind, first.author_role)
    if _note_made(facts, kind, roles, params.route):
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


@guard(kind=Takes.NOTE, optional={"fresh": Takes.FLAG})
def note_made(facts: Facts, params: Params) -> list[Reason]:
    """A talk of this kind is recorded, held with somebody whom it must reach (for example 001:209, 003:14).

    `fresh`: since the case came to this step; an earlier talk does not count.
    """
    kind = params.note()
    if _note_made(facts, kind, kind.roles, params.route, fresh=params.flag("fresh")):
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


@guard(kind=Takes.NOTE)
def parents_informed(facts: Facts, params: Params) -> list[Reason]:
    """The parents were told of the registrations (001:289), unless telling them could endanger the child."""
    return [] if facts.safety_at_stake() else note_made(facts, params)


@guard()
def no_leefvraag_signalled(facts: Facts, _: Params) -> list[Reason]:
    """No signal speaks of a leefvraag; otherwise the jeugdverpleegkundige is called first (001:337)."""
    if not facts.signalled(("leefvraag", "beide")):
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


@guard()
def signal_is_own(facts: Facts, _: Params) -> list[Reason]:
    """Every signal is the asker's own: nobody takes back what another brought in, parent, youth or worker (001:30).

    The reason does not say whose the other signal is.
    """
    if facts.first_signal() is not None and facts.only_own_signals:
        return []
    return [
        Reason(
            "signaal_van_ander",
            "U kunt dit niet alleen intrekken; wie het signaal behandelt kan het afsluiten.",
            "You can't take this back alone; whoever handles the signal can close it.",
            (Role.INTERN_BEGELEIDER, Role.DIRECTIE, Role.JEUGDVERPLEEGKUNDIGE, Role.LEERPLICHTAMBTENAAR),
        )
    ]


@guard(sectors=Takes.SECTORS)
def sector_is(facts: Facts, params: Params) -> list[Reason]:
    """The school of the child belongs to one of these sectors, po or vo (000:21-22)."""
    sectors = params.texts("sectors")
    if facts.sector in sectors:
        return []
    return [
        Reason(
            "andere_sector",
            f"Dit is voor leerlingen in: {', '.join(sectors)}.",
            f"This is for pupils in: {', '.join(sectors)}.",
            who_may(Action.CASE_UPDATE),
            Operation("case.update"),
        )
    ]
