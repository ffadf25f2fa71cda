"""Every error as problem details (RFC 9457), Dutch first, English on request, without an echo of what was sent."""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from starlette.responses import Response

from app.domain.errors import CODES, Fault, Invalid, Refusal, RouteRefusal, UnmetReason
from app.services.bodies import FIELD_NAMES, FORMS
from app.watch.seen import seen

URN = "urn:ondersteuningsroute:problem:"
_OURS = 500

# Title and default detail of each kind, in Dutch and English.
_WORDS: dict[str, tuple[str, str, str, str]] = {
    "niet-aangemeld": (
        "Niet aangemeld",
        "Stuur een geldig toegangstoken mee.",
        "Not authenticated",
        "Send a valid access token.",
    ),
    "niet-gevonden": (
        "Niet gevonden",
        "Dit bestaat niet, of u mag het niet zien.",
        "Not found",
        "It does not exist, or you may not see it.",
    ),
    "niet-toegestaan": (
        "Niet toegestaan",
        "U mag dit hier niet doen.",
        "Not permitted",
        "You may not do this here.",
    ),
    "rol-past-niet": (
        "Niet toegestaan",
        "Geen van uw rollen geeft recht op deze handeling.",
        "Not permitted",
        "None of your roles has this action.",
    ),
    "niet-gekoppeld": (
        "Nog niet gekoppeld",
        "Uw login is nog niet gekoppeld aan een persoon bij deze organisatie. Vraag de beheerder, of gebruik een code.",
        "Not bound yet",
        "Your login is not bound to a person at this organisation. Ask the administrator, or use a code.",
    ),
    "methode-niet-toegestaan": (
        "Methode niet toegestaan",
        "Deze methode bestaat hier niet; zie de header Allow.",
        "Method not allowed",
        "This method does not exist here; see the Allow header.",
    ),
    "geen-http": (
        "Onleesbaar verzoek",
        "Het verzoek is geen geldige HTTP, of de kopregels samen zijn groter dan 16 KiB.",
        "Unreadable request",
        "The request is not valid HTTP, or its headers together are larger than 16 KiB.",
    ),
    "geen-passende-vorm": (
        "Geen passende vorm",
        "Deze tekening is er als image/svg+xml en als application/vnd.mermaid; noem een van beide in Accept.",
        "No acceptable form",
        "This picture exists as image/svg+xml and as application/vnd.mermaid; name one of them in Accept.",
    ),
    "te-traag": (
        "Te traag",
        "De body kwam niet op tijd binnen.",
        "Too slow",
        "The body did not arrive in time.",
    ),
    "te-veel-verzoeken": (
        "Te veel verzoeken",
        "U doet te veel verzoeken. Retry-After zegt over hoeveel seconden het weer kan.",
        "Too many requests",
        "You make too many requests. Retry-After says after how many seconds you can go on.",
    ),
    "te-groot": (
        "Te groot",
        "De body is groter dan 1 MiB.",
        "Too large",
        "The body is larger than 1 MiB.",
    ),
    "mediatype": (
        "Onbekend mediatype",
        "Stuur de body als application/json.",
        "Unsupported media type",
        "Send the body as application/json.",
    ),
    "onleesbaar": (
        "Onleesbare JSON",
        "De body is geen geldige JSON: één object, zonder dubbele namen, niet te diep genest.",
        "Unreadable JSON",
        "The body is not valid JSON: one object, no duplicate names, not nested too deep.",
    ),
    "ongeldige-invoer": (
        "Ongeldige invoer",
        "De invoer klopt niet; alle fouten staan in `errors`.",
        "Invalid input",
        "The input is not right; every fault is in `errors`.",
    ),
    "if-match-ontbreekt": (
        "If-Match ontbreekt",
        "Stuur in If-Match de ETag mee van wat u wijzigt, met de aanhalingstekens, precies zoals u hem kreeg.",
        "If-Match missing",
        "Send the ETag of what you change in If-Match, with its quotes, exactly as you received it.",
    ),
    "verouderd": (
        "Verouderd",
        (
            "Dit is intussen gewijzigd, of If-Match is niet de ETag zelf. Haal het opnieuw op, kijk of uw wijziging nog"
            " past en stuur de ETag met de aanhalingstekens, precies zoals u hem kreeg."
        ),
        "Stale",
        (
            "This has changed meanwhile, or If-Match is not the ETag itself. Fetch it again, see whether your change"
            " still fits and send the ETag with its quotes, exactly as you received it."
        ),
    ),
    "sleutel-hergebruikt": (
        "Sleutel hergebruikt",
        "Deze Idempotency-Key is al gebruikt voor een ander verzoek.",
        "Key reused",
        "This Idempotency-Key was used before for another request.",
    ),
    "nu-niet-mogelijk": (
        "Nu niet mogelijk",
        "Dit kan nu niet.",
        "Not possible now",
        "This is not possible now.",
    ),
    "overgang-geweigerd": (
        "Deze stap kan nog niet",
        "De route staat deze stap nu niet toe; alle redenen staan in `reasons`.",
        "This step is not possible yet",
        "The route does not allow this step now; every reason is in `reasons`.",
    ),
    "checklist-open": (
        "De checklist is nog niet af",
        "Het overleg kan pas worden afgerond als elke vraag van de checklist is beantwoord; zie `reasons`.",
        "The checklist is not complete",
        "The meeting can be closed only when every question of the checklist is answered; see `reasons`.",
    ),
    "stappen-open": (
        "Er gaan stappen aan vooraf",
        "Eerst komen andere stappen van de Meldcode; elk ervan staat in `reasons`. Bij acuut gevaar wacht melden niet.",
        "Steps come before this",
        "Other steps of the Meldcode come first; each is in `reasons`. In acute danger a report does not wait.",
    ),
    "tijdelijk-niet-beschikbaar": (
        "Tijdelijk niet beschikbaar",
        "Probeer het over enkele seconden opnieuw. Met dezelfde Idempotency-Key wordt niets dubbel vastgelegd.",
        "Temporarily unavailable",
        "Try again in a few seconds. With the same Idempotency-Key nothing is recorded twice.",
    ),
    "interne-fout": (
        "Interne fout",
        "Er ging iets mis bij ons. Er is niets gewijzigd.",
        "Internal error",
        "Something went wrong on our side. Nothing was changed.",
    ),
}
# By status, for what has no code, or no words, of its own.
_BY_STATUS = {status: code for code, statuses in reversed(CODES.items()) for status in statuses}


