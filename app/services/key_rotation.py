"""Identity numbers brought under the present keys, in portions: broken off, it goes on where it was."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg

from app.integrations.keys import KeyLost, Keyring, Place, Tampered

Connection = psycopg.Connection[dict[str, Any]]

PORTION = 200
"""Rows in one transaction: what a breakdown undoes at most, and so long a row waits for us."""

_FIRST = UUID(int=0)
_OLD = "(key_id <> %(key)s or digest_key_id <> %(digest_key)s)"
_NEXT = (
    f"select id, young_person_id, kind, key_id, sealed from identity_numbers where id > %(after)s and {_OLD}"
    " order by id limit %(portion)s for update"
)


@dataclass(slots=True)
class Rotated:
    """What was done: numbers brought over, and those that stay where they are, by the name of their key."""

    done: int = 0
    lost: Counter[str] = field(default_factory=Counter)
    damaged: Counter[str] = field(default_factory=Counter)

    @property
    def stuck(self) -> int:
        """How many could not be brought over."""
        return self.lost.total() + self.damaged.total()


def under_each_key(connection: Connection) -> dict[str, int]:
    """How many numbers stand under each key, of sealing or of finding: a key without any can be taken away."""
    rows = connection.execute(
        "select name, count(distinct id) as n from identity_numbers, unnest(array[key_id, digest_key_id]) as name"
        " group by name order by name"
    ).fetchall()
    return {row["name"]: row["n"] for row in rows}


def sees_all(connection: Connection) -> bool:
    """Whether this is the owner of the numbers: anybody else would see none, and take that for nothing left to do."""
    row = connection.execute(
        "select pg_has_role(current_user, relowner, 'usage') as owner from pg_class"
        " where oid = 'identity_numbers'::regclass"
    ).fetchone()
    return row is not None and bool(row["owner"])


def to_rotate(connection: Connection, ring: Keyring) -> int:
    """How many numbers stand under another key than the present ones."""
    row = connection.execute(
        f"select count(*) as n from identity_numbers where {_OLD}".encode(), _present(ring)
    ).fetchone()
    return int(row["n"]) if row else 0


def _present(ring: Keyring) -> dict[str, object]:
    return {"key": ring.encryption.current, "digest_key": ring.lookup.current}


def rotate(
    connection: Connection, ring: Keyring, *, portion: int = PORTION, done: Callable[[int], object] = int
) -> Rotated:
    """Seal every number that stands under an older key anew, and hash it anew; `done` is told of each portion.

    A number whose key is lost, or that does not open, stays as it is and is counted. The connection is the owner's:
    no process that runs all day may read them all.
    """
    found, after = Rotated(), _FIRST
    while True:
        with connection.transaction():
            rows = connection.execute(_NEXT.encode(), {**_present(ring), "after": after, "portion": portion}).fetchall()
            if not rows:
                return found
            after = rows[-1]["id"]
            fresh = [each for row in rows if (each := _anew(ring, row, found)) is not None]
            connection.execute(
                "update identity_numbers n set key_id = %(key)s, sealed = u.sealed, digest_key_id = %(digest_key)s,"
                " digest = u.digest from unnest(%(ids)s::uuid[], %(sealed)s::bytea[], %(digests)s::bytea[])"
                " as u (id, sealed, digest) where n.id = u.id",
                {
                    **_present(ring),
                    "ids": [row for row, _, _ in fresh],
                    "sealed": [sealed for _, sealed, _ in fresh],
                    "digests": [digest for _, _, digest in fresh],
                },
            )
        found.done += len(fresh)
        done(len(rows))


def _anew(ring: Keyring, row: dict[str, Any], found: Rotated) -> tuple[UUID, bytes, bytes] | None:
    place = Place(row["id"], row["young_person_id"], row["kind"])
    try:
        number = ring.open(row["key_id"], bytes(row["sealed"]), place)
    except KeyLost as lost:
        found.lost[lost.key] += 1
    except Tampered:
        found.damaged[row["key_id"]] += 1
    else:
        return row["id"], ring.seal(number, place)[1], ring.digest(number, row["kind"])[1]
    return None
