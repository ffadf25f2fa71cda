"""From what is due to what is gone: each part by its own class, two people, holds, portions, a restored backup."""

import hashlib
import json
import signal
import sys
from collections.abc import Callable
from uuid import UUID

import anyio
import psycopg
import pytest
from psycopg import errors
from psycopg.rows import dict_row

from app.db import retention as kept
from app.demo.people import SCHOOL, SWV, YOUTH_HEALTH
from app.demo.seed import known_id, seed
from app.domain.ids import new_id
from app.domain.retention import BY_KEY, SIGNAL_ONLY
from app.integrations.destruction_register import Register, RegisterBroken
from app.services import destruction
from app.services.audit_chain import seal
from app.services.audit_proof import Verdict, verify
from tests.conftest import ROOT, Database
from tests.integrations.tokens import ISSUER
from tests.retention.conftest import Archive

pytestmark = pytest.mark.anyio

DOSSIER, ABSENCE, SHARED = "leerlingdossier", "verzuimgegevens", "gedeeld_zaakdossier"


def nothing(count: int) -> None:
    del count


async def test_each_organisations_part_is_proposed_by_its_own_class_and_never_a_whole_case(archive: Archive) -> None:
    case = archive.old_case()
    archive.note(case, SCHOOL, category="verzuim")
    looked = archive.propose()
    found = {(each.retention_class, each.organisation_id): each.objects for each in looked.proposals}
    assert found == {
        (DOSSIER, known_id(SCHOOL)): 1,
        (ABSENCE, known_id(SCHOOL)): 1,
        ("swv_dossier", known_id(SWV)): 1,
    }
    # Youth health care keeps its part for twenty years, and so the shared record stays as well.
    assert archive.owner.execute("select from retention_objects where record <> 'notes'").fetchall() == []
    assert archive.propose().proposals == [], "what an open proposal names is not proposed twice"


async def test_a_proposal_tells_counts_and_reasons_and_no_word_of_what_goes(archive: Archive) -> None:
    case = archive.old_case()
    proposal = archive.of(archive.propose(), DOSSIER)
    shown = await archive.keeper.seen(f"/retention-proposals/{proposal}")
    assert shown["records"] == [{"record": "notes", "count": 1}]
    assert (shown["cases"], shown["status"], shown["term"]) == (1, "voorgesteld", "2 jaar")
    assert "verzonnen" not in json.dumps(shown)
    assert str(case) not in json.dumps(shown)


async def test_one_person_is_never_two_whatever_the_service_thinks(archive: Archive, database: Database) -> None:
    archive.old_case()
    path = f"/retention-proposals/{archive.of(archive.propose(), DOSSIER)}"
    assert (await archive.officer.post(f"{path}/approval", None)).json()["status"] == "beoordeeld"
    again = await archive.officer.post(f"{path}/approval", None)
    assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (409, "vier-ogen")
    assert not archive.run().destroyed
    reviewer = archive.owner.execute("select reviewed_by from retention_proposals where reviewed_by is not null")
    me = str((reviewer.fetchone() or {})["reviewed_by"])
    with psycopg.connect(database.api_dsn, autocommit=True) as api:
        for person, approved in ((me, me), (me, str(new_id()))):
            settings = {
                "app.organisation": str(known_id(SCHOOL)),
                "app.person": person,
                "app.rights": "retention.read",
            }
            for name, value in settings.items():
                api.execute("select set_config(%s, %s, false)", (name, value))
            with pytest.raises((errors.RestrictViolation, errors.CheckViolation)):
                api.execute("update retention_proposals set approved_by = %s, approved_at = now()", (approved,))
    assert (await archive.keeper.post(f"{path}/approval", None)).json()["status"] == "goedgekeurd"


async def test_nobody_of_another_organisation_knows_of_a_proposal(archive: Archive) -> None:
    archive.old_case()
    proposal = archive.of(archive.propose(), "swv_dossier", SWV)
    assert (await archive.keeper.get(f"/retention-proposals/{proposal}")).status_code == 404
    assert (await archive.keeper.post(f"/retention-proposals/{proposal}/approval", None)).status_code == 404
    listed = (await archive.keeper.seen("/retention-proposals"))["items"]
    assert {each["retentionClass"] for each in listed} == {DOSSIER}


