"""The floor: the least that a recorded answer to a known caller costs, in one round trip to the database.

The same edge, token, tables and pool as every endpoint; of the work only what none can leave out.
"""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.api import schemas
from app.api.call import Calling, operation
from app.db.session import _compartments
from app.domain.ids import new_id
from app.domain.policy import Action

router = APIRouter(tags=["Meting"])

_AUDIT = (
    "insert into audit_events (id, actor_id, actor_role, organisation_id, client_id, action, object_type, object_id,"
    " case_id, ground, data_categories, outcome, status, reason) values (%s, app_person(), null, app_organisation(),"
    " %s, 'case.read', 'floor', null, null, null, '{}', 'toegestaan', 200, null)"
)


@router.get("/bench/floor", **operation(Action.CASE_READ, schemas.Case))
async def floor(call: Calling, request: Request) -> Response:
    """De bodem: wie vraagt, één rij, en dat het is vastgelegd."""
    subject = call.subject
    pool: Any = request.app.state.database._pool  # noqa: SLF001 — beneath the transaction, which it is held against
    async with pool.connection() as connection:
        # The driver's own begin and commit each wait within a pipeline; as statements they go along.
        await connection.set_autocommit(True)
        async with connection.pipeline():
            await connection.execute("begin")
            caller = (subject.issuer, subject.subject, subject.organisation, _compartments(subject))
            who = await connection.execute("select person_id from app_identify(%s, %s, %s, %s)", caller)
            one = await connection.execute("select 1 as one")
            await connection.execute(_AUDIT, (new_id(), subject.client_id))
            await connection.execute("commit")
        known, row = await who.fetchone(), await one.fetchone()
        await connection.set_autocommit(False)
    return Response(
        f'{{"known": {str(known is not None).lower()}, "one": {row["one"]}}}', media_type="application/json"
    )
