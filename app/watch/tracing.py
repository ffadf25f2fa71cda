"""W3C Trace Context: which trace a request belongs to, read strictly and handed on.

https://www.w3.org/TR/trace-context/ (level 1, a Recommendation); the section numbers below are its.
"""

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

_PARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")
_SAMPLED = 1

# §3.3.1.3: a key of one system, or of a tenant at a system; a value of printable ASCII that does not end in a blank.
_KEY = r"(?:[a-z][a-z0-9_*/-]{0,255}|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})"
_MEMBER = re.compile(rf"({_KEY})=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{{0,255}}[\x21-\x2b\x2d-\x3c\x3e-\x7e]")
_MOST_MEMBERS = 32
_LONGEST_STATE = 512
_LONG_MEMBER = 128


@dataclass(frozen=True, slots=True)
class Trace:
    """The trace of one request, our own place (`span_id`) in it, and whoever called us from its own (`parent_id`)."""

    trace_id: str
    span_id: str
    flags: int
    state: str
    parent_id: str = ""

    def headers(self) -> dict[str, str]:
        """What goes along with a request of ours to another service."""
        headers = {"traceparent": f"00-{self.trace_id}-{self.span_id}-{self.flags:02x}"}
        return headers | {"tracestate": self.state} if self.state else headers


def span_id() -> str:
    """The id of a new place in a trace."""
    return secrets.token_hex(8)


def begun() -> Trace:
    """A trace of our own, for who brings none. It is recorded, in the log, so it says `sampled`."""
    return Trace(secrets.token_hex(16), span_id(), _SAMPLED, "")


def continued(headers: Iterable[tuple[bytes, bytes]]) -> Trace:
    """The trace that these request headers (lower case) name, or a new one when they name none that is valid (§4.2).

    Of the flags only `sampled` is known here (§3.2.2.5); a `tracestate` that cannot be read is left out and does not
    touch the `traceparent` (§3.3.1.1).
    """
    parents, states = [], []
    for name, value in headers:
        if name == b"traceparent":
            parents.append(value.decode("latin-1"))
        elif name == b"tracestate":
            states.append(value.decode("latin-1"))
    found = _PARENT.fullmatch(parents[0].strip(" \t")) if len(parents) == 1 else None
    if found is None:
        return begun()
    version, trace_id, parent_id, flags, more = found.groups()
    # A later version may say more behind a dash; ours (00) may not, and ff is no version.
    if version == "ff" or (version == "00" and more) or not int(trace_id, 16) or not int(parent_id, 16):
        return begun()
    return Trace(trace_id, span_id(), int(flags, 16) & _SAMPLED, _state(states), parent_id)


def _state(given: list[str]) -> str:
    """The `tracestate` to hand on: as it came, within 512 characters (§3.3.1.5); empty when it cannot be read."""
    members = [member for each in ",".join(given).split(",") if (member := each.strip(" \t"))]
    found = [_MEMBER.fullmatch(member) for member in members]
    keys = {match[1] for match in found if match}
    if len(keys) < len(members) or len(members) > _MOST_MEMBERS:
        return ""
    if len(",".join(members)) > _LONGEST_STATE:
        members = [member for member in members if len(member) <= _LONG_MEMBER]
    while len(",".join(members)) > _LONGEST_STATE:
        members.pop()
    return ",".join(members)
