"""For parents and youth: the own case in plain words, who looked, statements of one's own."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.api import family_schemas, schemas
from app.api.call import (
    Call,
    Calling,
    Cursor,
    IdempotencyKey,
    Limit,
    Rendering,
    creates,
    listed,
    operation,
    seen,
    shows,
)
from app.api.deadlines import deadline_told
from app.api.parameters import CaseId, DataRequestId, StatementId, YoungPersonId
from app.api.schemas import page_of
from app.db import reads
from app.db.session import Row
from app.domain.actors import Category
from app.domain.policy import Action, may_as
from app.integrations.documents import pdf
from app.services import data_requests, my_case, my_export, my_log, my_things, plain_words, statements
from app.services.bodies import AgreementBody, DataRequestBody, RequestDecisionBody, StatementBody
from app.services.work import Work
from app.workflow.model import Text

router = APIRouter(tags=["Gezin"])


@router.get("/me/cases/{caseId}", **shows(Action.MY_CASE_READ, family_schemas.MyCase))
async def read_my_case(call: Calling, case_id: CaseId) -> Response:
    """Uw zaak in gewone woorden: waar zij staat, wie helpt en waarom, wat hierna komt en wat van u wordt gevraagd."""
    found = await my_case.read(call.database, call.ask(), case_id)
    return call.tagged(json.dumps(_my_case(call, found), ensure_ascii=False))


def _said(call: Call, text: Text) -> str:
    return text.en if call.english else text.nl


def _my_case(call: Call, found: my_case.MyCase) -> dict[str, Any]:
    root = call.request.scope["root_path"]
    rights = [(text, path) for action, text, path in plain_words.RIGHTS if action in found.told["rights"]]
    return {
        "id": str(found.case_id),
        "youngPerson": found.told["child"],
        "title": _said(call, found.route),
        "openedAt": found.told["openedAt"],
        "closedAt": found.told["closedAt"],
        "step": found.step
        and {"title": _said(call, found.step[0]), "meaning": _said(call, found.step[1]), "since": found.since},
        "terms": [{"title": _said(call, title), "dueOn": due, "overdue": over} for title, due, over in found.terms],
        "helpers": [_helper(call, each) for each in found.people],
        "coming": [
            {
                "title": _said(call, title),
                "by": [_said(call, role) for role in by],
                "waitsFor": [_said(call, reason) for reason in waits],
                "you": you,
            }
            for title, by, waits, you in found.coming
        ],
        "asked": [
            {"kind": each.kind, "text": _said(call, each.text), "href": f"{root}{each.path}", "due": each.due}
            for each in found.asked
        ],
        "rights": [
            {"text": _said(call, text), "href": root + path.format(case=found.case_id)} for text, path in rights
        ],
        "withheld": [
            _said(call, plain_words.CATEGORIES[each])
            for each in sorted(Category)
            if each not in found.told["categories"]
        ],
        "withheldBecause": _said(call, found.withheld) if found.withheld else None,
    }


def _helper(call: Call, person: dict[str, Any]) -> dict[str, Any]:
    role = person["role"]
    who = [person["name"], _said(call, role) if role else None, person["organisation"]]
    return {
        "who": ", ".join(each for each in who if each),
        "doing": [_said(call, each) for each in person["doing"]],
        "why": _said(call, person["why"]),
        "since": person["since"],
    }


@router.get("/me/children", **shows(Action.MY_CASE_READ, page_of(family_schemas.MyChild)))
async def list_my_children(call: Calling) -> Response:
    """De kinderen over wie u gezag hebt, of uzelf, elk met de zaken.

    Er is geen volgende bladzijde: `next` is altijd leeg.
    """
    root = call.request.scope["root_path"]

    async def render(work: Work) -> str:
        items = []
        takes_along = may_as(work.roles, Action.MY_EXPORT_READ, work.actor.person_kind)
        for each in await my_things.children(work):
            path = f"{root}/me/children/{each['child']['id']}"
            cases = [
                {
                    "id": case["id"],
                    "title": _said(call, case["title"]),
                    "openedAt": case["openedAt"],
                    "closedAt": case["closedAt"],
                    "href": f"{root}/me/cases/{case['id']}",
                }
                for case in each["cases"]
            ]
            items.append(
                {
                    "youngPerson": each["child"],
                    "you": each["self"],
                    "cases": cases,
                    "export": f"{path}/export" if takes_along else None,
                    "document": f"{path}/document" if takes_along else None,
                }
            )
        return json.dumps({"items": items, "next": None}, ensure_ascii=False)

    return await call.read(render)


@router.get("/me/children/{youngPersonId}/export", **shows(Action.MY_EXPORT_READ, family_schemas.Export))
async def export_my_child(call: Calling, young_person_id: YoungPersonId) -> Response:
    """Alles over een kind wat u mag zien, als gegevens: elke zaak, wie er meekeek en uw verzoeken.

    Wat u niet mag zien, is er niet bij en staat per zaak in `withheld`.
    """
    ring = await call.number_keys()

    async def render(work: Work) -> str:
        return json.dumps(_export(call, await my_export.gather(work, young_person_id, ring)), ensure_ascii=False)

    return await call.read(render)


def _export(call: Call, found: my_export.Export) -> dict[str, Any]:
    """Everything, as the data tell it."""
    return {
        "about": [_said(call, each) for each in my_export.ABOUT],
        "youngPerson": found.child,
        "identityNumbers": found.numbers,
        "sight": found.sight,
        "emergencyAccesses": found.emergencies,
        "cases": [
            {
                **case,
                "deadlines": [deadline_told(each, dates, english=call.english) for each in dates.deadlines]
                if dates
                else [],
            }
            for case, dates in zip(found.cases, found.dates, strict=True)
        ],
        "dataRequests": [_request(call, found.work, each) for each in found.requests],
    }


PDF = "application/pdf"


class _Pdf(Response):
    media_type = PDF


def _document(action: Action) -> dict[str, Any]:
    """A GET of a document to read."""
    declared = operation(action, None, refusals=())
    declared["response_class"] = _Pdf
    content = {PDF: {"schema": {"type": "string", "format": "binary"}, "example": "%PDF-1.7"}}
    declared["responses"][200] = declared["responses"].get(200, {"description": "Gelukt."}) | {"content": content}
    return declared


@router.get("/me/children/{youngPersonId}/document", **_document(Action.MY_EXPORT_READ))
async def read_my_child(call: Calling, young_person_id: YoungPersonId) -> Response:
    """Alles over een kind wat u mag zien, als document om te lezen: PDF, ook voor een schermlezer."""

    async def gathered(work: Work) -> my_export.Export:
        return await my_export.gather(work, young_person_id, ring)

    ring = await call.number_keys()
    found = await call.look_up(gathered)
    made = await pdf(my_export.readable(found, _export(call, found), english=call.english))
    headers = {
        "Content-Disposition": 'attachment; filename="gegevens.pdf"',
        "Content-Language": "en" if call.english else "nl",
    }
    return _Pdf(made, headers=headers)


@router.get("/me/consents", **operation(Action.MY_CASE_READ, page_of(family_schemas.MyConsent)))
async def list_my_consents(call: Calling, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """De vragen om toestemming aan uw gezin: wat op u wacht, wat u antwoordde, en hoe u daarop terugkomt.

    Nieuwste eerst. Intrekken of beperken kan net zo makkelijk als geven, en geldt meteen.
    """

    async def fetch(work: Work, after: UUID | None, count: int) -> Sequence[Row]:
        found = await my_things.consents(work, after=after, limit=count)
        return [{"id": each.id, "body": json.dumps(_consent(call, each), ensure_ascii=False)} for each in found]

    return await call.page(fetch, limit=limit, cursor=cursor)


def _consent(call: Call, found: my_things.MyConsent) -> dict[str, Any]:
    consent = found.consent
    return {
        "id": consent["id"],
        "caseId": consent["caseId"],
        "youngPerson": found.child,
        "purpose": consent["purpose"],
        "told": consent["told"],
        "recipients": found.recipients,
        "subjects": [_said(call, each) for each in plain_words.subjects(consent["sharedCategories"])],
        "validFrom": consent["validFrom"],
        "validUntil": consent["validUntil"],
        "inForce": consent["inForce"],
        "status": consent["status"],
        "statusText": _said(call, found.standing),
        "myAnswer": found.mine,
        "waitsForMe": found.waits,
        "operations": [_way(call, each) for each in found.ways],
    }


def _way(call: Call, way: plain_words.Way) -> dict[str, Any]:
    return {
        "text": _said(call, way.text),
        "method": "POST",
        "href": f"{call.request.scope['root_path']}{way.path}",
        "fields": way.fields,
        "choices": {
            field: {value: _said(call, meaning) for value, meaning in values.items()}
            for field, values in way.choices.items()
        },
    }


@router.get("/me/meetings", **operation(Action.MY_CASE_READ, page_of(family_schemas.MyMeeting)))
async def list_my_meetings(call: Calling, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """De overleggen die nog komen, met de vragen die dan op tafel komen: om vooraf over na te denken."""
    root = call.request.scope["root_path"]

    async def fetch(work: Work, after: UUID | None, count: int) -> Sequence[Row]:
        found = await my_things.meetings(work, after=after, limit=count)
        return [{"id": each.id, "body": json.dumps(_meeting(each), ensure_ascii=False)} for each in found]

    def _meeting(each: my_things.MyMeeting) -> dict[str, Any]:
        return {
            **{name: each.meeting[name] for name in ("id", "caseId", "plannedAt", "place")},
            "youngPerson": each.child,
            "title": _said(call, each.title),
            "invited": each.invited,
            "questions": [
                {"item": item, "question": _said(call, question), "answered": answered}
                for item, question, answered in each.questions
            ],
            "href": f"{root}/meetings/{each.meeting['id']}/checklist",
        }

    return await call.page(fetch, limit=limit, cursor=cursor)


@router.get("/me/access-log", **operation(Action.ACCESS_LOG_READ, page_of(family_schemas.AccessLine)))
async def read_my_access_log(call: Calling, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Wie iets over u of uw kind zag of veranderde, en waarom; in gewone woorden, nieuwste eerst.

    Van al uw zaken samen. Wat een ander gezinslid zelf bekijkt of voor zichzelf houdt, staat er niet in.
    """

    async def fetch(work: Work, after: UUID | None, count: int) -> Sequence[Row]:
        found = await my_log.lines(work, after=after, limit=count)
        return [{"id": each.id, "body": json.dumps(_line(call, each), ensure_ascii=False)} for each in found]

    return await call.page(fetch, limit=limit, cursor=cursor)


