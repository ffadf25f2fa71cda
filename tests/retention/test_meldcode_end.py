"""How a track of the Meldcode comes to its end: by two who know it, with a certificate for them, and in silence."""

import hashlib
import json

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import errors
from psycopg.rows import dict_row

from app.demo.people import SCHOOL
from app.demo.seed import known_id
from app.domain.ids import new_id
from app.integrations.audit_heads import is_signed, name_of
from app.services import destruction
from app.services.destruction import Doubt
from tests.api.test_meldcode import DAY, Walk, decision, opened
from tests.conftest import Database
from tests.retention.conftest import Archive

pytestmark = pytest.mark.anyio

KEY = Ed25519PrivateKey.generate()
KEYS = {name_of(KEY.public_key()): KEY.public_key()}
GUARD = "aandachtsfunctionaris"
TABLES = ("meldcode_tracks", "meldcode_participants", "meldcode_entries")


async def closed(archive: Archive) -> Walk:
    """A track that was reported, answered and closed, of a child that left the school long ago."""
    walk = await opened(archive.world)
    await walk.does("decisions", decision("melden", acute=True))
    await walk.weighed()
    await walk.does("answers", {"receivedOn": DAY, "content": "Veilig Thuis doet onderzoek."})
    await walk.does("decisions", decision("afsluiten"))
    archive.left("mila")
    return walk


async def agreed(archive: Archive) -> Walk:
    walk = await closed(archive)
    for who in (walk.who, archive.world[GUARD]):
        await who.made(f"{walk.path}/destruction", None)
    return walk


def kind(answer: object) -> str:
    return str(answer.json()["type"]).rpartition(":")[2]  # type: ignore[attr-defined]  # an answer of the client


async def test_a_track_goes_when_its_term_has_passed_and_two_who_know_it_agree(archive: Archive) -> None:
    walk = await opened(archive.world)
    path, guard = f"{walk.path}/destruction", archive.world[GUARD]
    assert (await walk.who.seen(path))["status"] == "loopt"
    assert (await walk.who.post(path, None)).status_code == 409
    await walk.does("decisions", decision("melden", acute=True))
    await walk.weighed()
    await walk.does("answers", {"receivedOn": DAY, "content": "Veilig Thuis doet onderzoek."})
    await walk.does("decisions", decision("afsluiten"))
    told = await walk.who.seen(path)
    assert (told["status"], told["retentionClass"], told["term"]) == ("blijft", "meldcode_onderwijs", "2 jaar")
    assert (await guard.post(path, None)).status_code == 409, "its term has not passed"
    archive.left("mila")
    assert (await walk.who.seen(path))["status"] == "kan_weg"
    assert (await walk.who.made(path, None))["status"] == "voorgesteld"
    assert kind(await walk.who.post(path, None)) == "vier-ogen"
    archive.run()
    assert archive.count("meldcode_tracks") == 1
    for other in ("intern-begeleider", "directie", "beheerder", "ouder-een"):
        for answer in (
            await archive.world[other].get(path),
            await archive.world[other].post(path, None),
            await archive.world[other].post(f"{path}/refusal", {"reason": "Nee."}),
        ):
            assert answer.status_code in {403, 404}, other
    assert (await guard.made(f"{path}/refusal", {"reason": "Er loopt nog een onderzoek."}))["status"] == "kan_weg"
    await guard.made(path, None)
    assert (await walk.who.made(path, None))["status"] == "goedgekeurd"
    assert kind(await guard.post(path, None)) == "al-beoordeeld"
    archive.run(signer=KEY)
    assert [archive.count(table) for table in TABLES] == [0, 0, 0]
    assert archive.count("meldcode_events") > 0, "its log stays, sealed apart"
    assert (await walk.who.get(walk.path)).status_code == 404
    for who in (walk.who, guard):
        (certificate,) = (await who.seen("/meldcode-certificates"))["items"]
        document = json.loads(certificate["document"])
        assert hashlib.sha256(certificate["document"].encode()).hexdigest() == certificate["digest"]
        assert is_signed(certificate["signature"], certificate["digest"], KEYS)
        assert document["voorgesteldDoor"] != document["goedgekeurdDoor"]
        assert document["vernietigd"] == {"sporen": 1, "deelnemers": 1, "stappen": 7}
    assert (await archive.world["intern-begeleider"].seen("/meldcode-certificates"))["items"] == []


async def test_who_may_not_know_of_it_finds_no_trace_in_what_is_proposed_counted_or_kept(
    archive: Archive, database: Database
) -> None:
    """Twice the same hours, once with a track that goes: proposals, counts, certificates and logs are the same."""

    async def looked() -> list[object]:
        found = archive.propose()
        ran = archive.run(signer=KEY)
        told = [
            (await archive.officer.seen(f"/{what}?limit=100"))["items"]
            for what in ("retention-proposals", "destruction-certificates", "legal-holds")
        ]
        with psycopg.connect(database.api_dsn, autocommit=True) as api:
            api.execute("select set_config('app.organisation', %s, false)", (str(known_id(SCHOOL)),))
            api.execute("select set_config('app.rights', 'retention.read', false)")
            stones = api.execute("select * from tombstones").fetchall()
        audit = archive.count("audit_events", client_id="retention") + archive.count("outbox")
        return [vars_of(found), vars_of(ran), *told, stones, audit]

    def vars_of(what: object) -> dict[str, object]:
        return {name: getattr(what, name) for name in what.__slots__}  # type: ignore[attr-defined]  # both have slots

    before = await looked()
    walk = await agreed(archive)
    assert await looked() == before
    assert archive.count("meldcode_tracks") == 0
    outside = archive.file.read_text()
    for secret in (SCHOOL, str(known_id(SCHOOL)), str(known_id("mila")), walk.path.rpartition("/")[2], "meldcode"):
        assert secret not in outside


