"""What a youth of 16 or 17 lets each parent see."""

import json
from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.api import schemas
from app.api.call import Call, Calling, Cursor, IdempotencyKey, Limit, creates, operation
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
        found = await sight.mine(work, after=after, limit=count)
        return [{"id": each["id"], "body": _told(call, each["body"])} for each in found]

    return await call.page(fetch, limit=limit, cursor=cursor)


@router.post("/me/sight", **creates(Action.SIGHT_DECIDE, schemas.Sight))
async def decide_sight(call: Calling, body: SightBody, idempotency_key: IdempotencyKey = "") -> Response:
    """Beslis wat een ouder van u ziet, als u 16 of 17 bent.

    Het geldt meteen, en tot u anders besluit. De ouder ziet dan alleen nog wat u noemt, naast school en de dagen dat u
    er niet was.
    """
    del idempotency_key  # read from the request; named here for the contract

    async def render(work: Work, decision_id: UUID) -> str:
        return _told(call, await sight.decided(work, decision_id))

    return await call.create(lambda work: sight.decide(work, body), render)


def _told(call: Call, body: str) -> str:
    """What a parent is let see, in words as well."""
    told = json.loads(body)
    text = sight.in_words(told)
    choices = {code: words.en if call.english else words.nl for code, words in sight.CHOICES.items()}
    return json.dumps(
        {**told, "statusText": text.en if call.english else text.nl, "choices": choices}, ensure_ascii=False
    )
