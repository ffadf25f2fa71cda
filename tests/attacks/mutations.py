"""Wrong bodies, made from the contract: every part of every request schema, spoilt in every way that is known.

A new operation is attacked by itself, because what is spoilt follows from its schema. A wrong value is written as the
text of JSON, since much of what attackers send (NaN, lone surrogates, names that stand twice) is no Python value.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.policy.matrix import contract

Json = Any
Schema = Mapping[str, Any]

# Stands in every free text and in the name of every unknown field that is sent: no refusal may hold it.
CANARY = "kanarie"
UNKNOWN_FIELD = f"{CANARY}Veld"
_HERE = f"{CANARY}-hier"
# One of these fits each pattern of the contract; a pattern that none fits fails the test and asks for one more.
_FITTING = (CANARY, "GM1952", f"{CANARY}-" * 3, "123456782")
_UUID = "01900000-0000-7000-8000-00000000beef"
_FORMATTED = {"uuid": _UUID, "date": "2026-11-20", "date-time": "2026-11-20T15:30:00+01:00"}


@dataclass(frozen=True, slots=True)
class Wrong:
    """One wrong body: what is wrong, and where the refusal must say so (None: the whole is no JSON to us)."""

    why: str
    content: bytes
    pointer: str | None


def wrong_bodies(operation: str) -> Iterator[Wrong]:
    """Every wrong body of an operation of the contract, as `POST /cases`."""
    schema = request_schema(operation)
    whole = sample(schema)
    yield from _spoilt_object(whole, schema, (), whole)
    for path, part in _parts(schema, ()):
        for why, text in _wrong_values(part):
            yield Wrong(f"{_pointer(path)} {why}", _with(whole, path, text), _pointer(path))
        if "properties" in part:
            yield from _spoilt_object(whole, part, path, _at(whole, path))


def request_schema(operation: str) -> Schema:
    """The schema of an operation's request body."""
    method, path = operation.split()
    media = contract()["paths"][path][method.lower()]["requestBody"]["content"]
    return resolved(media["application/json"]["schema"])


def resolved(schema: Schema) -> Schema:
    """A schema without its reference and its null."""
    if "$ref" in schema:
        found: Schema = contract()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        return found
    if isinstance(schema.get("type"), list):
        kind = next(each for each in schema["type"] if each != "null")
        known = [each for each in schema.get("enum", ()) if each is not None]
        return {**schema, "type": kind, "nullable": True} | ({"enum": known} if known else {})
    if "anyOf" in schema:
        return {**resolved(next(each for each in schema["anyOf"] if each.get("type") != "null")), "nullable": True}
    return schema


def sample(schema: Schema) -> Json:
    """A value that the schema allows, with every field and the canary in every free text."""
    schema = resolved(schema)
    if "enum" in schema or "const" in schema:
        return [*schema.get("enum", ()), schema.get("const")][0]
    match schema["type"]:
        case "object":
            return {name: sample(part) for name, part in schema["properties"].items()}
        case "array":
            return [sample(schema["items"])]
        case "boolean":
            return True
        case "integer":
            return int(schema.get("minimum", 1))
    return _FORMATTED.get(schema.get("format", "")) or next(
        each for each in _FITTING if re.search(schema.get("pattern", ""), each)
    )


def _parts(schema: Schema, path: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Schema]]:
    """Everything within a schema, with the way to it."""
    inner: Iterator[tuple[str | int, Schema]]
    if schema.get("type") == "array":
        inner = iter([(0, schema["items"])])
    else:
        inner = iter(schema.get("properties", {}).items())
    for name, part in inner:
        found = resolved(part)
        yield (*path, name), found
        yield from _parts(found, (*path, name))