async def test_what_two_people_agreed_to_goes_in_portions_with_tombstones_and_a_certificate(archive: Archive) -> None:
    case = archive.old_case()
    notes = [archive.note(case, SCHOOL) for _ in range(4)]
    proposal = archive.of(archive.propose(), DOSSIER)
    assert archive.run(dry_run=True).waiting == 0
    await archive.approved(proposal)
    dry = archive.run(dry_run=True)
    assert (dry.waiting, archive.count("tombstones"), archive.file.exists()) == (5, 0, False)
    ran = archive.run()
    assert (ran.destroyed[proposal], ran.stayed[proposal], ran.certificates) == (5, 0, 1)
    assert archive.count("notes", case_id=case) == 2  # of the samenwerkingsverband and of youth health care
    assert archive.count("destruction_portions") == 3
    stones = archive.owner.execute("select * from tombstones where object_id = any(%s)", (notes,)).fetchall()
    assert {(each["record"], each["retention_class"], each["proposal_id"]) for each in stones} == {
        ("notes", DOSSIER, proposal)
    }
    (told,) = (await archive.keeper.seen("/destruction-certificates"))["items"]
    assert hashlib.sha256(told["document"].encode()).hexdigest() == told["digest"]
    document = json.loads(told["document"])
    assert (document["vernietigd"], document["gebleven"], len(document["porties"])) == (5, 0, 3)
    assert document["beoordeeldDoor"] != document["goedgekeurdDoor"]
    shown = await archive.keeper.seen(f"/retention-proposals/{proposal}")
    assert (shown["status"], shown["certificateId"]) == ("uitgevoerd", told["id"])
    done, unmarked = archive.register.portions()
    assert (sum(len(each.objects) for each in done), unmarked) == (5, [])


async def test_the_shared_record_goes_last_and_the_child_after_its_last_case(archive: Archive) -> None:
    case = archive.old_case(by=(SCHOOL,))
    archive.note(case, None)  # of the family
    await archive.approved(archive.of(archive.propose(), DOSSIER))
    archive.run()
    assert archive.count("cases", id=case) == 1
    await archive.approved(archive.of(archive.propose(), SHARED))
    archive.run()
    for table in ("cases", "participants", "transitions", "notes"):
        assert archive.count(table, **{"id" if table == "cases" else "case_id": case}) == 0, table
    archive.left("mila", None)
    archive.owner.execute(
        "update young_people set created_at = now() - interval '3 years' where id = %s", (known_id("mila"),)
    )
    with archive.owner.transaction():
        archive.owner.execute("update school_departures set created_at = now() - interval '2 years'")
    proposal = archive.propose()
    assert [each.retention_class for each in proposal.proposals] == ["kind_zonder_zaak"]


async def test_a_hold_keeps_a_case_out_of_the_proposal(archive: Archive) -> None:
    case = archive.old_case()
    hold = await archive.officer.made("/legal-holds", {"caseId": str(case), "reason": "Er loopt een klacht."})
    looked = archive.propose()
    assert (looked.held, [each.retention_class for each in looked.proposals]) == (1, ["swv_dossier"])
    await archive.keeper.made(f"/legal-holds/{hold['id']}/lifting", {"reason": "De klacht is afgehandeld."})
    assert [each.retention_class for each in archive.propose().proposals] == [DOSSIER]


