"""The audit proves itself: whoever changes it, cuts it off or puts an older copy back is found; nobody waits for it."""

import asyncio
import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import cast
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from psycopg import errors, sql
from typer.testing import CliRunner, Result

from app.cli import cli
from app.demo.postgres import OWNER, SUPERUSER
from app.demo.seed import known_id
from app.domain.audit_chain import APART, FIRST, OF_NOBODY, canonical, hash_of, seal_of
from app.domain.ids import new_id
from app.integrations import audit_heads
from app.integrations.audit_heads import (
    Accepted,
    FileLedger,
    Head,
    HeadsUnavailable,
    Restore,
    StoreLedger,
    entries,
    name_of,
)
from app.services import audit_chain
from app.services.audit_chain import seal, writing_heads
from app.services.audit_proof import Fault, Verdict, verify
from tests.api.beginnings import opened
from tests.conftest import ROOT, Database
from tests.world import World

SCHOOL, CARE = uuid4(), uuid4()
KEY = Ed25519PrivateKey.generate()
KEYS = {name_of(KEY.public_key()): KEY.public_key()}
INSERT = (
    "insert into audit_events (id, actor_id, organisation_id, client_id, action, object_type, case_id, outcome, status)"
    " values (%s, gen_random_uuid(), %s, 'c', 'case.read', 'case', gen_random_uuid(), 'toegestaan', 200)"
)
DAMAGE = "set session_replication_role = replica"  # what an attacker with the whole database does to the triggers

Owner = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def owner(database: Database) -> Iterator[Owner]:
    with psycopg.connect(database.cluster.dsn(SUPERUSER, database.name), autocommit=True) as connection:
        connection.execute(DAMAGE)
        yield connection


def given(owner: Owner, number: int, organisation: UUID | None = SCHOOL) -> list[UUID]:
    """Audit rows, each in a transaction of its own."""
    ids = [new_id() for _ in range(number)]
    for each in ids:
        owner.execute(INSERT, (each, organisation))
    return ids


async def _worked(dsn: str, *duties: Callable[..., object]) -> None:
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        for duty in duties:
            more = True
            while more:
                async with connection.transaction():
                    more = await duty(connection)  # type: ignore[misc]


def sealed(database: Database, ledger: FileLedger | None = None) -> None:
    """A round of the worker, as its own role; its heads are written outside when there is a ledger."""
    duties = [seal] if ledger is None else [seal, writing_heads(ledger, KEY, every=0)]
    asyncio.run(_worked(database.worker_dsn, *duties))


def proved(dsn: str, ledger: FileLedger | None = None, chain: UUID | None = None) -> Verdict:
    outside = None if ledger is None else entries(ledger.lines(), KEYS)
    with psycopg.connect(dsn, autocommit=True) as connection:
        return verify(connection, outside, chain=chain)


def faults(verdict: Verdict) -> list[Fault]:
    return [each.fault for each in verdict.findings]


# --- The form of a row ------------------------------------------------------------------------------------------


def test_a_row_has_one_form_whoever_reads_it_and_whatever_is_added_later() -> None:
    moment = datetime(2026, 11, 22, 5, 0, 0, 120, tzinfo=UTC)
    row = {"id": OF_NOBODY, "occurred_at": moment, "action": "één", "data_categories": ["leren"], "status": 200}
    assert canonical(row).decode() == (
        '{"action":"één","data_categories":["leren"],"id":"00000000-0000-0000-0000-000000000000",'
        '"occurred_at":"2026-11-22T05:00:00.000120+00:00","status":200}'
    )
    dutch = timezone(timedelta(hours=1))
    assert hash_of(dict(reversed(row.items())) | {"occurred_at": moment.astimezone(dutch)}) == hash_of(row)
    assert hash_of({**row, "added_later": None}) == hash_of(row)
    assert hash_of({**row, "added_later": ""}) != hash_of(row)
    with pytest.raises(TypeError):
        canonical({"x": 1.5})


def test_a_seal_depends_on_all_that_it_seals() -> None:
    rows = [(uuid4(), bytes([number] * 32)) for number in range(3)]
    now = datetime(2026, 1, 1, tzinfo=UTC)
    found = {
        seal_of(SCHOOL, 1, FIRST, now, rows),
        seal_of(CARE, 1, FIRST, now, rows),
        seal_of(SCHOOL, 2, FIRST, now, rows),
        seal_of(SCHOOL, 1, bytes([1] * 32), now, rows),
        seal_of(SCHOOL, 1, FIRST, now + timedelta(microseconds=1), rows),
        seal_of(SCHOOL, 1, FIRST, now, rows[::-1]),
        seal_of(SCHOOL, 1, FIRST, now, rows[:2]),
        seal_of(SCHOOL, 1, FIRST, now, [*rows[:2], (rows[2][0], bytes(32))]),
        seal_of(SCHOOL, 1, FIRST, now, [*rows[:2], (rows[1][0], rows[2][1])]),
    }
    assert len(found) == 9


