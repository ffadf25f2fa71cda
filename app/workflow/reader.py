"""Reading a route file field by field: every fault is noted with its place and remedy, and reading goes on."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from app.domain.actors import Role
from app.workflow.model import Text

_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a route file: the line where its table begins, what is wrong, how to put it right."""

    file: str
    line: int
    place: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.place}: " if self.place else ""
        return f"{self.file}:{self.line}: {place}{self.problem} {self.remedy}"


class RouteFaults(ValueError):  # noqa: N818  # it carries many faults; "Error" would say less
    """A route file that can't be used, with all that is wrong in it."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(slots=True)
class Book:
    """One route file while it is read: its groups of roles, its sources, and the faults found so far."""

    file: str
    lines: Mapping[tuple[str, int], int] = field(default_factory=dict)
    groups: dict[str, tuple[Role, ...]] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def note(self, line: int, place: str, problem: str, remedy: str) -> None:
        """Keep a fault and go on."""
        self.faults.append(Fault(self.file, line, place, problem, remedy))


def table_lines(text: str) -> dict[tuple[str, int], int]:
    """On which line the n-th table of each name begins, because the TOML parser does not tell."""
    seen: dict[str, int] = {}
    lines = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if head := re.match(r"\s*\[\[?\s*([\w.]+)\s*\]", line):
            name = head[1]
            lines[name, seen.get(name, 0)] = number
            seen[name] = seen.get(name, 0) + 1
    return lines


def listed(words: Iterable[object]) -> str:
    """Words for a sentence that says what is possible."""
    return ", ".join(sorted(str(word) for word in words))


class Table:
    """One table of the file. What is asked for is ticked off; `done` notes what nobody asked for."""

    def __init__(self, raw: Mapping[str, Any], place: str, line: int, book: Book) -> None:
        self._raw, self._asked = raw, set[str]()
        self.place, self.line, self.book = place, line, book

    def fault(self, problem: str, remedy: str) -> None:
        """Note a fault in this table."""
        self.book.note(self.line, self.place, problem, remedy)

    def _take(self, name: str, wanted: type, says: str, *, optional: bool) -> Any:
        self._asked.add(name)
        value = self._raw.get(name)
        if value is None:
            if not optional:
                self.fault(f"{name} is missing.", f"Add {name}: {says}.")
            return None
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            self.fault(f"{name} is not {says}.", f"Write {name} as {says}.")
            return None
        return value

    def text(self, name: str, *, optional: bool = False) -> str:
        """A text; empty where it was left out or wrong."""
        value: str | None = self._take(name, str, "a text", optional=optional)
        if value is not None and not value.strip():
            self.fault(f"{name} is empty.", f"Fill in {name}, or leave it out where it may be.")
        return value or ""

    def number(self, name: str) -> int:
        """A whole number above zero; 1 where it was left out or wrong, so that reading can go on."""
        return self._whole(name, optional=False) or 1

    def number_if_any(self, name: str) -> int | None:
        """A whole number above zero; None where it was left out."""
        return self._whole(name, optional=True)

    def _whole(self, name: str, *, optional: bool) -> int | None:
        value: int | None = self._take(name, int, "a whole number", optional=optional)
        if value is not None and value < 1:
            self.fault(f"{name} is {value}.", f"Write {name} as a whole number above zero.")
        return value

    def has(self, name: str) -> bool:
        """Whether the field was filled in at all."""
        return name in self._raw

    def flag(self, name: str) -> bool:
        """True or false; false where it was left out."""
        return self._take(name, bool, "true or false", optional=True) is True

    def words(self, name: str, *, optional: bool = False) -> tuple[str, ...]:
        """A list of texts, each once."""
        value: list[Any] = self._take(name, list, "a list of texts", optional=optional) or []
        words = [word for word in value if isinstance(word, str)]
        if len(words) != len(value):
            self.fault(f"{name} holds something that is no text.", f"Write {name} as a list of texts.")
        if len(set(words)) != len(words):
            self.fault(f"{name} names something twice.", "Keep each once.")
        return tuple(dict.fromkeys(words))

    def titled(self, name: str) -> Text:
        """A text for people in both languages."""
        self._asked.add(name)
        return self._text(self._raw.get(name), name)

    def titles(self, name: str) -> tuple[Text, ...]:
        """A list of texts for people, each in both languages; empty where it was left out."""
        value: list[Any] = self._take(name, list, "a list of texts in two languages", optional=True) or []
        return tuple(self._text(each, name) for each in value)

    def titled_rest(self) -> dict[str, Text]:
        """Every field that was not asked for yet, as a text for people by its name."""
        return {name: self._text(value, name) for name, value in self.rest().items()}

    def _text(self, value: Any, name: str) -> Text:
        if (
            not isinstance(value, dict)
            or set(value) != {"nl", "en"}
            or not all(isinstance(text, str) and text.strip() for text in value.values())
        ):
            self.fault(f"{name} is not given in two languages.", f'Write {name} = {{ nl = "…", en = "…" }}.')
            return Text("", "")
        return Text(value["nl"], value["en"])

    def word_of(self, name: str, words: type[_Word]) -> _Word:
        """One of a fixed set of words; the first of them where it was wrong, so that reading can go on."""
        return self._known(name, self.text(name), words) or next(iter(words))

    def word_of_if_any(self, name: str, words: type[_Word], otherwise: _Word) -> _Word:
        """One of a fixed set of words; what is said here where it was left out or wrong."""
        code = self.text(name, optional=True)
        return (self._known(name, code, words) if code else None) or otherwise

    def words_of(self, name: str, words: type[_Word], *, optional: bool = False) -> tuple[_Word, ...]:
        """Some of a fixed set of words."""
        found = (self._known(name, code, words) for code in self.words(name, optional=optional))
        return tuple(word for word in found if word is not None)

    def words_in(self, words: type[_Word]) -> tuple[_Word, ...]:
        """Which of a fixed set of words this table has as its fields."""
        return tuple(word for word in words if word in self._raw)

    def _known(self, name: str, code: str, words: type[_Word]) -> _Word | None:
        if code in set(words):
            return words(code)
        if code:
            self.fault(f"{name} names {code!r}, which is unknown.", f"Choose from: {listed(words)}.")
        return None

    def roles(self, name: str, *, optional: bool = False) -> tuple[Role, ...]:
        """Actors, by their code or by the name of a group of this file."""
        roles: list[Role] = []
        for code in self.words(name, optional=optional):
            if code in self.book.groups:
                roles += self.book.groups[code]
            elif code in set(Role):
                roles.append(Role(code))
            else:
                self.fault(
                    f"{name} names {code!r}, which is no documented actor and no group of this file.",
                    "Choose a role of the policy, or add a group under [groups].",
                )
        return tuple(dict.fromkeys(roles))

    def tables(self, name: str, *, optional: bool = True) -> list["Table"]:
        """The tables of a list; each carries the line where it, or the table around it, begins."""
        value: list[Any] = self._take(name, list, "a list of tables", optional=optional) or []
        tables = []
        for index, raw in enumerate(value):
            if isinstance(raw, dict):
                label = raw.get("key") or raw.get("guard") or index + 1
                place = f"{name} {label}" if not self.place else f"{self.place}, {name} {label}"
                tables.append(type(self)(raw, place, self.book.lines.get((name, index), self.line), self.book))
            else:
                self.fault(f"{name} holds something that is no table.", f"Write each of {name} as a table.")
        return tables

    def table(self, name: str, *, optional: bool = False) -> "Table":
        """A single table; empty where it was left out or wrong."""
        value = self._take(name, dict, "a table", optional=optional) or {}
        return type(self)(value, name, self.book.lines.get((name, 0), self.line), self.book)

    def source(self) -> str:
        """Where the rule stands: `code:place`, several with a comma, for example `001:253, jeugdwet:7.3.5`."""
        value = self.text("source")
        for part in value.split(", ") if value else ():
            found = re.fullmatch(r"([a-z0-9]+):[0-9.]+(-[0-9.]+)?", part)
            if not found:
                self.fault(
                    f"source {part!r} can't be read.",
                    'Write code:place, several with a comma and a space, for example "001:253, 001:263-271".',
                )
            elif found[1] not in self.book.sources:
                self.fault(f"source {found[1]!r} is not introduced.", "Add it under [sources].")
        return value

    def rest(self) -> dict[str, Any]:
        """Every field that was not asked for yet; the caller answers for them."""
        rest = {name: value for name, value in self._raw.items() if name not in self._asked}
        self._asked.update(rest)
        return rest

    def done(self) -> None:
        """Note the fields that nobody asked for: a misspelt one must not be silently without effect."""
        for name in self._raw:
            if name not in self._asked:
                self.fault(f"{name} is unknown here.", f"Take it out, or choose from: {listed(self._asked)}.")
