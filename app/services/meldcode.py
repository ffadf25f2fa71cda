"""A track of the Meldcode: its participants, its steps in their order, the decision, and what is waited for (R34).

It stands apart from every case. Nothing here writes a fact for the outside or a row in the log of the organisation, and
nobody but its participants, by name, and the aandachtsfunctionaris of the organisation learns that it exists: the walls
open its tables to this module alone, which says for the transaction how the caller may come to a track.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.db.session import Query, Row
from app.db.tables import MeldcodeEntry, MeldcodeParticipant, MeldcodeTrack
from app.domain import meldcode
from app.domain.actors import OrganisationKind
from app.domain.calendar import count
from app.domain.errors import Conflict, Fault, Invalid, NotPermitted, NotVisible, StepsOpen, UnmetReason
from app.domain.ids import new_id
from app.domain.meldcode import Answer, Course, Entry, Kind, Outcome, Unmet
from app.domain.policy import Action, Reach, grants
from app.domain.retention import Facts, Part, RetentionClass, class_of, due_on
from app.integrations.calendars import WORKING_DAYS
from app.services import cases
from app.services.bodies import (
    MeldcodeAnswerBody,
    MeldcodeConsiderationBody,
    MeldcodeConsultationBody,
    MeldcodeConversationBody,
    MeldcodeDecisionBody,
    MeldcodeParticipantBody,
    MeldcodeSignalBody,
    MeldcodeTrackBody,
    MeldcodeTrackPatch,
    MeldcodeWeighingBody,
    RetentionRefusalBody,
)
from app.services.work import Work

Json = dict[str, Any]

# How a grant comes to a track, in the words of the walls.
_SIGHTS = {Reach.OWN_TRACK: "deelnemer", Reach.OWN_ORGANISATION: "organisatie"}

# Under which name each kind of entry stands in a track.
_LISTS: Mapping[Kind, str] = {
    Kind.SIGNAAL: "signals",
    Kind.OVERLEG: "consultations",
    Kind.GESPREK: "conversations",
    Kind.WEGING: "weighings",
    Kind.AFWEGING: "considerations",
    Kind.BESLUIT: "decisions",
    Kind.ANTWOORD: "answers",
}
# Which field of what was said is the entry's code.
_CODES = {Kind.OVERLEG: "consulted", Kind.AFWEGING: "answer", Kind.BESLUIT: "outcome"}

_NAME = "(select w.display_name from workers w where w.id = {})"
# The last that something was expected of: the report until its answer, help until its result is considered.
_EXPECTED = (
    "coalesce((select jsonb_agg(jsonb_build_object('kind', case e.kind when 'besluit' then 'antwoord_veilig_thuis' else"
    " 'uitkomst_hulp' end, 'dueOn', e.due_on, 'overdue', e.due_on < app_today()) order by e.due_on, e.id)"
    " from meldcode_entries e where e.track_id = t.id and e.due_on is not null and t.closed_at is null"
    " and not exists (select from meldcode_entries l where l.track_id = t.id and l.id > e.id and case e.kind"
    " when 'besluit' then l.kind in ('antwoord', 'besluit')"
    " else l.kind in ('weging', 'afweging') or l.kind = 'besluit' and l.said ->> 'outcome' <> 'hulp_organiseren' end)),"
    " '[]')"
)
_SUMMARY = (
    "jsonb_build_object('id', t.id, 'organisationId', t.organisation_id, 'youngPerson', app_meldcode_child(t.id),"
    f" 'openedAt', app_time(t.opened_at), 'closedAt', app_time(t.closed_at), 'expected', {_EXPECTED})"
)
_PARTICIPANTS = (
    f"coalesce((select jsonb_agg(jsonb_build_object('workerId', p.worker_id, 'name', {_NAME.format('p.worker_id')},"
    " 'addedAt', app_time(p.added_at), 'endedAt', app_time(p.ended_at)) order by p.id)"
    " from meldcode_participants p where p.track_id = t.id), '[]')"
)
_ENTRIES = (
    "coalesce((select jsonb_agg(e.said || jsonb_build_object('kind', e.kind, 'id', e.id, 'authorId', e.author_id,"
    f" 'authorName', {_NAME.format('e.author_id')}, 'authorRole', e.author_role, 'recordedAt', app_time(e.created_at))"
    " order by e.id) from meldcode_entries e where e.track_id = t.id), '[]')"
)
_TRACK = (
    f"{_SUMMARY} || jsonb_build_object('openedBy', t.opened_by, 'openedByRole', t.opened_by_role, 'deciderId',"
    f" t.decider_id, 'participants', {_PARTICIPANTS}, 'entries', {_ENTRIES})"
)
# From what the caller has to what is asked for, and a body only for what is in both: what there is of others is not
# even looked at.
_MINE = "with mine as materialized (select unnest(app_meldcode_tracks()) as id) select m.id"
_ONE = (
    f"{_MINE}, (select ({_TRACK})::text from meldcode_tracks t where t.id = m.id) as body from mine m"
    " where m.id = %(id)s"
)
_HELD = (
    f"{_MINE}, (select t.id from meldcode_tracks t where t.id = m.id for update) as held from mine m"
    " where m.id = %(id)s"
)
_EVENT = (
    f"jsonb_build_object('id', x.id, 'occurredAt', app_time(x.occurred_at), 'actorId', x.actor_id, 'actorName',"
    f" {_NAME.format('x.actor_id')}, 'actorRole', x.actor_role, 'organisationId', x.organisation_id,"
    " 'action', x.action, 'outcome', x.outcome, 'reason', x.reason)"
)


def _reaches(work: Work, action: Action) -> set[Reach]:
    """How the roles of the caller come to a track for this action."""
    return {grant.reach for _, grant in grants(work.roles, action) if grant.reach in _SIGHTS}


def _sight(work: Work) -> Query:
    """Tell the walls, for this transaction, how the caller may see a track."""
    sights = sorted(_SIGHTS[reach] for reach in _reaches(work, Action.MELDCODE_READ))
    return Query("select set_config('app.meldcode', %(sights)s, true)", {"sights": " ".join(sights)})


def _role(work: Work) -> str | None:
    """The role by which a track is seen, for its log."""
    used = (role for role, grant in grants(work.roles, Action.MELDCODE_READ) if grant.reach in _SIGHTS)
    return min(used, default=None)


async def listed(work: Work, *, after: UUID | None, limit: int) -> list[Row]:
    """The tracks that the caller may see, oldest first: id, and body as text. That each was shown is recorded of it."""
    work.about.object_type = "meldcode-track"
    (_, rows) = await work.session.ask(
        _sight(work),
        Query(
            f"{_MINE}, (select ({_SUMMARY})::text from meldcode_tracks t where t.id = m.id) as body from mine m"
            " where %(after)s::uuid is null or m.id > %(after)s order by m.id limit %(limit)s",
            {"after": after, "limit": limit},
        ),
    )
    work.about.role = _role(work)
    for row in rows:
        work.record_about("meldcode-track", row["id"])
    return rows


async def shown(work: Work, track_id: UUID) -> str:
    """One track as JSON text. Raises NotVisible for whoever takes no part in it, as if there were none."""
    return json.dumps(_told(await _track(work, track_id)), ensure_ascii=False)


async def _track(work: Work, track_id: UUID, *, lock: bool = False) -> Json:
    """A track as it is kept. With `lock` nobody else writes in it until the commit.

    Raises:
        NotVisible: there is none, or not for this caller.
        NotPermitted: the caller sees it, but the table gives this action to its participants alone.
    """
    work.about.object_type, work.about.object_id = "meldcode-track", track_id
    locking = [Query(_HELD, {"id": track_id})] if lock else []
    *_, found = await work.session.ask(_sight(work), *locking, Query(_ONE, {"id": track_id}))
    if not found:
        raise NotVisible
    work.about.role = work.about.role or _role(work)
    track: Json = json.loads(found[0]["body"])
    allowed = _reaches(work, work.ask.action)
    takes_part = str(work.actor.person_id) in _active(track)
    if lock and not (Reach.OWN_ORGANISATION in allowed or (takes_part and Reach.OWN_TRACK in allowed)):
        raise NotPermitted
    return track


def _entries(track: Json) -> list[Entry]:
    return [
        Entry(
            kind := Kind(each["kind"]),
            code=str(each.get(_CODES.get(kind, ""), "")),
            number=int(each.get("number", 0)),
            flag=bool(each.get("doubt")),
        )
        for each in track["entries"]
    ]


def _told(track: Json) -> Json:
    """A track as the contract shows it: what was recorded by its step, and where it stands."""
    now = meldcode.course(_entries(track))
    entries = track.pop("entries")
    by_step: Json = {name: [] for name in _LISTS.values()}
    for each in entries:
        by_step[_LISTS[Kind(each.pop("kind"))]].append(each)
    return {**track, "step": now.step, "question": now.question, "leadsTo": now.leads_to, **by_step}


async def events(work: Work, track_id: UUID, *, after: UUID | None, limit: int) -> list[Row]:
    """The log of a track, newest first: id, and body as text. Raises NotVisible as for the track itself."""
    await _track(work, track_id)
    return await work.session.rows(
        f"select x.id, ({_EVENT})::text as body from meldcode_events x where x.track_id = %(id)s"
        " and (%(after)s::uuid is null or x.id < %(after)s) order by x.id desc limit %(limit)s",
        id=track_id,
        after=after,
        limit=limit,
    )


async def open_track(work: Work, body: MeldcodeTrackBody) -> UUID:
    """Open a track about a child, with its first signal. Others about the same child stay unknown to the caller.

    Raises:
        NotVisible, NotPermitted: as for every child.
        Invalid: a day in the future, a decider who is no colleague.
    """
    child = await cases.child(work, body.young_person_id)
    organisation = work.actor.organisation_id
    if organisation is None:
        raise NotPermitted
    faults = await _not_colleague(work, body.decider_id, "/deciderId") if body.decider_id else []
    if faults := [*faults, *_not_yet(await work.today(), "/observedOn", body.observed_on)]:
        raise Invalid(*faults)
    track = MeldcodeTrack(
        organisation_id=organisation,
        young_person_id=body.young_person_id,
        opened_by=work.actor.person_id,
        opened_by_role=child["role"],
        decider_id=body.decider_id,
    )
    work.about.object_type, work.about.object_id, work.about.role = "meldcode-track", track.id, child["role"]
    # Whoever opens it takes part in it from here on.
    await work.session.run("select set_config('app.meldcode', 'deelnemer', true)")
    await work.session.insert(track)
    there = dict.fromkeys((work.actor.person_id, body.decider_id or work.actor.person_id))
    await work.session.insert(
        *(MeldcodeParticipant(track_id=track.id, worker_id=each, added_by=work.actor.person_id) for each in there),
        _entry(work, track.id, Kind.SIGNAAL, {"content": body.signal, "observedOn": str(body.observed_on)}),
    )
    return track.id


def _entry(work: Work, track_id: UUID, kind: Kind, said: Json, due_on: date | None = None) -> MeldcodeEntry:
    return MeldcodeEntry(
        track_id=track_id,
        kind=kind,
        said=said,
        due_on=due_on,
        author_id=work.actor.person_id,
        author_role=str(work.about.role),
    )


async def _not_colleague(work: Work, worker_id: UUID, pointer: str) -> list[Fault]:
    """The fault of naming somebody of elsewhere: the same for who works elsewhere and who does not exist."""
    found = await work.session.row(
        "select from workers w where w.id = %(id)s and w.organisation_id = %(organisation)s",
        id=worker_id,
        organisation=work.actor.organisation_id,
    )
    if found is not None:
        return []
    return [
        Fault(
            pointer,
            "geen_collega",
            "Noem een collega van uw eigen organisatie. Met een ander overlegt u zonder naam van het kind (stap 2).",
            "Name a colleague of your own organisation. With others you consult without naming the child (step 2).",
        )
    ]


def _not_yet(today: date, pointer: str, day: date | None) -> list[Fault]:
    """The fault of a day that has not come."""
    if day is None or day <= today:
        return []
    return [Fault(pointer, "in_de_toekomst", "Deze dag moet nog komen.", "This day has still to come.")]


def _missing(pointer: str, nl: str, en: str) -> Fault:
    return Fault(pointer, "ontbreekt", nl, en)


async def _writing(work: Work, track_id: UUID) -> tuple[Json, Course]:
    """A track that runs, under lock, and how far it is. Raises NotVisible, and Conflict when it was closed."""
    track = await _track(work, track_id, lock=True)
    if track["closedAt"] is not None:
        raise Conflict(
            "Dit spoor is afgesloten. Is er een nieuw signaal, open dan een nieuw spoor.",
            "This track was closed. On a new signal open a new track.",
            code="beeindigd",
        )
    return track, meldcode.course(_entries(track))


_BY: Mapping[Kind, Action] = {Kind.BESLUIT: Action.MELDCODE_DECIDE}


def _in_order(work: Work, unmet: tuple[Unmet, ...]) -> None:
    """Raises StepsOpen with everything that comes first."""
    if not unmet:
        return
    raise StepsOpen(
        *(
            UnmetReason(
                each.code,
                each.nl,
                each.en,
                tuple(
                    sorted(
                        {
                            role
                            for role, _ in grants(work.roles, _BY.get(each.by or Kind.SIGNAAL, Action.MELDCODE_RECORD))
                        }
                    )
                ),
            )
            for each in unmet
        )
    )


def _active(track: Json) -> set[str]:
    return {each["workerId"] for each in track["participants"] if each["endedAt"] is None}


def _no_participant(track: Json, worker_id: UUID, pointer: str) -> list[Fault]:
    if str(worker_id) in _active(track):
        return []
    return [
        Fault(
            pointer,
            "geen_deelnemer",
            "Noem een deelnemer aan dit spoor; betrek hem of haar zo nodig eerst.",
            "Name a participant of this track; bring him or her in first if needed.",
        )
    ]


async def name_decider(work: Work, track_id: UUID, body: MeldcodeTrackPatch) -> UUID:
    """Name who decides: a participant, so that the decision is somebody's. Raises Invalid, Conflict, Stale."""
    track, _ = await _writing(work, track_id)
    work.match(json.dumps(_told(dict(track)), ensure_ascii=False))
    if faults := _no_participant(track, body.decider_id, "/deciderId"):
        raise Invalid(*faults)
    await work.session.run(
        "update meldcode_tracks set decider_id = %(decider)s where id = %(id)s", decider=body.decider_id, id=track_id
    )
    return track_id


