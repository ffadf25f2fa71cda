"""`rotate-keys` on a real database: in portions, broken off and gone on with, with keys lost, wrong and changed."""

import json
import re
import signal
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.rows import dict_row
from typer.testing import CliRunner, Result

from app.cli import cli
from app.integrations.keys import Keyring, Keyset, Place
from app.services.key_rotation import Connection, rotate, to_rotate, under_each_key
from tests.conftest import ROOT, Database

CHILDREN = 23


def key(mark: int) -> bytes:
    return bytes([mark, *range(31)])


def keyset(mark: int, *names: str) -> Keyset:
    return Keyset(names[-1], {name: key(mark + ord(name[0])) for name in names})


OLD, BOTH, NEW = (Keyring(keyset(0, *names), keyset(60, *names)) for names in (("oud",), ("oud", "nieuw"), ("nieuw",)))


def number_of(place: int) -> str:
    """No numbers of anybody: only their length counts here."""
    return f"{place:09}"


def prepared(owner: Connection) -> list[UUID]:
    """Children with numbers under the old keys."""
    made = []
    for place in range(CHILDREN):
        child, number = uuid4(), uuid4()
        owner.execute(
            "insert into young_people (id, given_name, family_name, created_by) values (%s, 'V', 'Verzonnen', %s)",
            (child, uuid4()),
        )
        name, sealed = OLD.seal(number_of(place), Place(number, child, "bsn"))
        owner.execute(
            "insert into identity_numbers (id, young_person_id, kind, source, key_id, sealed, digest_key_id, digest,"
            " recorded_by) values (%s, %s, 'bsn', 'brp', %s, %s, %s, %s, %s)",
            (number, child, name, sealed, *OLD.digest(number_of(place), "bsn"), uuid4()),
        )
        made.append(number)
    return made


def opened(owner: Connection, ring: Keyring) -> set[str]:
    """Every number, with these keys alone; each found by its hash too."""
    numbers = set()
    for row in owner.execute("select * from identity_numbers").fetchall():
        place = Place(row["id"], row["young_person_id"], row["kind"])
        number = ring.open(row["key_id"], row["sealed"], place)
        assert row["digest"] == ring.digest(number, row["kind"])[1]
        numbers.add(number)
    return numbers


ALL = {number_of(place) for place in range(CHILDREN)}


def connected(database: Database) -> Connection:
    return psycopg.connect(database.owner_dsn, autocommit=True, row_factory=dict_row)


class BrokenOff(Exception):  # noqa: N818 - what happens here
    """As a machine that goes away."""


def test_what_is_broken_off_goes_on_and_ends_with_nothing_under_the_old_keys(database: Database) -> None:
    with connected(database) as owner:
        prepared(owner)
        told: list[int] = []

        def breaks(count: int) -> None:
            told.append(count)
            if len(told) == 2:
                raise BrokenOff

        with pytest.raises(BrokenOff):
            rotate(owner, BOTH, portion=5, done=breaks)
        assert to_rotate(owner, BOTH) == CHILDREN - 10
        # Meanwhile the service reads both.
        assert {row["key_id"] for row in owner.execute("select key_id from identity_numbers").fetchall()} == {
            "oud",
            "nieuw",
        }
        told.clear()
        done = rotate(owner, BOTH, portion=5, done=told.append)
        assert (done.done, done.stuck, told) == (CHILDREN - 10, 0, [5, 5, 3])
        assert under_each_key(owner) == {"nieuw": CHILDREN}
        assert opened(owner, NEW) == ALL, "the new keys are enough"
        again = rotate(owner, BOTH)
        assert (again.done, again.stuck) == (0, 0)


KILLED = """
import os, signal, sys
import psycopg
from psycopg.rows import dict_row
from app.integrations.keys import Keyring, read_key_file
from app.services.key_rotation import rotate
from pathlib import Path

class Dying(Keyring):
    sealed = 0
    def seal(self, number, place):
        Dying.sealed += 1
        if Dying.sealed == 8:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().seal(number, place)

ring = read_key_file(Path(sys.argv[2]))
with psycopg.connect(sys.argv[1], autocommit=True, row_factory=dict_row) as connection:
    rotate(connection, Dying(ring.encryption, ring.lookup), portion=5)
"""