def _line(call: Call, line: my_log.Line) -> dict[str, Any]:
    allowed = line.told["outcome"] == "toegestaan"
    return {
        "id": line.told["id"],
        "caseId": line.told["caseId"],
        "youngPerson": line.child,
        "occurredAt": line.told["occurredAt"],
        "who": _said(call, line.who),
        "what": _said(call, line.what),
        "why": _said(call, line.why) if allowed else None,
        "subjects": [_said(call, each) for each in line.subjects],
        "allowed": allowed,
        "dataCategories": line.told["dataCategories"] if allowed else [],
        "ground": line.told["ground"] if allowed else None,
        "ruleSet": line.told["ruleSet"],
        "consentIds": line.told["consentIds"] if allowed else [],
    }


def _request(call: Call, work: Work, told: dict[str, Any]) -> dict[str, Any]:
    """A request with how it stands in words, and what the reader can do."""
    standing, ways = data_requests.in_words(work, told)
    return {**told, "statusText": _said(call, standing), "operations": [_way(call, each) for each in ways]}


def _shown_request(call: Call) -> Rendering:
    async def render(work: Work, request_id: UUID) -> str:
        told = json.loads(await data_requests.shown(work, request_id))
        return json.dumps(_request(call, work, told), ensure_ascii=False)

    return render