async def bring_in(work: Work, track_id: UUID, body: MeldcodeParticipantBody) -> UUID:
    """A colleague takes part from now on. Raises Invalid for who is no colleague, Conflict for who takes part."""
    track, _ = await _writing(work, track_id)
    if faults := await _not_colleague(work, body.worker_id, "/workerId"):
        raise Invalid(*faults)
    if str(body.worker_id) in _active(track):
        raise Conflict("Deze collega neemt al deel.", "This colleague takes part already.", code="al-betrokken")
    await work.session.insert(
        MeldcodeParticipant(track_id=track_id, worker_id=body.worker_id, added_by=work.actor.person_id)
    )
    return track_id


async def let_go(work: Work, track_id: UUID, worker_id: UUID) -> UUID:
    """A participant takes part no longer, and from the commit on the track does not exist for him or her.

    Raises:
        NotVisible: no such track, or nobody with this id takes part in it.
        Conflict: it is the last one: a track is always somebody's.
    """
    track, _ = await _writing(work, track_id)
    active = _active(track)
    if str(worker_id) not in active:
        raise NotVisible
    work.match(json.dumps(_told(dict(track)), ensure_ascii=False))
    if len(active) == 1:
        raise Conflict(
            "Dit is de laatste deelnemer. Betrek eerst een ander.",
            "This is the last participant. Bring in another first.",
        )
    if track["deciderId"] == str(worker_id):
        await work.session.run("update meldcode_tracks set decider_id = null where id = %(id)s", id=track_id)
    # Last, and without reading back: with it the caller's own sight of the track may end.
    await work.session.run(
        "update meldcode_participants set ended_at = now(), ended_by = %(by)s"
        " where track_id = %(track)s and worker_id = %(worker)s and ended_at is null",
        by=work.actor.person_id,
        track=track_id,
        worker=worker_id,
    )
    return track_id


