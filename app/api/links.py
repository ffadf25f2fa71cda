"""A request that takes somebody further: the endpoint of this very contract that bears the action, filled in.

There is no list of links beside the contract: method, path and which fields a body must have are read from it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from app.api.call import Call
from app.api.problems import unmet
from app.domain.errors import UnmetReason

# Where a value is found that neither the route nor the case decides: by field the endpoint that lists it, with a query.
_LOOKED_UP: Mapping[str, Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "case.update": {"schoolId": ("listOrganisations", {"kind": "school"})},
    "meeting.report": {"attendance": ("readMeeting", {})},
    "participant.create": {"workerId": ("listWorkers", {})},
    "plan.action.create": {"ownerParticipantId": ("listParticipants", {})},
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an action is done: the fields that its body must have, and where values of some fields are found."""

    method: str
    path: str
    required: tuple[str, ...]
    lookups: Mapping[str, str]


def by_action(contract: Mapping[str, Any]) -> dict[str, Endpoint]:
    """For each action that changes something its endpoint. The shortest path leads."""
    operations = [
        (method, path, operation)
        for path, methods in sorted(contract["paths"].items(), key=lambda item: len(item[0]), reverse=True)
        for method, operation in methods.items()
    ]
    reads = {operation["operationId"]: path for method, path, operation in operations if method == "get"}
    return {
        operation["x-action"]: Endpoint(
            method.upper(),
            path,
            _required(contract, operation),
            {
                field: reads[name] + (f"?{urlencode(query)}" if query else "")
                for field, (name, query) in _LOOKED_UP.get(operation["x-action"], {}).items()
            },
        )
        for method, path, operation in operations
        if method != "get"
    }


def _required(contract: Mapping[str, Any], operation: Mapping[str, Any]) -> tuple[str, ...]:
    """What the body must have; nothing where there is none."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rsplit("/", 1)[-1]
    return tuple(contract["components"]["schemas"][name].get("required", ())) if name else ()


def request(
    call: Call,
    action: str,
    ids: Mapping[str, str],
    *,
    fields: Mapping[str, object],
    choices: Mapping[str, list[str]],
    asks: Iterable[str] = (),
    for_you: bool,
) -> dict[str, Any]:
    """A request as the contract shows it. `ids` fill its path; what is not known yet stays as named.

    `asks`: what it needs in this case beside what every such body must have.
    """
    endpoint: Endpoint = call.request.app.state.links[action]
    root: str = call.request.scope["root_path"]

    def filled(path: str) -> str:
        return root + re.sub(r"\{(\w+)\}", lambda match: ids.get(match[1], match[0]), path)

    known = {*fields, *choices}
    return {
        "action": action,
        "method": endpoint.method,
        "href": filled(endpoint.path),
        "fields": dict(fields),
        "choices": dict(choices),
        "toFill": [name for name in dict.fromkeys((*endpoint.required, *asks)) if name not in known],
        "lookups": {field: filled(path) for field, path in endpoint.lookups.items() if field not in known},
        "forYou": for_you,
    }


def resolved(call: Call, reason: UnmetReason, ids: Mapping[str, str]) -> dict[str, Any]:
    """A reason as the contract shows it, with the request that takes it away."""
    operation = None
    if reason.operation is not None:
        operation = request(
            call,
            reason.operation,
            {**ids, **reason.ids},
            fields=reason.fields,
            choices=reason.choices,
            asks=reason.asks,
            for_you=reason.for_you,
        )
    return unmet(reason, english=call.english, operation=operation)
