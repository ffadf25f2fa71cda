"""Cases: open one on a first signal, read it, enrol the child at a school."""

from uuid import UUID

from app.db import reach
from app.db.session import Row
from app.db.tables import Case, Participant, Signal
from app.domain import choices
from app.domain.actors import FAMILY_ROLES, OrganisationKind, Role
from app.domain.errors import Conflict, Fault, Invalid, NotPermitted, NotVisible
from app.domain.grounds import ENTRANCES, OWN_GROUND
from app.domain.ids import new_id
from app.domain.policy import Action, house_category
from app.services import partners
from app.services.bodies import CaseBody, CasePatch, SignalBody
from app.services.work import Work
from app.workflow.loader import UnknownRoute, current, load_routes, pinned
from app.workflow.model import Route, Status


async def child(work: Work, young_person_id: UUID, *, among: frozenset[Role] | None = None) -> Row:
    """The child, when the caller has this action for it: id, school_id, municipality_code, and the role that permits.

    With `among` only by these of the caller's roles.

    Raises:
        NotVisible: whether the child is known here is nobody else's business.
        NotPermitted: the caller may see the child, but not do this: a parent whose child is sixteen.
    """
    row = await _reached(work, young_person_id, work.ask.action, work.roles if among is None else among)
    if row is None:
        if await _reached(work, young_person_id, Action.YOUNG_PERSON_READ, work.roles) is None:
            raise NotVisible
        raise NotPermitted
    work.about.role = row["role"]
    if work.represents:
        work.about.on_behalf_of = young_person_id
    return row


async def _reached(work: Work, young_person_id: UUID, action: Action, roles: frozenset[Role]) -> Row | None:
    return await work.session.row(
        f"select y.id, y.school_id, y.municipality_code, m.role from young_people y"
        f" join ({reach.children(roles, action)}) m on m.young_person_id = y.id"
        " where y.id = %(id)s order by m.role limit 1",
        id=young_person_id,
    )


def route_of(key: str) -> Route:
    """The version of the route that takes new cases: the newest in force, never a draft. Raises Invalid."""
    try:
        return current(key)
    except UnknownRoute:
        open_ones = {route.key for route in load_routes().values() if route.status is Status.IN_FORCE}
        known = ", ".join(sorted(open_ones))
        raise Invalid(
            Fault(
                "/route",
                "onbekende_route",
                f"Deze route is niet van kracht. Kies uit: {known}.",
                f"This route is not in force. Choose from: {known}.",
            )
        ) from None


def pinned_route(case: Row) -> Route:
    """The version of the route that the case is on, whatever newer ones there are."""
    return pinned(case["route"], case["route_version"])


async def open_for_writing(work: Work, case_id: UUID) -> Route:
    """The case under lock, for adding something to it; the route it is on.

    Raises:
        NotVisible, NotPermitted: as for every case.
        Conflict: the case is closed; reopening comes first.
    """
    case = await work.case(case_id, lock=True)
    if case["closed_at"] is not None:
        raise Conflict(
            "Deze zaak is afgesloten. Heropen haar eerst, met een reden.",
            "This case is closed. Reopen it first, with a reason.",
            code="zaak-gesloten",
        )
    if work.represents:
        work.about.on_behalf_of = case["young_person_id"]
    return pinned_route(case)


async def not_apart(work: Work, case_id: UUID) -> None:
    """Hold who is in a case by an exception alone to what stays within its own house (Jeugdwet 7.3.4, 7.3.15 lid 4).

    Where the case stands is read by the parents too, who must not learn that help went on without them.
    Raises NotPermitted.
    """
    row = await work.session.row(
        "select app_organisation() = any (app_apart(%(id)s)) as apart where app_organisation() is not null", id=case_id
    )
    if row is not None and row["apart"]:
        raise NotPermitted(
            "Uw organisatie is hier zonder de ouders bij betrokken, en dat lezen zij niet. Daarom verandert u niets wat"
            " zij wel lezen: waar de zaak staat en hoe die is ingedeeld. Leg vast wat voor uw eigen hulp nodig is.",
            "Your organisation takes part here apart from the parents, who are not told. So you change nothing that"
            " they do read: where the case stands and how it is classified. Record what your own help needs.",
            code="buiten-de-ouders-om",
        )


