"""What is the same for everybody: organisations, the routes as data, and the log of one's own organisation."""

import json
from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.api import schemas
from app.api.call import Calling, Cursor, Limit, operation, shows
from app.api.parameters import OrganisationId, RouteKey, RouteVersion, SealNumber
from app.api.schemas import page_of
from app.db import reads
from app.db.session import Row
from app.domain import choices
from app.domain.actors import OrganisationKind
from app.domain.consent_texts import TEXTS
from app.domain.errors import NotVisible
from app.domain.policy import Action
from app.domain.rule_sets import RULE_SETS, RuleSet
from app.services import own_chain
from app.services.bodies import MUNICIPALITY, ORGANISATION
from app.services.work import Work
from app.workflow.loader import UnknownRoute, current, load_routes
from app.workflow.model import AssessmentKind, MeetingKind, NoteKind, PlanKind, Route
from app.workflow.proof.kept import proof_beside

router = APIRouter(tags=["Naslag"])


@router.get("/organisations", **operation(Action.ORGANISATION_READ, page_of(schemas.Organisation)))
async def list_organisations(
    call: Calling,
    limit: Limit = 50,
    cursor: Cursor = None,
    code: Annotated[str | None, Query(pattern=ORGANISATION, description="De code, zoals brin:99ZA00.")] = None,
    kind: Annotated[OrganisationKind | None, Query(description="De soort.")] = None,
    municipality_code: Annotated[
        str | None, Query(alias="municipalityCode", pattern=MUNICIPALITY, description="De gemeente, zoals GM1952.")
    ] = None,
) -> Response:
    """Scholen, besturen, samenwerkingsverbanden, gemeenten en teams."""

    async def fetch(work: Work, after: UUID | None, count: int) -> Sequence[Row]:
        work.about.object_type = "organisation"
        return await reads.organisations(
            work.session, after=after, limit=count, code=code, kind=kind, municipality_code=municipality_code
        )

    return await call.page(fetch, limit=limit, cursor=cursor)


@router.get("/organisations/{organisationId}", **shows(Action.ORGANISATION_READ, schemas.Organisation))
async def read_organisation(call: Calling, organisation_id: OrganisationId) -> Response:
    """Eén organisatie."""

    async def render(work: Work) -> str:
        work.about.object_type, work.about.object_id = "organisation", organisation_id
        row = await reads.organisation(work.session, organisation_id)
        if row is None:
            raise NotVisible
        return str(row["body"])

    return await call.read(render)