_KINDS = {
    "null": "null",
    "number": "1",
    "a number without end": "1" + "0" * 400,
    "fraction": "0.5",
    "boolean": "true",
    "list": "[]",
    "object": "{}",
}
_UNREADABLE = {
    "NaN": "NaN",
    "-Infinity": "-Infinity",
    "a number past every bound": "1e400",
    "more digits than are read": "1" * 5000,
    "NUL": r'"a\u0000b"',
    "a lone surrogate": r'"\ud800"',
    "too deep": "[" * 200 + "]" * 200,
    "far too deep": "[" * 50_000 + "]" * 50_000,
    "a name twice": '{"a": 1, "a": 2}',
}
_WRONG_TEXTS: dict[str, tuple[str, ...]] = {
    "uuid": (
        "",
        CANARY,
        _UUID.replace("-", ""),
        "{" + _UUID + "}",
        f"urn:uuid:{_UUID}",
        f"{_UUID} ",
        f"{_UUID}\n",
        _UUID[:-1],
    ),
    "date": (
        "",
        "0",
        "1699920000",
        "2024-01-01T00:00:00Z",
        "2024-02-30",
        "20240101",
        "2024-1-1",
        "01-01-2024",
        "2024-01-01\n",
        "0001-01-01",
        "9999-12-31",
    ),
    "date-time": (
        "",
        "0",
        "1699920000",
        "2024-01-01",
        "2024-01-01T10:00:00",
        "2024-01-01 10:00:00Z",
        "2024-01-01T10:00Z",
        "2024-01-01T10:00:00+24:00",
        "2024-01-01T10:00:00Z\n",
    ),
    "boolean": ("yes", "true", "1", "on"),
    "integer": ("", "1", "1.0", "1e0", "0x1"),
}


def _wrong_values(schema: Schema) -> Iterator[tuple[str, str]]:
    """What a part of a body may not be, as text of JSON."""
    kind = schema.get("type", "string")
    taken = {"array": {"list"}, "object": {"object"}, "boolean": {"boolean"}, "integer": {"number"}}.get(kind, set())
    taken = taken | ({"null"} if schema.get("nullable") else set())
    for name, text in _KINDS.items():
        if name not in taken:
            yield name, text
    if "enum" in schema or "const" in schema:
        known = str(sample(schema))
        texts: tuple[str, ...] = ("", CANARY, known.upper(), f"{known} ", f"{known}\n")
    elif kind == "string" and "format" not in schema:
        texts = _wrong_free_texts(schema)
    else:
        texts = _WRONG_TEXTS.get(schema.get("format", kind), (CANARY,))
    for text in texts:
        yield f"the text {text[:30]!r}", json.dumps(text)
    if kind == "array":
        one = json.dumps(sample(schema["items"]))
        yield "one element too many", "[" + ", ".join([one] * (schema["maxItems"] + 1)) + "]"
        yield "100,000 elements", "[" + ",".join("1" * 100_000) + "]"
        if schema.get("minItems"):
            yield "no element", "[]"


def _wrong_free_texts(schema: Schema) -> tuple[str, ...]:
    longest = schema.get("maxLength")
    if longest:
        return ("", "   ", "\n\t", "\u00a0\u2003", CANARY + "x" * longest)
    return ("", f"{CANARY} met spaties", f"{sample(schema)}\n", "x" * 5000, "é", "../..", "'; drop table cases; --")


def _spoilt_object(whole: Json, schema: Schema, path: tuple[str | int, ...], value: Json) -> Iterator[Wrong]:
    """An object with a field too many, and without each field that it must have."""
    where = _pointer(path)
    first = next(iter(schema["properties"]))
    for why, text in _UNREADABLE.items():
        yield Wrong(f"{where}/{first} {why}", _with(whole, (*path, first), text), None)
    unknown = json.dumps({**value, UNKNOWN_FIELD: CANARY})
    yield Wrong(f"{where} an unknown field", _with(whole, path, unknown), where)
    many = json.dumps({**value, **{f"{UNKNOWN_FIELD}{number}": 1 for number in range(150)}})
    yield Wrong(f"{where} 150 unknown fields", _with(whole, path, many), where)
    for name in schema.get("required", ()):
        without = {each: value[each] for each in value if each != name}
        yield Wrong(f"{where} without {name}", _with(whole, path, json.dumps(without)), f"{where}/{name}")


def _with(whole: Json, path: tuple[str | int, ...], text: str) -> bytes:
    """The body with the text of JSON at this place."""
    if not path:
        return text.encode()
    copy = json.loads(json.dumps(whole))
    place = _at(copy, path[:-1])
    place[path[-1]] = _HERE
    return json.dumps(copy).replace(json.dumps(_HERE), text).encode()


def _at(value: Json, path: tuple[str | int, ...]) -> Json:
    for name in path:
        value = value[name]
    return value


def _pointer(path: tuple[str | int, ...]) -> str:
    return "".join(f"/{part}" for part in path)


@cache
def operations_with_body() -> tuple[str, ...]:
    """Every operation of the contract that takes a body."""
    return tuple(
        f"{method.upper()} {path}"
        for path, methods in contract()["paths"].items()
        for method, operation in methods.items()
        if "requestBody" in operation
    )