# --- Sealing ----------------------------------------------------------------------------------------------------


def test_each_row_is_sealed_once_in_the_chain_of_its_organisation(database: Database, owner: Owner) -> None:
    given(owner, 3)
    given(owner, 2, CARE)
    given(owner, 1, None)
    sealed(database)
    sealed(database)  # nothing new: no empty seal
    given(owner, 1)
    sealed(database)
    found = owner.execute("select chain, number, size from audit_seals order by chain, number").fetchall()
    assert set(found) == {(SCHOOL, 1, 3), (SCHOOL, 2, 1), (CARE, 1, 2), (OF_NOBODY, 1, 1)}
    verdict = proved(database.worker_dsn)
    assert verdict.sound
    assert (verdict.rows, verdict.seals, verdict.chains, verdict.waiting) == (7, 4, 3, 0)
    assert proved(database.worker_dsn, chain=SCHOOL).rows == 4
    # What an organisation verifies says nothing of another.
    owner.execute("update audit_events set action = 'case.update' where organisation_id = %s", (CARE,))
    assert proved(database.worker_dsn, chain=SCHOOL).sound
    assert faults(proved(database.worker_dsn, chain=CARE)) == [Fault.CHANGED] * 2


def test_a_column_that_is_added_later_changes_no_hash(database: Database, owner: Owner) -> None:
    given(owner, 2)
    sealed(database)
    owner.execute("alter table audit_events add column added_later text")
    given(owner, 1)
    owner.execute("update audit_events set added_later = 'x' where id = (select max(id::text)::uuid from audit_events)")
    sealed(database)
    assert proved(database.worker_dsn).sound
    owner.execute("update audit_events set added_later = 'y'")
    assert faults(proved(database.worker_dsn)) == [Fault.CHANGED] * 3


def test_every_column_that_came_later_may_be_empty(owner: Owner) -> None:
    """A column with a value for the rows that are there would change what was sealed: only these had theirs before."""
    rows = owner.execute(
        "select column_name from information_schema.columns where table_name = 'audit_events' and is_nullable = 'NO'"
    ).fetchall()
    assert {name for (name,) in rows} == {
        "id",
        "occurred_at",
        "client_id",
        "action",
        "object_type",
        "data_categories",
        "outcome",
        "status",
        "written_in",
    }


def test_a_late_commit_is_not_passed_over_and_keeps_no_writer_waiting(database: Database, owner: Owner) -> None:
    early = new_id()
    with psycopg.connect(database.owner_dsn) as slow:
        slow.execute(INSERT, (early, SCHOOL))
        later = given(owner, 2)
        sealed(database)
        # An open transaction could still write before them: they wait, and who writes does not.
        verdict = proved(database.worker_dsn)
        assert (verdict.rows, verdict.waiting, verdict.sound) == (0, 2, True)
        slow.commit()
    sealed(database)
    order = owner.execute("select event_id from audit_links order by number, place").fetchall()
    assert [each for (each,) in order] == [early, *later]
    assert proved(database.worker_dsn).sound


def test_with_parallel_writers_and_workers_every_row_is_sealed_once(
    database: Database, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_chain, "PORTION", 7)
    done = threading.Event()
    choice = random.Random(7)  # noqa: S311 - which commit comes late

    def write() -> None:
        with psycopg.connect(database.owner_dsn) as connection:
            for _ in range(25):
                connection.execute(INSERT, (new_id(), choice.choice((SCHOOL, CARE, None))))
                time.sleep(choice.random() * 0.01)
                if choice.random() < 0.2:
                    connection.rollback()
                else:
                    connection.commit()

    def work() -> None:
        while not done.wait(0.02):
            sealed(database)

    writers, workers = (
        [threading.Thread(target=each) for _ in range(number)] for each, number in ((write, 4), (work, 2))
    )
    for each in (*writers, *workers):
        each.start()
    for each in writers:
        each.join()
    done.set()
    for each in workers:
        each.join()
    sealed(database)
    verdict = proved(database.worker_dsn)
    assert verdict.findings == []
    ((number,),) = owner.execute("select count(*) from audit_events").fetchall()
    assert (verdict.rows, verdict.waiting) == (number, 0)
    assert verdict.seals > 3


