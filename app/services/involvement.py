"""Whom the route itself brings in or lets go: by a transition, or by raising that things are stuck."""

from collections.abc import Iterable
from uuid import UUID

from app.db.tables import Participant
from app.domain.actors import OrganisationKind
from app.domain.errors import RouteRefusal, UnmetReason
from app.services import partners
from app.services.work import Work
from app.workflow.model import GROUNDS_FROM_CONSENT, Involve


async def involve(work: Work, case_id: UUID, parties: Iterable[Involve]) -> None:
    """Make each party a participant, once: a school as such, another organisation in the roles that the route names.

    What rests on consent goes to the organisations that a consent in force names; the rest to those around the case,
    or to those of them that take part already. Raises RouteRefusal when there is no such organisation.
    """
    for party in parties:
        for organisation in await _organisations(work, case_id, party):
            # A school takes part as a whole: intern begeleider and directie see the cases of their own school.
            roles = (None,) if party.organisation_kind is OrganisationKind.SCHOOL else party.roles
            for role in roles:
                existing = await work.session.row(
                    "select from participants where case_id = %(case)s and organisation_id = %(organisation)s"
                    " and role is not distinct from %(role)s and worker_id is null and ended_at is null",
                    case=case_id,
                    organisation=organisation,
                    role=role,
                )
                if existing is None:
                    await work.session.insert(
                        Participant(
                            case_id=case_id,
                            organisation_id=organisation,
                            role=role,
                            ground=party.ground,
                            added_by=work.actor.person_id,
                        )
                    )


async def release(work: Work, case_id: UUID, kinds: Iterable[OrganisationKind]) -> None:
    """Let organisations go: from the commit on they see the case no more (001:313)."""
    await work.session.run(
        "update participants p set ended_at = now(), ended_by = %(by)s from organisations o"
        " where p.case_id = %(case)s and p.ended_at is null and o.id = p.organisation_id and o.kind = any (%(kinds)s)",
        by=work.actor.person_id,
        case=case_id,
        kinds=[str(kind) for kind in kinds],
    )


async def _organisations(work: Work, case_id: UUID, party: Involve) -> list[UUID]:
    kind = party.organisation_kind
    if party.only_if_involved:
        return await partners.taking_part(work, case_id, kind)
    if party.ground in GROUNDS_FROM_CONSENT:
        found = await partners.with_consent(work, case_id, kind)
    else:
        found = await partners.around(work, case_id, kind)
    if not found and kind is OrganisationKind.SAMENWERKINGSVERBAND:
        found = await partners.nearest_swv(work, case_id)
    if not found:
        raise RouteRefusal(
            UnmetReason(
                "organisatie_onbekend",
                f"Er is hier geen organisatie bekend van de soort «{kind}».",
                f"No organisation of the kind «{kind}» is known here.",
                ("beheerder",),
            )
        )
    return found
