"""Consent as evidence."""

from fastapi import APIRouter
from starlette.responses import Response

from app.api import schemas
from app.api.call import Calling, Cursor, IdempotencyKey, Limit, creates, listed, operation, seen, shows
from app.api.parameters import CaseId, ConsentId
from app.api.schemas import page_of
from app.db import reads
from app.domain.policy import Action
from app.services import consents
from app.services.bodies import AnswerBody, ConsentBody, ConsentExceptionBody, NarrowingBody, WithdrawalBody

router = APIRouter(tags=["Toestemming"])


@router.get("/cases/{caseId}/consents", **operation(Action.CASE_READ, page_of(schemas.Consent)))
async def list_consents(call: Calling, case_id: CaseId, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """De toestemmingsvragen van een zaak, met elk antwoord."""
    return await call.tell_page(listed(reads.CONSENTS, case_id), limit=limit, cursor=cursor)


@router.post("/cases/{caseId}/consents", **creates(Action.CONSENT_CREATE, schemas.Consent))
async def ask_consent(
    call: Calling, case_id: CaseId, body: ConsentBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Vraag toestemming, en leg de antwoorden vast die er al zijn.

    Of zij geldt, wordt bij elk gebruik opnieuw berekend, uit leeftijd, gezag en elk antwoord. Een ja om met de
    eigen organisatie te delen legt een ander vast, of geeft het gezin zelf.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(
        lambda work: consents.ask(work, case_id, body), seen(reads.CONSENTS), location="/consents/{}"
    )


@router.get("/consents/{consentId}", **shows(Action.CASE_READ, schemas.Consent))
async def read_consent(call: Calling, consent_id: ConsentId) -> Response:
    """Eén toestemmingsvraag, met elk antwoord en of zij vandaag geldt."""
    return await call.tell(reads.one(reads.CONSENTS, consent_id))


@router.post("/consents/{consentId}/answers", **creates(Action.CONSENT_ANSWER, schemas.Consent))
async def answer_consent(
    call: Calling, consent_id: ConsentId, body: AnswerBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Leg een antwoord vast.

    Het laatste antwoord van iemand telt. Wie zelf nee zei, komt daar alleen zelf op terug.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: consents.answer(work, consent_id, body), seen(reads.CONSENTS))


@router.post("/consents/{consentId}/withdrawal", **creates(Action.CONSENT_ANSWER, schemas.Consent))
async def withdraw_consent(
    call: Calling, consent_id: ConsentId, body: WithdrawalBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Trek toestemming in; zij geldt vanaf dat moment niet meer.

    Door de persoon zelf, die niets hoeft in te vullen, of door wie het is verteld. Wat al is gezien, blijft in het
    logboek staan.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: consents.withdraw(work, consent_id, body), seen(reads.CONSENTS))


@router.post("/consents/{consentId}/narrowing", **creates(Action.CONSENT_ANSWER, schemas.Consent))
async def narrow_consent(
    call: Calling, consent_id: ConsentId, body: NarrowingBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Beperk een gegeven toestemming: minder ontvangers of minder onderwerpen, vanaf dit moment.

    Wat iemand zelf heeft beperkt, verruimt alleen hij of zij zelf weer, met een nieuw ja.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: consents.narrow(work, consent_id, body), seen(reads.CONSENTS))


@router.post("/consents/{consentId}/exceptions", **creates(Action.CONSENT_EXCEPT, schemas.Consent))
async def except_consent(
    call: Calling, consent_id: ConsentId, body: ConsentExceptionBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Leg vast dat bij deze vraag een ander beslist dan gewoonlijk, met motivering.

    Alleen jeugdhulp en jeugdgezondheidszorg doen dat (Jeugdwet 7.3.4 lid 2, 7.3.15 lid 2). Het nee van de jeugdige
    blijft een nee.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: consents.except_(work, consent_id, body), seen(reads.CONSENTS))