def test_a_worker_killed_half_way_leaves_nothing_half_done(database: Database, owner: Owner, tmp_path: Path) -> None:
    given(owner, 3)
    key, file = tmp_path / "key.pem", tmp_path / "heads"
    key.write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    killed = f"""
import asyncio, os, signal, sys
from pathlib import Path
from app.integrations.audit_heads import FileLedger, private_key
from app.services.audit_chain import seal, writing_heads
from app.worker import work

async def ending(connection):
    os.kill(os.getpid(), signal.SIGKILL)

async def seal_and_end(connection):
    await seal(connection)
    os.kill(os.getpid(), signal.SIGKILL)

writing = writing_heads(FileLedger(Path({str(file)!r})), private_key(Path({str(key)!r})), every=0)

async def write_and_end(connection):
    await writing(connection)
    os.kill(os.getpid(), signal.SIGKILL)

duties = {{"seal": (seal_and_end,), "write": (seal, write_and_end)}}[sys.argv[1]]
asyncio.run(work({database.worker_dsn!r}, asyncio.Event(), duties=duties))
"""
    for end in ("seal", "write"):
        process = subprocess.run(  # noqa: S603 - our own text
            [sys.executable, "-c", killed, end], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
        )
        assert process.returncode < 0, process.stderr
        verdict = proved(database.worker_dsn, FileLedger(file))
        assert (verdict.sound, verdict.rows) == (True, 0 if end == "seal" else 3), end
    ledger = FileLedger(file)
    until = time.monotonic() + 10
    while len(list(ledger.lines())) < 2 and time.monotonic() < until:  # until the server notices whose turn that was
        sealed(database, ledger)
    verdict = proved(database.worker_dsn, ledger)
    assert (verdict.sound, verdict.rows, verdict.entries) == (True, 3, 2), "the head it did not mark comes once more"


# --- What is done to it, and is found ---------------------------------------------------------------------------

ROW = "(select event_id from audit_links where chain = '{school}' and number = 2 and place = 2)"
LAST = "(select max(number) from audit_seals where chain = '{school}')"
TAMPERED = {
    "a row changed": (f"update audit_events set case_id = gen_random_uuid() where id = {ROW}", [Fault.CHANGED]),
    "a row emptied of who": (f"update audit_events set actor_id = null where id = {ROW}", [Fault.CHANGED]),
    "a row a microsecond later": (
        f"update audit_events set occurred_at = occurred_at + interval '1 microsecond' where id = {ROW}",
        [Fault.CHANGED],
    ),
    "a row given to another organisation": (
        f"update audit_events set organisation_id = '{{care}}' where id = {ROW}",
        [Fault.CHANGED],
    ),
    "a row in the middle removed": (f"delete from audit_events where id = {ROW}", [Fault.REMOVED]),
    "and its place too": (
        (
            f"with gone as (delete from audit_links where event_id = {ROW} returning event_id)"
            " delete from audit_events e using gone where e.id = gone.event_id"
        ),
        [Fault.BROKEN],
    ),
    "its place alone": (f"delete from audit_links where event_id = {ROW}", [Fault.BROKEN, Fault.ADDED]),
    "the order swapped": (
        (
            "update audit_links set place = case place when 1 then 1002 else 1001 end"
            " where chain = '{school}' and number = 2 and place < 3"
        ),
        [Fault.BROKEN],
    ),
    "a hash changed along": (
        (
            f"with c as (update audit_events set reason = 'x' where id = {ROW} returning id)"
            " update audit_links set hash = '\\x00' where event_id in (select id from c)"
        ),
        [Fault.CHANGED, Fault.BROKEN],
    ),
    "a seal removed": (
        "delete from audit_seals where chain = '{school}' and number = 2",
        [Fault.SEAL_REMOVED],
    ),
    "the last seal removed": (
        f"delete from audit_seals where chain = '{{school}}' and number = {LAST}",
        [Fault.HEAD_MOVED],
    ),
    "a seal changed": (
        "update audit_seals set hash = '\\x00' where chain = '{school}' and number = 2",
        [Fault.BROKEN, Fault.SEAL_REMOVED],
    ),
    "a seal dated back": (
        "update audit_seals set sealed_at = sealed_at - interval '1 day' where chain = '{school}' and number = 2",
        [Fault.BROKEN],
    ),
    "a whole chain removed": (
        "with s as (delete from audit_seals where chain = '{care}') delete from audit_links where chain = '{care}'",
        [Fault.SEAL_REMOVED, *[Fault.ADDED] * 2],
    ),
    "a row put in later": (
        (
            "insert into audit_events (id, client_id, action, object_type, outcome, status, written_in)"
            " values (gen_random_uuid(), 'c', 'case.read', 'case', 'toegestaan', 200, 1)"
        ),
        [Fault.ADDED],
    ),
}