async def open_case(work: Work, body: CaseBody) -> UUID:
    """Open a case: the child, the route in its present version, the first signal, who is involved from the start."""
    young = await child(work, body.young_person_id)
    route = route_of(body.route)
    role = Role(young["role"])
    check_signal(work, body.signal, opening=True)
    await check_private(work, body.signal.private_of, young_person_id=young["id"], at="/signal")
    _knows(route, role, body.signal)
    case = Case(
        young_person_id=young["id"],
        school_id=young["school_id"],
        route=route.key,
        route_version=route.version,
        step=route.start,
        opened_by=work.actor.person_id,
    )
    signal = signal_row(work, case.id, body.signal, role)
    if work.actor.organisation_id is None or work.of_family:
        # Where a family's concern enters depends on the case: its school, its municipality.
        await work.session.insert(case)
        first = await _entrance(work, case, body.signal)
        await work.session.insert(*first, signal)
    else:
        first = await _own_house(work, case, role, work.actor.organisation_id)
        await work.session.insert(case, *first, signal)
    work.about.object_type, work.about.object_id, work.about.case_id = "case", case.id, case.id
    work.about.ground = first[0].ground
    work.fact("case.opened", case_id=case.id, object_id=case.id, route=route.key)
    return case.id


def _knows(route: Route, role: Role, signal: SignalBody) -> None:
    """Who opens a case, or where a family's concern enters, must have a part on this route: else it lies with nobody.

    Raises NotPermitted.
    """
    acting = {each for transition in route.transitions.values() for each in transition.roles}
    entrance = signal.received_by_role or Role.INTERN_BEGELEIDER
    first = entrance if role in FAMILY_ROLES else role
    if first not in acting:
        raise NotPermitted(
            f"Op deze route doet {route.word(first).nl} niets. Kies een andere route, of een andere ingang.",
            f"On this route {route.word(first).en} does nothing. Choose another route, or another entrance.",
        )


async def _own_house(work: Work, case: Case, role: Role, organisation_id: UUID) -> list[Participant]:
    """A professional opens: in the case from its first moment is he or she, and the house where the concern lies."""
    home = await partners.organisation(work, organisation_id)
    kind = OrganisationKind(home["kind"]) if home else OrganisationKind.OVERIG
    ground = OWN_GROUND[kind]
    involved = [_participant(work, case, organisation_id, ground, role=role, worker_id=work.actor.person_id)]
    if kind is OrganisationKind.SCHOOL:
        involved.append(_participant(work, case, organisation_id, ground))
    return involved


async def _entrance(work: Work, case: Case, signal: SignalBody) -> list[Participant]:
    """A parent or the youth opens: involved is whom he or she turns to, at his or her own request."""
    entrance = signal.received_by_role or Role.INTERN_BEGELEIDER
    kind = ENTRANCES[entrance]
    houses = await partners.around(work, case.id, kind)
    if not houses and kind is OrganisationKind.SAMENWERKINGSVERBAND:
        houses = await partners.nearest_swv(work, case.id)
    if not houses:
        doors = ", ".join(sorted(role for role, at in ENTRANCES.items() if at is not OrganisationKind.SCHOOL))
        raise Conflict(
            f"De jeugdige staat niet op een school ingeschreven. Noem in receivedByRole een andere ingang: {doors}.",
            f"The child is not enrolled at a school. Name another entrance in receivedByRole: {doors}.",
            code="geen-organisatie",
        )
    if kind is OrganisationKind.SCHOOL:
        # The school as such: intern begeleider and directie see it, and name the teacher.
        return [_participant(work, case, houses[0], "onderwijstaak")]
    return [_participant(work, case, houses[0], "eigen_verzoek", role=entrance)]


def _no_entrance(at: str) -> Fault:
    known = ", ".join(sorted(ENTRANCES))
    return Fault(
        f"{at}/receivedByRole",
        "geen_ingang",
        f"Hier kan een zorg niet terechtkomen. Kies uit: {known}.",
        f"A concern cannot enter here. Choose from: {known}.",
    )


def _participant(
    work: Work,
    case: Case,
    organisation_id: UUID,
    ground: str,
    *,
    role: Role | None = None,
    worker_id: UUID | None = None,
) -> Participant:
    return Participant(
        case_id=case.id,
        organisation_id=organisation_id,
        role=role,
        worker_id=worker_id,
        ground=ground,
        added_by=work.actor.person_id,
    )


