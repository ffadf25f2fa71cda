"""JSON from outside, read without mercy: what two readers could understand differently is refused.

Python's own reader accepts NaN, takes the last of two equal names, guesses at UTF-16 and ends deep nesting in a
RecursionError. Each has been used to show one meaning to a guard and another to the guarded (RFC 8259 §4, RFC 8725 §2).
"""

import json
import math
import re
from typing import Any, NoReturn

MAX_DEPTH = 16
"""Brackets within brackets. A claim set or a key set has at most four; the reader itself fails near a thousand."""

MAX_MEMBERS = 200
"""Names in one object; a body or a claim set has some dozens. Each unknown one is a fault that takes time to tell."""

# A whole string (possessive, so that a hostile text costs one pass), a stray quote, or a bracket.
_STRUCTURE = re.compile(r'"(?:[^"\\]|\\.)*+"|["{}\[\]]', re.DOTALL)


class InvalidJson(ValueError):  # noqa: N818 - reads as the fact it states: "except InvalidJson"
    """The text is not one plain JSON object. It says nothing of the text, which may be a secret."""


def parse_object(data: bytes) -> dict[str, Any]:
    """The JSON object that `data` is.

    Raises:
        InvalidJson: not UTF-8, not JSON, not an object, a name twice, NaN or an infinite number, nested deeper than
            `MAX_DEPTH`, more than `MAX_MEMBERS` names in one object.
    """
    try:
        text = data.decode("utf-8")
        _refuse_depth(text)
        value = json.loads(
            text, object_pairs_hook=_unique_names, parse_constant=_refuse_constant, parse_float=_finite_number
        )
    except (ValueError, RecursionError):
        # The cause quotes the text; a traceback that shows it would carry a token into the log.
        raise InvalidJson("not a plain JSON object") from None
    if not isinstance(value, dict):
        raise InvalidJson("not a plain JSON object")
    return value


def _refuse_depth(text: str) -> None:
    depth = 0
    for match in _STRUCTURE.finditer(text):
        piece = match.group()
        if piece in "{[":
            depth += 1
        elif piece in "}]":
            depth -= 1
        elif piece == '"':
            raise InvalidJson("a string that does not end")
        if depth > MAX_DEPTH:
            raise InvalidJson("nested too deep")


def _unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MAX_MEMBERS:
        raise InvalidJson("more names than anything has")
    members = dict(pairs)
    if len(members) != len(pairs):
        raise InvalidJson("a name stands twice")
    return members


def _refuse_constant(_name: str) -> NoReturn:
    raise InvalidJson("NaN and Infinity are no JSON")


def _finite_number(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise InvalidJson("a number without bound")
    return number