async def test_a_hold_of_the_organisation_keeps_a_track_and_names_none(archive: Archive) -> None:
    walk = await closed(archive)
    hold = await archive.officer.made(
        "/legal-holds", {"retentionClass": "meldcode_onderwijs", "reason": "Een onderzoek."}
    )
    assert kind(await walk.who.post(f"{walk.path}/destruction", None)) == "bewaarplicht"
    await archive.keeper.made(f"/legal-holds/{hold['id']}/lifting", {"reason": "Klaar."})
    for who in (walk.who, archive.world[GUARD]):
        await who.made(f"{walk.path}/destruction", None)
    await archive.officer.made("/legal-holds", {"reason": "Alles blijft."})
    archive.run()
    assert archive.count("meldcode_tracks") == 1


async def test_the_database_destroys_no_track_that_two_did_not_agree_to(archive: Archive, database: Database) -> None:
    walk = await closed(archive)
    await walk.who.made(f"{walk.path}/destruction", None)
    row = archive.owner.execute("select id, track_id from meldcode_destructions").fetchone() or {}
    with pytest.raises(errors.InsufficientPrivilege):
        archive.retention.execute("select * from app_meldcode_destroy(%s, %s)", (row["id"], new_id()))
    with psycopg.connect(database.api_dsn, autocommit=True) as api:
        for name, value in {
            "app.organisation": str(known_id(SCHOOL)),
            "app.person": str(known_id("leerkracht")),
            "app.meldcode": "deelnemer",
        }.items():
            api.execute("select set_config(%s, %s, false)", (name, value))
        for approver in ("leerkracht", GUARD):
            with pytest.raises((errors.CheckViolation, errors.RestrictViolation)):
                api.execute("update meldcode_destructions set approved_by = %s", (known_id(approver),))
        for statement in ("update meldcode_destructions set destroyed_at = now()", "delete from meldcode_tracks"):
            with pytest.raises(errors.InsufficientPrivilege):
                api.execute(statement.encode())


async def test_a_restored_backup_revives_no_track(archive: Archive) -> None:
    walk = await agreed(archive)
    rows = {
        table: archive.owner.execute(f"select t::text as row from {table} t".encode()).fetchall() for table in TABLES
    }
    archive.run()
    for table, found in rows.items():
        for row in found:
            archive.owner.execute(f"insert into {table} select (%s::{table}).*".encode(), (row["row"],))
    with psycopg.connect(archive.world.owner_dsn, autocommit=True) as breaker, breaker.transaction():
        breaker.execute("alter table destruction_portions disable trigger append_only")
        breaker.execute("delete from destruction_portions")
        breaker.execute("alter table destruction_portions enable trigger append_only")
    audited = archive.count("audit_events")
    assert destruction.reapply(archive.owner, archive.register, dry_run=False, done=lambda _: None) == 1
    assert [archive.count(table) for table in TABLES] == [0, 0, 0]
    assert archive.count("audit_events") == audited
    assert (await walk.who.get(walk.path)).status_code == 404


async def test_certificates_are_verified_and_whatever_is_done_to_one_is_found(
    archive: Archive, database: Database
) -> None:
    await agreed(archive)
    archive.old_case()
    proposal = archive.of(archive.propose(), "leerlingdossier")
    await archive.approved(proposal)
    archive.run(signer=KEY)

    def proven() -> destruction.Proven:
        with psycopg.connect(database.worker_dsn, autocommit=True, row_factory=dict_row) as worker:
            return destruction.prove(worker, KEYS)

    assert (proven().looked, proven().doubts) == (1, [])
    other = Ed25519PrivateKey.generate()
    with psycopg.connect(archive.world.owner_dsn, autocommit=True) as owner:
        owner.execute("alter table destruction_certificates disable trigger append_only")
        for statement, doubt in (
            ("update destruction_certificates set document = document || ' '", Doubt.CHANGED),
            (
                "update destruction_certificates set organisation_id = (select max(id::text)::uuid from organisations)",
                Doubt.MOVED,
            ),
            ("update destruction_certificates set signature = null", Doubt.UNSIGNED),
            ("update destruction_certificates set signature = replace(signature, ':', ':AAAA')", Doubt.FORGED),
            ("delete from destruction_certificates", Doubt.MISSING),
        ):
            with owner.transaction():
                before = owner.execute("select t::text from destruction_certificates t").fetchone() or ("",)
                owner.execute(statement.encode())
            assert proven().doubts == [(doubt, proposal)], statement
            owner.execute("delete from destruction_certificates")
            owner.execute("insert into destruction_certificates select (%s::destruction_certificates).*", before)
        owner.execute("update meldcode_destructions set signature = null")
    assert proven().doubts == [(Doubt.UNSIGNED, None)], "that one is wrong, and not of whom"
    with psycopg.connect(database.worker_dsn, autocommit=True, row_factory=dict_row) as worker:
        stranger = {name_of(other.public_key()): other.public_key()}
        assert {doubt for doubt, _ in destruction.prove(worker, stranger).doubts} == {Doubt.FORGED, Doubt.UNSIGNED}