def test_killed_half_way_it_goes_on_where_it_was_and_no_number_is_lost(database: Database, tmp_path: Path) -> None:
    with connected(database) as owner:
        prepared(owner)
        killed = subprocess.run(  # noqa: S603 - our own text
            [sys.executable, "-c", KILLED, database.owner_dsn, key_file(tmp_path, BOTH)],
            cwd=ROOT,
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        assert to_rotate(owner, BOTH) == CHILDREN - 5
        assert rotate(owner, BOTH, portion=5).done == CHILDREN - 5
        assert opened(owner, NEW) == ALL


def test_a_number_that_does_not_open_stays_as_it_is_and_keeps_no_other_waiting(database: Database) -> None:
    with connected(database) as owner:
        first, second, *_ = prepared(owner)
        owner.execute("update identity_numbers set key_id = 'kwijt' where id = %s", (first,))
        owner.execute("update identity_numbers set sealed = set_byte(sealed, 20, 0) where id = %s", (second,))
        stuck = "select id, sealed, digest from identity_numbers where id = any (%s) order by id"
        before = owner.execute(stuck, ([first, second],)).fetchall()
        done = rotate(owner, BOTH, portion=4)
        assert (done.done, dict(done.lost), dict(done.damaged)) == (CHILDREN - 2, {"kwijt": 1}, {"oud": 1})
        assert owner.execute(stuck, ([first, second],)).fetchall() == before
        assert under_each_key(owner) == {"kwijt": 1, "nieuw": CHILDREN - 2, "oud": 2}


def test_without_the_old_key_or_with_a_wrong_one_nothing_is_changed(database: Database) -> None:
    wrong = Keyring(Keyset("nieuw", {"oud": key(77), **NEW.encryption.keys}), BOTH.lookup)
    with connected(database) as owner:
        prepared(owner)
        assert dict(rotate(owner, NEW).lost) == {"oud": CHILDREN}
        assert dict(rotate(owner, wrong).damaged) == {"oud": CHILDREN}
        assert opened(owner, OLD) == ALL


def key_file(folder: Path, ring: Keyring) -> str:
    def told(keys: Keyset) -> dict[str, Any]:
        return {
            "current": keys.current,
            "keys": {name: b64encode(each).decode() for name, each in keys.keys.items()},
        }

    path = folder / "keys.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps({"version": 1, "encryption": told(ring.encryption), "lookup": told(ring.lookup)}))
    return str(path)


def command(*arguments: str, **environment: str | None) -> Result:
    return CliRunner().invoke(cli, ["rotate-keys", *arguments], env=environment)


def test_the_command_counts_rotates_and_says_which_key_can_go(database: Database, tmp_path: Path) -> None:
    with connected(database) as owner:
        prepared(owner)
        settings = {"DATABASE_URL": database.owner_dsn, "NUMBER_KEYS_FILE": key_file(tmp_path, BOTH)}
        counted = command("--dry-run", **settings)
        assert counted.exit_code == 0, counted.output
        assert f"0 opnieuw versleuteld, {CHILDREN} nog onder een oudere sleutel" in counted.output
        assert f"Oudere sleutel «oud»: nog {CHILDREN} nummers" in counted.output
        assert opened(owner, OLD) == ALL
        done = command(**settings)
        assert done.exit_code == 0, done.output
        assert f"{CHILDREN} opnieuw versleuteld, 0 nog onder een oudere sleutel" in done.output
        assert "Oudere sleutel «oud»: kan weg" in done.output
        assert opened(owner, NEW) == ALL
        assert not re.search(r"\d{9}", done.output)
        owner.execute("update identity_numbers set key_id = 'kwijt'")
        lost = command(**settings)
        assert lost.exit_code == 3
        assert f"Sleutel «kwijt» is er niet: {CHILDREN} nummers" in lost.output


def test_the_command_refuses_what_it_cannot_do(database: Database, tmp_path: Path) -> None:
    keys = key_file(tmp_path, BOTH)
    for said, settings in (
        ("Zet DATABASE_URL", {"DATABASE_URL": database.owner_dsn, "NUMBER_KEYS_FILE": None}),
        ("Zet DATABASE_URL", {"DATABASE_URL": None, "NUMBER_KEYS_FILE": keys}),
        ("een van beide", {"DATABASE_URL": database.owner_dsn, "NUMBER_KEYS_FILE": keys, "NUMBER_KEYS_COMMAND": "x"}),
        ("sleutels zijn er niet", {"DATABASE_URL": database.owner_dsn, "NUMBER_KEYS_FILE": str(tmp_path / "weg")}),
        ("eigenaar", {"DATABASE_URL": database.api_dsn, "NUMBER_KEYS_FILE": keys}),
    ):
        refused = command(**settings)
        assert refused.exit_code == 1, refused.output
        assert said in refused.output
