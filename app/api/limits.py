"""How often somebody may ask: a quota a minute for each caller, told on every answer.

The fields are those of draft-ietf-httpapi-ratelimit-headers. Counted in this process alone, see docs/adr/0059: each
process of the service has its own count.
"""

import math
import time
from collections.abc import Callable, Hashable
from ipaddress import IPv6Address
from typing import NamedTuple

from app.domain.actors import Subject

WINDOW = 60  # seconds
# So many keys are counted apart; who comes after them in the same minute shares one count. About 20 MB at most.
MOST_KEYS = 100_000
_THE_REST = object()

# Guessing pays here (OWASP API6:2023): a child by name and birth date or by number, a login by somebody's code.
SENSITIVE = frozenset(
    {("POST", "/young-people/_search"), ("POST", "/identity-numbers/_search"), ("POST", "/me/binding")}
)


class Standing(NamedTuple):
    """Where a caller stands after this request."""

    allowed: bool
    # Seconds until there is quota again; 0 while there is.
    reset: int
    headers: list[tuple[bytes, bytes]]


_UNLIMITED = Standing(allowed=True, reset=0, headers=[])


class Quota:
    """A number of requests a minute for each key; 0 is no limit. Constant work a request, and bounded memory."""

    def __init__(self, name: str, quota: int, clock: Callable[[], float]) -> None:
        self.quota = quota
        self.policy = f'"{name}";q={quota};w={WINDOW}'
        self._left = f'"{name}";r='
        self._clock = clock
        self._ends = -math.inf
        self._used: dict[object, int] = {}

    def take(self, key: Hashable) -> tuple[bool, int, str]:
        """Count one request: whether it was still within the quota, the seconds left, and the `RateLimit` item."""
        now = self._clock()
        if now >= self._ends:
            self._used, self._ends = {}, now + WINDOW
        counted: object = key
        if counted not in self._used and len(self._used) >= MOST_KEYS:
            counted = _THE_REST
        used = self._used.get(counted, 0)
        reset = math.ceil(self._ends - now)
        if used >= self.quota:
            return False, reset, f"{self._left}0;t={reset}"
        self._used[counted] = used + 1
        return True, reset, f"{self._left}{self.quota - used - 1};t={reset}"


class Limits:
    """The three quotas: of a caller, of a caller where guessing pays, and of an address without a valid token."""

    def __init__(
        self, *, callers: int, sensitive: int, strangers: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._default = Quota("default", callers, clock)
        self._sensitive = Quota("sensitive", sensitive, clock)
        self._strangers = Quota("anonymous", strangers, clock)

    def of_caller(self, subject: Subject, method: str, path: str) -> Standing:
        """A request with a valid token: the same person through another application has a quota of its own."""
        who = (subject.issuer, subject.subject, subject.client_id)
        if (method, path) in SENSITIVE:
            return _standing(who, self._default, self._sensitive)
        return _standing(who, self._default)

    def of_stranger(self, address: str) -> Standing:
        """A request without a valid token, from this address."""
        return _standing(_network(address), self._strangers)


def _network(address: str) -> Hashable:
    """Of IPv6 the /64 counts: any household or server has a whole one."""
    try:
        return IPv6Address(address).packed[:8] if ":" in address else address
    except ValueError:
        return address


def _standing(key: Hashable, *quotas: Quota) -> Standing:
    counted = [(each.policy, *each.take(key)) for each in quotas if each.quota]
    if not counted:
        return _UNLIMITED
    return Standing(
        allowed=all(within for _, within, _, _ in counted),
        reset=max((reset for _, within, reset, _ in counted if not within), default=0),
        headers=[
            (b"ratelimit-policy", ", ".join(policy for policy, _, _, _ in counted).encode()),
            (b"ratelimit", ", ".join(left for _, _, _, left in counted).encode()),
        ],
    )