@pytest.fixture
def kept(database: Database, owner: Owner, tmp_path: Path) -> FileLedger:
    """Four seals of a school and one of another, with their heads outside."""
    ledger = FileLedger(tmp_path / "heads")
    given(owner, 2, CARE)
    for _ in range(4):
        given(owner, 3)
        sealed(database, ledger)
    return ledger


def test_whatever_is_done_to_it_is_found(database: Database, owner: Owner, kept: FileLedger) -> None:
    assert proved(database.worker_dsn, kept).sound
    for what, (statement, expected) in TAMPERED.items():
        with owner.transaction(force_rollback=True):
            owner.execute(statement.format(school=SCHOOL, care=CARE).encode())
            # In the attacker's own transaction, so that the next attempt finds it whole.
            verdict = verify_within(owner)
            found = sorted(faults(verdict))
            assert found == sorted(expected), what
    assert proved(database.worker_dsn, kept).sound


def verify_within(owner: Owner) -> Verdict:
    """Verify what stands in an open transaction."""

    class Within:
        """The connection; what is read was written in this transaction, so it cannot be told to only read."""

        def __getattr__(self, name: str) -> object:
            return getattr(owner, name)

        def execute(self, statement: str | bytes, parameters: dict[str, object] | None = None) -> object:
            return owner.execute(b"select 1" if "isolation" in str(statement) else statement, parameters)

    return verify(cast("Owner", Within()))


CUT = (
    "delete from audit_events where id in (select event_id from audit_links where chain = '{school}' and number > 2)",
    "delete from audit_links where chain = '{school}' and number > 2",
    "delete from audit_seals where chain = '{school}' and number > 2",
    (
        "update audit_chains c set number = 2, written_number = 2, hash = s.hash from audit_seals s"
        " where s.chain = c.chain and s.number = 2 and c.chain = '{school}'"
    ),
)


def test_a_tail_cut_off_with_all_its_seals_is_found_by_its_heads_outside(
    database: Database, owner: Owner, kept: FileLedger
) -> None:
    ((since,),) = owner.execute(
        "select sealed_at from audit_seals where chain = %s and number = 3", (SCHOOL,)
    ).fetchall()
    for statement in CUT:
        owner.execute(statement.format(school=SCHOOL).encode())
    assert proved(database.worker_dsn).sound, "from within nothing is to be seen: that is why there is an outside"
    (found,) = proved(database.worker_dsn, kept).findings
    assert (found.fault, found.chain, found.number, found.since) == (Fault.CUT_OFF, SCHOOL, 3, since)
    # Going on as if nothing happened makes other seals under the same numbers.
    given(owner, 1)
    sealed(database, kept)
    assert faults(proved(database.worker_dsn, kept)) == [Fault.FORKED]


def test_who_has_the_database_and_not_the_key_can_forge_no_head(
    database: Database, owner: Owner, kept: FileLedger, tmp_path: Path
) -> None:
    """The chain written anew, consistently, and heads to match: signed by another, or put into the file by hand."""
    for statement in CUT:
        owner.execute(statement.format(school=SCHOOL).encode())
    given(owner, 4)
    thief = FileLedger(tmp_path / "heads")
    asyncio.run(_worked(database.worker_dsn, seal, writing_heads(thief, Ed25519PrivateKey.generate(), every=0)))
    verdict = proved(database.worker_dsn, kept)
    assert Fault.UNSIGNED in faults(verdict)
    assert {Fault.FORKED, Fault.CUT_OFF} & set(faults(verdict))
    assert not verdict.restored, "nobody can accept it as a restore"
    lines = list(kept.lines())
    (tmp_path / "heads").write_bytes(b"".join(line + b"\n" for line in lines[:2]))
    assert Fault.OUTSIDE_BROKEN in faults(proved(database.worker_dsn, kept)), "its last lines taken away"
    for number, line in enumerate(lines[:-1]):
        told = json.loads(line)
        forged = json.dumps({**told, "at": "2020-01-01T00:00:00+00:00"}).encode()
        looked = list(entries([*lines[:number], forged, *lines[number + 1 :]], KEYS))
        assert not looked[number].signed
        assert not looked[number + 1].follows
        without = list(entries([*lines[:number], *lines[number + 1 :]], KEYS))
        assert not without[number].follows, "a line taken out"


