"""For parents and youth: the own case in plain words, who looked, statements of one's own."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.api import family_schemas, schemas
from app.api.call import Call, Calling, Cursor, IdempotencyKey, Limit, creates, listed, operation, seen, shows
from app.api.parameters import CaseId, StatementId
from app.api.schemas import page_of
from app.db import reads
from app.db.session import Row
from app.domain.actors import Category
from app.domain.policy import Action, may_at_all
from app.services import my_case, my_log, plain_words, statements
from app.services.bodies import StatementBody
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
    rights = [(text, path) for action, text, path in _RIGHTS if may_at_all(call.subject.roles, action)]
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
    }


# What a parent or youth may do, by the action that it takes: told to who has it.
_RIGHTS = (
    (
        Action.STATEMENT_CREATE,
        Text(
            "U mag een eigen verklaring in het dossier zetten.", "You may put a statement of your own in the dossier."
        ),
        "/cases/{case}/statements",
    ),
    (
        Action.ACCESS_LOG_READ,
        Text("U mag zien wie er meekeek, en waarom.", "You may see who looked, and why."),
        "/me/access-log",
    ),
)


def _helper(call: Call, person: dict[str, Any]) -> dict[str, Any]:
    role = person["role"]
    who = [person["name"], _said(call, role) if role else None, person["organisation"]]
    return {
        "who": ", ".join(each for each in who if each),
        "doing": [_said(call, each) for each in person["doing"]],
        "why": _said(call, person["why"]),
        "since": person["since"],
    }


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
        "occurredAt": line.told["occurredAt"],
        "who": _said(call, line.who),
        "what": _said(call, line.what),
        "why": _said(call, line.why) if allowed else None,
        "subjects": [_said(call, each) for each in line.subjects],
        "allowed": allowed,
        "dataCategories": line.told["dataCategories"] if allowed else [],
    }


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