def wants_english(accept_language: str) -> bool:
    """Whether English comes before Dutch in `Accept-Language`; without a clear wish it is Dutch."""
    wishes: dict[str, float] = {}
    for part in accept_language.split(","):
        tag, _, rest = part.strip().partition(";")
        weight = rest.strip().removeprefix("q=") if rest else "1"
        try:
            wishes.setdefault(tag.strip().lower()[:2], float(weight))
        except ValueError:
            continue
    return wishes.get("en", 0) > wishes.get("nl", 0)


def problem(
    status: int,
    code: str | None = None,
    *,
    english: bool = False,
    detail: str | None = None,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    """A problem response, noted for the log. `more` are the members `errors` and `reasons`."""
    code = code or _BY_STATUS[status]
    instance = f"urn:uuid:{uuid4()}"
    if watched := seen():
        watched.code, watched.instance = code, instance
        if status >= _OURS:  # the caller can quote it, and we find the lines
            more["traceId"] = watched.trace.trace_id
    title, sentence, title_en, sentence_en = _WORDS[code if code in _WORDS else _BY_STATUS[status]]
    body = {
        "type": URN + code,
        "title": title_en if english else title,
        "status": status,
        "detail": detail or (sentence_en if english else sentence),
        "instance": instance,
        **more,
    }
    return Response(
        json.dumps(body, ensure_ascii=False),
        status_code=status,
        media_type="application/problem+json",
        headers={"Content-Language": "en" if english else "nl", **(headers or {})},
    )


def refused(refusal: Refusal, *, english: bool, reasons: Iterable[dict[str, Any]] = ()) -> Response:
    """The problem of a refusal, with every fault or every reason."""
    more: dict[str, Any] = {}
    if isinstance(refusal, Invalid):
        more["errors"] = [fault(each, english=english) for each in refusal.faults]
    if isinstance(refusal, RouteRefusal):
        more["reasons"] = list(reasons)
    detail = refusal.en if english else refusal.nl
    headers = {"Retry-After": "60"} if refusal.status == 503 else None  # noqa: PLR2004 — an operator must put it right
    return problem(refusal.status, refusal.code, english=english, detail=detail or None, headers=headers, **more)


def example(status: int, reason: dict[str, Any]) -> dict[str, Any]:
    """What such a problem looks like, for the contract: our own words, with invented faults or this reason."""
    code, more = _BY_STATUS[status], dict[str, Any]()
    if status == 409:  # noqa: PLR2004 — the only one that tells reasons
        code, more = "overgang-geweigerd", {"reasons": [reason]}
    if status == 400:  # noqa: PLR2004 — the only one that tells faults
        found = (
            {"loc": ("body", "signal", "content"), "type": "missing"},
            {"loc": ("body", "heldAt"), "type": "iso_moment"},
        )
        more["errors"] = input_faults(found, english=False)
    body: dict[str, Any] = json.loads(bytes(problem(status, code, **more).body))
    return {**body, "instance": "urn:uuid:0199a5c0-7d1e-4a52-9c41-5b0c6d2e8f10"}


def fault(each: Fault, *, english: bool, where: str = "body") -> dict[str, str]:
    """One fault of the input."""
    return {"in": where, "location": each.pointer, "code": each.code, "detail": each.en if english else each.nl}


def unmet(each: UnmetReason, *, english: bool, operation: dict[str, Any] | None) -> dict[str, Any]:
    """One reason of the route."""
    return {
        "code": each.code,
        "detail": each.en if english else each.nl,
        "resolvers": list(each.resolvers),
        "operation": operation,
    }


# What pydantic finds wrong, in plain words. Placeholders are its own context: bounds and allowed values, never input.
_FAULTS: dict[str, tuple[str, str]] = {
    "missing": ("Dit veld is verplicht.", "This field is required."),
    "extra_forbidden": ("Dit veld bestaat hier niet.", "This field does not exist here."),
    "string_type": ("Dit moet tekst zijn.", "This must be text."),
    "string_too_short": ("Vul dit in.", "Fill this in."),
    "string_too_long": ("Ten hoogste {max_length} tekens.", "At most {max_length} characters."),
    "string_pattern_mismatch": (
        "Dit heeft niet de gevraagde vorm: {form}.",
        "This does not have the form that is asked: {form}.",
    ),
    "blank": ("Vul dit in; alleen spaties is niets.", "Fill this in; blanks alone are nothing."),
    "enum": ("Kies uit: {expected}.", "Choose from: {expected}."),
    "literal_error": ("Kies uit: {expected}.", "Choose from: {expected}."),
    "uuid_parsing": ("Dit moet een id (UUID) zijn.", "This must be an id (UUID)."),
    "uuid_type": ("Dit moet een id (UUID) zijn.", "This must be an id (UUID)."),
    "iso_date": ("Dit moet een datum zijn: JJJJ-MM-DD.", "This must be a date: YYYY-MM-DD."),
    # These two come after `iso_date` and `iso_moment`: the form is right, the calendar or the clock has no such thing.
    "date_from_datetime_parsing": ("Deze datum bestaat niet.", "This date does not exist."),
    "iso_moment": ("Dit moet een tijdstip zijn, met tijdzone.", "This must be a moment, with its offset."),
    "datetime_from_date_parsing": ("Dit tijdstip bestaat niet.", "This moment does not exist."),
    "far_away": ("Kies een jaar van 1900 tot en met 2199.", "Choose a year from 1900 to 2199."),
    "timezone_aware": ("De tijdzone ontbreekt.", "The offset is missing."),
    "bool_type": ("Dit moet true of false zijn.", "This must be true or false."),
    "int_parsing": ("Dit moet een geheel getal zijn.", "This must be a whole number."),
    "int_type": ("Dit moet een geheel getal zijn.", "This must be a whole number."),
    "greater_than_equal": ("Ten minste {ge}.", "At least {ge}."),
    "less_than_equal": ("Ten hoogste {le}.", "At most {le}."),
    "too_short": ("Ten minste {min_length}.", "At least {min_length}."),
    "too_long": ("Ten hoogste {max_length}.", "At most {max_length}."),
    "list_type": ("Dit moet een lijst zijn.", "This must be a list."),
    "model_attributes_type": ("Dit moet een object zijn.", "This must be an object."),
    "model_type": ("Dit moet een object zijn.", "This must be an object."),
    "dict_type": ("Dit moet een object zijn.", "This must be an object."),
}


_NO_BODY = ("Stuur een body (application/json).", "Send a body (application/json).")
_STRANGE_FIELD = ("Hier staat een veld dat niet bestaat.", "There is a field here that does not exist.")


def input_faults(errors: Iterable[Mapping[str, Any]], *, english: bool) -> list[dict[str, str]]:
    """Every fault that pydantic found, each told once, however often it was sent."""
    told = (_input_fault(each, english=english) for each in errors)
    return list({(each["in"], each["location"], each["code"]): each for each in told}.values())


def _input_fault(error: Mapping[str, Any], *, english: bool) -> dict[str, str]:
    """A fault that pydantic found: where, its code, and what to do. Never what was sent.

    The name of an unknown field was sent too: it is told when it is a word of the contract, in the wrong place; any
    other may be a name or a number that somebody put there by mistake, and then the object that holds it is told.
    """
    where, *path = (str(part) for part in error["loc"])
    words = _FAULTS.get(str(error["type"]), ("Deze waarde past hier niet.", "This value does not fit here."))
    if error["type"] == "extra_forbidden" and path[-1] not in FIELD_NAMES:
        *path, _ = path
        words = _STRANGE_FIELD
    if error["type"] == "missing" and not path:
        words = _NO_BODY
    language = 1 if english else 0
    sentence = words[language]
    context = error.get("ctx") or {}
    if "pattern" in context:
        context = {"form": FORMS[context["pattern"]][language]}
    if "{" in sentence:
        sentence = sentence.format_map({name: str(value) for name, value in context.items()})
        if not english:  # pydantic joins the values that may be chosen in its own language
            sentence = sentence.replace("' or '", "' of '")
    location = "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path)
    return {
        "in": where,
        "location": location if where == "body" else ".".join(path),
        "code": str(error["type"]),
        "detail": sentence,
    }