async def add_signal(work: Work, track_id: UUID, body: MeldcodeSignalBody) -> UUID:
    """Step a: one more signal."""
    await _writing(work, track_id)
    if faults := _not_yet(await work.today(), "/observedOn", body.observed_on):
        raise Invalid(*faults)
    return await _keep(work, track_id, Kind.SIGNAAL, body)


async def _keep(work: Work, track_id: UUID, kind: Kind, body: Any, due_on: date | None = None, **more: object) -> UUID:
    said = {**body.model_dump(mode="json", by_alias=True), **more}
    await work.session.insert(_entry(work, track_id, kind, said, due_on))
    return track_id


async def add_consultation(work: Work, track_id: UUID, body: MeldcodeConsultationBody) -> UUID:
    """Step b: what came of consulting somebody."""
    await _writing(work, track_id)
    if faults := _not_yet(await work.today(), "/heldOn", body.held_on):
        raise Invalid(*faults)
    return await _keep(work, track_id, Kind.OVERLEG, body)


async def add_conversation(work: Work, track_id: UUID, body: MeldcodeConversationBody) -> UUID:
    """Step c: the talk with parents or child, or why it cannot be. Raises Invalid with every fault, StepsOpen."""
    _, now = await _writing(work, track_id)
    faults = _not_yet(await work.today(), "/heldOn", body.held_on)
    if body.with_whom == "niemand":
        if body.reason is None:
            faults.append(_missing("/reason", "Waarom kan het gesprek nu niet?", "Why can there be no talk now?"))
    else:
        if body.held_on is None:
            faults.append(_missing("/heldOn", "Op welke dag was het gesprek?", "On which day was the talk?"))
        if body.content is None:
            faults.append(_missing("/content", "Wat is besproken?", "What was said?"))
    if faults:
        raise Invalid(*faults)
    _in_order(work, meldcode.before_talking(now))
    return await _keep(work, track_id, Kind.GESPREK, body)


