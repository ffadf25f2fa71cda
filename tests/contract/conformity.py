"""Holds real answers to the contract: every answer that a test of the real application gets passes through here.

An answer conforms when its status is documented for the operation, its body is what the documented schema says, its
media type is the documented one, and the headers that belong to every answer are there.
"""

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import httpx
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from app.api.contract import resolve

HOME = "urn:contract"
PROBLEM = "application/problem+json"
KIND = "urn:ondersteuningsroute:problem:"
# What can be met before there is an operation: not authenticated, no such path, no such method, a body not to be read.
EDGE = frozenset({401, 404, 405, 503})
EVERY_ANSWER = (
    "api-version",
    "cache-control",
    "content-security-policy",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def _moment(value: object) -> bool:
    return not isinstance(value, str) or bool(_MOMENT.fullmatch(value) and datetime.fromisoformat(value))


def _day(value: object) -> bool:
    return not isinstance(value, str) or date.fromisoformat(value).isoformat() == value


def _uuid(value: object) -> bool:
    return not isinstance(value, str) or str(UUID(value)) == value


_formats = FormatChecker(formats=())
_formats.checkers = {
    "date-time": (_moment, ValueError),
    "date": (_day, ValueError),
    "uuid": (_uuid, ValueError),
}


class Contract:
    """One contract, with its validators made once."""

    def __init__(self, text: str) -> None:
        document: dict[str, Any] = json.loads(text)
        self.document = document
        self._registry: Registry[Any] = Registry().with_resource(HOME, DRAFT202012.create_resource(document))
        self._paths = [
            (re.compile(re.sub(r"\{[^}/]+\}", "[^/]+", path)), operations)
            for path, operations in sorted(document["paths"].items(), key=lambda item: "{" in item[0])
        ]
        self._validators: dict[str, Draft202012Validator] = {}

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        """The operation that a request is for; HEAD is a GET without its body. None: the contract has no such thing."""
        name = {"HEAD": "get"}.get(method, method.lower())
        if "{" not in path and path in self.document["paths"]:
            # As it stands in the contract: no path with a parameter in its place is meant.
            found: dict[str, Any] | None = self.document["paths"][path].get(name)
            return found
        fitting = (operations for pattern, operations in self._paths if pattern.fullmatch(path))
        return next((operations[name] for operations in fitting if name in operations), None)

    def faults(self, response: httpx.Response) -> list[str]:
        """Everything in which an answer differs from the contract."""
        path = response.request.url.path.removeprefix("/v1")
        found = [f"header {name} is missing" for name in EVERY_ANSWER if name not in response.headers]
        if path == "/openapi.json" and response.status_code == httpx.codes.OK:
            return found
        operation = self.operation(response.request.method, path)
        if operation is None:
            if response.status_code not in EDGE:
                found.append("the contract has no such operation")
            return found + self._problem(response)
        if str(response.status_code) not in operation["responses"]:
            return [*found, "this status is not documented"]
        documented = resolve(self.document, operation["responses"][str(response.status_code)])
        found += [
            f"documented header {name} is missing"
            for name, header in documented.get("headers", {}).items()
            if name.lower() not in response.headers and resolve(self.document, header).get("required", True)
        ]
        success = response.status_code < httpx.codes.BAD_REQUEST
        return found + (self._success(response, documented) if success else self._problem(response))

    def _success(self, response: httpx.Response, documented: Mapping[str, Any]) -> list[str]:
        if "content" not in documented:
            return ["a body where none is documented"] if response.content else []
        media = response.headers.get("content-type", "")
        if media.split(";")[0] in documented["content"].keys() - {"application/json"}:
            return []  # a picture: its own tests look at what is in it
        found = [] if media == "application/json" else [f"media type {media}"]
        if response.request.method != "HEAD":
            found += self._body(response, documented["content"]["application/json"]["schema"])
        return found

    def _problem(self, response: httpx.Response) -> list[str]:
        media = response.headers.get("content-type", "")
        found = [] if media == PROBLEM else [f"media type {media}"]
        if response.headers.get("content-language") not in {"nl", "en"}:
            found.append("the language is not told")
        if response.request.method == "HEAD":
            return found
        found += self._body(response, {"$ref": "#/components/schemas/Problem"})
        if found:
            return found
        told = response.json()
        if told["status"] != response.status_code:
            found.append("the problem tells another status")
        codes = self.document["components"]["schemas"]["Problem"]["x-problem-codes"]
        if response.status_code not in codes.get(told["type"].removeprefix(KIND), ()):
            found.append("the contract does not list this kind of problem with this status")
        return found

    def _body(self, response: httpx.Response, schema: dict[str, Any]) -> list[str]:
        try:
            body = response.json()
        except ValueError:
            return ["the body is no JSON"]
        return self.misfits(body, schema)

    def misfits(self, value: object, schema: dict[str, Any]) -> list[str]:
        """Everything in which a value differs from a schema of this contract."""
        validator = self._validator(json.dumps(schema))
        return [f"{fault.json_path}: {fault.message[:300]}" for fault in validator.iter_errors(value)]

    def _validator(self, schema: str) -> Draft202012Validator:
        if schema not in self._validators:
            absolute = json.loads(schema.replace('"#/', f'"{HOME}#/'))
            self._validators[schema] = Draft202012Validator(absolute, registry=self._registry, format_checker=_formats)
        return self._validators[schema]


@cache
def contract(text: str) -> Contract:
    """The contract with this text; its validators are shared by all tests of a process."""
    return Contract(text)
