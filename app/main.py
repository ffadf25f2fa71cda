"""The service, assembled: settings in, application out. It refuses to start while an endpoint declares no action."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache
from types import ModuleType
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from app.api import (
    cases,
    consents,
    content,
    deadlines,
    diagrams,
    emergencies,
    escalations,
    family,
    identity_numbers,
    meetings,
    meldcode,
    organisation_meetings,
    participants,
    people,
    plans,
    reference,
    retention,
    sight,
    young_people,
)
from app.api.contract import VERSION, derived
from app.api.edge import Edge, Endpoints, Sealed
from app.api.health import Readiness, add_health
from app.api.limits import Limits
from app.api.links import by_action, resolved
from app.api.problems import input_faults, problem, refused, wants_english
from app.api.reading import POLICY_HEADER, page
from app.api.route_pages import add_route_pages
from app.db.session import Database, DatabaseUnavailable
from app.domain import choices
from app.domain.assurance import Table
from app.domain.errors import Refusal, RouteRefusal
from app.domain.retention import RetentionClass, overridden
from app.integrations.access_tokens import AccessTokenVerifier
from app.integrations.identity_provider import PublishedKeys
from app.integrations.keys import Keys
from app.settings import Settings, choices_of, keys_of
from app.watch.metrics import built, reporting
from app.watch.requests import Leaving, Watched
from app.watch.seen import note_fault
from app.workflow.beside import load_beside

_ROUTERS = (
    cases,
    content,
    participants,
    consents,
    meetings,
    plans,
    escalations,
    organisation_meetings,
    meldcode,
    deadlines,
    young_people,
    identity_numbers,
    people,
    sight,
    family,
    emergencies,
    reference,
    diagrams,
    retention,
)


def create_app(
    settings: Settings, *, verifier: AccessTokenVerifier | None = None, number_keys: Keys | None = None
) -> FastAPI:
    """The application. `verifier` and `number_keys` are for tests that keep their own keys.

    Otherwise the provider's published ones, and those that the settings name.
    """
    load_beside(settings.routes_folder)
    choices.settle(choices_of(settings.legal_choices))
    database = Database(settings.database_url.get_secret_value(), size=settings.pool_size)
    keys = None
    if verifier is None:
        keys = PublishedKeys(settings.oidc_issuer, allow_loopback=settings.loopback_issuer)
        verifier = AccessTokenVerifier(issuer=settings.oidc_issuer, audience=settings.oidc_audience, keys=keys)
    leaving = Leaving()
    readiness = Readiness(database, keys, leaving)

    limits = Limits(
        callers=settings.rate_limit, sensitive=settings.rate_limit_sensitive, strangers=settings.rate_limit_anonymous
    )

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        built(VERSION)
        with reporting(database.stats):
            await database.open()
            try:
                yield
            finally:
                readiness.end()
                await database.close()

    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False, lifespan=lifespan)
    app.state.leaving = leaving
    numbers = number_keys or keys_of(settings)
    classes = overridden(settings.retention_terms)
    app.mount(
        "/v1",
        _versioned(
            database,
            verifier,
            limits,
            numbers,
            emergency_hours=settings.emergency_access_hours,
            classes=classes,
            assurance=settings.assurance,
        ),
    )
    add_health(app, readiness)
    app.add_middleware(Sealed, version=VERSION)
    app.add_middleware(Watched, leaving=leaving)
    _answer_errors(app)
    return app


def routed() -> FastAPI:
    """Every endpoint under /v1, without what they need to run: its contract is `app.api.contract.derived`."""
    api = FastAPI(
        title="Ondersteuningsroute API",
        version=VERSION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=_operation_id,
    )
    api.router.routes.extend(_routes(_ROUTERS))
    return api


@cache
def _routes(modules: tuple[ModuleType, ...]) -> Sequence[BaseRoute]:
    """Every endpoint, once a process: reading what each takes is what making an application costs."""
    api = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, generate_unique_id_function=_operation_id)
    for module in modules:
        api.include_router(module.router)
    return api.router.routes


@cache
def served_contract() -> dict[str, Any]:
    """The contract, once a process: it depends on the code alone, and deriving it takes longer than all else here."""
    return derived(routed())


@cache
def _documentation() -> str:
    """The page to read the contract by, made when somebody first asks for it."""
    return page(served_contract())


def _versioned(
    database: Database,
    verifier: AccessTokenVerifier,
    limits: Limits,
    number_keys: Keys,
    *,
    emergency_hours: int,
    classes: Mapping[str, RetentionClass],
    assurance: Table,
) -> ASGIApp:
    """Everything under /v1, behind its edge."""
    api = routed()
    document = served_contract()
    api.state.database = database
    api.state.assurance = assurance
    api.state.number_keys = number_keys
    api.state.emergency_hours = emergency_hours
    api.state.retention_classes = classes
    api.state.links = by_action(document)

    @api.get("/openapi.json", include_in_schema=False)
    async def openapi() -> Response:
        return JSONResponse(document)

    @api.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return HTMLResponse(_documentation(), headers={"Content-Security-Policy": POLICY_HEADER})

    add_route_pages(api)
    _answer_errors(api)
    return Edge(api, endpoints=Endpoints(document), verifier=verifier, limits=limits)


def _operation_id(route: APIRoute) -> str:
    first, *rest = route.name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _answer_errors(app: FastAPI) -> None:
    """Every error as problem details."""

    @app.exception_handler(Refusal)
    async def refuse(request: Request, refusal: Refusal) -> Response:
        english = _english(request)
        reasons: list[dict[str, Any]] = []
        if isinstance(refusal, RouteRefusal):
            ids = {"caseId": str(request.path_params["caseId"])} if "caseId" in request.path_params else {}
            reasons = [resolved(request.state.call, reason, ids) for reason in refusal.reasons]
        return refused(refusal, english=english, reasons=reasons)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        english = _english(request)
        return problem(400, english=english, errors=input_faults(error.errors(), english=english))

    @app.exception_handler(HTTPException)
    async def other(request: Request, error: HTTPException) -> Response:
        return problem(error.status_code, english=_english(request), headers=error.headers)

    @app.exception_handler(DatabaseUnavailable)
    async def away(request: Request, outage: DatabaseUnavailable) -> Response:
        note_fault(outage)
        return problem(503, english=_english(request), headers={"Retry-After": "5"})

    @app.exception_handler(Exception)
    async def broken(request: Request, _: Exception) -> Response:
        return problem(500, english=_english(request))


def _english(request: Request) -> bool:
    return wants_english(request.headers.get("accept-language", ""))
