"""Meetings of an organisation itself, about policy and never about a child (seed 004:33, 001:43, 001:189).

A samenwerkingsverband agrees with the municipalities (oogo); a school holds its zorgadviesteam (zat) or its commissie
van begeleiding (cvb). Whoever takes part as an organisation sees it; nothing here belongs to a case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from app.db.session import Row
from app.db.tables import OrganisationDecision, OrganisationMeeting, OrganisationMeetingParty
from app.domain.actors import OrganisationKind, Role
from app.domain.errors import Conflict, Fault, Invalid, NotPermitted, NotVisible
from app.services import partners, plain_words
from app.services.bodies import OrganisationDecisionBody, OrganisationMeetingBody, OrganisationReportBody
from app.services.work import Work

Kind = OrganisationKind


@dataclass(frozen=True, slots=True)
class MeetingOf:
    """At which kind of organisation a meeting is, who convenes it, who may be at the table, and who must be."""

    held_at: Kind
    conveners: frozenset[Role]
    guests: frozenset[Kind]
    needs: Kind | None = None


KINDS: Mapping[str, MeetingOf] = {
    # Samenwerkingsverbanden and the municipalities of a region; school boards are key figures too (004:33-42).
    "oogo": MeetingOf(
        Kind.SAMENWERKINGSVERBAND,
        frozenset({Role.DIRECTEUR_SWV, Role.SWV_COORDINATOR}),
        frozenset({Kind.GEMEENTE, Kind.SAMENWERKINGSVERBAND, Kind.SCHOOLBESTUUR}),
        needs=Kind.GEMEENTE,
    ),
    "zat": MeetingOf(
        Kind.SCHOOL,
        frozenset({Role.INTERN_BEGELEIDER, Role.DIRECTIE}),
        frozenset({Kind.GEMEENTE, Kind.SOCIAAL_TEAM, Kind.JGZ, Kind.LEERPLICHT, Kind.SAMENWERKINGSVERBAND}),
    ),
    "cvb": MeetingOf(
        Kind.SCHOOL,
        frozenset({Role.INTERN_BEGELEIDER, Role.DIRECTIE, Role.GEDRAGSDESKUNDIGE_SCHOOL}),
        frozenset({Kind.SCHOOLBESTUUR, Kind.SAMENWERKINGSVERBAND}),
    ),
}

_DECISIONS = (
    "coalesce((select jsonb_agg(jsonb_build_object('id', d.id, 'subject', d.subject, 'description', d.description,"
    " 'decidedAt', app_time(d.created_at)) order by d.id) from organisation_decisions d where d.meeting_id = m.id),"
    " '[]')"
)
_PARTIES = (
    "coalesce((select jsonb_agg(jsonb_build_object('organisationId', p.organisation_id, 'organisationName', o.name,"
    " 'present', p.present, 'absenceReason', p.absence_reason) order by o.name, p.id)"
    " from organisation_meeting_parties p join organisations o on o.id = p.organisation_id where p.meeting_id = m.id),"
    " '[]')"
)
_MEETING = (
    "jsonb_build_object('id', m.id, 'organisationId', m.organisation_id, 'kind', m.kind, 'plannedAt',"
    " app_time(m.planned_at), 'place', m.place, 'subjects', m.subjects, 'heldAt', app_time(m.held_at), 'convenedBy',"
    f" m.convened_by_role, 'parties', {_PARTIES}, 'decisions', {_DECISIONS}, 'createdAt', app_time(m.created_at))"
)


async def listed(work: Work, organisation_id: UUID, *, after: UUID | None, limit: int) -> list[Row]:
    """The meetings of an organisation that the caller's own organisation takes part in, as JSON texts."""
    work.about.object_type, work.about.object_id = "organisation", organisation_id
    return await work.session.rows(
        f"select m.id, ({_MEETING})::text as body from organisation_meetings m where m.organisation_id = %(id)s"
        " and (%(after)s::uuid is null or m.id > %(after)s) order by m.id limit %(limit)s",
        id=organisation_id,
        after=after,
        limit=limit,
    )


