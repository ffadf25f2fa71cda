"""What the family asks about what is kept on it: each request is of one organisation, which answers it with reasons.

The family comes to a request through its case; the organisation that must answer needs no part in the case any more.
What an organisation grants is carried out elsewhere: destruction by its retention, a correction stands as a statement
beside what it corrects, because what was read before must stay traceable.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from app.db import reach, reads
from app.db.facts import gezag_of
from app.db.session import Query, Row
from app.db.tables import DataRequest, DataRequestAnswer
from app.domain import choices
from app.domain.actors import PersonKind
from app.domain.data_requests import MONTHS, REFUSALS, RequestKind, Verdict, last_day, must_ask
from app.domain.errors import Conflict, Fault, Invalid, NotPermitted, NotVisible
from app.domain.gezag import MENDS, Unclear, relation_of
from app.domain.ids import new_id
from app.domain.policy import Action
from app.services import plain_words
from app.services.bodies import AgreementBody, DataRequestBody, RequestDecisionBody
from app.services.consents import circle_of
from app.services.plain_words import Way
from app.services.work import Work
from app.workflow.model import Text

# What a request can be about by its own id: what stands under a subject.
ABOUT: Mapping[str, reads.Resource] = {
    each.object_type: each
    for each in (reads.SIGNALS, reads.NOTES, reads.ASSESSMENTS, reads.DECISIONS, reads.GOALS, reads.ACTIONS)
}
# The latest of each of those who ask: whether somebody does no longer, or did not say yet.
_LATEST = (
    "(select distinct on (a.person_id) a.person_id, a.agrees from data_request_answers a where a.request_id = d.id"
    " order by a.person_id, a.id desc)"
)
_WAITS = f"exists (select from unnest(d.asked_of) p where not exists (select from {_LATEST} l where l.person_id = p))"
_STATUS = (
    "case when d.decision is not null then d.decision"
    f" when exists (select from {_LATEST} l where l.person_id = d.requested_by and not l.agrees) then 'ingetrokken'"
    f" when exists (select from {_LATEST} l where not l.agrees) then 'niet_samen'"
    f" when {_WAITS} then 'wacht_op' else 'open' end"
)
_REQUEST = (
    "json_build_object('id', d.id, 'caseId', d.case_id, 'kind', d.kind, 'youngPerson', app_requested_child(d.id),"
    " 'organisationId', d.organisation_id, 'organisationName',"
    " (select o.name from organisations o where o.id = d.organisation_id), 'requestedBy', d.requested_by,"
    " 'requestedRole', d.requested_role, 'content', d.content, 'aboutType', d.about_type, 'aboutId', d.about_id,"
    f" 'status', {_STATUS}, 'waitsFor', to_json(array(select p from unnest(d.asked_of) p where not exists"
    f" (select from {_LATEST} l where l.person_id = p and l.agrees))), 'dueOn', d.due_on,"
    " 'overdue', d.decision is null and d.due_on is not null and d.due_on < app_today(),"
    " 'decision', d.decision, 'refusalGround', d.refusal_ground, 'grantedCategories',"
    " coalesce(to_json(d.granted_categories), '[]'), 'grantedIds', coalesce(to_json(d.granted_ids), '[]'),"
    " 'reason', d.reason,"
    " 'decidedAt', app_time(d.decided_at), 'decidedRole', d.decided_role, 'createdAt', app_time(d.created_at),"
    " 'askedOf', to_json(d.asked_of))"
)


def _mine(work: Work) -> str:
    """Which requests the caller comes to: through a case of the family, or as the organisation that answers."""
    if work.actor.person_kind is PersonKind.WORKER:
        return "d.organisation_id = app_organisation()"
    cases = reach.cases(work.roles, Action.DATA_REQUEST_READ, "true")
    return f"exists (select from ({cases}) r where r.case_id = d.case_id and r.permitted)"


async def listed(work: Work, *, after: UUID | None, limit: int) -> list[Row]:
    """The requests that the caller made or is asked to join, or that its organisation answers; oldest first."""
    work.about.object_type = "data-request"
    return await work.session.rows(
        f"select d.id, ({_REQUEST})::text as body from data_requests d where {_mine(work)}"
        " and (%(after)s::uuid is null or d.id > %(after)s) order by d.id limit %(limit)s",
        after=after,
        limit=limit,
    )


def in_words(work: Work, told: Mapping[str, Any]) -> tuple[Text, list[Way]]:
    """How a request stands, and what the caller can do: one of the family, or who answers for the organisation."""
    me, status = str(work.actor.person_id), told["status"]
    who, kind = told["organisationName"], RequestKind(told["kind"])
    due = plain_words.day(told["dueOn"]) if told["dueOn"] else Text("", "")
    waits = plain_words.awaited(told["waitsFor"], work.actor.person_id, told["youngPerson"])
    ground = _ground(REFUSALS[kind].get(told["refusalGround"] or "", ""))
    complain = Text(_COMPLAIN.nl.format(who=who), _COMPLAIN.en.format(who=who))
    standing = {
        "wacht_op": Text(
            f"Dit moet samen worden gevraagd. {waits.nl} Daarna heeft {who} {choices.now(MONTHS[kind])} maanden.",
            f"This must be asked together. {waits.en} After that {who} has {choices.now(MONTHS[kind])} months.",
        ),
        "niet_samen": Text(
            "Dit moet samen worden gevraagd, en een van u wil het niet. Het gaat nu niet door.",
            "This must be asked together, and one of you does not want it. It does not go ahead now.",
        ),
        "ingetrokken": Text("Dit verzoek is ingetrokken.", "This request was taken back."),
        "open": Text(
            f"{who} moet antwoorden, uiterlijk op {due.nl}.", f"{who} must answer, on {due.en} at the latest."
        ),
        "ingewilligd": Text(f"{who} doet wat is gevraagd.", f"{who} does what was asked."),
        "deels": Text(
            f"{who} doet een deel van wat is gevraagd. De grond voor de rest: {ground}. {complain.nl}",
            f"{who} does a part of what was asked. The ground for the rest: {ground}. {complain.en}",
        ),
        "geweigerd": Text(
            f"{who} doet dit niet. De grond: {ground}. {complain.nl}",
            f"{who} does not do this. The ground: {ground}. {complain.en}",
        ),
    }[status]
    if told["overdue"]:
        standing = Text(
            f"{who} had moeten antwoorden, uiterlijk op {due.nl}. {complain.nl}",
            f"{who} should have answered, on {due.en} at the latest. {complain.en}",
        )
    path, found = f"/data-requests/{told['id']}", []
    if status == "open" and not work.of_family:
        found.append(Way(_ANSWER, f"{path}/decision", {}, _answers(kind)))
    if status in {"wacht_op", "niet_samen", "open"} and work.of_family:
        if me == told["requestedBy"]:
            found.append(Way(_TAKE_BACK, f"{path}/agreement", {"agrees": False}, {}))
        elif me in told["waitsFor"]:
            found.append(Way(_JOIN, f"{path}/agreement", {"agrees": True}, {}))
            found.append(Way(_NOT_I, f"{path}/agreement", {"agrees": False}, {}))
        elif me in told["askedOf"]:
            found.append(Way(_NOT_I, f"{path}/agreement", {"agrees": False}, {}))
    return standing, found


# AVG 12 (4): who refuses says that one can complain, and go to court.
_COMPLAIN = Text(
    "Niet mee eens? Klaag bij {who} of bij de Autoriteit Persoonsgegevens, of ga naar de rechter.",
    "You disagree? Complain with {who} or with the Autoriteit Persoonsgegevens, or go to court.",
)
_JOIN = Text("Ik vraag dit ook.", "I ask this too.")
_NOT_I = Text("Ik vraag dit niet (meer).", "I do not ask this (any more).")
_TAKE_BACK = Text("Mijn verzoek intrekken.", "Take back my request.")
_ANSWER = Text("Antwoorden, met de reden.", "Answer, with the reason.")
_VERDICTS = {
    Verdict.INGEWILLIGD: Text("wij doen wat is gevraagd", "we do what was asked"),
    Verdict.DEELS: Text("wij doen een deel", "we do a part"),
    Verdict.GEWEIGERD: Text("wij doen het niet", "we do not do it"),
}


def _ground(source_and_words: str) -> str:
    """A ground with its words first, and where it stands behind them."""
    source, _, words = source_and_words.partition(": ")
    return f"{words} ({source})"


def _answers(kind: RequestKind) -> dict[str, dict[str, Text]]:
    grounds = {code: Text(_ground(words), _ground(words)) for code, words in REFUSALS[kind].items()}
    return {"decision": {str(code): words for code, words in _VERDICTS.items()}, "refusalGround": grounds}


def of_child(work: Work, child: UUID) -> Query:
    """The requests about a child that the caller made or is asked to join, oldest first: id, and body as text."""
    return Query(
        f"select d.id, ({_REQUEST})::text as body from data_requests d where {_mine(work)}"
        " and d.case_id in (select c.id from cases c where c.young_person_id = %(child)s) order by d.id",
        {"child": child},
    )


async def shown(work: Work, request_id: UUID) -> str:
    """One request as JSON text. Raises NotVisible."""
    row = await _found(work, request_id)
    return str(row["body"])


async def _found(work: Work, request_id: UUID, *, lock: bool = False) -> Row:
    """A request with its body. With `lock` its row stays ours. Raises NotVisible."""
    work.about.object_type, work.about.object_id = "data-request", request_id
    if lock:
        await work.session.rows("select id from data_requests where id = %(id)s for update", id=request_id)
    row = await work.session.row(
        f"select d.*, {_STATUS} as status, ({_REQUEST})::text as body from data_requests d"
        f" where d.id = %(id)s and {_mine(work)}",
        id=request_id,
    )
    if row is None:
        raise NotVisible
    work.about.case_id = row["case_id"]
    work.about.ground = "verzoek_van_gezin" if work.actor.person_kind is PersonKind.WORKER else work.about.ground
    return row


async def make(work: Work, case_id: UUID, body: DataRequestBody) -> UUID:
    """Ask an organisation to put right, to stop using, or to destroy; also when the case is closed.

    Raises:
        NotVisible, NotPermitted: not the caller's case, or not his or hers to ask.
        Invalid: every fault: an organisation that has nothing of this case, an object that the caller does not see.
        Conflict: to destroy takes everybody with gezag, and who that is was not recorded, or is an instelling.
    """
    await work.case(case_id)
    kind = RequestKind(body.kind)
    category, faults = await _about(work, case_id, body)
    if faults:
        raise Invalid(*faults)
    circle = await circle_of(work, case_id)
    gezag = relation_of(circle.parents, circle.finding)
    together = must_ask(kind, day=circle.today, birth_date=circle.birth_date, youth=circle.youth, gezag=[gezag])
    if isinstance(together, Unclear):
        nl, en = MENDS[together]
        raise Conflict(
            f"Wie gezag heeft, vraagt dit mee, en dat is nog niet bekend. {nl}",
            f"Whoever holds gezag asks this along, and who that is is not known yet. {en}",
            code="gezag-onbekend",
        )
    together -= {work.actor.person_id}
    if circle.finding is not None and circle.finding.organisation in together:
        raise Conflict(
            "Een instelling heeft de voogdij en vraagt dit mee; dat doet zij schriftelijk, bij de organisatie zelf.",
            "An instelling has the voogdij and asks this along; it does so in writing, with the organisation itself.",
            code="niet-samen-gevraagd",
        )
    request = DataRequest(
        case_id=case_id,
        kind=kind,
        organisation_id=body.organisation_id,
        requested_by=work.actor.person_id,
        requested_role=work.about.role or "",
        asked_of=sorted(together),
        about_type=body.about_type,
        about_id=body.about_id,
        category=category,
        content=body.content,
        due_on=None if together else last_day(kind, circle.today),
    )
    await work.session.insert(request)
    work.about.object_type, work.about.object_id = "data-request", request.id
    work.fact("data-request.made", case_id=case_id, object_id=request.id, kind=kind)
    return request.id


async def _about(work: Work, case_id: UUID, body: DataRequestBody) -> tuple[str | None, list[Fault]]:
    """The subject of what it is about, if it is about one thing; and what is wrong with the request."""
    if (body.about_type is None) != (body.about_id is None):
        return None, [Fault("/aboutId", "onvolledig", "Noem soort en kenmerk samen.", "Name kind and id together.")]
    if body.about_type is None or body.about_id is None:
        row = await work.session.row(
            "select from participants p where p.case_id = %(case)s and p.organisation_id = %(organisation)s",
            case=case_id,
            organisation=body.organisation_id,
        )
        return None, [] if row is not None else [_NOT_INVOLVED]
    resource = ABOUT[body.about_type]
    (seen,) = await work.session.ask(reads.seen(work.roles, reads.one(resource, body.about_id)))
    told = json.loads(seen[0]["body"]) if seen else None
    if told is None or told["caseId"] != str(case_id):
        return None, [
            Fault("/aboutId", "niet_gevonden", "Dit staat niet in deze zaak.", "This does not stand in this case.")
        ]
    if told["authorOrganisationId"] != str(body.organisation_id):
        return None, [
            Fault(
                "/organisationId",
                "andere_organisatie",
                "Een ander legde dit vast. Vraag het aan de organisatie die het schreef (`authorOrganisationId`).",
                "Another recorded this. Ask the organisation that wrote it (`authorOrganisationId`).",
            )
        ]
    return str(told["category"]), []


_NOT_INVOLVED = Fault(
    "/organisationId",
    "niet_betrokken",
    "Deze organisatie doet niet mee aan deze zaak en deed dat ook niet.",
    "This organisation takes no part in this case, nor did it.",
)


async def agree(work: Work, request_id: UUID, body: AgreementBody) -> UUID:
    """Ask it together, or no longer; the clock runs from the day on which everybody asks it.

    Raises NotVisible, NotPermitted, and Conflict when it was decided already.
    """
    row = await _found(work, request_id, lock=True)
    await work.case(row["case_id"])
    work.about.object_type, work.about.object_id = "data-request", request_id
    if work.actor.person_id not in {row["requested_by"], *row["asked_of"]}:
        raise NotPermitted
    if row["decision"] is not None:
        raise _decided_already()
    await work.session.insert(
        DataRequestAnswer(request_id=request_id, person_id=work.actor.person_id, agrees=body.agrees)
    )
    today = await work.today()
    await work.session.run(
        f"update data_requests d set due_on = case when {_STATUS} = 'open'"
        " then coalesce(d.due_on, %(due)s) end where d.id = %(id)s",
        id=request_id,
        due=last_day(RequestKind(row["kind"]), today),
    )
    work.fact("data-request.answered", case_id=row["case_id"], object_id=request_id, kind=row["kind"])
    return request_id


def _decided_already() -> Conflict:
    return Conflict("Op dit verzoek is al beslist.", "This request was decided already.", code="al-beslist")


async def decide(work: Work, request_id: UUID, body: RequestDecisionBody) -> UUID:
    """Answer it for the own organisation, with the reason; a refusal also names its ground in law.

    Raises:
        NotVisible: it is not addressed to the caller's organisation.
        Invalid: every fault: no ground for a refusal, or a ground that is none for this kind.
        Conflict: decided already, taken back, or those who must ask it together do not (any more).
    """
    row = await _found(work, request_id, lock=True)
    kind, verdict = RequestKind(row["kind"]), Verdict(body.decision)
    faults = _decision_faults(kind, verdict, row, body)
    if body.granted_ids:
        faults += await _not_theirs(work, request_id, body.granted_ids)
    if faults:
        raise Invalid(*faults)
    if row["decision"] is not None:
        raise _decided_already()
    if row["status"] != "open" or not await _still_theirs(work, request_id, kind):
        raise Conflict(
            "Dit verzoek is ingetrokken, of nog niet gedaan door ieder die het samen moet doen.",
            "This request was taken back, or not made yet by everybody who must make it together.",
            code="niet-samen-gevraagd",
        )
    role = min(work.roles)
    await work.session.run(
        "update data_requests set decision = %(decision)s, refusal_ground = %(ground)s, reason = %(reason)s,"
        " granted_categories = %(categories)s, granted_ids = %(ids)s,"
        " decided_at = now(), decided_by = %(by)s, decided_role = %(role)s where id = %(id)s",
        id=request_id,
        categories=sorted(set(body.granted_categories)) or None,
        ids=sorted(set(body.granted_ids)) or None,
        decision=verdict,
        ground=body.refusal_ground,
        reason=body.reason,
        by=work.actor.person_id,
        role=role,
    )
    if body.rectification is not None:
        await work.session.row(
            "select app_rectify(%(request)s, %(beside)s, %(words)s)",
            request=request_id,
            beside=new_id(),
            words=body.rectification,
        )
    work.fact("data-request.decided", case_id=row["case_id"], object_id=request_id, kind=row["kind"])
    return request_id


async def _still_theirs(work: Work, request_id: UUID, kind: RequestKind) -> bool:
    """Whether those who must ask it together today are among those who ask it."""
    row = await work.session.row("select app_request_family(%(id)s) as family", id=request_id)
    family = (row or {})["family"]
    required = must_ask(
        kind,
        day=date.fromisoformat(family["today"]),
        birth_date=date.fromisoformat(family["birthDate"]) if family["birthDate"] else None,
        youth=UUID(family["youth"]),
        gezag=[gezag_of(family)],
    )
    return not isinstance(required, Unclear) and required <= set(map(UUID, family["askers"]))


def _decision_faults(kind: RequestKind, verdict: Verdict, row: Row, body: RequestDecisionBody) -> list[Fault]:
    grounds, faults = REFUSALS[kind], []
    if verdict is not Verdict.INGEWILLIGD and body.refusal_ground not in grounds:
        listed_ = ", ".join(grounds)
        faults.append(
            Fault(
                "/refusalGround",
                "grond_ontbreekt",
                f"Weigeren kan alleen op een grond in de wet. Kies uit: {listed_}.",
                f"A refusal needs a ground in law. Choose from: {listed_}.",
            )
        )
    if verdict is Verdict.INGEWILLIGD and body.refusal_ground is not None:
        faults.append(
            Fault("/refusalGround", "past_niet", "Bij inwilligen hoort geen grond.", "Granting needs no ground.")
        )
    faults += _part_faults(kind, verdict, row, body)
    about = kind is RequestKind.CORRECTIE and row["about_id"] is not None and verdict is not Verdict.GEWEIGERD
    if about and body.rectification is None:
        faults.append(
            Fault(
                "/rectification",
                "verbetering_ontbreekt",
                "Schrijf op hoe het moet zijn: dat komt naast het gegeven te staan.",
                "Write down how it should be: that will stand beside it.",
            )
        )
    if not about and body.rectification is not None:
        faults.append(
            Fault(
                "/rectification",
                "past_niet",
                "Een verbetering hoort bij een ingewilligde correctie van één gegeven.",
                "A rectification belongs to a granted correction of one thing.",
            )
        )
    return faults


def _part_faults(kind: RequestKind, verdict: Verdict, row: Row, body: RequestDecisionBody) -> list[Fault]:
    """What goes of a destruction that is granted in part must be named: nothing else is proposed to be destroyed."""
    named = bool(body.granted_categories or body.granted_ids)
    if kind is not RequestKind.VERNIETIGING or verdict is not Verdict.DEELS:
        if not named:
            return []
        return [
            Fault(
                "/grantedCategories" if body.granted_categories else "/grantedIds",
                "past_niet",
                "Een deel noemen hoort bij een vernietiging die u deels inwilligt.",
                "Naming a part belongs to a destruction that is granted in part.",
            )
        ]
    if row["about_id"] is not None:
        return [
            Fault(
                "/decision",
                "een_gegeven",
                "Dit verzoek gaat over één gegeven: willig het in, of weiger het.",
                "This request is about one thing: grant it, or refuse it.",
            )
        ]
    if named:
        return []
    return [
        Fault(
            "/grantedCategories",
            "deel_ontbreekt",
            "Noem wat weggaat: onderwerpen (`grantedCategories`), losse gegevens (`grantedIds`), of beide.",
            "Name what goes: subjects (`grantedCategories`), single things (`grantedIds`), or both.",
        )
    ]


async def _not_theirs(work: Work, request_id: UUID, ids: Sequence[UUID]) -> list[Fault]:
    """Each id that is nothing of the own organisation in the case of the request."""
    row = await work.session.row("select app_not_of_request(%(id)s, %(ids)s) as these", id=request_id, ids=list(ids))
    strange = set((row or {})["these"])
    return [
        Fault(
            f"/grantedIds/{place}",
            "niet_gevonden",
            "Uw organisatie bewaart dit niet in deze zaak.",
            "Your organisation keeps no such thing in this case.",
        )
        for place, each in enumerate(ids)
        if each in strange
    ]


_AHEAD = 28
"""So many days before the last day an answer is reminded of for the first time."""


async def tell_answers_due(connection: psycopg.AsyncConnection[Any]) -> bool:
    """Says once that an answer comes due, that it is due today, and that its last day passed. Never what was asked."""
    found = await connection.execute(
        "with due as (select d.id, case when d.due_on < app_today() then 'passed' when d.due_on = app_today() then 'at'"
        " else 'before' end as told from data_requests d where d.decision is null and d.due_on is not null"
        " and d.due_on <= app_today() + %s)"
        " update data_requests d set told = due.told from due where d.id = due.id"
        " and d.told is distinct from due.told returning d.id, d.case_id, d.kind, d.told",
        (_AHEAD,),
    )
    rows = await found.fetchall()
    async with connection.cursor() as cursor:
        await cursor.executemany(
            "insert into outbox (id, type, case_id, object_id, data) values (%s, 'deadline.data-request', %s, %s, %s)",
            [(new_id(), case, request, Jsonb({"kind": kind, "when": told})) for request, case, kind, told in rows],
        )
    return False