async def add_weighing(work: Work, track_id: UUID, body: MeldcodeWeighingBody) -> UUID:
    """Step d: risk, nature and gravity. Raises StepsOpen."""
    _, now = await _writing(work, track_id)
    _in_order(work, meldcode.before_weighing(now))
    return await _keep(work, track_id, Kind.WEGING, body)


async def add_consideration(work: Work, track_id: UUID, body: MeldcodeConsiderationBody) -> UUID:
    """The answer to one of the five considerations.

    Raises:
        Invalid: every fault: doubt where there is none to have, help accepted without term, casemanager or agreements.
        StepsOpen: everything that comes before this question.
    """
    track, now = await _writing(work, track_id)
    answer = Answer(body.answer)
    faults = []
    if not meldcode.is_answer(body.number, answer):
        faults.append(
            Fault(
                "/answer",
                "geen_antwoord",
                "Twijfel kan alleen bij de tweede afweging. Raadpleeg bij twijfel Veilig Thuis, en antwoord dan.",
                "There is doubt at the second consideration alone. In doubt consult Veilig Thuis, then answer.",
            )
        )
    due_on = None
    if (body.number, answer) == (4, Answer.JA):
        due_on = body.term_ends_on
        faults += _help_agreed(track, await work.today(), body)
    elif body.term_ends_on is not None or body.casemanager_id is not None:
        faults.append(
            Fault(
                "/termEndsOn" if body.term_ends_on is not None else "/casemanagerId",
                "hoort_hier_niet",
                "Een termijn en een casemanager horen bij ja op de vierde afweging.",
                "A term and a casemanager belong to yes at the fourth consideration.",
            )
        )
    if (body.number, answer) == (meldcode.LAST, Answer.JA) and body.agreements is None:
        faults.append(_missing("/agreements", "Hoe blijft het kind gevolgd?", "How is the child followed from here?"))
    if faults:
        raise Invalid(*faults)
    _in_order(work, meldcode.before_considering(now, body.number))
    return await _keep(work, track_id, Kind.AFWEGING, body, due_on)