def check_signal(work: Work, signal: SignalBody, *, opening: bool) -> None:
    """A parent signals as a parent and the youth as the youth; a professional may record what either said.

    Raises Invalid.
    """
    if signal.received_by_role is not None and signal.received_by_role not in ENTRANCES:
        raise Invalid(_no_entrance("/signal" if opening else ""))
    own = "ouder" if work.represents else "jeugdige"
    if work.of_family and signal.given_by != own:
        raise Invalid(
            Fault(
                "/signal/givenBy" if opening else "/givenBy",
                "niet_uw_eigen_signaal",
                f"U geeft dit signaal zelf: gebruik «{own}».",
                f"This signal is your own: use «{own}».",
            )
        )


async def check_private(
    work: Work,
    private_of: UUID | None,
    *,
    case_id: UUID | None = None,
    young_person_id: UUID | None = None,
    at: str = "",
) -> None:
    """Something is the own of a parent, or of the youth from 12 (or the age that was chosen).

    Of the family each keeps only what is his or hers.

    Under 12 the parents with gezag stand for the child, also in what they read. Raises Invalid.
    """
    if private_of is None:
        return
    age = choices.now(choices.PRIVATE_FROM)
    own = await work.session.row(
        "select from young_people y where y.id = coalesce(%(child)s, (select c.young_person_id from cases c"
        " where c.id = %(case)s)) and (y.id = %(of)s"
        " and y.birth_date <= app_today() - make_interval(years => %(from_age)s)"
        " or exists (select from guardianships_in_force g where g.young_person_id = y.id and g.guardian_id = %(of)s))",
        child=young_person_id,
        case=case_id,
        of=private_of,
        from_age=age,
    )
    if own is None or (work.of_family and private_of != work.actor.person_id):
        raise Invalid(
            Fault(
                f"{at}/privateOf",
                "niet_van_deze_persoon",
                f"Dit kan alleen van een ouder of voogd van deze jeugdige zijn, of van de jeugdige vanaf {age}; wie"
                " van het gezin is, houdt alleen het eigene voor zich.",
                f"This can only be the own of a parent or guardian of this child, or of the youth from {age}; who is"
                " of the family keeps only what is his or hers.",
            )
        )


def signal_row(work: Work, case_id: UUID, body: SignalBody, role: Role) -> Signal:
    """The signal as it is kept, with the house where it was received: a family's concern lies where it was brought."""
    received = body.received_by_role
    if received is None and role in FAMILY_ROLES:
        received = Role.INTERN_BEGELEIDER
    return Signal(
        id=new_id(),
        case_id=case_id,
        author_id=work.actor.person_id,
        author_role=role,
        author_organisation_id=work.actor.organisation_id,
        given_by=body.given_by,
        kind=body.kind,
        category=house_category(received or role),
        channel=body.channel,
        received_by_role=received,
        content=body.content,
        safety_reason=body.safety_reason,
        private_of=body.private_of,
    )


async def enrol(work: Work, case_id: UUID, body: CasePatch) -> UUID:
    """Say at which school the child of the case is enrolled: from then on there is a deelverband (001:242, 281)."""
    await work.case(case_id, lock=True)
    work.match(await work.seen_case(case_id))
    row = await work.session.row("select school_id from cases where id = %(id)s", id=case_id)
    if row is None or row["school_id"] not in {None, body.school_id}:
        raise Conflict(
            "De jeugdige staat al op een school ingeschreven; een overstap legt de school zelf vast.",
            "The child is enrolled already; a change of school is recorded by the school itself.",
            code="al-ingeschreven",
        )
    if faults := await partners.school_faults(work, body.school_id):
        raise Invalid(*faults)
    await work.session.run(
        "update young_people y set school_id = %(school)s from cases c"
        " where c.id = %(id)s and y.id = c.young_person_id",
        school=body.school_id,
        id=case_id,
    )
    await work.session.run(
        "update cases set school_id = %(school)s where id = %(id)s", school=body.school_id, id=case_id
    )
    work.fact("case.enrolled", case_id=case_id, object_id=case_id)
    return case_id
