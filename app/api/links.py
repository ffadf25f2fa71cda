"""How a reason is resolved: the operation of this very contract that bears the action, with what is known filled in."""

import re
from collections.abc import Mapping
from typing import Any

from app.api.call import Call
from app.api.problems import unmet
from app.domain.errors import UnmetReason


def by_action(contract: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """For each action that changes something: the method and path of its operation. The shortest path leads."""
    found: dict[str, tuple[str, str]] = {}
    for path, operations in sorted(contract["paths"].items(), key=lambda item: len(item[0]), reverse=True):
        for method, operation in operations.items():
            if method != "get":
                found[operation["x-action"]] = (method.upper(), path)
    return found


def resolved(call: Call, reason: UnmetReason, ids: Mapping[str, str]) -> dict[str, Any]:
    """A reason as the contract shows it. Its ids, and `ids`, fill the path; what is not known yet stays as named."""
    ids = {**ids, **reason.ids}
    operation = None
    if reason.operation is not None:
        method, path = call.request.app.state.links[reason.operation]
        href = re.sub(r"\{(\w+)\}", lambda match: ids.get(match[1], match[0]), path)
        operation = {
            "action": reason.operation,
            "method": method,
            "href": href,
            "fields": dict(reason.fields),
            "choices": dict(reason.choices),
            "forYou": reason.for_you,
        }
    return unmet(reason, english=call.english, operation=operation)
