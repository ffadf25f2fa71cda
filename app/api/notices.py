"""What the header `Free-Text-Notice` says: in which free texts of a request a number, phone or mail address stands."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel

from app.domain.free_text import kinds_in
from app.services.bodies import Body

HEADER = "Free-Text-Notice"
_FREE = 200  # a field that may be so long is a text, and no code
# A login is the provider's own name for somebody: often a mail address, and meant to be.
_NO_TEXT = frozenset({"subject", "code"})


def notice(body: bytes) -> str | None:
    """The value of the header for a body that was accepted, or None.

    A list of RFC 9651: what was found, and the JSON pointer of the field; never what it says.
    """
    found = [
        f'{kind};in="{pointer}"'
        for pointer, text in _texts("", json.loads(body or b"{}"), free=False)
        for kind in kinds_in(text)
    ]
    return ", ".join(found) or None


def _texts(pointer: str, value: Any, *, free: bool) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and free:
        yield pointer, value
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from _texts(f"{pointer}/{place}", each, free=free)
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _texts(f"{pointer}/{name}", each, free=name in free_fields())


@cache
def free_fields() -> frozenset[str]:
    """The names of the fields of all bodies in which somebody writes freely."""
    return frozenset(
        name
        for body in _bodies(Body)
        for name, field in body.model_json_schema(by_alias=True).get("properties", {}).items()
        if _longest(field) >= _FREE and name not in _NO_TEXT
    )


def _bodies(kind: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for each in kind.__subclasses__():
        yield each
        yield from _bodies(each)


def _longest(schema: dict[str, Any]) -> int:
    inner = [*schema.get("anyOf", []), *([schema["items"]] if isinstance(schema.get("items"), dict) else [])]
    own: int = schema.get("maxLength", 0)
    return max([own, *map(_longest, inner)])
