"""BSN and PGN of a child: never in a URL, shown for a task alone."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.api import schemas
from app.api.call import READS_BODY, Calling, IdempotencyKey, creates, operation
from app.api.parameters import IdentityNumberId, YoungPersonId
from app.api.schemas import page_of
from app.db.session import Row
from app.domain.policy import Action
from app.services import identity_numbers
from app.services.bodies import IdentityNumberBody, NumberSearchBody, RevealBody
from app.services.work import Work

router = APIRouter(tags=["Nummers"])


@router.get(
    "/young-people/{youngPersonId}/identity-numbers",
    **operation(Action.IDENTITY_NUMBER_READ, page_of(schemas.IdentityNumber)),
)
async def list_identity_numbers(call: Calling, young_person_id: YoungPersonId) -> Response:
    """Welke nummers van een jeugdige bekend zijn, en voor welke taak u ze mag inzien; niet de nummers zelf."""

    async def fetch(work: Work, after: UUID | None, count: int) -> Sequence[Row]:
        rows = await identity_numbers.listed(work, young_person_id)
        return [row for row in rows if after is None or row["id"] > after][:count]

    return await call.page(fetch, limit=100, cursor=None)


@router.post(
    "/young-people/{youngPersonId}/identity-numbers",
    **creates(Action.IDENTITY_NUMBER_RECORD, schemas.IdentityNumber),
)
async def record_identity_number(
    call: Calling, young_person_id: YoungPersonId, body: IdentityNumberBody, idempotency_key: IdempotencyKey = ""
) -> Response:
    """Leg het BSN of PGN van een jeugdige vast, of zet het in de plaats van wat er stond.

    Een jeugdige heeft van elke soort ten hoogste één. Een nummer dat van een school komt is een PGN: het gaat niet
    naar jeugdhulp en niet naar de verwijsindex (WPO 178a). Elk ander is een BSN.
    """
    del idempotency_key  # read from the request; named here for the contract
    ring = await call.number_keys()
    return await call.create(
        lambda work: identity_numbers.record(work, ring, young_person_id, body),
        identity_numbers.seen,
        fingerprint=ring.fingerprint if ring else None,
    )


@router.post(
    "/identity-numbers/_search",
    **operation(Action.IDENTITY_NUMBER_SEARCH, page_of(schemas.YoungPerson), refusals=READS_BODY),
)
async def search_by_number(call: Calling, body: NumberSearchBody) -> Response:
    """Zoek een jeugdige op BSN of PGN; nooit via de URL.

    Alleen onder wie u een zaak mag openen, en alleen op nummers die naar uw organisatie mogen. Hiervoor geldt een
    strenger quotum.
    """
    ring = await call.number_keys()
    return await call.read(lambda work: identity_numbers.search(work, ring, body))


@router.post(
    "/identity-numbers/{identityNumberId}/_reveal",
    **operation(Action.IDENTITY_NUMBER_REVEAL, schemas.RevealedNumber, refusals=READS_BODY),
)
async def reveal_identity_number(call: Calling, identity_number_id: IdentityNumberId, body: RevealBody) -> Response:
    """Zie een nummer in, voor een taak van uw organisatie.

    Elke inzage wordt vastgelegd, met de taak; het gezin vindt haar terug in het logboek van de zaak.
    """
    ring = await call.number_keys()
    return await call.read(lambda work: identity_numbers.reveal(work, ring, identity_number_id, body))