@pytest.mark.parametrize("scope", ["case", "class", "everything"])
async def test_a_hold_stops_the_approval_and_what_was_approved_already(archive: Archive, scope: str) -> None:
    case = archive.old_case()
    proposal = archive.of(archive.propose(), DOSSIER)
    about = {"case": {"caseId": str(case)}, "class": {"retentionClass": DOSSIER}, "everything": {}}[scope]
    hold = await archive.officer.made("/legal-holds", {**about, "reason": "De rechter vraagt om stukken."})
    answer = await archive.officer.post(f"/retention-proposals/{proposal}/approval", None)
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (409, "bewaarplicht")
    lifting = {"reason": "De rechter heeft ze."}
    await archive.keeper.made(f"/legal-holds/{hold['id']}/lifting", lifting)
    await archive.approved(proposal)
    second = await archive.officer.made("/legal-holds", {**about, "reason": "De rechter vraagt toch meer."})
    ran = archive.run()
    assert (dict(ran.destroyed), ran.waiting, ran.certificates) == ({}, 1, 0)
    assert archive.count("notes", case_id=case) == 3
    await archive.keeper.made(f"/legal-holds/{second['id']}/lifting", lifting)
    assert archive.run().destroyed[proposal] == 1


async def test_a_hold_of_another_organisation_does_not_keep_our_part_but_keeps_what_is_shared(archive: Archive) -> None:
    case = archive.old_case(by=(SCHOOL,))
    archive.owner.execute(
        "insert into legal_holds (id, organisation_id, case_id, reason, placed_by)"
        " values (%s, %s, %s, 'verzonnen', %s)",
        (new_id(), known_id(SWV), case, known_id("swv-coordinator")),
    )
    await archive.approved(archive.of(archive.propose(), DOSSIER))
    assert sum(archive.run().destroyed.values()) == 1
    looked = archive.propose()
    assert (looked.proposals, looked.held) == ([], 1)


async def test_no_hold_on_a_case_in_which_the_own_organisation_had_no_part(archive: Archive) -> None:
    case = archive.old_case(by=(SWV,))
    archive.owner.execute("update cases set opened_by = %s, school_id = null", (known_id("swv-coordinator"),))
    for unknown in (case, new_id()):
        answer = await archive.keeper.post("/legal-holds", {"caseId": str(unknown), "reason": "Zomaar."})
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "onbekende_zaak")


async def test_a_case_in_which_somebody_wrote_since_stays(archive: Archive) -> None:
    case, untouched = archive.old_case(), archive.old_case()
    proposal = archive.of(archive.propose(), DOSSIER)
    await archive.approved(proposal)
    archive.note(case, YOUTH_HEALTH, years_ago=0)
    ran = archive.run()
    assert (ran.destroyed[proposal], ran.stayed[proposal]) == (1, 1)
    assert (archive.count("notes", case_id=case), archive.count("notes", case_id=untouched)) == (4, 2)


async def test_what_something_of_another_organisation_hangs_on_stays(archive: Archive) -> None:
    case = archive.old_case()
    meeting = new_id()
    for statement in (
        (
            "insert into meetings (id, case_id, author_id, author_role, author_organisation_id, kind, planned_at,"
            " created_at) values (%(meeting)s, %(case)s, %(by)s, 'leerkracht', %(school)s, 'mdo', now(),"
            " now() - interval '10 years')"
        ),
        (
            "insert into decisions (id, case_id, author_id, author_role, author_organisation_id, meeting_id, category,"
            " description, created_at) values (gen_random_uuid(), %(case)s, %(by)s, 'jeugdarts', %(jgz)s, %(meeting)s,"
            " 'gezondheid', 'verzonnen', now() - interval '10 years')"
        ),
    ):
        archive.owner.execute(
            statement.encode(),
            {
                "meeting": meeting,
                "case": case,
                "by": known_id("leerkracht"),
                "school": known_id(SCHOOL),
                "jgz": known_id(YOUTH_HEALTH),
            },
        )
    proposal = archive.of(archive.propose(), DOSSIER)
    await archive.approved(proposal)
    ran = archive.run()
    assert (ran.destroyed[proposal], ran.stayed[proposal], archive.count("meetings", id=meeting)) == (1, 1, 1)
    assert archive.count("tombstones", object_id=meeting) == 0


