"""The register of what was destroyed, outside the database: lines that are only added, each with the hash of the last.

A restored backup brings back what was destroyed after it was made, and has forgotten that it was. This file has not. A
portion is written here, on the disk, before the database commits it, and marked as kept after the commit: what was
written and never marked may have been rolled back, and is believed only when the database knows of it. Kinds and ids
alone stand in it, no content.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

_NOTHING = "0" * 64
CONFIDENTIAL = "vertrouwelijk"
"""The kind and class of what must not be known to have been there."""
NOBODY = UUID(int=0)
"""The organisation of what must not be known to have been there."""


class RegisterBroken(Exception):  # noqa: N818 — reads as the fact it states
    """The register cannot be written or read, or was changed; says at which line."""


@dataclass(frozen=True, slots=True)
class Destroyed:
    """A portion as the register tells it."""

    portion: UUID
    proposal: UUID
    organisation: UUID
    retention_class: str
    digest: str
    objects: tuple[tuple[str, UUID], ...]


def digest_of(objects: tuple[tuple[str, UUID], ...]) -> str:
    """What the database keeps of a portion: the hash of its kinds and ids, in order."""
    return hashlib.sha256("\n".join(sorted(f"{kind} {each}" for kind, each in objects)).encode()).hexdigest()


class Register:
    """A file, best on a disk that the database's machine has not; a line is on the disk when a method returns."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def destroying(self, portion: Destroyed) -> None:
        """Before the commit: what this transaction is destroying. Raises RegisterBroken."""
        self._append(
            {
                "kind": "portion",
                "portion": str(portion.portion),
                "proposal": str(portion.proposal),
                "organisation": str(portion.organisation),
                "class": portion.retention_class,
                "digest": portion.digest,
                "objects": [[kind, str(each)] for kind, each in portion.objects],
            }
        )

    def kept(self, portion: UUID) -> None:
        """After the commit: it is done. Raises RegisterBroken."""
        self._append({"kind": "kept", "portion": str(portion)})

    def portions(self) -> tuple[list[Destroyed], list[Destroyed]]:
        """Every portion that is done, and every one of which that was never written. Raises RegisterBroken."""
        told: dict[UUID, Destroyed] = {}
        done: dict[UUID, None] = {}
        for number, line in enumerate(self._lines(), 1):
            try:
                portion = UUID(line["portion"])
                if line["kind"] == "kept":
                    done[portion] = None
                    continue
                objects = tuple((str(kind), UUID(each)) for kind, each in line["objects"])
                told[portion] = Destroyed(
                    portion,
                    UUID(line["proposal"]),
                    UUID(line["organisation"]),
                    str(line["class"]),
                    str(line["digest"]),
                    objects,
                )
            except (KeyError, TypeError, ValueError):
                raise RegisterBroken(f"regel {number} is geen regel van dit register") from None
            if digest_of(objects) != told[portion].digest:
                raise RegisterBroken(f"regel {number} noemt iets anders dan is vernietigd")
        return [told[each] for each in done if each in told], [each for key, each in told.items() if key not in done]

    def _lines(self) -> Iterator[Mapping[str, Any]]:
        previous = _NOTHING
        try:
            content = self._file.read_bytes()
        except FileNotFoundError:
            return
        except OSError as fault:
            raise RegisterBroken(type(fault).__name__) from None
        whole, _, torn = content.rpartition(b"\n")
        # A last line without an end was broken off by a machine that died: it was never believed.
        del torn
        for number, line in enumerate(whole.splitlines(), 1):
            try:
                told = json.loads(line)
            except ValueError:
                raise RegisterBroken(f"regel {number} is niet te lezen") from None
            if not isinstance(told, dict) or told.get("previous") != previous:
                raise RegisterBroken(f"regel {number} volgt niet op de vorige")
            yield told
            previous = hashlib.sha256(line).hexdigest()

    def _append(self, told: Mapping[str, Any]) -> None:
        try:
            new = not self._file.exists()
            with self._file.open("a+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                content = self._file.read_bytes()
                whole, _, torn = content.rpartition(b"\n")
                if torn:
                    os.ftruncate(file.fileno(), len(content) - len(torn))
                last = whole.rpartition(b"\n")[2]
                line = {
                    **told,
                    "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
                    "previous": hashlib.sha256(last).hexdigest() if last else _NOTHING,
                }
                file.write(json.dumps(line, separators=(",", ":"), sort_keys=True).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
            if new:
                folder = os.open(self._file.parent, os.O_RDONLY)
                try:
                    os.fsync(folder)
                finally:
                    os.close(folder)
        except OSError as fault:
            raise RegisterBroken(type(fault).__name__) from None
