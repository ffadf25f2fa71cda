"""What stands in a free text and should not: a BSN, a phone number, a mail address. Found, never repeated.

Whoever writes is warned, because a text of a case may need it; towards the verwijsindex it is refused, because a signal
holds who is involved and nothing else (domain.md R37). Log lines lose it. What a machine cannot know (a name, an
address) stays the writer's own care.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.errors import Fault, Invalid
from app.domain.numbers import is_bsn, is_onderwijsnummer


class Kind(StrEnum):
    """What was found."""

    NUMBER = "bsn"
    PHONE = "telefoon"
    MAIL = "e-mail"


@dataclass(frozen=True, slots=True)
class Found:
    """One of these, and where: characters `start` up to `end` of the text."""

    kind: Kind
    start: int
    end: int


# Written otherwise and meant the same: full-width digits, dashes, blanks that are no space, and what has no width.
_ALIKE = str.maketrans(
    {
        **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad\u200b\u200c\u200d\u2060\ufeff", "-"),
        **dict.fromkeys(
            "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000\t\n\r", " "
        ),
        "\uff20": "@",
        "\uff0e": ".",
        "\uff0b": "+",
    }
)
# Ids are full of digits and say nothing of anybody; so are days.
_ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DAY = re.compile(r"(?<!\d)(?:(\d{1,2})[-./ ](\d{1,2})[-./ ](\d{4})|(\d{4})-(\d{2})-(\d{2}))(?!\d)", re.ASCII)
_PLAIN_DAY = re.compile(r"(?<!\d)(?:(\d{2})(\d{2})((?:19|20)\d{2})|((?:19|20)\d{2})(\d{2})(\d{2}))(?!\d)", re.ASCII)
# Each place where nine digits begin, with at most two marks between them; or eight without any.
_NUMBER = re.compile(r"(?<!\d)(?=(\d(?:[ .\-]{0,2}\d){8})(?!\d)|(\d{8})(?!\d))", re.ASCII)
# Ten digits from a zero, the same behind +31 or 0031, or any number behind a plus.
_PHONE = re.compile(
    r"(?<![\d+])(?:(?:\+|00)31[ .\-]{0,2}(?:\(0\)[ .\-]{0,2})?|\(?0)[1-9](?:[ .()\-]{0,3}\d){8}(?!\d)"
    r"|(?<![\d+])\+[1-9]\d{0,2}(?:[ .()\-]{0,3}\d){7,12}(?!\d)",
    re.ASCII,
)
_MAIL = re.compile(r"[^\s@<>()\[\],;:\"']{1,64}@[^\s@<>()\[\],;:\"']{1,200}\.[^\W\d_]{2,24}")
_MARKS = re.compile(r"[ .\-]")
_BLANKED = "\0"


def _is_day(match: re.Match[str]) -> bool:
    day, month, year, year_first, month_then, day_last = match.groups()
    try:
        date(int(year or year_first), int(month or month_then), int(day or day_last))
    except ValueError:
        return False
    return True


def _blank(match: re.Match[str]) -> str:
    return _BLANKED * len(match[0])


def _readable(text: str) -> str:
    """The text in the same places, with everything written in one way and without ids and days."""
    readable = _ID.sub(_blank, text.translate(_ALIKE))
    for pattern in (_DAY, _PLAIN_DAY):
        readable = pattern.sub(lambda match: _blank(match) if _is_day(match) else match[0], readable)
    return readable


def _numbers(text: str) -> Iterator[Found]:
    for match in _NUMBER.finditer(text):
        group = 1 if match[1] else 2
        digits = _MARKS.sub("", match[group])
        if is_bsn(digits) or is_onderwijsnummer(digits):
            yield Found(Kind.NUMBER, *match.span(group))


def found_in(text: str) -> list[Found]:
    """Every number, phone number and mail address in a text, in order; they may overlap."""
    readable = _readable(text)
    found = [*_numbers(readable)] + [Found(Kind.PHONE, *match.span()) for match in _PHONE.finditer(readable)]
    if "@" in readable:
        found += [Found(Kind.MAIL, *match.span()) for match in _MAIL.finditer(readable)]
    return sorted(found, key=lambda each: (each.start, each.end))


def kinds_in(text: str) -> list[Kind]:
    """Which of these a text holds, each once, in their own order."""
    kinds = {each.kind for each in found_in(text)}
    return [kind for kind in Kind if kind in kinds]


def without(text: str) -> str:
    """The text with a mark in the place of each of these."""
    told, at = [], 0
    for each in found_in(text):
        if each.end <= at:
            continue
        told += [text[at : max(at, each.start)], f"[{each.kind}]"]
        at = each.end
    return "".join([*told, text[at:]])


_WORDS = {
    Kind.NUMBER: ("een BSN of een nummer dat erop lijkt", "a BSN or a number that looks like one"),
    Kind.PHONE: ("een telefoonnummer", "a phone number"),
    Kind.MAIL: ("een mailadres", "a mail address"),
}


def refused_towards_registry(texts: Mapping[str, str]) -> None:
    """Whatever goes to the verwijsindex as text passes here first: texts by their JSON pointer.

    Raises Invalid, with every one of these that a text holds, and how to mend it (domain.md R37).
    """
    faults = [
        Fault(
            pointer,
            f"persoonsgegeven_{kind.replace('-', '_')}",
            f"Hierin staat {_WORDS[kind][0]}. Dat gaat niet naar de verwijsindex: haal het weg.",
            f"This holds {_WORDS[kind][1]}. That does not go to the registry: take it out.",
        )
        for pointer, text in texts.items()
        for kind in kinds_in(text)
    ]
    if faults:
        raise Invalid(*faults)
