"""What a youth of 16 or 17 lets each parent see."""

from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.api import schemas
from app.api.call import Calling, Cursor, IdempotencyKey, Limit, creates, operation
from app.api.schemas import page_of
from app.db.session import Row
from app.domain.policy import Action
from app.services import sight
from app.services.bodies import SightBody
from app.services.work import Work

router = APIRouter(tags=["Mijn gegevens"])


@router.get("/me/sight", **operation(Action.SIGHT_READ, page_of(schemas.Sight)))
async def read_sight(call: Calling, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Wat u elk van uw ouders laat zien, als u 16 of 17 bent."""

    async def fetch(work: Work, after: UUID | None, count: int) -> Sequence[Row]:
        return await sight.mine(work, after=after, limit=count)

    return await call.page(fetch, limit=limit, cursor=cursor)


@router.post("/me/sight", **creates(Action.SIGHT_DECIDE, schemas.Sight))
async def decide_sight(call: Calling, body: SightBody, idempotency_key: IdempotencyKey = "") -> Response:
    """Beslis wat een ouder van u ziet, als u 16 of 17 bent.

    Het geldt meteen, en tot u anders besluit. De ouder ziet dan alleen nog wat u noemt, naast school en de dagen dat u
    er niet was.
    """
    del idempotency_key  # read from the request; named here for the contract
    return await call.create(lambda work: sight.decide(work, body), sight.decided)