async def shown(work: Work, meeting_id: UUID) -> str:
    """One meeting as JSON text. Raises NotVisible where the caller's own organisation takes no part in it."""
    work.about.object_type, work.about.object_id = "organisation-meeting", meeting_id
    row = await work.session.row(
        f"select ({_MEETING})::text as body from organisation_meetings m where m.id = %(id)s", id=meeting_id
    )
    if row is None:
        raise NotVisible
    return str(row["body"])


async def plan(work: Work, organisation_id: UUID, body: OrganisationMeetingBody) -> UUID:
    """Plan a meeting of the own organisation.

    Raises:
        NotPermitted: it is another organisation's, or another role convenes this kind.
        Invalid: every fault: a kind that this organisation does not hold, guests that have no place at the table.
    """
    work.about.object_type, work.about.object_id = "organisation", organisation_id
    home = await partners.organisation(work, organisation_id)
    if home is None:
        raise NotVisible
    if organisation_id != work.actor.organisation_id:
        raise NotPermitted
    of = KINDS[body.kind]
    if home["kind"] != of.held_at:
        raise Invalid(
            Fault(
                "/kind",
                "hoort_hier_niet",
                f"«{body.kind}» is een overleg van een organisatie van de soort «{of.held_at}».",
                f"«{body.kind}» is a meeting of an organisation of the kind «{of.held_at}».",
            )
        )
    convening = work.roles & of.conveners
    if not convening:
        by = plain_words.by(sorted(of.conveners))
        raise NotPermitted(f"«{body.kind}» wordt bijeengeroepen door: {by.nl}.", f"Convened by: {by.en}.")
    guests = await _guests(work, organisation_id, of, body)
    meeting = OrganisationMeeting(
        organisation_id=organisation_id,
        kind=body.kind,
        planned_at=body.planned_at,
        place=body.place,
        subjects=sorted(set(body.subjects)),
        convened_by=work.actor.person_id,
        convened_by_role=min(convening),
    )
    # The walls ask for the meeting before its guests.
    await work.session.insert(meeting)
    await work.session.insert(
        *(OrganisationMeetingParty(meeting_id=meeting.id, organisation_id=each) for each in guests)
    )
    work.about.object_type, work.about.object_id = "organisation-meeting", meeting.id
    work.fact("organisation-meeting.planned", object_id=meeting.id, kind=body.kind)
    return meeting.id


async def _guests(work: Work, own: UUID, of: MeetingOf, body: OrganisationMeetingBody) -> list[UUID]:
    """Who is invited beside the own organisation, each once. Raises Invalid with every fault."""
    guests = [each for each in dict.fromkeys(body.parties) if each != own]
    rows = await work.session.rows(
        "select id, kind from organisations where id = any (%(ids)s) order by id", ids=guests
    )
    kinds = {row["id"]: Kind(row["kind"]) for row in rows}
    allowed = ", ".join(sorted(of.guests))
    faults = [
        Fault(
            f"/parties/{body.parties.index(each)}",
            "hoort_hier_niet",
            f"Aan deze tafel zitten organisaties van de soort: {allowed}.",
            f"At this table are organisations of the kinds: {allowed}.",
        )
        for each in guests
        if kinds.get(each) not in of.guests
    ]
    if of.needs is not None and of.needs not in kinds.values():
        faults.append(
            Fault(
                "/parties",
                "partij_ontbreekt",
                f"Nodig ten minste één organisatie uit van de soort «{of.needs}».",
                f"Invite at least one organisation of the kind «{of.needs}».",
            )
        )
    if faults:
        raise Invalid(*faults)
    return guests