@router.get("/cases/{caseId}/statements", **operation(Action.CASE_READ, page_of(schemas.Statement)))
async def list_statements(call: Calling, case_id: CaseId, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """De eigen verklaringen van ouders en jeugdige in een zaak, en wat een organisatie verbeterde."""
    return await call.tell_page(listed(reads.STATEMENTS, case_id), limit=limit, cursor=cursor)


@router.post("/cases/{caseId}/statements", **creates(Action.STATEMENT_CREATE, schemas.Statement))
async def add_statement(
    call: Calling, case_id: CaseId, body: StatementBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Zet een eigen verklaring in het dossier; ook als de zaak is afgesloten.

    Door een ouder met gezag tot het kind 16 is, en door de jeugdige zelf vanaf 12. Wie over het onderwerp mag lezen,
    leest haar; met `privateOf` (uw eigen kenmerk) geen ander van het gezin.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(
        lambda work: statements.add(work, case_id, body), seen(reads.STATEMENTS), location="/statements/{}"
    )


@router.get("/statements/{statementId}", **shows(Action.CASE_READ, schemas.Statement))
async def read_statement(call: Calling, statement_id: StatementId) -> Response:
    """Eén verklaring."""
    return await call.tell(reads.one(reads.STATEMENTS, statement_id))


@router.post("/cases/{caseId}/data-requests", **creates(Action.DATA_REQUEST_CREATE, family_schemas.DataRequest))
async def make_data_request(
    call: Calling, case_id: CaseId, body: DataRequestBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Vraag een organisatie om iets te verbeteren, niet meer te gebruiken of te vernietigen.

    Een verbetering of bezwaar vraagt ieder voor zich: een ouder met gezag tot het kind 16 is, de jeugdige vanaf 12.
    Vernietigen vragen zij samen: onder 12 ieder met gezag, van 12 tot 16 ook de jeugdige, vanaf 16 de jeugdige alleen.
    Het antwoord komt binnen een maand, bij vernietigen binnen drie maanden nadat ieder het vroeg.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(
        lambda work: data_requests.make(work, case_id, body), _shown_request(call), location="/data-requests/{}"
    )


@router.get("/data-requests", **operation(Action.DATA_REQUEST_READ, page_of(family_schemas.DataRequest)))
async def list_data_requests(call: Calling, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """De verzoeken die u deed of mee moet doen; of, voor een organisatie, waarop zij moet antwoorden."""

    async def fetch(work: Work, after: UUID | None, count: int) -> Sequence[Row]:
        found = await data_requests.listed(work, after=after, limit=count)
        return [
            {"id": each["id"], "body": json.dumps(_request(call, work, json.loads(each["body"])), ensure_ascii=False)}
            for each in found
        ]

    return await call.page(fetch, limit=limit, cursor=cursor)


@router.get("/data-requests/{dataRequestId}", **shows(Action.DATA_REQUEST_READ, family_schemas.DataRequest))
async def read_data_request(call: Calling, data_request_id: DataRequestId) -> Response:
    """Eén verzoek, met het antwoord."""
    render = _shown_request(call)
    return await call.read(lambda work: render(work, data_request_id))


@router.post(
    "/data-requests/{dataRequestId}/agreement", **creates(Action.DATA_REQUEST_AGREE, family_schemas.DataRequest)
)
async def agree_to_data_request(
    call: Calling, data_request_id: DataRequestId, body: AgreementBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Vraag het samen, of trek u terug.

    Kan tot er is beslist. Wie het verzoek deed en zich terugtrekt, trekt het in.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: data_requests.agree(work, data_request_id, body), _shown_request(call))


@router.post(
    "/data-requests/{dataRequestId}/decision", **creates(Action.DATA_REQUEST_DECIDE, family_schemas.DataRequest)
)
async def decide_data_request(
    call: Calling, data_request_id: DataRequestId, body: RequestDecisionBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Antwoord op een verzoek aan uw organisatie, met de reden.

    Weigeren kan alleen op een grond in de wet. Een verbetering komt naast het gegeven te staan.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: data_requests.decide(work, data_request_id, body), _shown_request(call))
