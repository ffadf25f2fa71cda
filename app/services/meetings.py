"""Meetings about this one child: who convenes, is invited, was there; what was decided (seed 001:45-47, 351)."""

from uuid import UUID

from app.db import reads
from app.db.session import Row
from app.db.tables import ChecklistAnswer, Decision, Invitation, Meeting
from app.domain.actors import Role
from app.domain.errors import ChecklistOpen, Conflict, Fault, Invalid, NotPermitted, UnmetReason
from app.domain.policy import house_category
from app.services import cases, plain_words
from app.services.bodies import (
    ChecklistAnswerBody,
    DecisionBody,
    InvitationBody,
    MeetingBody,
    MeetingPatch,
    ReportBody,
)
from app.services.content import authored, unknown_kind
from app.services.work import Work
from app.workflow.guards import ANSWERS, open_questions
from app.workflow.model import ChecklistItem, Route


async def plan(work: Work, case_id: UUID, body: MeetingBody) -> UUID:
    """Plan a meeting of a kind that the route knows, by a role that the route lets convene it."""
    route = await cases.open_for_writing(work, case_id)
    kind = route.meetings.get(body.kind)
    if kind is None:
        raise Invalid(unknown_kind(route.meetings))
    # The stagnatiepunt brings people together when things are stuck (001:157); it decides nothing by that.
    if work.roles.isdisjoint(kind.roles):
        by = plain_words.by(kind.roles)
        raise NotPermitted(
            f"«{kind.title.nl}» wordt belegd door: {by.nl}.", f"«{kind.title.en}» is convened by: {by.en}."
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


async def answer(work: Work, meeting_id: UUID, body: ChecklistAnswerBody) -> UUID:
    """Answer a question of the checklist, by somebody who convenes this kind of meeting or was invited (002:138-151).

    An answer replaces the one before; a remark stays with who may see what the author's house writes about.
    """
    case, route = await _still_open(work, meeting_id)
    meeting = await work.session.row("select kind from meetings where id = %(id)s", id=meeting_id)
    kind = route.meetings[meeting["kind"]] if meeting else None
    items = {item.key: item for item in route.checklists[kind.checklist].items} if kind and kind.checklist else {}
    if body.item not in items:
        known = ", ".join(items) or "–"
        raise Invalid(
            Fault("/item", "onbekende_vraag", f"Deze vraag is er niet. Kies uit: {known}.", f"Choose from: {known}.")
        )
    if faults := _answer_faults(items[body.item], body):
        raise Invalid(*faults)
    if kind is None or (work.roles.isdisjoint(kind.roles) and not await _invited(work, meeting_id)):
        raise NotPermitted(
            "De checklist wordt ingevuld door wie het overleg belegt of ervoor is uitgenodigd.",
            "The checklist is filled in by whoever convenes the meeting or was invited to it.",
        )
    category = str(house_category(Role(work.about.role or "")))
    if body.remark is not None:
        work.may_write(category)
    row = ChecklistAnswer(
        **authored(work, case["case_id"]),
        meeting_id=meeting_id,
        item=body.item,
        answer=body.answer,
        category=category,
        remark=body.remark,
    )
    await work.session.insert(row)
    work.about.object_type, work.about.object_id = "meeting", meeting_id
    work.fact("meeting.answered", case_id=case["case_id"], object_id=meeting_id, item=body.item)
    return meeting_id


def _answer_faults(item: ChecklistItem, body: ChecklistAnswerBody) -> list[Fault]:
    """A closed question is answered with yes, no or partly; an open one with what was said."""
    if item.answer == "ja_nee":
        if body.answer in ANSWERS[item.answer]:
            return []
        return [Fault("/answer", "antwoord_past_niet", "Kies ja, deels of nee.", "Choose ja, deels or nee.")]
    faults = []
    if body.answer not in ANSWERS[item.answer]:
        faults.append(Fault("/answer", "antwoord_past_niet", "Kies besproken.", "Choose besproken."))
    if body.remark is None:
        faults.append(Fault("/remark", "antwoord_ontbreekt", "Schrijf op wat is gezegd.", "Write down what was said."))
    return faults


async def _invited(work: Work, meeting_id: UUID) -> bool:
    """Whether the caller has an invitation: as parent, as youth, by name, or in a role of the own organisation."""
    row = await work.session.row(
        "select from invitations i left join participants_in_force p on p.id = i.participant_id"
        " where i.meeting_id = %(meeting)s and (i.guardian_id = %(me)s or i.young_person_id = %(me)s"
        " or p.worker_id = %(me)s or p.worker_id is null and p.organisation_id = %(home)s"
        " and (p.role is null or p.role = any (%(roles)s)))",
        meeting=meeting_id,
        me=work.actor.person_id,
        home=work.actor.organisation_id,
        roles=[str(role) for role in work.roles],
    )
    return row is not None


async def _open_questions(work: Work, meeting_id: UUID, route: Route) -> list[UnmetReason]:
    """Every question of the checklist that nobody answered yet, each with how to answer it."""
    rows = await work.session.rows(
        "select m.kind, a.item from meetings m left join lateral app_answered(m.id) a on true where m.id = %(id)s",
        id=meeting_id,
    )
    kind = route.meetings[rows[0]["kind"]]
    answered = frozenset(row["item"] for row in rows if row["item"] is not None)
    return [
        UnmetReason(
            reason.code,
            reason.nl,
            reason.en,
            tuple(str(role) for role in reason.resolvers),
            operation=reason.operation.action,
            fields=dict(reason.operation.fields),
            choices={name: list(values) for name, values in reason.operation.choices.items()},
            ids={"meetingId": str(meeting_id)},
            for_you=not work.roles.isdisjoint(kind.roles),
        )
        for reason in open_questions(kind, answered, route)
        if reason.operation is not None
    ]


async def report(work: Work, meeting_id: UUID, body: ReportBody) -> UUID:
    """Who was there, and of who was not: why. From then on the meeting counts as held.

    Raises ChecklistOpen while a question of its checklist is not answered (002:138-151).
    """
    case, route = await _still_open(work, meeting_id)
    if open_ones := await _open_questions(work, meeting_id, route):
        raise ChecklistOpen(*open_ones)
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
