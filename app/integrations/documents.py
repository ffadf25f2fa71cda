"""A document to read and to print, from data: accessible PDF by Typst, without a network or fonts of the machine.

What people wrote goes in as data (`sys_inputs`) and is set as text: no word of it is ever read as markup. The compiler
sees one folder, in which only the template stands.
"""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import typst

_FOLDER = Path(__file__).parent / "templates"
_AT_ONCE = asyncio.Semaphore(2)
# What the embedded font surely has: Latin, Greek, Cyrillic, the signs of writing. Nothing else when all is not shown.
_SHOWN = re.compile(
    r"[^\n\x20-\x7e\xa0-\xac\xae-\u017f\u0192\u01fa-\u01ff\u0218-\u021b\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400-\u045f"
    r"\u1e80-\u1e85\u1ef2\u1ef3\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]"
)
_STAND_IN = "*"
_LONG = re.compile(r"\S{40}(?=\S)")


@dataclass(frozen=True, slots=True)
class Part:
    """A thing that is told: its name, and line by line what is said of it."""

    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """Things of one kind."""

    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A document in one language (`nl` or `en`). `nothing` stands where a chapter is empty.

    `title` is what systems show of the file, and names nobody; `heading` stands above the text.
    """

    title: str
    heading: str
    author: str
    lang: str
    intro: tuple[str, ...]
    nothing: str
    not_shown: str
    chapters: tuple[Chapter, ...]


async def pdf(document: Document) -> bytes:
    """The document as PDF/UA-1, made in a thread; two at a time in each process.

    Letters that the embedded font lacks (Arabic, a smiley) are shown as a star, and the document says so.
    """
    async with _AT_ONCE:
        return await asyncio.to_thread(_compiled, document)


def _compiled(document: Document) -> bytes:
    told = asdict(document)
    try:
        return _compile(_mapped(told, _breakable))
    except typst.TypstError:
        told["intro"] = [*told["intro"], document.not_shown]
        return _compile(_mapped(told, lambda text: _breakable(_SHOWN.sub(_STAND_IN, text))))


def _breakable(text: str) -> str:
    """A word without an end would run off the page: it may be broken after each forty signs."""
    return _LONG.sub(lambda match: match[0] + "\u200b", text.replace("\r\n", "\n").replace("\t", " "))


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {name: _mapped(each, change) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_mapped(each, change) for each in value]
    return change(value) if isinstance(value, str) else value


def _compile(told: Any) -> bytes:
    made = typst.compile(
        str(_FOLDER / "export.typ"),
        root=str(_FOLDER),
        # No font, package or clock of the machine: the same data make the same document anywhere, also offline.
        ignore_system_fonts=True,
        package_path=str(_FOLDER),
        package_cache_path=str(_FOLDER),
        timestamp=0,
        format="pdf",
        pdf_standards=["ua-1"],
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
    )
    if not isinstance(made, bytes):
        raise TypeError  # a document of several files: not asked for
    return made
