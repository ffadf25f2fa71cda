"""The contract as it is served: our own manners over what FastAPI derives from the code."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from app.api.call import SHOWN
from app.api.notices import HEADER as NOTICE
from app.api.problems import example as example_of_problem
from app.api.schemas import Problem
from app.domain.errors import CODES
from app.domain.policy import CASE_REACHES, POLICY, Action, Reach, grants

VERSION = "0.4.0"
DESCRIPTION = (
    "Eén ondersteuningsroute rond een kind: school, gemeente, jeugdgezondheidszorg, leerplicht, samenwerkingsverband en"
    " gezin samen. Het gezin heeft de leiding, toestemming geldt op het moment van delen, niemand wacht op niemand.\n\n"
    "Een client die alleen `next-steps` volgt, kan de hele route lopen. Fouten zijn problem details (RFC 9457), in het"
    " Nederlands of met `Accept-Language: en` in het Engels.\n\n"
    "Alle voorbeelden gaan over één verzonnen kind, Mila, en de mensen om haar heen."
)
HOST = "ondersteuningsroute.example"

# Headers that belong to a status, whatever the operation.
_HEADERS = {"401": ("WWW-Authenticate",), "429": ("Retry-After",), "503": ("Retry-After",)}
_JSON, _PROBLEM = "application/json", "application/problem+json"
# The words of the domain that the contract publishes: their classes speak English, to us.
_WORDS = {
    "Action": "Een handeling; elke bewerking noemt de hare als `x-action`.",
    "Category": "Een onderwerp: waar gegevens over gaan, en dus wie ze mag zien.",
    "OrganisationKind": "De soort organisatie.",
    "NumberKind": "Een nummer van een jeugdige: een PGN als het van een school komt, anders een BSN.",
    "PersonKind": "Als wie een login is gekoppeld: medewerker, ouder of voogd, of jeugdige.",
    "Role": "Een rol in de route, zoals een toegangstoken haar noemt.",
    "NumberSource": "Waar een nummer vandaan komt.",
    "NumberTask": "De taak waarvoor iemand een nummer inziet; zij wordt bij elke inzage vastgelegd.",
}
# What to watch, wherever such a parameter stands.
_WATCH = {
    "cursor": "De lijst komt in bladzijden: geef `next` als `cursor` mee voor de volgende.",
    "idempotency-key": "Met een `Idempotency-Key` doet een herhaling niets dubbel.",
    "if-match": (
        "`If-Match` met de ETag van wat u zag, aanhalingstekens en al, is verplicht: zo overschrijft niemand ongezien"
        " andermans werk."
    ),
}
# How far a role gets with it.
_WHERE = (
    (CASE_REACHES, "in welke zaken volgt uit de betrokkenheid"),
    ({Reach.PUPIL, Reach.RESIDENT}, "voor welke jeugdigen volgt uit school en woonplaats"),
    ({Reach.OWN_ORGANISATION}, "alleen in de eigen organisatie"),
    ({Reach.OWN_TRACK}, "alleen in sporen waaraan u bij naam deelneemt"),
)
_TAGS = {
    "Zaken": "Een zaak is de route van één jeugdige: openen, lezen, stappen zetten, en wie haar zag.",
    "Inhoud": "Signalen, gesprekken en bevindingen van een zaak.",
    "Betrokkenen": "Wie meedoet, in welke rol, op welke grond en tot wanneer.",
    "Toestemming": "Wat is gevraagd, wie wat antwoordde, en wat vandaag geldt.",
    "Overleg": "Overleggen over één kind: uitnodigen, verslag en besluiten.",
    "Plannen": "Plannen met hun doelen, acties, instemming en evaluaties.",
    "Overleg over beleid": "Overleggen van organisaties over beleid (oogo, zat, cvb), nooit over een kind.",
    "Termijnen": "Wanneer wat af moet zijn en hoe dat is geteld; pauzes en verlengingen; sluitingen van scholen.",
    "Meldcode": (
        "Het vertrouwelijke spoor van de Meldcode: voor wie eraan deelneemt en de aandachtsfunctionaris van de eigen"
        " organisatie. Voor ieder ander bestaat het niet, en aan een zaak is het niet te zien."
    ),
    "Bewaren": "Hoe lang wat wordt bewaard, voorstellen tot vernietiging, bewaarplichten en certificaten.",
    "Vastgelopen": "Als het vastzit: melden, meekijken naar het proces, oplossen.",
    "Jeugdigen": "Jeugdigen en hun ouders, verzorgers en voogden, met het gezag.",
    "Gezin": "Voor ouder en jeugdige: de eigen zaak in gewone woorden, wie er meekeek, en hun rechten.",
    "Nummers": "BSN en PGN van jeugdigen: vastleggen, zoeken, en inzien voor een taak.",
    "Mensen": "Wie u hier bent, uw medewerkers, en hoe een login bij een persoon hoort.",
    "Naslag": "Wat voor iedereen hetzelfde is: organisaties en routes; en het logboek van uw organisatie.",
}


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
        tags=[{"name": name, "description": words} for name, words in _TAGS.items()],
    )
    # Set here and not above: FastAPI would check the addresses, and say at each start that it lacks a package for that.
    document["info"]["contact"] = {
        "name": "Team Ondersteuningsroute",
        "url": f"https://{HOST}/contact",
        "email": f"team@{HOST}",
    }
    # Whoever runs the service has a host of its own: the contract is the same everywhere.
    document["servers"] = [
        {
            "url": "https://{host}/v1",
            "description": "Waar deze dienst draait.",
            "variables": {"host": {"default": HOST, "description": "De host van wie de dienst aanbiedt."}},
        }
    ]
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    problem = Problem.model_json_schema(
        by_alias=True, ref_template="#/components/schemas/{model}", mode="serialization"
    )
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = {**problem, "x-problem-codes": {code: list(statuses) for code, statuses in CODES.items()}}
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for name in _WORDS.keys() & schemas.keys():
        schemas[name]["description"] = _WORDS[name]
    components["headers"] = {
        "API-Version": {
            "description": "De versie van dit contract.",
            "schema": {"type": "string", "examples": [VERSION]},
        },
        "ETag": {
            "description": "De versie van wat u mag zien: voor `If-Match` en `If-None-Match`.",
            "schema": {"type": "string"},
        },
        NOTICE: {
            "description": (
                "Alleen als er iets is: in welke vrije tekst van uw verzoek (`in`, een JSON-pointer) iets staat dat op"
                " een BSN (`bsn`), een telefoonnummer (`telefoon`) of een mailadres (`e-mail`) lijkt. Het is"
                " vastgelegd; haal het eruit als het er niet hoeft te staan. Naar de verwijsindex gaat zo'n tekst niet."
            ),
            "required": False,
            "schema": {"type": "string", "examples": ['bsn;in="/signal/content", telefoon;in="/agreements"']},
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
    components["securitySchemes"] = {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT (RFC 9068)",
            "description": "Een toegangstoken van de OpenID-aanbieder waarmee deze dienst is ingesteld.",
        }
    }
    document["security"] = [{"token": []}]
    missing = [where for where, operation in operations(document) if not _declared(operation)]
    if missing:
        raise UndeclaredAction(", ".join(missing))
    for where, operation in operations(document):
        _parameters(operation, changes=where.startswith(("PATCH ", "PUT ", "DELETE ")))
        operation["responses"].pop("422", None) if "Idempotency-Key" not in str(operation.get("parameters")) else None
        _described(operation, where.split(" ")[0])
        for status, response in operation["responses"].items():
            names = ["API-Version", "RateLimit", "RateLimit-Policy", *_HEADERS.get(status, ())]
            own = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
            response["headers"] = own | response.get("headers", {})
    _plain(document)
    _show(document)
    _share_problems(document)
    api.openapi_schema = document
    return document


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every operation, with its method and path in words."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def resolve(document: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    """A part of the contract, or what it refers to."""
    if "$ref" not in part:
        return part
    found: Any = document
    for name in part["$ref"].removeprefix("#/").split("/"):
        found = found[name]
    return resolve(document, found)


def _declared(operation: dict[str, Any]) -> bool:
    return operation.get("x-action") in list(Action)  # a list, so that whatever else is declared is refused


def _parameters(operation: dict[str, Any], *, changes: bool) -> None:
    """A parameter is given or left out, never null; `If-Match` is required of a change.

    The endpoints let a missing header pass, because the order of refusals puts 428 after 404 and 403; the empty default
    that stands for it is not part of the contract.
    """
    for parameter in operation.get("parameters", []):
        schema = parameter["schema"]
        given = [each for each in schema.pop("anyOf", []) if each != {"type": "null"}]
        parameter["schema"] = {**schema, **(given[0] if given else {})}
        parameter["schema"].pop("description", None)  # stands at the parameter itself
        if parameter["in"] == "header":
            parameter["schema"].pop("default", None)
            parameter["required"] = changes and parameter["name"].lower() == "if-match"


def _described(operation: dict[str, Any], method: str) -> None:
    """What an endpoint says itself, for whom it is (the policy table), and what goes for all of its kind."""
    own = operation["description"]
    # What an endpoint is called in a list: the first clause of what it says itself, in the users' language.
    operation["summary"] = re.split(r"[.;:](?:\s|$)", own)[0]
    granted = grants(POLICY, Action(operation["x-action"]))
    roles, reaches = sorted({role for role, _ in granted}), {grant.reach for _, grant in granted}
    where = ", ".join(words for those, words in _WHERE if reaches & those)
    whom = (
        "iedereen die is aangemeld"
        if len(roles) == len(POLICY)
        else f"{', '.join(f'`{role}`' for role in roles)}; {where}"
    )
    names = {parameter["name"].lower() for parameter in operation.get("parameters", [])}
    watch = [words for name, words in _WATCH.items() if name in names and (method != "POST" or name != "if-match")]
    operation["description"] = "\n\n".join([own, f"Voor: {whom}.", *([" ".join(watch)] if watch else [])])


def _plain(part: Any) -> None:
    """Schemas as a reader, and a generator of clients, would write them.

    No titles that repeat a name in English; what may be empty has one type more, instead of a choice of two schemas.
    """
    if isinstance(part, list):
        for each in part:
            _plain(each)
    if not isinstance(part, dict):
        return
    for name, each in part.items():
        if name not in {"examples", "example", "default"}:  # values, that only look like schemas
            _plain(each)
    if isinstance(part.get("title"), str) and part.keys() & {"type", "anyOf", "enum", "const", "$ref", "properties"}:
        del part["title"]
    match part.get("anyOf"):
        case [{"type": str() as kind} as filled, {"type": "null"}]:
            del part["anyOf"]
            part |= {**filled, **part, "type": [kind, "null"]}
            if "enum" in filled:
                part["enum"] = [*filled["enum"], None]


def example(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    """An example of a schema: its own, or composed of those of its parts. What a request may leave out is left out.

    Raises LookupError when a part has none.
    """
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        return example(document, resolve(document, schema))
    if "anyOf" in schema:
        return example(document, schema["anyOf"][0])
    if "items" in schema:
        return [example(document, schema["items"])]
    if "enum" in schema:
        return schema["enum"][0]
    if "properties" not in schema:
        raise LookupError(str(schema))
    required = schema.get("required", ())
    parts = {name: example(document, part) for name, part in schema["properties"].items()}
    return {name: part for name, part in parts.items() if part is not None or name in required}


def _whole(document: Mapping[str, Any], schema: Mapping[str, Any], value: Any) -> Any:
    """An example with the nulls that FastAPI leaves out of what it derives."""
    schema = resolve(document, schema)
    if isinstance(value, list):
        return [_whole(document, schema.get("items", {}), each) for each in value]
    if not isinstance(value, dict) or "properties" not in schema:
        return value
    parts, required = schema["properties"].items(), schema.get("required", ())
    return {name: _whole(document, part, value.get(name)) for name, part in parts if name in value or name in required}


def _show(document: dict[str, Any]) -> None:
    """Every body with an example, told once for each schema, or for one operation where it says what is otherwise."""
    for schema in document["components"]["schemas"].values():
        for part in schema.get("properties", {}).values():
            if "examples" in part:
                part["examples"] = _whole(document, {"items": part}, part["examples"])
    shown: dict[str, Any] = document["components"].setdefault("examples", {})
    for _, operation in operations(document):
        own = operation.pop(SHOWN, {})
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for body, content in ((body, body["content"][_JSON]) for body in bodies if _JSON in body.get("content", {})):
            name = content["schema"]["$ref"].rpartition("/")[2]
            schema = document["components"]["schemas"][name]
            shown[name] = {"summary": schema["description"], "value": example(document, schema)}
            content["examples"] = {"mila": {"$ref": f"#/components/examples/{name}"}}
            if own and body is not operation.get("requestBody"):
                content["examples"] = {
                    "mila": {**shown[name], "value": _whole(document, schema, shown[name]["value"] | own)}
                }
    document["components"]["examples"] = dict(sorted(shown.items()))


def _share_problems(document: dict[str, Any]) -> None:
    """Each way to be refused is the same for every operation: told once, with an example."""
    shared: dict[str, Any] = document["components"].setdefault("responses", {})
    for _, operation in operations(document):
        for status, response in operation["responses"].items():
            if _PROBLEM not in response.get("content", {}):
                continue
            reason = example(document, {"$ref": "#/components/schemas/Reason"})
            response["content"][_PROBLEM]["example"] = example_of_problem(int(status), reason)
            name = f"Problem{status}"
            if shared.setdefault(name, response) != response:
                continue
            operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}
    document["components"]["responses"] = dict(sorted(shared.items()))