def test_an_older_copy_put_back_is_found_and_says_since_when(database: Database, owner: Owner, tmp_path: Path) -> None:
    ledger = FileLedger(tmp_path / "heads")
    given(owner, 3)
    sealed(database, ledger)
    copy = Database(f"{database.name}_older", database.cluster)
    names = {"copy": sql.Identifier(copy.name), "name": sql.Identifier(database.name), "owner": sql.Identifier(OWNER)}
    owner.close()
    with psycopg.connect(database.cluster.dsn(SUPERUSER, "postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("create database {copy} template {name} owner {owner}").format(**names))
        try:
            with psycopg.connect(database.cluster.dsn(SUPERUSER, database.name), autocommit=True) as went_on:
                given(went_on, 2)
                sealed(database, ledger)
                ((since,),) = went_on.execute("select max(sealed_at) from audit_seals").fetchall()
            assert proved(database.worker_dsn, ledger).sound
            (found,) = proved(copy.worker_dsn, ledger).findings
            assert (found.fault, found.chain, found.number, found.since) == (Fault.CUT_OFF, SCHOOL, 2, since)
        finally:
            admin.execute(sql.SQL("drop database {copy} with (force)").format(**names))


def test_a_restore_that_was_accepted_and_signed_is_no_fault_and_what_comes_after_is_looked_at_again(
    database: Database, owner: Owner, kept: FileLedger
) -> None:
    """Put back to the second seal, gone on with and written outside before anybody noticed; then accepted."""
    for statement in CUT:
        owner.execute(statement.format(school=SCHOOL).encode())
    for _ in range(2):
        given(owner, 1)
        sealed(database, kept)
    found = proved(database.worker_dsn, kept)
    assert (faults(found), found.restored) == ([Fault.FORKED], True)
    assert found.brought_back == [Accepted(SCHOOL, 2, 3)]
    kept.append(KEY, [], Restore(tuple(found.brought_back), "B. Verzonnen", "De schijf was stuk."))
    assert proved(database.worker_dsn, kept).sound
    given(owner, 1)
    sealed(database, kept)
    assert proved(database.worker_dsn, kept).sound
    # The acceptance covers the past it names: whoever cuts it off once more is found once more.
    for statement in CUT:
        owner.execute(statement.format(school=SCHOOL).encode())
    assert faults(proved(database.worker_dsn, kept)) == [Fault.CUT_OFF]
    # And nobody accepts it in the name of another.
    kept.append(Ed25519PrivateKey.generate(), [], Restore((Accepted(SCHOOL, 2, 3),), "Dief", "Zomaar."))
    assert set(faults(proved(database.worker_dsn, kept))) == {Fault.UNSIGNED, Fault.CUT_OFF}


def test_a_history_written_anew_with_its_old_dates_cannot_be_accepted_as_a_restore(
    database: Database, owner: Owner, kept: FileLedger
) -> None:
    for statement in CUT:
        owner.execute(statement.format(school=SCHOOL).encode())
    ((last,),) = owner.execute("select max(sealed_at) from audit_seals").fetchall()
    given(owner, 1)
    sealed(database)
    # As who rewrites it would: the seal of the new rows says that it was made then.
    ((previous,),) = owner.execute("select previous from audit_seals where chain = %s and number = 3", (SCHOOL,))
    links = owner.execute(
        "select event_id, hash from audit_links where chain = %s and number = 3", (SCHOOL,)
    ).fetchall()
    rows = cast("list[tuple[UUID, bytes]]", links)
    told = seal_of(SCHOOL, 3, cast("bytes", previous), cast("datetime", last), rows)
    owner.execute("update audit_seals set hash = %s, sealed_at = %s where number = 3", (told, last))
    owner.execute("update audit_chains set hash = %s where chain = %s", (told, SCHOOL))
    found = proved(database.worker_dsn, kept)
    assert (faults(found), found.restored) == ([Fault.REPLACED], False)


def test_who_verifies_beside_a_worker_that_goes_on_finds_no_fault(
    database: Database, owner: Owner, kept: FileLedger
) -> None:
    """Its snapshot is older than the heads that are written meanwhile."""

    def lines() -> Iterator[bytes]:
        given(owner, 2)
        sealed(database, kept)
        yield from kept.lines()

    with psycopg.connect(database.worker_dsn, autocommit=True) as connection:
        assert verify(connection, entries(lines(), KEYS)).findings == []


# --- The log of the Meldcode ------------------------------------------------------------------------------------

LOGGED = (
    "insert into meldcode_events (id, organisation_id, client_id, action, track_id, outcome, status)"
    " values (%s, %s, 'c', 'meldcode.read', gen_random_uuid(), 'toegestaan', 200)"
)


def sealed_apart(database: Database, ledger: FileLedger | None = None, every: timedelta = timedelta()) -> None:
    async def duty(connection: psycopg.AsyncConnection[object]) -> bool:
        return await audit_chain.seal_apart(connection, every)

    more = [] if ledger is None else [writing_heads(ledger, KEY, every=0)]
    asyncio.run(_worked(database.worker_dsn, duty, *more))


def test_the_log_of_the_meldcode_is_sealed_and_nothing_of_it_can_be_counted(
    database: Database, owner: Owner, tmp_path: Path
) -> None:
    """Two databases of the same hours, one with tracks and one without: outside and in the verdict they are alike."""
    ledger = FileLedger(tmp_path / "heads")
    ids = [new_id() for _ in range(3)]
    told = []
    for rows in (ids, []):
        for each in rows:
            owner.execute(LOGGED, (each, SCHOOL))
        sealed_apart(database, ledger)
        verdict = proved(database.worker_dsn, ledger)
        (entry,) = list(entries(ledger.lines(), KEYS))[-1:]
        told.append((verdict.sound, verdict.rows, verdict.seals, verdict.chains, verdict.waiting, len(entry.heads)))
    assert told == [(True, 0, 0, 0, 0, 1)] * 2
    sealed_apart(database, every=timedelta(hours=1))
    assert owner.execute("select number, size from audit_seals order by number").fetchall() == [(1, 4), (2, 1)]
    # Whoever knows that nothing was in it can still not work out its hash: something random always is.
    ((previous, value, at),) = owner.execute("select previous, hash, sealed_at from audit_seals where number = 2")
    assert seal_of(APART, 2, cast("bytes", previous), cast("datetime", at), []) != value
    with psycopg.connect(database.api_dsn) as api:
        api.execute("select set_config('app.organisation', %s, true)", (str(SCHOOL),))
        for table in ("audit_seals", "audit_links", "audit_chains", "meldcode_events"):
            assert api.execute(f"select count(*) from {table}".encode()).fetchone() == (0,), table


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("update meldcode_events set action = 'x'", [Fault.CHANGED]),
        ("delete from meldcode_events", [Fault.REMOVED]),
        (
            (
                "insert into meldcode_events (id, client_id, action, outcome, status, written_in)"
                " values (gen_random_uuid(), 'c', 'meldcode.read', 'toegestaan', 200, 1)"
            ),
            [Fault.ADDED],
        ),
        ("delete from audit_links where place = 1", [Fault.BROKEN]),
    ],
)
def test_whatever_is_done_to_the_log_of_the_meldcode_is_found_without_naming_a_row(
    database: Database, owner: Owner, statement: str, expected: list[Fault]
) -> None:
    owner.execute(LOGGED, (new_id(), SCHOOL))
    sealed_apart(database)
    owner.execute(statement.encode())
    verdict = proved(database.worker_dsn)
    assert faults(verdict) == expected
    assert {(each.chain, each.event_id) for each in verdict.findings} == {(APART, None)}