def _help_agreed(track: Json, today: date, body: MeldcodeConsiderationBody) -> list[Fault]:
    """Help that is accepted has a term, somebody who watches over it, and agreements."""
    faults = []
    if body.term_ends_on is None:
        faults.append(_missing("/termEndsOn", "Tot wanneer krijgt de hulp de tijd?", "Until when does the help have?"))
    elif body.term_ends_on <= today:
        faults.append(
            Fault("/termEndsOn", "in_het_verleden", "Deze dag is al voorbij.", "This day has passed already.")
        )
    if body.casemanager_id is None:
        faults.append(_missing("/casemanagerId", "Wie bewaakt de afspraken?", "Who watches over the agreements?"))
    else:
        faults += _no_participant(track, body.casemanager_id, "/casemanagerId")
    if body.agreements is None:
        faults.append(_missing("/agreements", "Wat is afgesproken?", "What was agreed?"))
    return faults


async def decide(work: Work, track_id: UUID, body: MeldcodeDecisionBody) -> UUID:
    """Step e: the decision, by the one who was named for it. A decision to close ends the track.

    Raises:
        NotPermitted: another was named, or nobody yet.
        Invalid: every fault: parents not informed without a reason, a report in the future.
        StepsOpen: everything that comes before this decision.
    """
    track, now = await _writing(work, track_id)
    if track["deciderId"] != str(work.actor.person_id):
        raise NotPermitted(
            "Het besluit is aan wie daarvoor is aangewezen (`deciderId`). Een deelnemer kan dat wijzigen.",
            "The decision is for whoever was named for it (`deciderId`). A participant can change that.",
            code="niet-uw-stap",
        )
    outcome, today = Outcome(body.outcome), await work.today()
    faults = _not_yet(today, "/reportedOn", body.reported_on)
    if not body.parents_informed and body.not_informed_reason is None:
        faults.append(
            _missing(
                "/notInformedReason",
                "Zijn de ouders niet geïnformeerd, leg dan vast waarom.",
                "Where the parents were not informed, record why.",
            )
        )
    if outcome is not Outcome.MELDEN and (body.acute or body.reported_on is not None):
        faults.append(
            Fault(
                "/acute" if body.acute else "/reportedOn",
                "hoort_hier_niet",
                "Dit hoort bij een besluit om te melden.",
                "This belongs to a decision to report.",
            )
        )
    if faults:
        raise Invalid(*faults)
    _in_order(work, meldcode.before_deciding(now, outcome, acute=body.acute))
    reported = (body.reported_on or today) if outcome is Outcome.MELDEN else None
    due = count(reported, meldcode.ANSWER_WITHIN, WORKING_DAYS).due if reported else None
    if outcome is Outcome.AFSLUITEN:
        await work.session.run("update meldcode_tracks set closed_at = now() where id = %(id)s", id=track_id)
    dates = {"reportedOn": str(reported) if reported else None, "answerDueOn": str(due) if due else None}
    return await _keep(work, track_id, Kind.BESLUIT, body, due, **dates)


