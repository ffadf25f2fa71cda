"""What can be refused, each with its public code and status; the HTTP layer turns them into problem details."""

from dataclasses import dataclass, field
from typing import ClassVar

CODES: dict[str, tuple[int, ...]] = {
    # The general one of each status first: it tells what has no code of its own.
    "ongeldige-invoer": (400,),
    "niet-aangemeld": (401,),
    "niet-toegestaan": (403,),
    "niet-gevonden": (404,),
    "methode-niet-toegestaan": (405,),
    "geen-passende-vorm": (406,),
    "te-traag": (408,),
    "nu-niet-mogelijk": (409,),
    "verouderd": (412,),
    "te-groot": (413,),
    "mediatype": (415,),
    "sleutel-hergebruikt": (422,),
    "if-match-ontbreekt": (428,),
    "te-veel-verzoeken": (429,),
    "interne-fout": (500,),
    "tijdelijk-niet-beschikbaar": (503,),
    "onleesbaar": (400,),
    "geen-http": (400, 431, 505),
    "betrouwbaarheid-te-laag": (403,),
    "categorie-niet-toegestaan": (403,),
    "eigen-belang": (403,),
    "niet-gekoppeld": (403,),
    "niet-uw-stap": (403,),
    "buiten-de-ouders-om": (403,),
    "rol-past-niet": (403,),
    "zelf-geweigerd": (403,),
    "al-beoordeeld": (409,),
    "al-beslist": (409,),
    "al-betrokken": (409,),
    "al-gehouden": (409,),
    "al-gekoppeld": (409,),
    "al-ingeschreven": (409,),
    "al-opgelost": (409,),
    "al-uitgenodigd": (409,),
    "beeindigd": (409,),
    "bewaarplicht": (409,),
    "checklist-open": (409,),
    "code-geldt-niet": (409,),
    "geen-organisatie": (409,),
    "eerst-toetsing": (409,),
    "gelijktijdig": (409,),
    "gezag-onbekend": (409,),
    "niet-samen-gevraagd": (409,),
    "nog-niet-gehouden": (409,),
    "overgang-geweigerd": (409,),
    "plan-niet-van-kracht": (409,),
    "plan-van-kracht": (409,),
    "stappen-open": (409,),
    "termijn-ligt-vast": (409,),
    "termijn-loopt-niet": (409,),
    "termijn-verstreken": (409,),
    "tweeling-bezig": (409,),
    "geen-ja": (409,),
    "toestemming-vervangen": (409,),
    "vier-ogen": (409,),
    "zaak-gesloten": (409,),
}
"""Every code of a problem with its statuses. The contract lists them and promises that they stay: add, never rename."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the input: where (a JSON pointer or a parameter's name), what, and how to mend it."""

    pointer: str
    code: str
    nl: str
    en: str


class Refusal(Exception):  # noqa: N818 — a refusal is an outcome of the rules, not an error of the program
    """Something that the caller asked and does not get. Nothing was changed.

    Raises KeyError for a code that the contract does not list.
    """

    code = "nu-niet-mogelijk"
    # The status by which the contract tells it (`api.md`: one order of refusals); the audit keeps it too.
    status: ClassVar[int] = 409

    def __init__(self, nl: str = "", en: str = "", *, code: str | None = None) -> None:
        self.code = code or self.code
        if self.status not in CODES[self.code]:
            raise KeyError(self.code)
        super().__init__(self.code)
        self.nl = nl
        self.en = en


class NotVisible(Refusal):
    """It does not exist, or this caller may not know that it does: the same answer."""

    code = "niet-gevonden"
    status = 404


class NotAcceptable(Refusal):
    """There is such a thing, but in no form that the caller accepts."""

    code = "geen-passende-vorm"
    status = 406


class RouteNotLoaded(Refusal):
    """The case stands on a version of a route that this process does not know: the service lacks a file."""

    code = "tijdelijk-niet-beschikbaar"
    status = 503

    def __init__(self, key: str, version: int) -> None:
        super().__init__(
            f"Deze zaak loopt op de route «{key}», versie {version}, die hier niet is geladen. De beheerder zet haar"
            " bestand terug (ROUTES_FOLDER).",
            f"This case is on the route «{key}», version {version}, which is not loaded here. The operator puts its"
            " file back (ROUTES_FOLDER).",
        )


class KeysAway(Refusal):
    """The keys of identity numbers cannot be had now, or not the one that this number needs."""

    code = "tijdelijk-niet-beschikbaar"
    status = 503

    def __init__(self) -> None:
        super().__init__(
            "De sleutels voor BSN en PGN zijn er nu niet. Er is niets vastgelegd of getoond. Blijft dit zo, dan kijkt"
            " de beheerder NUMBER_KEYS_FILE of NUMBER_KEYS_COMMAND na.",
            "The keys for BSN and PGN are not there now. Nothing was recorded or shown. If this stays, the operator"
            " looks at NUMBER_KEYS_FILE or NUMBER_KEYS_COMMAND.",
        )


class NumberUnreadable(Refusal):
    """What is kept of this number does not open: it was changed, put in the row of another, or sealed otherwise."""

    code = "interne-fout"
    status = 500

    def __init__(self) -> None:
        super().__init__(
            "Dit nummer is niet meer te lezen. Leg het opnieuw vast; meld het de beheerder, want het is buiten ons om"
            " gewijzigd of met een andere sleutel vastgelegd.",
            "This number cannot be read any more. Record it anew; tell the operator, because it was changed around us"
            " or recorded with another key.",
        )


class NotPermitted(Refusal):
    """The caller may see it, but not do this."""

    code = "niet-toegestaan"
    status = 403


class NotBound(Refusal):
    """The login is genuine, but not bound to a worker, guardian or youth of ours (or not at this organisation)."""

    code = "niet-gekoppeld"
    status = 403


class Conflict(Refusal):
    """Not now: the route does not allow it, or somebody else was first."""


class Stale(Refusal):
    """`If-Match` names a version that is no longer the present one."""

    code = "verouderd"
    status = 412


class MatchRequired(Refusal):
    """A change to something existing must say which version it changes."""

    code = "if-match-ontbreekt"
    status = 428


class KeyReused(Refusal):
    """The idempotency key was used before, for something else."""

    code = "sleutel-hergebruikt"
    status = 422


class Invalid(Refusal):
    """The input is well-formed but not acceptable; every fault is named at once."""

    code = "ongeldige-invoer"
    status = 400

    def __init__(self, *faults: Fault) -> None:
        super().__init__()
        self.faults = faults


@dataclass(frozen=True, slots=True)
class UnmetReason:
    """Why the route does not allow a transition now, who can resolve it, and by which operation.

    `fields` of its body are certain, of `choices` one helps, `asks` is needed here beside what every such body must
    have; `ids` fill its path. `for_you`: this caller can send it, as far as roles and the case decide that.
    """

    code: str
    nl: str
    en: str
    resolvers: tuple[str, ...] = ()
    operation: str | None = None
    fields: dict[str, object] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    asks: tuple[str, ...] = ()
    ids: dict[str, str] = field(default_factory=dict)
    for_you: bool = False


class RouteRefusal(Conflict):
    """The route does not allow this transition now; all reasons together."""

    code = "overgang-geweigerd"

    def __init__(self, *reasons: UnmetReason) -> None:
        super().__init__()
        self.reasons = reasons


class ChecklistOpen(RouteRefusal):
    """A meeting is not closed while a question of its checklist is open; every open question is a reason."""

    code = "checklist-open"


class StepsOpen(RouteRefusal):
    """A step of the Meldcode comes after others; each that is still to be done is a reason."""

    code = "stappen-open"