def test_after_a_restore_elsewhere_with_lower_transaction_numbers_new_rows_are_sealed(
    database: Database, owner: Owner
) -> None:
    given(owner, 3)
    sealed(database)
    # A dump keeps the numbers of the database it came from; where it is put back they have begun anew.
    unsealed = given(owner, 2)
    owner.execute("update audit_events set written_in = 4000000000 where id = any (%s)", (unsealed,))
    owner.execute("update audit_positions set written_in = 3999999999")
    given(owner, 2)
    sealed(database)
    verdict = proved(database.worker_dsn)
    assert (verdict.sound, verdict.rows, verdict.waiting) == (True, 7, 0)
    given(owner, 1)
    sealed(database)
    assert proved(database.worker_dsn).rows == 8


def test_a_row_destroyed_by_the_rules_is_no_fault_and_is_counted(database: Database, owner: Owner) -> None:
    gone, taken = given(owner, 2)
    sealed(database)
    owner.execute("delete from audit_events where id = any (%s)", ([gone, taken],))
    owner.execute(
        "insert into audit_events (id, client_id, action, object_type, object_id, shown, outcome, status)"
        " values (gen_random_uuid(), 'c', 'audit.destroy', 'certificate', gen_random_uuid(), %s, 'toegestaan', 200)",
        ([gone],),
    )
    # Only what is sealed itself can say so.
    assert faults(proved(database.worker_dsn)) == [Fault.REMOVED] * 2
    sealed(database)
    verdict = proved(database.worker_dsn)
    assert verdict.destroyed == 1
    assert [(each.fault, each.event_id) for each in verdict.findings] == [(Fault.REMOVED, taken)]