async def add_answer(work: Work, track_id: UUID, body: MeldcodeAnswerBody) -> UUID:
    """What Veilig Thuis answered to the report. Raises Invalid, StepsOpen."""
    _, now = await _writing(work, track_id)
    if faults := _not_yet(await work.today(), "/receivedOn", body.received_on):
        raise Invalid(*faults)
    _in_order(work, meldcode.before_answer(now))
    return await _keep(work, track_id, Kind.ANTWOORD, body)


_ASKED = (
    "select app_meldcode_kept(%(id)s)::text as kept, to_json(d)::text as asked from (values (1)) one (n)"
    " left join meldcode_destructions d on d.track_id = %(id)s and d.refused_by is null"
)
_CERTIFICATE = (
    "jsonb_build_object('id', d.id, 'trackId', d.track_id, 'document', d.document, 'digest', d.digest,"
    " 'signature', d.signature, 'createdAt', app_time(d.destroyed_at))"
)


@dataclass(frozen=True, slots=True)
class _End:
    """By which class a track is kept and until when, and what was asked about its destruction."""

    by: RetentionClass
    due: date | None
    today: date
    running: bool
    asked: Json | None

    @property
    def status(self) -> str:
        if self.running:
            return "loopt"
        if self.asked is not None:
            return "goedgekeurd" if self.asked["approved_by"] else "voorgesteld"
        return "kan_weg" if self.due is not None and self.due <= self.today else "blijft"


async def _end(work: Work, track_id: UUID, classes: Mapping[str, RetentionClass]) -> _End:
    row = await work.session.row(_ASKED, id=track_id)
    told: Json = json.loads((row or {})["kept"])

    def day(name: str) -> date | None:
        return date.fromisoformat(told[name]) if told[name] else None

    facts = Facts(
        part=Part.TRACK,
        owner=OrganisationKind(told["owner"]),
        last_change=date.fromisoformat(told["lastChange"]),
        birth_date=day("birthDate"),
        closed_on=day("closedOn"),
        left_school_on=day("leftSchoolOn"),
        involved=told["running"],
        child_gone=told["childGone"],
    )
    asked = (row or {})["asked"]
    return _End(
        classes[class_of(facts).key],
        due_on(facts, classes),
        date.fromisoformat(told["today"]),
        told["running"],
        json.loads(asked) if asked else None,
    )


