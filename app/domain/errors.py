"""What can be refused, each with its public code and status; the HTTP layer turns them into problem details."""

from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the input: where (a JSON pointer or a parameter's name), what, and how to mend it."""

    pointer: str
    code: str
    nl: str
    en: str


class Refusal(Exception):  # noqa: N818 — a refusal is an outcome of the rules, not an error of the program
    """Something that the caller asked and does not get. Nothing was changed."""

    code = "geweigerd"
    # The status by which the contract tells it (`api.md`: one order of refusals); the audit keeps it too.
    status: ClassVar[int] = 409

    def __init__(self, nl: str = "", en: str = "", *, code: str | None = None) -> None:
        super().__init__(code or self.code)
        self.code = code or self.code
        self.nl = nl
        self.en = en


class NotVisible(Refusal):
    """It does not exist, or this caller may not know that it does: the same answer."""

    code = "niet-gevonden"
    status = 404


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

    code = "nu-niet-mogelijk"


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
        super().__init__("De invoer klopt niet.", "The input is not right.")
        self.faults = faults


@dataclass(frozen=True, slots=True)
class UnmetReason:
    """Why the route does not allow a transition now, who can resolve it, and by which operation.

    `fields` of its body are certain, of `choices` one helps; `ids` fill its path. `within_reach`: by this caller, as
    far as the case itself decides that.
    """

    code: str
    nl: str
    en: str
    resolvers: tuple[str, ...] = ()
    operation: str | None = None
    fields: dict[str, object] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    within_reach: bool = True


class RouteRefusal(Conflict):
    """The route does not allow this transition now; all reasons together."""

    code = "overgang-geweigerd"

    def __init__(self, *reasons: UnmetReason) -> None:
        super().__init__("De route staat deze stap nu niet toe.", "The route does not allow this step now.")
        self.reasons = reasons