@router.get("/audit-events", **operation(Action.AUDIT_READ, page_of(schemas.AccessEvent)))
async def list_audit_events(call: Calling, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """Wat vanuit uw eigen organisatie is gezien, gewijzigd en geweigerd; nieuwste eerst."""

    async def fetch(work: Work, after: UUID | None, count: int) -> Sequence[Row]:
        work.about.object_type = "audit-event"
        return await reads.audit_events(work.session, after=after, limit=count)

    return await call.page(fetch, limit=limit, cursor=cursor)


@router.get("/audit-seals", **operation(Action.AUDIT_READ, page_of(schemas.AuditSeal)))
async def list_audit_seals(call: Calling, limit: Limit = 50, cursor: Cursor = None) -> Response:
    """De zegels op het logboek van uw eigen organisatie; nieuwste eerst.

    Elk zegel rust op zijn regels en op het vorige. Bewaar een `hash` buiten deze service: dan kan niemand
    wat ervoor kwam ongezien wijzigen.
    """

    async def fetch(work: Work, after: UUID | None, count: int) -> Sequence[Row]:
        work.about.object_type = "audit-seal"
        return await own_chain.seals(work.session, after=after, limit=count)

    return await call.page(fetch, limit=limit, cursor=cursor)


@router.get("/audit-seals/{number}", **shows(Action.AUDIT_READ, schemas.AuditVerdict))
async def verify_audit_seal(call: Calling, number: SealNumber) -> Response:
    """Kijk na of de regels onder één zegel van uw eigen organisatie zijn zoals zij werden verzegeld."""
    return await call.read(lambda work: own_chain.verified(work, number))


@router.get("/routes", **shows(Action.ROUTE_READ, page_of(schemas.RouteSummary)))
async def list_routes(call: Calling) -> Response:
    """De ondersteuningsroutes, elke versie; een nieuwe zaak krijgt de nieuwste die van kracht is."""

    async def render(work: Work) -> str:
        work.about.object_type = "route"
        items = [_summary(route, english=call.english) for _, route in sorted(load_routes().items())]
        return json.dumps({"items": items, "next": None}, ensure_ascii=False)

    return await call.read(render)


@router.get("/routes/{key}", **shows(Action.ROUTE_READ, schemas.Route))
async def read_route(
    call: Calling,
    key: RouteKey,
    version: RouteVersion = None,
) -> Response:
    """Een route als gegevens: stappen, overgangen, en de woorden die zij kent."""

    async def render(work: Work) -> str:
        work.about.object_type = "route"
        try:
            route = current(key) if version is None else load_routes()[key, version]
        except (UnknownRoute, KeyError):
            raise NotVisible from None
        return json.dumps(_whole(route, english=call.english), ensure_ascii=False)

    return await call.read(render)


@router.get("/rule-sets", **shows(Action.ROUTE_READ, page_of(schemas.RuleSet)))
async def list_rule_sets(call: Calling) -> Response:
    """De regels voor wie beslist over toestemming, elke versie, met de wettelijke bron van elke regel."""

    async def render(work: Work) -> str:
        work.about.object_type = "rule-set"
        items = [_rules(each, english=call.english) for each in RULE_SETS]
        return json.dumps({"items": items, "next": None}, ensure_ascii=False)

    return await call.read(render)


@router.get("/consent-texts", **shows(Action.ROUTE_READ, page_of(schemas.ConsentText)))
async def list_consent_texts(call: Calling) -> Response:
    """De teksten die worden getoond als toestemming wordt gevraagd: elke versie, in elke taal, en aan wie."""

    async def render(work: Work) -> str:
        work.about.object_type = "consent-text"
        items = [
            {"key": text.key, "version": text.version, "to": to, "language": language, "says": says}
            for text in TEXTS
            for to, each in (("ouder", text.says), ("jeugdige", text.to_youth))
            for language, says in sorted(each.items())
        ]
        return json.dumps({"items": items, "next": None}, ensure_ascii=False)

    return await call.read(render)


def _rules(each: RuleSet, *, english: bool) -> dict[str, Any]:
    return {
        "name": each.name,
        "version": each.version,
        "inForceFrom": each.in_force_from.isoformat(),
        "youthFrom": each.youth_from,
        "youthAloneFrom": each.youth_alone_from,
        "adultFrom": each.adult_from,
        "exceptionRoles": sorted(each.exception_roles & choices.now(choices.EXCEPTION_ROLES)),
        "exceptionRecipients": sorted(each.exception_recipients),
        "lines": [
            {"key": line.key, "says": line.en if english else line.nl, "source": line.source} for line in each.lines
        ],
    }


def _summary(route: Route, *, english: bool) -> dict[str, Any]:
    return {
        "key": route.key,
        "version": route.version,
        "title": route.title.en if english else route.title.nl,
        "status": route.status,
    }


def _whole(route: Route, *, english: bool) -> dict[str, Any]:
    words = "en" if english else "nl"

    def kind(each: AssessmentKind | NoteKind | MeetingKind | PlanKind) -> dict[str, Any]:
        return {"key": each.key, "title": getattr(each.title, words), "roles": list(each.roles)}

    return {
        **_summary(route, english=english),
        "steps": [
            {
                "key": step.key,
                "title": getattr(step.title, words),
                "purpose": getattr(step.purpose, words),
                "end": step.end,
            }
            for step in route.steps.values()
        ],
        "transitions": [
            {
                "key": each.key,
                "title": getattr(each.title, words),
                "fromSteps": list(each.origins),
                "toStep": each.destination,
                "roles": list(each.roles),
                "functions": list(each.functions),
                "conditions": [condition.name for condition in each.conditions],
                "requiresExplanation": each.requires_explanation,
                "source": each.source,
            }
            for each in route.transitions.values()
        ],
        "assessments": [
            {
                **kind(each),
                "category": each.category,
                "outcomes": [
                    {"key": outcome.code, "title": getattr(outcome.title, words)} for outcome in each.outcomes
                ],
                "needsReason": sorted(each.needs_reason),
            }
            for each in route.assessments.values()
        ],
        "notes": [kind(each) for each in route.notes.values()],
        "meetings": [kind(each) for each in route.meetings.values()],
        "plans": [kind(each) for each in route.plans.values()],
        "proof": _proof(route, words),
    }


def _proof(route: Route, words: str) -> dict[str, Any] | None:
    """The report that is kept beside the route; a request proves nothing."""
    proof = proof_beside(route.key, route.version)
    if proof is None:
        return None
    return {
        "sound": proof.sound,
        "questions": sum(proof.checks.values()),
        "faults": [
            {
                "code": fault.code,
                "subject": fault.subject,
                "says": getattr(fault.says, words),
                "remedy": getattr(fault.remedy, words),
                "path": [
                    {"who": each.who, "does": getattr(each.does, words), "step": each.step} for each in fault.path
                ],
                "picture": fault.picture(route),
            }
            for fault in proof.faults
        ],
    }
