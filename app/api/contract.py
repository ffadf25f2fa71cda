"""The contract as it is served: our own manners over what FastAPI derives from the code."""

import re
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.api.schemas import Problem
from app.domain.policy import Action

VERSION = "0.1.0"
DESCRIPTION = (
    "Eén ondersteuningsroute rond een kind: school, gemeente, jeugdgezondheidszorg, leerplicht, samenwerkingsverband en"
    " gezin samen. Het gezin heeft de leiding, toestemming geldt op het moment van delen, niemand wacht op niemand.\n\n"
    "Een client die alleen `next-steps` volgt, kan de hele route lopen. Fouten zijn problem details (RFC 9457), in het"
    " Nederlands of met `Accept-Language: en` in het Engels."
)

# Headers that belong to a status, whatever the operation.
_HEADERS = {"401": ("WWW-Authenticate",), "429": ("Retry-After",), "503": ("Retry-After",)}


class UndeclaredAction(Exception):  # noqa: N818 — reads as the fact it states
    """An endpoint declares no action of the policy table: the service does not start with it."""


def derived(api: FastAPI) -> dict[str, Any]:
    """The OpenAPI document. Raises UndeclaredAction, naming every operation without an action."""
    if api.openapi_schema is not None:
        return api.openapi_schema
    document = get_openapi(
        title="Ondersteuningsroute API",
        version=VERSION,
        openapi_version="3.1.0",
        description=DESCRIPTION,
        routes=api.routes,
        servers=[{"url": "/v1", "description": "Deze dienst"}],
    )
    # Set here and not above: FastAPI would check the address, and say at each start that it lacks a package for that.
    document["info"]["contact"] = {
        "name": "Team Ondersteuningsroute",
        "url": "https://ondersteuningsroute.example/contact",
        "email": "team@ondersteuningsroute.example",
    }
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    problem = Problem.model_json_schema(
        by_alias=True, ref_template="#/components/schemas/{model}", mode="serialization"
    )
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    document["components"]["headers"] = {
        "API-Version": {
            "description": "De versie van dit contract.",
            "schema": {"type": "string", "examples": [VERSION]},
        },
        "ETag": {
            "description": "De versie van wat u mag zien: voor `If-Match` en `If-None-Match`.",
            "schema": {"type": "string"},
        },
        "RateLimit": {
            "description": "Hoeveel verzoeken u nog mag doen (`r`), en over hoeveel seconden u weer alles mag (`t`).",
            "schema": {"type": "string", "examples": ['"default";r=599;t=42']},
        },
        "RateLimit-Policy": {
            "description": (
                "Hoeveel verzoeken u mag doen (`q`) in hoeveel seconden (`w`); `sensitive` geldt waar raden loont,"
                " `anonymous` zonder geldig token. Ontbreekt waar de beheerder geen grens stelde."
            ),
            "schema": {"type": "string", "examples": ['"default";q=600;w=60']},
        },
        "Retry-After": {"description": "Na hoeveel seconden opnieuw.", "schema": {"type": "string"}},
        "WWW-Authenticate": {"description": "Hoe u zich aanmeldt.", "schema": {"type": "string"}},
    }
    document["components"]["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT (RFC 9068)"}
    }
    document["security"] = [{"token": []}]
    missing = [where for where, operation in operations(document) if not _declared(operation)]
    if missing:
        raise UndeclaredAction(", ".join(missing))
    for where, operation in operations(document):
        # What an endpoint is called in a list: the first clause of what it says itself, in the users' language.
        operation["summary"] = re.split(r"[.;:](?:\s|$)", operation["description"])[0]
        _headers_of(operation, changes=where.startswith(("PATCH ", "PUT ", "DELETE ")))
        operation["responses"].pop("422", None) if "Idempotency-Key" not in str(operation) else None
        for status, response in operation["responses"].items():
            names = ["API-Version", "RateLimit", "RateLimit-Policy", *_HEADERS.get(status, ())]
            own = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
            response["headers"] = own | response.get("headers", {})
    api.openapi_schema = document
    return document


def _headers_of(operation: dict[str, Any], *, changes: bool) -> None:
    """Headers of a request: no empty default that its own pattern forbids; `If-Match` is required of a change.

    The endpoints let a missing one pass, because the order of refusals puts 428 after 404 and 403.
    """
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "header":
            parameter["schema"].pop("default", None)
            parameter["required"] = changes and parameter["name"].lower() == "if-match"


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every operation, with its method and path in words."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def _declared(operation: dict[str, Any]) -> bool:
    return operation.get("x-action") in list(Action)  # a list, so that whatever else is declared is refused
