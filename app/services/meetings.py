"""Meetings about this one child: who convenes, is invited, was there; what was decided (seed 001:45-47, 351)."""

from uuid import UUID

from app.db import reads
from app.db.session import Row
from app.db.tables import Decision, Invitation, Meeting
from app.domain.errors import Conflict, Fault, Invalid, NotPermitted
from app.services import cases
from app.services.bodies import DecisionBody, InvitationBody, MeetingBody, MeetingPatch, ReportBody
from app.services.content import authored, unknown_kind
from app.services.work import Work
from app.workflow.model import Route


async def plan(work: Work, case_id: UUID, body: MeetingBody) -> UUID:
    """Plan a meeting of a kind that the route knows, by a role that the route lets convene it."""
    route = await cases.open_for_writing(work, case_id)
    kind = route.meetings.get(body.kind)
    if kind is None:
        raise Invalid(unknown_kind(route.meetings))
    # The stagnatiepunt brings people together when things are stuck (001:157); it decides nothing by that.
    if work.roles.isdisjoint(kind.roles):
        raise NotPermitted(
            f"«{kind.title.nl}» wordt belegd door: {', '.join(kind.roles)}.",
            f"«{kind.title.en}» is convened by: {', '.join(kind.roles)}.",
        )
    meeting = Meeting(**authored(work, case_id), kind=body.kind, planned_at=body.planned_at, place=body.place)
    await work.session.insert(meeting)
    work.about.object_type, work.about.object_id = "meeting", meeting.id
    work.fact("meeting.planned", case_id=case_id, object_id=meeting.id, kind=body.kind)
    return meeting.id


async def _still_open(work: Work, meeting_id: UUID) -> tuple[Row, Route]:
    case = await work.object(reads.MEETINGS, meeting_id)
    route = await cases.open_for_writing(work, case["case_id"])
    row = await work.session.row("select held_at from meetings where id = %(id)s", id=meeting_id)
    if row is None or row["held_at"] is not None:
        raise Conflict("Dit overleg is al gehouden.", "This meeting was held already.", code="al-gehouden")
    return case, route


async def move(work: Work, meeting_id: UUID, body: MeetingPatch) -> UUID:
    """Move a meeting that was not held yet."""
    await work.object(reads.MEETINGS, meeting_id, lock=True)
    work.match(await work.seen(reads.MEETINGS, meeting_id))
    case, _ = await _still_open(work, meeting_id)
    await work.session.run(
        "update meetings set planned_at = %(at)s, place = coalesce(%(place)s, place) where id = %(id)s",
        at=body.planned_at,
        place=body.place,
        id=meeting_id,
    )
    work.fact("meeting.moved", case_id=case["case_id"], object_id=meeting_id)
    return meeting_id


async def invite(work: Work, meeting_id: UUID, body: InvitationBody) -> UUID:
    """Invite somebody who is involved: a participant, a guardian of the child, the child. Nobody else (001:47)."""
    case, route = await _still_open(work, meeting_id)
    given = [body.participant_id, body.guardian_id, body.young_person_id]
    if sum(each is not None for each in given) != 1:
        raise Invalid(
            Fault("", "een_genodigde", "Noem precies één genodigde.", "Name exactly one invitee."),
        )
    party = await _party(work, case["case_id"], route, body)
    invitation = Invitation(
        case_id=case["case_id"],
        meeting_id=meeting_id,
        party=party,
        participant_id=body.participant_id,
        guardian_id=body.guardian_id,
        young_person_id=body.young_person_id,
        invited_by=work.actor.person_id,
    )
    again = await work.session.row(
        "select from invitations where meeting_id = %(meeting)s and coalesce(participant_id, guardian_id,"
        " young_person_id) = %(who)s",
        meeting=meeting_id,
        who=next(each for each in given if each is not None),
    )
    if again is not None:
        raise Conflict("Deze genodigde is al uitgenodigd.", "Invited already.", code="al-uitgenodigd")
    await work.session.insert(invitation)
    work.about.object_type, work.about.object_id = "invitation", invitation.id
    work.fact("meeting.invited", case_id=case["case_id"], object_id=meeting_id, party=party)
    return invitation.id