def test_the_worker_can_undo_no_seal_and_an_officer_sees_the_own_chain_alone(database: Database, owner: Owner) -> None:
    given(owner, 1)
    given(owner, 1, CARE)
    sealed(database)
    for table in ("audit_seals", "audit_links"):
        for statement in (f"update {table} set number = 9", f"delete from {table}", f"truncate {table}"):
            with psycopg.connect(database.worker_dsn) as worker, pytest.raises(errors.InsufficientPrivilege):
                worker.execute(statement.encode())
            with psycopg.connect(database.owner_dsn) as himself, pytest.raises(errors.RestrictViolation):
                himself.execute(statement.encode())
    with psycopg.connect(database.worker_dsn) as worker:
        for statement in ("delete from audit_events", "update audit_events set status = 1", "delete from audit_chains"):
            with pytest.raises(errors.InsufficientPrivilege), worker.transaction():
                worker.execute(statement.encode())
    with psycopg.connect(database.api_dsn) as api:
        for table in ("audit_seals", "audit_links", "audit_chains"):
            assert api.execute(f"select count(*) from {table}".encode()).fetchone() == (0,)
        api.execute("select set_config('app.organisation', %s, true)", (str(SCHOOL),))
        for table in ("audit_seals", "audit_links", "audit_chains"):
            rows = api.execute(f"select distinct chain from {table}".encode()).fetchall()
            assert rows == [(SCHOOL,)], table


# --- Outside ----------------------------------------------------------------------------------------------------


def test_heads_are_not_written_more_often_than_asked(database: Database, owner: Owner, tmp_path: Path) -> None:
    ledger = FileLedger(tmp_path / "heads")
    for _ in range(3):
        given(owner, 1)
        asyncio.run(_worked(database.worker_dsn, seal, writing_heads(ledger, KEY, every=3600)))
    assert len(list(ledger.lines())) == 1
    sealed(database, ledger)
    numbers = [head.number for entry in entries(ledger.lines(), KEYS) for head in entry.heads]
    assert numbers == [1, 3]


def test_a_ledger_that_cannot_be_written_keeps_the_heads_for_later(
    database: Database, owner: Owner, tmp_path: Path
) -> None:
    given(owner, 1)
    away = FileLedger(tmp_path / "not-there" / "heads")
    with pytest.raises(HeadsUnavailable):
        sealed(database, away)
    ledger = FileLedger(tmp_path / "heads")
    sealed(database, ledger)
    assert len(list(ledger.lines())) == 1
    (tmp_path / "heads").write_bytes(b"half a li")
    given(owner, 1)
    with pytest.raises(HeadsUnavailable, match="broken off"):
        sealed(database, ledger)


def test_an_object_store_gets_an_object_an_entry_and_never_one_twice() -> None:
    kept: dict[str, bytes] = {}

    def store(request: httpx.Request) -> httpx.Response:
        assert request.headers["Authorization"] == "Bearer geheim"
        name = request.url.path
        if request.method == "GET":
            return httpx.Response(200, content=kept[name]) if name in kept else httpx.Response(404)
        if name in kept:
            return httpx.Response(412)
        assert request.headers["If-None-Match"] == "*"
        kept[name] = request.content
        return httpx.Response(201)

    def ledger() -> StoreLedger:
        headers = {"Authorization": "Bearer geheim"}
        client = httpx.Client(transport=httpx.MockTransport(store), headers=headers)
        return StoreLedger("https://opslag.voorbeeld.invalid/koppen/", client)

    head = Head(SCHOOL, 1, bytes(32), datetime(2026, 1, 1, tzinfo=UTC))
    one, other = ledger(), ledger()
    one.append(KEY, [head])
    other.append(KEY, [head])
    one.append(KEY, [head])
    assert sorted(kept) == [f"/koppen/{number:09d}.json" for number in (1, 2, 3)]
    assert all(entry.signed and entry.follows for entry in entries(ledger().lines(), KEYS))


