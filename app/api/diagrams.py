"""Routes and cases as pictures: SVG to look at and print, Mermaid to use elsewhere."""

import base64
import hashlib
import re
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from app.api.call import Call, Calling, shows
from app.api.negotiation import preferred
from app.api.parameters import CaseId, RouteKey, RouteVersion
from app.domain.errors import NotAcceptable, NotVisible
from app.domain.policy import Action
from app.services import diagrams
from app.services.work import Work
from app.workflow.diagram import Walk, mermaid, picture
from app.workflow.loader import UnknownRoute, current, load_routes
from app.workflow.model import Route

router = APIRouter()

SVG, MERMAID = "image/svg+xml", "application/vnd.mermaid"
# A version of a route stays as it is; that another one is in force is seen within the hour.
_KEPT = {"Cache-Control": "private, max-age=3600"}
_SVG_EXAMPLE = '<svg xmlns="http://www.w3.org/2000/svg" role="img"><title>Ondersteuningsroute</title></svg>'
_MERMAID_EXAMPLE = 'flowchart LR\n  stap_signaal["Signaal"]\n'


class _Svg(Response):
    media_type = SVG


def _pictures(action: Action) -> dict[str, Any]:
    """A GET of one picture, in the forms that there are."""
    declared = shows(action, None, refusals=(406,))
    declared["response_class"] = _Svg
    content = {
        SVG: {"schema": {"type": "string"}, "example": _SVG_EXAMPLE},
        MERMAID: {"schema": {"type": "string"}, "example": _MERMAID_EXAMPLE},
    }
    declared["responses"][200] = declared["responses"][200] | {"content": content}
    return declared


@router.get("/routes/{key}/diagram", tags=["Naslag"], **_pictures(Action.ROUTE_READ))
async def read_route_diagram(call: Calling, key: RouteKey, version: RouteVersion = None) -> Response:
    """Een route als tekening: stappen, termijnen en wie wat mag. SVG, of Mermaid als `Accept` dat vraagt."""

    async def found(work: Work) -> Route:
        work.about.object_type = "route"
        try:
            return current(key) if version is None else load_routes()[key, version]
        except (UnknownRoute, KeyError):
            raise NotVisible from None

    return _answer(call, await call.look_up(found), None, headers=_KEPT)


@router.get("/cases/{caseId}/diagram", tags=["Zaken"], **_pictures(Action.CASE_READ))
async def read_case_diagram(call: Calling, case_id: CaseId) -> Response:
    """De route van een zaak als tekening, met waar zij staat en welke weg zij ging; zonder gegevens van iemand."""
    route, walk = await diagrams.walked(call.database, call.ask(), case_id)
    return _answer(call, route, walk, headers={})


def _answer(call: Call, route: Route, walk: Walk | None, *, headers: dict[str, str]) -> Response:
    svg = picture(route, walk, english=call.english)
    # A route that was only just written may not be drawn yet.
    offered = [SVG, MERMAID] if svg is not None else [MERMAID]
    media = preferred(", ".join(call.request.headers.getlist("accept")), offered)
    if media is None:
        raise NotAcceptable
    headers = {**headers, "Vary": "Accept, Accept-Language", "Content-Language": "en" if call.english else "nl"}
    if media == MERMAID or svg is None:
        return call.tagged(mermaid(route, walk, english=call.english), media_type=MERMAID, headers=headers)
    return call.tagged(svg, media_type=SVG, headers=headers | {"Content-Security-Policy": style_policy(svg)})


def style_policy(document: str) -> str:
    """The Content-Security-Policy of a page or picture of ours: its own style sheets by their hash, nothing else."""
    sheets = re.findall(r"<style>(.*?)</style>", document, re.DOTALL)
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()}'" for sheet in sheets
    )
    return f"default-src 'none'; style-src {hashes}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