async def destruction(work: Work, track_id: UUID, classes: Mapping[str, RetentionClass]) -> str:
    """How long a track is kept, and how far its destruction is, as JSON text. Raises NotVisible as for the track."""
    await _track(work, track_id)
    end = await _end(work, track_id, classes)
    asked = end.asked or {}
    return json.dumps(
        {
            "trackId": str(track_id),
            "retentionClass": end.by.key,
            "term": str(end.by.term),
            "source": end.by.source,
            "disputed": end.by.disputed or None,
            "keepUntil": str(end.due) if end.due else None,
            "status": end.status,
            "proposedBy": asked.get("proposed_by"),
            "proposedAt": asked.get("proposed_at"),
            "approvedBy": asked.get("approved_by"),
            "approvedAt": asked.get("approved_at"),
        },
        ensure_ascii=False,
    )


async def agree_to_destroy(work: Work, track_id: UUID, classes: Mapping[str, RetentionClass]) -> UUID:
    """Propose that a track goes; or, as another who knows it, agree: then the next run of the retention destroys it.

    Raises:
        NotVisible, NotPermitted: as for the track.
        Conflict: it runs, its term has not passed, a hold keeps it, the caller proposed it, or it was agreed to.
    """
    await _track(work, track_id, lock=True)
    end = await _end(work, track_id, classes)
    if end.status == "goedgekeurd":
        raise Conflict("Hiermee is al ingestemd.", "This was agreed to already.", code="al-beoordeeld")
    if end.running or end.due is None or end.due > end.today:
        raise Conflict(
            "Dit spoor loopt nog, of de bewaartermijn is niet voorbij (`keepUntil`). Er is niets voorgesteld.",
            "This track still runs, or its term has not passed (`keepUntil`). Nothing was proposed.",
        )
    held = await work.session.row("select app_meldcode_held(%(id)s, %(class)s) as held", id=track_id, **_class(end))
    if held is None or held["held"]:
        raise Conflict(
            "Er geldt een bewaarplicht. Wie die oplegde, kan haar opheffen.",
            "A hold keeps it. Who placed it can lift it.",
            code="bewaarplicht",
        )
    if end.asked is None:
        await work.session.run(
            "insert into meldcode_destructions (id, organisation_id, track_id, retention_class, term, source,"
            " due_since, proposed_by) select %(new)s, t.organisation_id, t.id, %(class)s, %(term)s, %(source)s,"
            " %(due)s, app_person() from meldcode_tracks t where t.id = %(id)s",
            new=new_id(),
            id=track_id,
            term=str(end.by.term),
            source=end.by.source,
            due=end.due,
            **_class(end),
        )
        return track_id
    if end.asked["proposed_by"] == str(work.actor.person_id):
        raise Conflict(
            "U stelde dit zelf voor. Een ander die het spoor kent, stemt in.",
            "You proposed this yourself. Another who knows the track agrees to it.",
            code="vier-ogen",
        )
    await work.session.run(
        "update meldcode_destructions set approved_by = app_person(), approved_at = now() where track_id = %(id)s"
        " and refused_by is null",
        id=track_id,
    )
    return track_id


def _class(end: _End) -> dict[str, str]:
    return {"class": end.by.key}


async def refuse_to_destroy(work: Work, track_id: UUID, body: RetentionRefusalBody) -> UUID:
    """Keep what was proposed to be destroyed, with the reason; it can be proposed anew. Raises NotVisible, Conflict."""
    await _track(work, track_id, lock=True)
    refused = await work.session.run(
        "update meldcode_destructions set refused_by = app_person(), refused_at = now(), refusal_reason = %(reason)s"
        " where track_id = %(id)s and refused_by is null and approved_by is null",
        id=track_id,
        reason=body.reason,
    )
    if not refused:
        raise Conflict(
            "Er is niets voorgesteld, of er is al mee ingestemd.",
            "Nothing was proposed, or it was agreed to already.",
            code="al-beoordeeld",
        )
    return track_id


async def certificates(work: Work, *, after: UUID | None, limit: int) -> list[Row]:
    """The certificates of tracks that the caller knew until they were destroyed, newest first: id, body as text."""
    work.about.object_type = "meldcode-track"
    (_, rows) = await work.session.ask(
        _sight(work),
        Query(
            f"select d.id, ({_CERTIFICATE})::text as body from meldcode_destructions d where d.document is not null"
            " and (%(after)s::uuid is null or d.id < %(after)s) order by d.id desc limit %(limit)s",
            {"after": after, "limit": limit},
        ),
    )
    work.about.role = _role(work)
    return rows
