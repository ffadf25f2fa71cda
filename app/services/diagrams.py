"""What a case adds to the picture of its route: where it stands, and which way it went."""

import json
from uuid import UUID

from app.db.reads import PROCESS, THE_CASE, CaseRead
from app.db.session import Database
from app.domain.errors import NotPermitted
from app.services.work import Ask, look
from app.workflow.diagram import Walk
from app.workflow.loader import pinned
from app.workflow.model import Route

_TOLD = (
    "select x.id, jsonb_build_object('route', x.route, 'version', x.route_version, 'step', x.step, 'taken',"
    " coalesce((select jsonb_agg(jsonb_build_array(t.from_step, t.to_step, t.transition) order by t.sequence)"
    " from transitions t where t.case_id = x.id), '[]'))::text as body"
    f" from r join cases x on x.id = r.case_id where {PROCESS}"
)


async def walked(database: Database, ask: Ask, case_id: UUID) -> tuple[Route, Walk]:
    """The version of the route that the case is on, and its way along it, for who may see how the case proceeds.

    Raises as `look`; NotPermitted for who sees the case, but not its process.
    """
    read = CaseRead("diagram", case_id, THE_CASE, _TOLD, {"case_id": case_id}, PROCESS, NotPermitted)
    told = await look(database, ask, read)
    found = json.loads(told.rows[0]["body"])
    taken = tuple((origin, target, key) for origin, target, key in found["taken"])
    return pinned(found["route"], found["version"]), Walk(found["step"], taken)