async def _party(work: Work, case_id: UUID, route: Route, body: InvitationBody) -> str:
    """The side of the table for which the invitee sits there. Raises Invalid for who is not involved in this case."""
    if body.participant_id is not None:
        row = await work.session.row(
            "select o.kind from participants_in_force p join organisations o on o.id = p.organisation_id"
            " where p.id = %(id)s and p.case_id = %(case)s",
            id=body.participant_id,
            case=case_id,
        )
        if row is not None:
            sides = (party.key for party in route.parties.values() if row["kind"] in party.organisation_kinds)
            return next(sides, str(row["kind"]))
    elif body.guardian_id is not None:
        row = await work.session.row(
            "select from guardianships_in_force g join cases c on c.young_person_id = g.young_person_id"
            " where c.id = %(case)s and g.guardian_id = %(id)s",
            id=body.guardian_id,
            case=case_id,
        )
        if row is not None:
            return "ouder"
    else:
        row = await work.session.row(
            "select from cases where id = %(case)s and young_person_id = %(id)s",
            id=body.young_person_id,
            case=case_id,
        )
        if row is not None:
            return "jeugdige"
    raise Invalid(
        Fault(
            "",
            "niet_betrokken",
            "Alleen wie bij deze zaak betrokken is, wordt uitgenodigd. Leg eerst de betrokkenheid vast.",
            "Only those involved in this case are invited. Record the involvement first.",
        )
    )


async def report(work: Work, meeting_id: UUID, body: ReportBody) -> UUID:
    """Who was there, and of who was not: why. From then on the meeting counts as held."""
    case, _ = await _still_open(work, meeting_id)
    rows = await work.session.rows("select id from invitations where meeting_id = %(id)s", id=meeting_id)
    invited = {row["id"] for row in rows}
    faults = []
    for index, each in enumerate(body.attendance):
        if each.invitation_id not in invited:
            faults.append(
                Fault(
                    f"/attendance/{index}/invitationId",
                    "niet_uitgenodigd",
                    "Dit is geen uitnodiging voor dit overleg.",
                    "Not an invitation to this meeting.",
                )
            )
        if not each.present and each.absence_reason is None:
            faults.append(
                Fault(
                    f"/attendance/{index}/absenceReason",
                    "reden_ontbreekt",
                    "Bij afwezigheid hoort een reden.",
                    "An absence needs a reason.",
                )
            )
    if invited - {each.invitation_id for each in body.attendance}:
        faults.append(
            Fault(
                "/attendance", "onvolledig", "Vermeld iedereen die was uitgenodigd.", "Name everybody who was invited."
            )
        )
    if faults:
        raise Invalid(*faults)
    for each in body.attendance:
        await work.session.run(
            "update invitations set present = %(present)s, absence_reason = %(reason)s where id = %(id)s",
            present=each.present,
            reason=None if each.present else each.absence_reason,
            id=each.invitation_id,
        )
    await work.session.run("update meetings set held_at = %(at)s where id = %(id)s", at=body.held_at, id=meeting_id)
    work.fact("meeting.held", case_id=case["case_id"], object_id=meeting_id)
    return meeting_id


async def decide(work: Work, meeting_id: UUID, body: DecisionBody) -> UUID:
    """What the meeting decided, kept with those who may see the subject."""
    case = await work.object(reads.MEETINGS, meeting_id)
    await cases.open_for_writing(work, case["case_id"])
    work.may_write(body.category)
    decision = Decision(
        **authored(work, case["case_id"]),
        meeting_id=meeting_id,
        category=body.category,
        description=body.description,
    )
    await work.session.insert(decision)
    work.about.object_type, work.about.object_id = "decision", decision.id
    work.fact("meeting.decided", case_id=case["case_id"], object_id=meeting_id)
    return decision.id
