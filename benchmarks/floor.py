"""The floor: the least that a recorded answer to a known caller costs, in one round trip to the database.

The same edge, token, tables and pool as every endpoint; of the work only what none can leave out.
"""

from fastapi import APIRouter
from starlette.responses import Response

from app.api import schemas
from app.api.call import Calling, operation
from app.db.session import Query
from app.domain.ids import new_id
from app.domain.policy import Action

router = APIRouter(tags=["Meting"])

_ONE = (
    "with recorded as (insert into audit_events (id, actor_id, organisation_id, client_id, action, object_type,"
    " data_categories, outcome, status) select %(id)s, app_person(), app_organisation(), %(client)s, 'case.read',"
    " 'floor', '{}', 'toegestaan', 200) select 1 as one"
)


@router.get("/bench/floor", **operation(Action.CASE_READ, schemas.Case))
async def floor(call: Calling) -> Response:
    """De bodem: wie vraagt, één rij, en dat het is vastgelegd."""
    subject = call.subject
    actor, rows = await call.database.ask(subject, Query(_ONE, {"id": new_id(), "client": subject.client_id}))
    known = str(actor is not None).lower()
    return Response(f'{{"known": {known}, "one": {rows[0]["one"]}}}', media_type="application/json")
