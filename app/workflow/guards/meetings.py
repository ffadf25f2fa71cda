"""Meetings: who was at the table, and whether every question was answered."""

from collections.abc import Collection, Mapping

from app.workflow.facts import Facts, MeetingFact
from app.workflow.guards.kernel import (
    Operation,
    Params,
    Reason,
    Takes,
    birth_date_missing,
    excused,
    guard,
    operation_with,
)
from app.workflow.model import Condition, Invitee, MeetingKind, Presence, Route

_MUST_BE_INVITED = (Presence.REQUIRED, Presence.INVITED)
_FAMILY = ("ouder", "jeugdige")


def expected(kind: MeetingKind, facts: Facts, route: Route) -> list[Invitee]:
    """Who must be invited to a meeting of this kind about this child.

    A party of another sector is passed over (a pupil whose sector is not known counts for all), and so is one that
    can't take part. Parents are at the table while they have a say, the youth from the age that the route sets.
    """
    return [
        each
        for each in kind.invitees
        if each.presence in _MUST_BE_INVITED
        and (not each.sectors or facts.sector is None or facts.sector in each.sectors)
        and _sits(each, facts, route)
    ]


def _sits(invitee: Invitee, facts: Facts, route: Route) -> bool:
    age, rule = facts.age, route.consent
    match invitee.party:
        case "ouder":
            return age is None or age < rule.youth_alone_from
        case "jeugdige":
            return age is not None and age >= (rule.youth_from if invitee.from_age is None else invitee.from_age)
    return not excused(facts, route, invitee.party)


def _meeting_lacks(meeting: MeetingFact, kind: MeetingKind, facts: Facts, route: Route) -> list[Reason]:
    """What still stands between this meeting and one that counts; what was held is not corrected but held again."""
    invited = expected(kind, facts, route)
    again = Operation("meeting.create", {"kind": kind.key})
    reasons = [
        Reason(
            "uitnodiging_ontbreekt",
            f"Niet uitgenodigd voor {kind.title.nl}: {route.parties[each.party].title.nl}.",
            f"Not invited to {kind.title.en}: {route.parties[each.party].title.en}.",
            kind.roles,
            again if meeting.held else Operation("meeting.invite", {"party": each.party}),
        )
        for each in invited
        if each.party not in meeting.invited and each.party not in meeting.absent_with_reason
    ]
    reasons += open_questions(kind, meeting.answered, route)
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
            f"Niet aanwezig en zonder reden bij {kind.title.nl}: {route.parties[each.party].title.nl}.",
            f"Absent without a reason from {kind.title.en}: {route.parties[each.party].title.en}.",
            kind.roles,
            again,
        )
        for each in invited
        if each.presence is Presence.REQUIRED
        and each.party not in meeting.present
        and each.party not in meeting.absent_with_reason
    ]


# How a question of a checklist can be answered.
ANSWERS: Mapping[str, tuple[str, ...]] = {"ja_nee": ("ja", "deels", "nee"), "tekst": ("besproken",)}


def open_questions(kind: MeetingKind, answered: Collection[str], route: Route) -> list[Reason]:
    """What must still be answered before a meeting of this kind is closed (002:138-151); none without a checklist."""
    if kind.checklist is None:
        return []
    return [
        Reason(
            "vraag_niet_beantwoord",
            f"Nog niet beantwoord: {item.question.nl}",
            f"Not answered yet: {item.question.en}",
            kind.roles,
            operation_with("meeting.checklist", {"item": item.key}, "answer", ANSWERS[item.answer]),
        )
        for item in route.checklists[kind.checklist].items
        if item.key not in answered
    ]


def _not_held(facts: Facts, kind: MeetingKind, route: Route) -> list[Reason]:
    """Why no meeting of this kind counts; none when one does. The reasons are those of the newest."""
    if facts.age is None and any(each.party in _FAMILY and each.presence in _MUST_BE_INVITED for each in kind.invitees):
        return [birth_date_missing()]
    meetings = facts.meetings_of(kind.key)
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
    lacking = [_meeting_lacks(meeting, kind, facts, route) for meeting in meetings]
    return [] if any(not reasons for reasons in lacking) else lacking[-1]


def asked_meetings(condition: Condition) -> tuple[str, ...]:
    """The kinds of meeting that a condition asks for; none where it asks for something else."""
    if condition.name not in {"meeting_held", "any_meeting_held", "checklist_answered"}:
        return ()
    kinds = condition.params.get("kinds", condition.params.get("kind"))
    return kinds if isinstance(kinds, tuple) else (str(kinds),)


@guard(kind=Takes.MEETING)
def meeting_held(facts: Facts, params: Params) -> list[Reason]:
    """A meeting of this kind was held as the route asks (001:47, 001:351).

    Each required party was invited and present, or its absence has a reason; a party is passed over when there is no
    school, or when the family said no to sharing with it. Of the family those who have a say at this age were invited.
    The questions of its checklist are answered. One such meeting suffices; if not, the reasons are those of the newest.
    """
    return _not_held(facts, params.meeting(), params.route)


@guard(kinds=Takes.MEETINGS)
def any_meeting_held(facts: Facts, params: Params) -> list[Reason]:
    """A meeting of one of these kinds was held as the route asks; which one is theirs to choose (000:19-22).

    When none was, the reasons are those of the first kind of which one was planned, else of the first.
    """
    kinds = [params.route.meetings[key] for key in params.texts("kinds")]
    lacking = [_not_held(facts, kind, params.route) for kind in kinds]
    if any(not reasons for reasons in lacking):
        return []
    planned = (reasons for kind, reasons in zip(kinds, lacking, strict=True) if facts.meetings_of(kind.key))
    return next(planned, lacking[0])


@guard(kind=Takes.MEETING)
def checklist_answered(facts: Facts, params: Params) -> list[Reason]:
    """In such a meeting every question of its checklist was answered; without one, none can be (002:138-151)."""
    kind = params.meeting()
    meetings = facts.meetings_of(kind.key)
    if kind.checklist is not None and any(not open_questions(kind, each.answered, params.route) for each in meetings):
        return []
    if kind.checklist is not None and meetings:
        return open_questions(kind, meetings[-1].answered, params.route)
    return [
        Reason(
            "checklist_ontbreekt",
            f"De vragen van de checklist zijn nog niet beantwoord: {kind.title.nl}.",
            f"The questions of the checklist were not answered yet: {kind.title.en}.",
            kind.roles,
            Operation("meeting.create", {"kind": kind.key}),
        )
    ]