# --- The command ------------------------------------------------------------------------------------------------


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    def run(dsn: str, *arguments: str, **environment: str) -> Result:
        for name in ("AUDIT_HEADS", "AUDIT_PUBLIC_KEYS"):
            monkeypatch.delenv(name, raising=False)
        for name, value in {"DATABASE_URL": dsn, **environment}.items():
            monkeypatch.setenv(name, value)
        return CliRunner().invoke(cli, ["verify-audit", *arguments])

    return run


def test_the_command_says_what_is_wrong_and_ends_with_a_number(
    database: Database, owner: Owner, kept: FileLedger, tmp_path: Path, command: Callable[..., Result]
) -> None:
    public, heads = tmp_path / "public.pem", str(tmp_path / "heads")
    pem = [each.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo) for each in (KEY, _OTHER)]
    public.write_bytes(b"".join(reversed(pem)))
    assert audit_heads.public_keys(public).keys() >= KEYS.keys()
    outside = {"AUDIT_HEADS": heads, "AUDIT_PUBLIC_KEYS": str(public)}
    assert len(list(kept.lines())) == 4
    fine = command(database.worker_dsn, "--report", str(tmp_path / "oordeel.json"), **outside)
    assert fine.exit_code == 0, fine.output
    assert "Het logboek is zoals het werd verzegeld." in fine.stdout
    assert json.loads((tmp_path / "oordeel.json").read_text())["rows"] == 14
    owner.execute("delete from audit_events where organisation_id = %s", (CARE,))
    wrong = command(database.worker_dsn, **outside)
    assert wrong.exit_code == 1
    assert wrong.stderr.count("rij-verdwenen: ") == 2
    assert str(CARE) in wrong.stderr
    assert command(database.worker_dsn, "--organisation", str(SCHOOL), "--without-heads").exit_code == 0
    for environment in ({}, {**outside, "AUDIT_PUBLIC_KEYS": heads}, {**outside, "AUDIT_PUBLIC_KEYS": "/nergens"}):
        assert command(database.worker_dsn, **environment).exit_code == 2
    away = command("postgresql://iemand:zeer-geheim@127.0.0.1:1/x", "--without-heads")
    assert (away.exit_code, "geheim" in away.stderr) == (2, False)


_OTHER = Ed25519PrivateKey.generate()


# --- The officer of an organisation -----------------------------------------------------------------------------


@pytest.mark.anyio
async def test_an_officer_verifies_the_chain_of_the_own_organisation(world: World, database: Database) -> None:
    school, teacher = "brin:99ZA00", world["leerkracht"]
    officer = world.caller(sub="demo-beheerder", roles=["functionaris_gegevensbescherming"], organisation=school)
    assert (await officer.seen("/audit-seals"))["items"] == []
    await opened(teacher)
    await world["jeugdverpleegkundige"].get("/cases")
    await _worked(database.worker_dsn, seal)
    (only,) = (await officer.seen("/audit-seals"))["items"]
    await teacher.get("/cases")
    await _worked(database.worker_dsn, seal)
    page = await officer.seen("/audit-seals?limit=1")
    (newest,) = page["items"]
    assert (newest["number"], newest["previous"]) == (2, only["hash"])
    assert (await officer.get(f"/audit-seals?limit=1&cursor={page['next']}")).json()["items"] == [only]
    found = await officer.seen("/audit-seals/1")
    assert found == {**only, "sound": True, "fits": True, "follows": True, "changed": [], "gone": []}
    assert (await officer.seen("/audit-seals/2"))["sound"]
    for who, answer in ((officer, 404), (teacher, 403)):
        assert (await who.get("/audit-seals/3")).status_code == answer
    with psycopg.connect(database.cluster.dsn(SUPERUSER, database.name)) as attacker:
        attacker.execute(DAMAGE)
        first, *_, last = (
            each
            for (each,) in attacker.execute(
                "select l.event_id from audit_links l join audit_seals s using (chain, number)"
                " where number = 1 and chain = %s order by place",
                (known_id(school),),
            ).fetchall()
        )
        attacker.execute("update audit_events set ground = 'toestemming' where id = %s", (first,))
        attacker.execute("delete from audit_events where id = %s", (last,))
    found = await officer.seen("/audit-seals/1")
    assert (found["sound"], found["changed"], found["gone"]) == (False, [str(first)], [str(last)])