async def _own(work: Work, meeting_id: UUID) -> Row:
    """A meeting of the own organisation, under lock. Raises NotVisible, NotPermitted (a guest reads, and no more)."""
    work.about.object_type, work.about.object_id = "organisation-meeting", meeting_id
    row = await work.session.row(
        "select organisation_id, kind, held_at from organisation_meetings where id = %(id)s", id=meeting_id
    )
    if row is None:
        raise NotVisible
    if row["organisation_id"] != work.actor.organisation_id or work.roles.isdisjoint(KINDS[row["kind"]].conveners):
        raise NotPermitted
    # Read once more, under the lock: another may have reported it in between.
    locked = await work.session.row(
        "select kind, held_at from organisation_meetings where id = %(id)s for update", id=meeting_id
    )
    if locked is None:
        raise NotVisible
    return locked


async def report(work: Work, meeting_id: UUID, body: OrganisationReportBody) -> UUID:
    """Which organisations were there; with that it was held, once.

    Raises:
        NotVisible, NotPermitted: as for every meeting.
        Conflict: it was reported already.
        Invalid: an organisation that was invited is missing, one that was not is named, or an absence has no reason.
    """
    meeting = await _own(work, meeting_id)
    if meeting["held_at"] is not None:
        raise Conflict(
            "Van dit overleg is al verslag gedaan.", "This meeting was reported already.", code="al-gehouden"
        )
    rows = await work.session.rows(
        "select organisation_id from organisation_meeting_parties where meeting_id = %(id)s", id=meeting_id
    )
    invited, named = {row["organisation_id"] for row in rows}, {each.organisation_id for each in body.attendance}
    faults = [
        Fault(
            f"/attendance/{index}/organisationId",
            "niet_uitgenodigd",
            "Deze organisatie was niet uitgenodigd.",
            "This organisation was not invited.",
        )
        for index, each in enumerate(body.attendance)
        if each.organisation_id not in invited
    ]
    faults += [
        Fault(
            f"/attendance/{index}/absenceReason",
            "reden_ontbreekt",
            "Waarom was deze organisatie er niet?",
            "Why was this organisation absent?",
        )
        for index, each in enumerate(body.attendance)
        if not each.present and each.absence_reason is None
    ]
    if invited - named:
        faults.append(
            Fault(
                "/attendance",
                "niet_iedereen",
                "Noem elke organisatie die was uitgenodigd.",
                "Name every organisation that was invited.",
            )
        )
    if faults:
        raise Invalid(*faults)
    await work.session.run(
        "update organisation_meeting_parties p set present = a.present, absence_reason = a.reason"
        " from unnest(%(ids)s::uuid[], %(present)s::boolean[], %(reasons)s::text[]) as a (id, present, reason)"
        " where p.meeting_id = %(meeting)s and p.organisation_id = a.id",
        ids=[each.organisation_id for each in body.attendance],
        present=[each.present for each in body.attendance],
        reasons=[None if each.present else each.absence_reason for each in body.attendance],
        meeting=meeting_id,
    )
    await work.session.run(
        "update organisation_meetings set held_at = %(held)s where id = %(id)s", held=body.held_at, id=meeting_id
    )
    work.fact("organisation-meeting.held", object_id=meeting_id, kind=meeting["kind"])
    return meeting_id


async def decide(work: Work, meeting_id: UUID, body: OrganisationDecisionBody) -> UUID:
    """What was agreed, on one subject of policy."""
    meeting = await _own(work, meeting_id)
    if meeting["held_at"] is None:
        raise Conflict(
            "Leg eerst vast wie er was; dan geldt het overleg als gehouden.",
            "First record who was there; then the meeting counts as held.",
            code="nog-niet-gehouden",
        )
    await work.session.insert(
        OrganisationDecision(
            meeting_id=meeting_id,
            subject=body.subject,
            description=body.description,
            decided_by=work.actor.person_id,
        )
    )
    work.fact("organisation-meeting.decided", object_id=meeting_id, subject=body.subject)
    return meeting_id
