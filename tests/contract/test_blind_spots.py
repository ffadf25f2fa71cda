"""What no linter looks at: each rule as a function, held to the contract, and tried on a contract that breaks it."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.api.contract import operations, resolve
from app.contract_document import text
from tests.contract.conformity import Contract

Document = dict[str, Any]
Rule = Callable[[Document], Iterator[str]]
CAMEL = re.compile(r"[a-z][a-zA-Z0-9]*")
# Words that no Dutch sentence of ours has.
ENGLISH = re.compile(r"\b(the|and|which|what|who|whose|with|from|this|that|whether|must|an|its|are)\b", re.IGNORECASE)
VERBS = {"get", "post", "patch", "delete"}
# Nobody reads or writes anything without a token; what is open to all (the contract, the page) is no operation of it.
PUBLIC: frozenset[str] = frozenset()


@pytest.fixture(scope="module")
def frozen() -> str:
    return text()


@pytest.fixture
def document(frozen: str) -> Document:
    read: Document = json.loads(frozen)
    return read


def parts(value: Any, where: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of the contract at any depth, with its place; examples are values, and no part of it."""
    if isinstance(value, dict):
        yield where, value
        for name, each in value.items():
            if name not in {"example", "examples", "default", "enum"}:
                yield from parts(each, f"{where}/{name}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from parts(each, f"{where}/{number}")


def sent(document: Document) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every schema of what is sent: parameters, bodies, and what these refer to."""
    for where, operation in operations(document):
        for parameter in operation.get("parameters", []):
            yield from _schemas(document, parameter["schema"], f"{where} {parameter['name']}")
        for content in operation.get("requestBody", {}).get("content", {}).values():
            yield from _schemas(document, content["schema"], where)


def _schemas(document: Document, schema: dict[str, Any], where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    found = dict(resolve(document, schema))
    yield where, found
    for name, each in found.get("properties", {}).items():
        yield from _schemas(document, each, f"{where}/{name}")
    for each in [*found.get("anyOf", []), *([found["items"]] if "items" in found else [])]:
        yield from _schemas(document, each, where)


def only_verbs_that_we_answer(document: Document) -> Iterator[str]:
    for path, methods in document["paths"].items():
        yield from (f"{method} {path}" for method in methods.keys() - VERBS)


def a_token_everywhere(document: Document) -> Iterator[str]:
    for where, operation in operations(document):
        ways = operation.get("security", document.get("security", []))
        if where not in PUBLIC and not (ways and all(way == {"token": []} for way in ways)):
            yield where


def the_version_on_every_answer(document: Document) -> Iterator[str]:
    for where, operation in operations(document):
        for status, response in operation["responses"].items():
            headers = resolve(document, response).get("headers", {})
            if headers.get("API-Version") != {"$ref": "#/components/headers/API-Version"}:
                yield f"{where} {status}"


def one_manner_of_names(document: Document) -> Iterator[str]:
    seen = set()
    for where, operation in operations(document):
        name = operation["operationId"]
        if not CAMEL.fullmatch(name) or name in seen:
            yield f"{where} {name}"
        seen.add(name)
    for where, part in parts(document):
        if where.endswith("/properties"):
            yield from (f"{where}/{name}" for name in part if not CAMEL.fullmatch(name))


def every_refusal_told(document: Document) -> Iterator[str]:
    for where, operation in operations(document):
        missing = {"400", "401", "403", "404", "429", "500", "503"} - operation["responses"].keys()
        if missing:
            yield f"{where} {sorted(missing)}"


def everything_sent_has_a_bound(document: Document) -> Iterator[str]:
    for where, schema in sent(document):
        kinds = schema.get("type", [])
        kinds = [kinds] if isinstance(kinds, str) else kinds
        bounded = schema.keys() & {"enum", "const", "format", "maxLength"} or not re.search(
            r"[*+]|^$", schema.get("pattern", "")
        )
        if "string" in kinds and not bounded:
            yield f"{where}: a text without a bound"
        if "array" in kinds and "maxItems" not in schema:
            yield f"{where}: a list without a bound"
        if {"integer", "number"} & set(kinds) and not {"minimum", "maximum"} <= schema.keys():
            yield f"{where}: a number without bounds"
        if "object" in kinds and schema.get("additionalProperties") is not False:
            yield f"{where}: takes fields that it does not name"


def everything_in_words(document: Document) -> Iterator[str]:
    for name, schema in document["components"]["schemas"].items():
        if not schema.get("description"):
            yield name
        for field, each in schema.get("properties", {}).items():
            if not each.get("description"):
                yield f"{name}/{field}"
    for where, operation in operations(document):
        if not operation.get("summary") or not operation.get("description"):
            yield where
        named = [*operation.get("parameters", []), *(resolve(document, r) for r in operation["responses"].values())]
        yield from (f"{where} {each.get('name')}" for each in named if not each.get("description"))


def every_word_dutch(document: Document) -> Iterator[str]:
    for where, part in parts(document):
        if where.endswith("/properties"):  # names, not words
            continue
        for key in ("summary", "description"):
            words = re.sub(r"`[^`]*`", "", part[key]) if isinstance(part.get(key), str) else ""
            if ENGLISH.search(words):
                yield f"{where}/{key}: {words}"


def every_body_shown(document: Document) -> Iterator[str]:
    """An example at every body and every way to be refused, and each fits its schema, as does each of a field."""
    contract = Contract(json.dumps(document))
    for where, part in parts(document):
        if "schema" in part and where.endswith(("json", "json~1")):
            shown = [resolve(document, each)["value"] for each in part.get("examples", {}).values()]
            shown += [part["example"]] if "example" in part else []
            if not shown:
                yield f"{where}: no example"
            yield from (f"{where}: {fault}" for each in shown for fault in contract.misfits(each, part["schema"]))
        elif isinstance(part.get("examples"), list):
            for each in part["examples"]:
                yield from (f"{where}: {fault}" for fault in contract.misfits(each, part))


def break_verb(document: Document) -> None:
    document["paths"]["/me"]["trace"] = document["paths"]["/me"]["get"]


def break_security(document: Document) -> None:
    document["paths"]["/me"]["get"]["security"] = [{"token": []}, {}]


def break_no_security(document: Document) -> None:
    del document["security"]


def break_header(document: Document) -> None:
    del document["components"]["responses"]["Problem404"]["headers"]["API-Version"]


def break_property(document: Document) -> None:
    fields = document["components"]["schemas"]["Case"]["properties"]
    fields["opened_at"] = fields.pop("openedAt")


def break_twice(document: Document) -> None:
    document["paths"]["/me"]["get"]["operationId"] = "openCase"


def break_refusal(document: Document) -> None:
    del document["paths"]["/me"]["get"]["responses"]["403"]


def break_text(document: Document) -> None:
    del document["components"]["schemas"]["SignalBody"]["properties"]["content"]["maxLength"]


def break_list(document: Document) -> None:
    del document["components"]["schemas"]["ReportBody"]["properties"]["attendance"]["maxItems"]


def break_number(document: Document) -> None:
    for parameter in document["paths"]["/me/tasks"]["get"]["parameters"]:
        parameter["schema"].pop("maximum", None)


def break_object(document: Document) -> None:
    del document["components"]["schemas"]["AttendanceBody"]["additionalProperties"]


def break_words(document: Document) -> None:
    del document["components"]["schemas"]["Case"]["properties"]["step"]["description"]


def break_language(document: Document) -> None:
    document["components"]["schemas"]["Case"]["properties"]["step"]["description"] = "The step of the case."


def break_example(document: Document) -> None:
    document["components"]["examples"]["Case"]["value"]["step"] = 3


def break_no_example(document: Document) -> None:
    del document["components"]["responses"]["Problem409"]["content"]["application/problem+json"]["example"]


def break_field_example(document: Document) -> None:
    document["components"]["schemas"]["Case"]["properties"]["openedAt"]["examples"] = ["yesterday"]


BREAKS: list[tuple[Rule, Callable[[Document], None]]] = [
    (only_verbs_that_we_answer, break_verb),
    (a_token_everywhere, break_security),
    (a_token_everywhere, break_no_security),
    (the_version_on_every_answer, break_header),
    (one_manner_of_names, break_property),
    (one_manner_of_names, break_twice),
    (every_refusal_told, break_refusal),
    (everything_sent_has_a_bound, break_text),
    (everything_sent_has_a_bound, break_list),
    (everything_sent_has_a_bound, break_number),
    (everything_sent_has_a_bound, break_object),
    (everything_in_words, break_words),
    (every_word_dutch, break_language),
    (every_body_shown, break_example),
    (every_body_shown, break_no_example),
    (every_body_shown, break_field_example),
]


@pytest.mark.parametrize("rule", list(dict(BREAKS)))
def test_the_contract_keeps(rule: Rule, document: Document) -> None:
    assert list(rule(document)) == []


@pytest.mark.parametrize(("rule", "seed"), BREAKS)
def test_and_it_would_be_noticed(rule: Rule, seed: Callable[[Document], None], document: Document) -> None:
    seed(document)
    assert list(rule(document))
