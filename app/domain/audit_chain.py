"""The chain that seals the audit: what is hashed of a row and of a seal, and nothing that asks a database.

Each organisation has a chain of its own; who works at none (family, a login bound to nobody, the service itself) is in
the chain `OF_NOBODY`. Rows are sealed in batches. A seal holds the hash of each of its rows in order, and the hash of
the seal before: who changes, takes out, adds or moves a row breaks it, and every seal after it.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from uuid import UUID

OF_NOBODY = UUID(int=0)
"""The chain of the rows that no organisation answers for."""

APART = UUID(int=1)
"""The one chain of the tracks of the Meldcode, of all organisations together (docs/adr/0180)."""

FIRST = bytes(32)
"""What stands before the first seal of a chain."""


def chain_of(organisation_id: UUID | None) -> UUID:
    """The chain in which a row of this organisation is sealed."""
    return organisation_id or OF_NOBODY


def canonical(row: Mapping[str, object]) -> bytes:
    """One text for one row, whoever reads it: its columns that are not empty, by name, as JSON in UTF-8.

    An empty column does not count, so one that is added later, empty for the rows that are there, changes none of
    their hashes. Moments are in UTC to the microsecond: that is what the database keeps.
    """
    told = {name: _plain(value) for name, value in row.items() if value is not None}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, str | int | dict):
        return value
    # A float or a number of another kind could be written in two ways.
    raise TypeError(f"{type(value).__name__} has no one form")


def hash_of(row: Mapping[str, object]) -> bytes:
    """The hash of a row (SHA-256): it stays when what the row says must be destroyed."""
    return hashlib.sha256(canonical(row)).digest()


class Sealing:
    """The hash of a seal, row by row: millions go through without being held."""

    def __init__(self) -> None:
        self._rows = hashlib.sha256()
        self.size = 0

    def add(self, event_id: UUID, row_hash: bytes) -> None:
        """One more row, in its place."""
        self._rows.update(event_id.bytes + row_hash)
        self.size += 1

    def done(self, chain: UUID, number: int, previous: bytes, sealed_at: datetime) -> bytes:
        """The hash of the seal: over its rows, its place in its chain and the seal before."""
        told: dict[str, object] = {
            "chain": chain,
            "number": number,
            "previous": previous.hex(),
            "rows": self._rows.hexdigest(),
            "sealed_at": sealed_at,
            "size": self.size,
        }
        return hash_of(told)


def seal_of(
    chain: UUID, number: int, previous: bytes, sealed_at: datetime, rows: Iterable[tuple[UUID, bytes]]
) -> bytes:
    """The hash of a seal over these rows, each by its id and its hash."""
    sealing = Sealing()
    for event_id, row_hash in rows:
        sealing.add(event_id, row_hash)
    return sealing.done(chain, number, previous, sealed_at)