KILLED = """
import os, signal, sys
from pathlib import Path
import psycopg
from psycopg.rows import dict_row
from app.integrations.destruction_register import Register
from app.services.destruction import run

class Fatal(Register):
    left = int(sys.argv[3])
    def destroying(self, portion):
        super().destroying(portion)
        self.strike("before")
    def kept(self, portion):
        self.strike("after")
        super().kept(portion)
    def strike(self, when):
        if when == sys.argv[4]:
            Fatal.left -= 1
            if not Fatal.left:
                os.kill(os.getpid(), signal.SIGKILL)

with psycopg.connect(sys.argv[1], autocommit=True, row_factory=dict_row) as connection:
    run(connection, Fatal(Path(sys.argv[2])), dry_run=False, done=lambda n: None, portion=2)
"""


@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_before_or_after_a_commit_it_goes_on_where_it_was(
    archive: Archive, database: Database, when: str
) -> None:
    case = archive.old_case()
    for _ in range(6):
        archive.note(case, SCHOOL)
    proposal = archive.of(archive.propose(), DOSSIER)
    await archive.approved(proposal)
    killed = await anyio.run_process(
        [sys.executable, "-c", KILLED, database.retention_dsn, str(archive.file), "2", when], cwd=ROOT, check=False
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    gone = 2 if when == "before" else 4
    assert archive.count("notes", case_id=case) == 9 - gone
    assert archive.count("tombstones") == gone
    ran = archive.run()
    assert (ran.destroyed[proposal], ran.certificates) == (7 - gone, 1)
    assert (archive.count("notes", case_id=case), archive.count("tombstones")) == (2, 7)
    done, unmarked = archive.register.portions()
    assert sum(len(each.objects) for each in done) == 7
    # What was written before a commit that never came stays unmarked, and is never believed.
    assert len(unmarked) == (1 if when == "before" else 0)


async def test_a_restored_backup_revives_nothing(
    archive: Archive, new_database: Callable[[], Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = archive.old_case()
    school, others = archive.note(case, SCHOOL), archive.note(case, YOUTH_HEALTH)
    tables = ("cases", "transitions", "participants", "notes")
    backup = {
        table: archive.owner.execute(f"select t::text as row from {table} t".encode()).fetchall() for table in tables
    }
    proposal = archive.of(archive.propose(), DOSSIER)
    await archive.approved(proposal)
    archive.run()
    restored = new_database()
    await seed(restored.owner_dsn, issuer=ISSUER)
    with psycopg.connect(restored.owner_dsn, autocommit=True, row_factory=dict_row) as owner:
        for table in tables:
            for row in backup[table]:
                owner.execute(f"insert into {table} select (%s::{table}).*".encode(), (row["row"],))
        with (
            psycopg.connect(restored.retention_dsn, autocommit=True, row_factory=dict_row) as retention,
            pytest.raises(destruction.Behind),
        ):
            destruction.run(retention, archive.register, dry_run=False, done=nothing)
        monkeypatch.setenv("DESTRUCTION_REGISTER", str(archive.file))
        monkeypatch.setenv("DATABASE_URL", restored.owner_dsn)
        told = await anyio.run_process([sys.executable, "-m", "app.cli", "migrate"], cwd=ROOT, check=False)
        assert told.returncode == 0, told.stderr
        assert "2 teruggekomen gegevens opnieuw vernietigd" in told.stdout.decode()
        left = {row["id"] for row in owner.execute("select id from notes where case_id = %s", (case,)).fetchall()}
        assert school not in left
        assert others in left
        assert destruction.behind(owner, archive.register) == []
    with psycopg.connect(restored.retention_dsn, autocommit=True, row_factory=dict_row) as retention:
        destruction.run(retention, archive.register, dry_run=False, done=nothing)


async def test_the_audit_is_as_it_was_sealed_after_a_destruction_and_after_its_repetition(
    archive: Archive, database: Database
) -> None:
    """What was destroyed is gone from the case; what was done with it stays, row by row, also beside who goes on."""

    async def proved() -> Verdict:
        async with await psycopg.AsyncConnection.connect(database.worker_dsn) as worker:
            await seal(worker)
        with psycopg.connect(database.worker_dsn, autocommit=True) as worker_:
            return verify(worker_)

    case = archive.old_case()
    proposal = archive.of(archive.propose(), DOSSIER)
    await archive.approved(proposal)
    before = await proved()
    archive.run()
    await archive.keeper.seen(f"/retention-proposals/{proposal}")
    (portion,) = archive.register.portions()[0]
    kept.destroy_again(archive.owner, portion)
    after = await proved()
    assert (before.findings, after.findings, after.destroyed) == ([], [], 0)
    assert after.rows > before.rows > 0
    told = archive.owner.execute("select action from audit_events where client_id = 'retention' order by id").fetchall()
    assert {row["action"] for row in told} == {"retention.destroy", "retention.destroy-again"}
    assert archive.count("notes", case_id=case) == 2


async def test_a_register_that_was_changed_is_not_believed(archive: Archive) -> None:
    archive.old_case()
    proposal = archive.of(archive.propose(), DOSSIER)
    await archive.approved(proposal)
    archive.run()
    lines = archive.file.read_text().splitlines()
    other = str(known_id("mila"))
    told = json.loads(lines[0])
    told["objects"] = [["young_people", other]]
    for changed in ([json.dumps(told), *lines[1:]], lines[1:], [lines[1], lines[0]]):
        archive.file.write_text("\n".join(changed) + "\n")
        with pytest.raises(RegisterBroken):
            destruction.reapply(archive.owner, archive.register, dry_run=False, done=nothing)
    archive.file.write_text("\n".join(lines) + "\n" + lines[0][:40])
    assert len(Register(archive.file).portions()[0]) == 1, "a line that was broken off was never believed"


def signal_case(archive: Archive, *, months: int) -> UUID:
    """A case in which the teacher kept a signal, and nothing followed."""
    case = new_id()
    named = {
        "case": case,
        "child": known_id("mila"),
        "by": known_id("leerkracht"),
        "school": known_id(SCHOOL),
        "months": months,
    }
    for statement in (
        (
            "insert into cases (id, young_person_id, school_id, route, route_version, step, opened_by, opened_at,"
            " step_since, last_sequence)"
            " values (%(case)s, %(child)s, %(school)s, 'midden-groningen', 1, 'signaal', %(by)s,"
            " now() - make_interval(months => %(months)s), now() - make_interval(months => %(months)s), 0)"
        ),
        (
            "insert into participants (id, case_id, organisation_id, ground, added_by, started_at) values"
            " (gen_random_uuid(), %(case)s, %(school)s, 'onderwijstaak', %(by)s,"
            " now() - make_interval(months => %(months)s))"
        ),
        (
            "insert into signals (id, case_id, author_id, author_role, author_organisation_id, given_by, kind,"
            " category, content, created_at)"
            " values (gen_random_uuid(), %(case)s, %(by)s, 'leerkracht', %(school)s, 'professional',"
            " 'leervraag', 'leren', 'verzonnen', now() - make_interval(months => %(months)s))"
        ),
    ):
        archive.owner.execute(statement.encode(), named)
    return case


async def test_a_signal_that_nothing_followed_goes_by_itself_after_it_was_announced(archive: Archive) -> None:
    old, young, moving = (signal_case(archive, months=number) for number in (7, 5, 7))
    said = "select type, object_id from outbox where type like 'retention.%'"
    dry = archive.freed(
        lambda: destruction.propose(archive.retention, BY_KEY, dry_run=True, done=lambda _: None).proposals
    )
    assert ([each.parts for each in dry], archive.owner.execute(said).fetchall()) == ([2], [])
    (found,) = archive.propose().proposals
    assert archive.owner.execute(said).fetchall() == [{"type": "retention.announced", "object_id": found.proposal_id}]
    assert (found.retention_class, found.parts) == (SIGNAL_ONLY, 2)
    shown = await archive.keeper.seen(f"/retention-proposals/{found.proposal_id}")
    assert shown["status"] == "aangekondigd"
    assert not archive.run().destroyed, "first it stands announced"
    archive.owner.execute("update retention_proposals set not_before = app_today()")
    assert (archive.run(dry_run=True).waiting, archive.count("signals", case_id=old)) == (6, 1)
    archive.owner.execute("update cases set last_sequence = 1 where id = %s", (moving,))
    ran = archive.run()
    assert (ran.destroyed[found.proposal_id], ran.stayed[found.proposal_id], ran.certificates) == (3, 3, 1)
    assert [archive.count("cases", id=case) for case in (old, young, moving)] == [0, 1, 1]
    assert archive.count("signals", case_id=old) == 0


async def test_a_signal_can_be_held_or_refused(archive: Archive) -> None:
    case = signal_case(archive, months=7)
    (found,) = archive.propose().proposals
    await archive.keeper.made("/legal-holds", {"caseId": str(case), "reason": "De ouders zijn nog in gesprek."})
    archive.owner.execute("update retention_proposals set not_before = app_today()")
    assert not archive.run().destroyed
    path = f"/retention-proposals/{found.proposal_id}"
    answer = await archive.keeper.made(f"{path}/refusal", {"reason": "De ouders zijn nog in gesprek."})
    assert answer["status"] == "afgewezen"
    again = await archive.keeper.post(f"{path}/refusal", {"reason": "Nog eens."})
    assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (409, "al-beoordeeld")


async def test_a_refused_proposal_frees_what_it_named(archive: Archive) -> None:
    archive.old_case()
    proposal = archive.of(archive.propose(), DOSSIER)
    await archive.keeper.made(f"/retention-proposals/{proposal}/refusal", {"reason": "De inspectie kijkt mee."})
    assert [each.retention_class for each in archive.propose().proposals] == [DOSSIER]


async def test_the_role_of_retention_reads_no_content_and_destroys_nothing_by_itself(archive: Archive) -> None:
    archive.old_case()
    proposal = archive.of(archive.propose(), DOSSIER)
    await archive.approved(proposal)
    wrong = [
        "select * from notes",
        "select given_name from young_people",
        "select * from audit_events",
        "select * from tombstones",
        "delete from notes",
        "delete from retention_objects",
        "update retention_proposals set approved_by = gen_random_uuid()",
        "update legal_holds set lifted_at = now()",
        "select app_erase('notes', array[gen_random_uuid()])",
        "select app_destroy_again(gen_random_uuid(), gen_random_uuid(), null, 'x', 'x', '{}', '{}')",
        # Nothing is added to what people agreed to, and nothing else goes by itself than a signal.
        (
            f"insert into retention_objects (proposal_id, record, object_id) select '{proposal}', 'cases', case_id"
            " from retention_keepers limit 1"
        ),
        (
            "insert into retention_proposals (id, organisation_id, retention_class, ground, term, source, automatic,"
            " not_before, records, cases, objects, due_since)"
            " select gen_random_uuid(), id, 'leerlingdossier', 'termijn',"
            " 'x', 'x', true, app_today(), '{}', 0, 0, app_today() from organisations limit 1"
        ),
        "insert into retention_proposals (id, approved_by) values (gen_random_uuid(), gen_random_uuid())",
    ]
    for statement in wrong:
        with pytest.raises((errors.InsufficientPrivilege, errors.CheckViolation)):
            archive.retention.execute(statement.encode())


@pytest.mark.parametrize("record", ["audit_events", "organisations", "tombstones", "legal_holds"])
async def test_what_accounts_for_what_was_done_is_never_destroyed(archive: Archive, record: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        archive.owner.execute("select app_erase(%s, array[gen_random_uuid()])", (record,))


async def test_a_proposal_that_nobody_agreed_to_is_not_carried_out_by_the_database_either(archive: Archive) -> None:
    archive.old_case()
    proposal = archive.of(archive.propose(), DOSSIER)
    for answered in (0, 1):
        with pytest.raises(errors.InsufficientPrivilege):
            archive.retention.execute("select * from app_destroy(%s, gen_random_uuid(), 10)", (proposal,))
        if not answered:
            await archive.officer.made(f"/retention-proposals/{proposal}/approval", None)


async def test_what_the_family_asked_to_destroy_goes_once_a_second_person_agrees(archive: Archive) -> None:
    """Jeugdwet 7.3.9: op verzoek, ook als de termijn nog loopt en in de zaak nog wordt gewerkt."""
    case = archive.old_case(by=(SCHOOL, SWV))
    archive.owner.execute("update cases set closed_at = null where id = %s", (case,))
    archive.note(case, SCHOOL, years_ago=0)
    request, granter = new_id(), known_id("intern-begeleider")
    asked = (
        "insert into data_requests (id, case_id, kind, organisation_id, requested_by, requested_role, asked_of,"
        " content, decision, decided_at, decided_by)"
        " values (%s, %s, 'vernietiging', %s, %s, 'ouder', '{}', 'verzonnen', %s, now(), %s)"
    )
    parent = known_id("ouder-een")
    for key, decision in ((request, "ingewilligd"), (new_id(), "geweigerd")):
        archive.owner.execute(asked.encode(), (key, case, known_id(SCHOOL), parent, decision, granter))
    archive.owner.execute("update young_people set school_id = %s", (known_id(SCHOOL),))
    proposal = next(
        each.proposal_id for each in archive.propose().proposals if each.organisation_id == known_id(SCHOOL)
    )
    shown = await archive.keeper.seen(f"/retention-proposals/{proposal}")
    assert (shown["ground"], shown["status"], shown["reviewedBy"]) == ("verzoek", "beoordeeld", str(granter))
    assert archive.count("retention_proposals", request_id=request) == 1
    assert not archive.run().destroyed
    await archive.keeper.made(f"/retention-proposals/{proposal}/approval", None)
    archive.note(case, SWV, years_ago=0)
    assert archive.run().destroyed[proposal] == 2
    assert archive.count("notes", case_id=case) == 2  # of the samenwerkingsverband, of which nothing was asked
    assert archive.propose().proposals == []


@pytest.mark.parametrize("named", ["subjects", "things"])
async def test_of_what_was_granted_in_part_that_part_alone_goes(archive: Archive, named: str) -> None:
    case = archive.old_case(by=(SCHOOL, SWV))
    archive.owner.execute("update cases set closed_at = null where id = %s", (case,))
    gone, stays = archive.note(case, SCHOOL, category="leven"), archive.note(case, SCHOOL, category="veiligheid")
    others = archive.note(case, SWV, category="leven")
    part = (["leven"], None) if named == "subjects" else (None, [gone, others])
    request = new_id()
    archive.owner.execute(
        "insert into data_requests (id, case_id, kind, organisation_id, requested_by, requested_role, asked_of,"
        " content, decision, refusal_ground, granted_categories, granted_ids, decided_at, decided_by) values (%s, %s,"
        " 'vernietiging', %s, %s, 'ouder', '{}', 'verzonnen', 'deels', 'belang_van_ander', %s, %s, now(), %s)",
        (request, case, known_id(SCHOOL), known_id("ouder-een"), *part, known_id("intern-begeleider")),
    )
    archive.owner.execute("update young_people set school_id = %s", (known_id(SCHOOL),))
    (proposal,) = [each.proposal_id for each in archive.propose().proposals if each.organisation_id == known_id(SCHOOL)]
    await archive.keeper.made(f"/retention-proposals/{proposal}/approval", None)
    assert archive.run().destroyed[proposal] == 1
    left = {row["id"] for row in archive.owner.execute("select id from notes where case_id = %s", (case,)).fetchall()}
    assert left >= {stays, others}
    assert gone not in left


async def test_nobody_is_put_down_as_the_first_of_two_who_granted_nothing(archive: Archive) -> None:
    wrong = (
        "insert into retention_proposals (id, organisation_id, retention_class, ground, request_id, term, source,"
        " automatic, not_before, reviewed_by, records, cases, objects, due_since) select gen_random_uuid(), id,"
        " 'leerlingdossier', %s, gen_random_uuid(), 'x', 'x', false, app_today(), gen_random_uuid(), '{}', 0, 0,"
        " app_today() from organisations limit 1"
    )
    for ground in ("termijn", "verzoek"):
        with pytest.raises(errors.InsufficientPrivilege):
            archive.retention.execute(wrong.encode(), (ground,))
