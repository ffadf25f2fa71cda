"""The conditions of the walls one by one: with all but this one met, the database shows nothing.

Beside `test_bypass`, which walks every role and situation: there a caller who should see nothing mostly lacks several
things at once, so that a condition can be missed and nobody notices. Each line here changes one fact of a scene, in a
transaction that is rolled back, and asks as the caller before it and after it.
"""

from collections.abc import AsyncIterator, Callable
from typing import Any

import psycopg
import pytest

from app.db import reach
from app.demo.postgres import API, SUPERUSER, Cluster
from app.demo.seed import known_id
from app.domain.actors import OrganisationKind, Role
from tests.conftest import Database
from tests.integrations.tokens import ISSUER
from tests.policy.matrix import BYSTANDER, Scene, Situation, organisation, prepared, scene
from tests.policy.test_bypass import _organisation
from tests.world import World

pytestmark = pytest.mark.anyio
R, S = Role, Situation

CASE = "select count(*) from cases where id = %(case)s"
NOTES = "select string_agg(distinct category, ',' order by category) from notes where case_id = %(case)s"
SIGNALS, ASSESSMENTS, STATEMENTS = (NOTES.replace("notes", each) for each in ("signals", "assessments", "statements"))
LOG = "select count(*) from audit_events where trace_id = 'verzonnen'"
AGED = "update young_people set birth_date = app_today() - make_interval(years => {}) where id = %(child)s;"
NURSE_ALONE = (
    "update participants set ended_at = now() where case_id = %(case)s;"
    "insert into participants (id, case_id, organisation_id, ground, added_by)"
    " values (gen_random_uuid(), %(case)s, %(jgz)s, 'jgz_taak', %(bystander)s);"
)
SIGHT = (
    "insert into sight_decisions (id, young_person_id, guardian_id, data_categories)"
    " values ('0190000{}-0000-7000-8000-000000000000', %(child)s, %({})s, '{}');"
)


def logged(action: str = "x", kind: str = "case", of: str = "null", ground: str = "x") -> str:
    """A line in the log of the case, about something that another parent did."""
    return (
        "insert into audit_events (id, actor_id, actor_role, client_id, action, object_type, object_id, case_id,"
        " ground, outcome, status, trace_id) values (gen_random_uuid(), %(parent)s, 'ouder', 'x',"
        f" '{action}', '{kind}', {of}, %(case)s, '{ground}', 'toegestaan', 200, 'verzonnen');"
    )


NOT_LOGGED = "delete from audit_events where trace_id = 'verzonnen';"
BY = "update audit_events set actor_id = %({})s where trace_id = 'verzonnen';"
PRIVATE = "update {} set private_of = %(parent)s where case_id = %(case)s;"
KEPT = (
    "update {} set author_role = 'leerplichtambtenaar', author_organisation_id = %(bystander_house)s"
    " where case_id = %(case)s and category <> 'proces';"
)
FINDING = (
    "insert into gezag_findings (id, young_person_id, kind, holders, organisation_id, evidence, checked_on, valid_from,"
    " recorded_by, recorded_role) values (gen_random_uuid(), %(child)s, '{}', '{{}}', {}, 'brp', app_today(),"
    " app_today() + {}, %(child)s, 'jeugdige');"
)
EMERGENCY = (
    "update emergency_accesses set worker_id = %({})s, role = '{}', started_at = now(),"
    " until = now() + interval '1 hour', organisation_id = coalesce(%(house)s, organisation_id)"
    " where id = %(emergency)s;"
)
EXCEPTION = (
    "insert into consent_exceptions (id, case_id, author_id, author_role, author_organisation_id, consent_id, kind,"
    " motivation) values (gen_random_uuid(), %(case)s, %(bystander)s, 'x', %(house)s, %(consent)s, 'geen', 'x');"
)
KEY = (
    "insert into idempotency_keys (person_id, key, operation, fingerprint, status, object_id)"
    " values (%(caller)s, 'x', 'x', '', 201, %(case)s);"
)
UNTOLD = "update emergency_accesses set told_at = null, unsafe_reason = 'Verzonnen.' where id = %(emergency)s;"
OPENED = "update cases set opened_by = %({})s, opened_at = {} where id = %(case)s;"
NARROWED = "update consents set data_categories = '{leren}' where id = %(opening)s;"
WRITTEN = (
    "update notes set author_id = %({})s, author_organisation_id = %({})s where case_id = %(case)s and category = '{}';"
)

TERM = (
    "insert into term_pauses (id, case_id, author_id, author_role, term, first_day, last_day, reason)"
    " values (gen_random_uuid(), %(case)s, %(bystander)s, 'x', 'x', app_today(), app_today(), 'x');"
    "insert into term_extensions (id, case_id, author_id, author_role, term, anchored_on, amount, reason)"
    " values (gen_random_uuid(), %(case)s, %(bystander)s, 'x', 'x', app_today(), 1, 'x');"
    "insert into deadlines (case_id, term, state, anchored_on, due_on, next_on)"
    " values (%(case)s, 'x', 'running', app_today(), app_today(), app_today());"
)
CHECKLIST = (
    "insert into checklist_answers (id, case_id, author_id, author_role, meeting_id, category, item, answer)"
    " values (gen_random_uuid(), %(case)s, %(bystander)s, 'x', %(meeting)s, 'gezondheid', 'gehoord', 'ja');"
)
TOMBSTONE = (
    "insert into tombstones (record, object_id, organisation_id, retention_class, proposal_id)"
    " values ('x', %(case)s, %(house)s, 'x', %(proposal)s);"
)
SEAL = (
    "insert into audit_seals (chain, number, previous, hash, size, sealed_at) values (%(house)s, 99, '', '', 1, now());"
)
OF_HOUSE = "update audit_events set organisation_id = %({})s where trace_id = 'verzonnen';"
ELSEWHERE = "update {} set organisation_id = %(bystander_house)s where id = %({})s;"
LEFT = "update participants set ended_at = now() where case_id = %(case)s;"
NO_GEZAG = "update guardianships set gezag = 'nee' where young_person_id = %(child)s;"
MOVED = "update young_people set school_id = null where id = %(child)s;"
NUMBERS = "select count(*) from identity_numbers where id = %(identityNumber)s"
OF_KIND = "update identity_numbers set kind = '{}', source = 'brp' where id = %(identityNumber)s;"
TRACK_LEFT = "update meldcode_participants set ended_at = now() where worker_id = %(caller)s;"
TRACKS = "select count(*) from meldcode_tracks where id = %(meldcodeTrack)s"

# What is done first; what is changed; what is asked; what comes out then. What came out before is something else.
Line = tuple[Role, Situation, str, str, str, Any]
LINES: dict[str, Line] = {
    # Who of the family, and until when.
    "parent of an adult": (R.OUDER, S.CHILD_OF_16, "", AGED.format(18), CASE, 0),
    "parent at 16, without school": (R.OUDER, S.INVOLVED, "", AGED.format(16) + NURSE_ALONE, CASE, 0),
    "parent at 16, shut again": (
        R.OUDER,
        S.INVOLVED,
        AGED.format(16) + NURSE_ALONE + SIGHT.format(1, "caller", "{leven}"),
        SIGHT.format(2, "caller", "{}"),
        CASE,
        0,
    ),
    "parent at 16, opened to the other": (
        R.OUDER,
        S.INVOLVED,
        AGED.format(16) + NURSE_ALONE + SIGHT.format(1, "caller", "{leven}"),
        "delete from sight_decisions; " + SIGHT.format(2, "parent", "{leven}"),
        CASE,
        0,
    ),
    "parent at 16, what was shut again": (
        R.OUDER,
        S.CHILD_OF_16,
        SIGHT.format(1, "caller", "{leven}"),
        SIGHT.format(2, "caller", "{}"),
        NOTES,
        "leren,verzuim",
    ),
    "parent at 16, what the other may see": (
        R.OUDER,
        S.CHILD_OF_16,
        SIGHT.format(1, "caller", "{leven}"),
        SIGHT.format(2, "caller", "{}") + SIGHT.format(3, "parent", "{leven}"),
        NOTES,
        "leren,verzuim",
    ),
    "guardian of an adult": (R.WETTELIJK_VERTEGENWOORDIGER, S.WARD_OF_16, "", AGED.format(18), CASE, 0),
    "guardian from tomorrow": (
        R.WETTELIJK_VERTEGENWOORDIGER,
        S.WARD,
        "",
        "delete from gezag_findings where young_person_id = %(child)s;" + FINDING.format("voogdij", "%(gi)s", 1),
        CASE,
        0,
    ),
    "guardian until a newer finding": (
        R.WETTELIJK_VERTEGENWOORDIGER,
        S.WARD,
        "",
        FINDING.format("tijdelijk_geen_gezag", "null", 0),
        CASE,
        0,
    ),
    # Who at work.
    "on consent, only what it names": (R.JEUGDVERPLEEGKUNDIGE, S.ON_CONSENT, "", NARROWED, NOTES, "leren,proces"),
    "by name, of a colleague": (
        R.JEUGDVERPLEEGKUNDIGE,
        S.BY_NAME,
        "",
        "update participants set worker_id = %(bystander)s where case_id = %(case)s and worker_id = %(caller)s;",
        CASE,
        0,
    ),
    "the own school, only as a role": (
        R.DIRECTIE,
        S.INVOLVED,
        "",
        "update participants set role = 'leerkracht' where case_id = %(case)s and organisation_id = %(house)s;",
        CASE,
        0,
    ),
    "the board of another school": (
        R.REGIEVOERDER_ZORG,
        S.INVOLVED,
        "",
        "update organisations set board_id = null where board_id = %(house)s;",
        CASE,
        0,
    ),
    "an emergency in another role": (
        R.CASEMANAGER_JEUGD,
        S.NOT_INVOLVED,
        EMERGENCY.format("caller", "casemanager_jeugd"),
        EMERGENCY.format("caller", "medewerker_lokaal_team"),
        CASE,
        0,
    ),
    "an emergency of a colleague": (
        R.CASEMANAGER_JEUGD,
        S.NOT_INVOLVED,
        EMERGENCY.format("caller", "casemanager_jeugd"),
        EMERGENCY.format("colleague", "casemanager_jeugd"),
        CASE,
        0,
    ),
    "opened once": (
        R.LEERKRACHT,
        S.NOT_INVOLVED,
        OPENED.format("caller", "now()"),
        OPENED.format("caller", "now() - interval '1 minute'"),
        CASE,
        0,
    ),
    "opened by another": (
        R.LEERKRACHT,
        S.NOT_INVOLVED,
        OPENED.format("caller", "now()"),
        OPENED.format("bystander", "now()"),
        CASE,
        0,
    ),
    # What the own house wrote.
    "closed, written by another house": (
        R.JEUGDVERPLEEGKUNDIGE,
        S.ON_CONSENT,
        NARROWED + WRITTEN.format("bystander", "house", "gezondheid"),
        WRITTEN.format("bystander", "bystander_house", "gezondheid"),
        NOTES,
        "leren,proces",
    ),
    "closed, of the own house, not of the own work": (
        R.JEUGDVERPLEEGKUNDIGE,
        S.ON_CONSENT,
        NARROWED + WRITTEN.format("bystander", "house", "gezondheid"),
        WRITTEN.format("bystander", "bystander_house", "gezondheid") + WRITTEN.format("bystander", "house", "verzuim"),
        NOTES,
        "leren,proces",
    ),
    "closed, of oneself, in a case that ended": (
        R.JEUGDVERPLEEGKUNDIGE,
        S.INVOLVED,
        WRITTEN.format("caller", "house", "verzuim"),
        "update participants set ended_at = now() where case_id = %(case)s;",
        NOTES,
        None,
    ),
    # What one of the family keeps, and the compartments.
    **{
        f"{asked} that another keeps, {who}": (who, at, "", PRIVATE.format(asked), asks, None)
        for asked, asks in (("signals", SIGNALS), ("notes", NOTES), ("statements", STATEMENTS))
        for who, at in ((R.OUDER, S.INVOLVED), (R.WETTELIJK_VERTEGENWOORDIGER, S.WARD))
    },
    **{
        f"{asked} of leerplicht": (R.INTERN_BEGELEIDER, S.INVOLVED, "", KEPT.format(asked), asks, "proces")
        for asked, asks in (("signals", SIGNALS), ("notes", NOTES), ("assessments", ASSESSMENTS))
    },
    # The log of a case.
    **{
        f"the log, {table} that another keeps, {who}": (
            who,
            at,
            logged(kind=kind, of=f"(select id from {table} where case_id = %(case)s limit 1)"),
            PRIVATE.format(table),
            LOG,
            0,
        )
        for table, kind in (("signals", "signal"), ("notes", "note"), ("statements", "statement"))
        for who, at in ((R.OUDER, S.INVOLVED), (R.WETTELIJK_VERTEGENWOORDIGER, S.WARD))
    },
    **{
        f"the log, {fact}, {who}": (who, at, logged(), NOT_LOGGED + hidden, LOG, 0)
        for fact, hidden in (
            ("decided apart", logged("consent.except")),
            ("an emergency untold", UNTOLD + logged(ground="vitaal_belang", of="%(emergency)s")),
            (
                "a read in an emergency untold",
                UNTOLD + EMERGENCY.format("parent", "x") + logged(ground="vitaal_belang"),
            ),
        )
        for who, at in ((R.OUDER, S.INVOLVED), (R.WETTELIJK_VERTEGENWOORDIGER, S.WARD))
    },
    "the log, of a colleague in the case": (
        R.INTERN_BEGELEIDER,
        S.INVOLVED,
        logged() + BY.format("caller"),
        BY.format("parent"),
        LOG,
        0,
    ),
    # Of one caller alone.
    "an exception, for the house that wrote it": (
        R.JEUGDVERPLEEGKUNDIGE,
        S.INVOLVED,
        EXCEPTION,
        "update consent_exceptions set author_organisation_id = %(bystander_house)s;",
        "select count(*) from consent_exceptions",
        0,
    ),
    "an exception, when the part in the case ended": (
        R.JEUGDVERPLEEGKUNDIGE,
        S.INVOLVED,
        EXCEPTION,
        "update participants set ended_at = now() where case_id = %(case)s;",
        "select count(*) from consent_exceptions",
        0,
    ),
    "an emergency that is not told": (
        R.OUDER,
        S.INVOLVED,
        "",
        UNTOLD,
        "select count(*) from emergency_accesses where id = %(emergency)s",
        0,
    ),
    "an emergency, for a colleague who may not read of them": (
        R.LEERKRACHT,
        S.INVOLVED,
        "update emergency_accesses set worker_id = %(caller)s where id = %(emergency)s;",
        "update emergency_accesses set worker_id = %(colleague)s where id = %(emergency)s;",
        "select count(*) from emergency_accesses where id = %(emergency)s",
        0,
    ),
    "what a youth decided, for another": (
        R.JEUGDIGE,
        S.INVOLVED,
        SIGHT.format(1, "parent", "{leven}"),
        "update sight_decisions set young_person_id = %(bystander)s;",
        "select count(*) from sight_decisions",
        0,
    ),
    "a key of another": (
        R.LEERKRACHT,
        S.INVOLVED,
        KEY,
        "update idempotency_keys set person_id = %(bystander)s where key = 'x';",
        "select count(*) from idempotency_keys where key = 'x'",
        0,
    ),
    "a parent whom the youth lets see, without gezag": (
        R.JEUGDIGE,
        S.INVOLVED,
        "",
        "update guardianships set gezag = 'nee' where young_person_id = %(child)s;",
        "select count(*) from app_my_sight()",
        0,
    ),
    "a track, when the part in it ended": (
        R.LEERKRACHT,
        S.INVOLVED,
        "",
        "update meldcode_participants set ended_at = now() where worker_id = %(caller)s;",
        "select count(*) from meldcode_tracks where id = %(meldcodeTrack)s",
        0,
    ),
    "a login that ended": (
        R.LEERKRACHT, S.INVOLVED, "", "update bindings set ended_at = now() where subject = %(login_name)s;", CASE, 0,
    ),
    "a login until yesterday": (
        R.LEERKRACHT, S.INVOLVED, "",
        "update bindings set valid_until = app_today() - 1 where subject = %(login_name)s;", CASE, 0,
    ),
    "a login from tomorrow": (
        R.LEERKRACHT, S.INVOLVED, "",
        "update bindings set valid_from = app_today() + 1 where subject = %(login_name)s;", CASE, 0,
    ),
    "a login at another house": (
        R.LEERKRACHT, S.INVOLVED, "",
        "update workers set organisation_id = %(bystander_house)s where id = %(caller)s;", CASE, 0,
    ),
    # The log of the own house.
    "the log of another house": (
        R.FUNCTIONARIS_GEGEVENSBESCHERMING, S.INVOLVED, logged() + OF_HOUSE.format("house"),
        OF_HOUSE.format("bystander_house"), LOG, 0,
    ),
    "the log of the own house, for who may not read it": (
        R.LEERKRACHT, S.INVOLVED, logged() + OF_HOUSE.format("house") + BY.format("caller"), BY.format("parent"),
        LOG, 0,
    ),
    "the log of the own house, of a case of another": (
        R.FUNCTIONARIS_GEGEVENSBESCHERMING, S.OTHER_ROLE, logged() + OF_HOUSE.format("house"),
        NOT_LOGGED + logged(kind="young-person") + OF_HOUSE.format("house") + LEFT, LOG, 0,
    ),
    "the log, a request of another": (
        R.OUDER, S.INVOLVED, logged(kind="data-request", of="%(dataRequest)s"),
        "update data_requests set asked_of = '{}' where id = %(dataRequest)s;", LOG, 0,
    ),
    # What is about the child, and numbers.
    "an emergency of a child that is no more the own": (
        R.OUDER, S.INVOLVED, "", NO_GEZAG, "select count(*) from emergency_accesses where id = %(emergency)s", 0,
    ),
    "the gezag over a child that is no more the own": (
        R.OUDER, S.INVOLVED, FINDING.format("niet_te_bepalen", "null", 0), NO_GEZAG,
        "select count(*) from gezag_findings where young_person_id = %(child)s", 0,
    ),
    "a number, without gezag": (R.OUDER, S.INVOLVED, "", NO_GEZAG, NUMBERS, 0),
    "a number that is not for a school": (R.LEERKRACHT, S.INVOLVED, "", OF_KIND.format("bsn"), NUMBERS, 0),
    "a number that is for a school alone": (R.JEUGDVERPLEEGKUNDIGE, S.INVOLVED, "", OF_KIND.format("pgn"), NUMBERS, 0),
    "a number of a pupil that left": (R.LEERKRACHT, S.NOT_INVOLVED, "", MOVED, NUMBERS, 0),
    # A youth who turns sixteen: the process and health are no longer the parents'.
    **{
        f"{table}, at sixteen": (
            R.OUDER, S.CHILD_OF_16, AGED.format(14) + TERM + CHECKLIST, AGED.format(16),
            f"select count(*) from {table}", 0,
        )
        for table in ("term_pauses", "term_extensions", "deadlines", "checklist_answers")
    },
    # Requests, holds, proposals: of one house.
    **{
        f"{table}, of another house": (
            who, S.INVOLVED, first, ELSEWHERE.format(table, name),
            f"select count(*) from {table} where id = %({name})s", 0,
        )
        for who, table, name, first in (
            (R.DIRECTIE, "data_requests", "dataRequest", ""),
            (R.BEHEERDER, "legal_holds", "hold", ""),
            (R.BEHEERDER, "retention_proposals", "proposal", ""),
            (R.BEHEERDER, "destruction_certificates", "certificate", ""),
            (R.DIRECTIE, "organisation_meetings", "policy", "delete from organisation_meeting_parties;"),
        )
    },
    "answers to a request of others": (
        R.OUDER, S.INVOLVED, "", "update data_requests set asked_of = '{}' where id = %(dataRequest)s;",
        "select count(*) from data_request_answers where request_id = %(dataRequest)s", 0,
    ),
    "what another house destroyed": (
        R.BEHEERDER, S.INVOLVED, TOMBSTONE, "update tombstones set organisation_id = %(bystander_house)s;",
        "select count(*) from tombstones", 0,
    ),
    "the chain of another house": (
        R.FUNCTIONARIS_GEGEVENSBESCHERMING, S.INVOLVED, SEAL,
        "update audit_seals set chain = %(bystander_house)s where number = 99;", "select count(*) from audit_seals", 1,
    ),
    "a colleague who left for another house": (
        R.LEERKRACHT, S.INVOLVED, "", ELSEWHERE.format("workers", "colleague"),
        "select count(*) from workers where id = %(colleague)s", 0,
    ),
    "an involvement by name, in a role that one has not": (
        R.JEUGDVERPLEEGKUNDIGE, S.BY_NAME, "",
        "update participants set role = 'politie' where case_id = %(case)s and worker_id = %(caller)s;",
        "select count(*) from participants_in_force where worker_id = %(caller)s", 0,
    ),
    # Tracks of the Meldcode.
    **{
        f"{table}, when the part in it ended": (
            R.LEERKRACHT, S.INVOLVED, "", TRACK_LEFT,
            f"select count(*) from {table} where track_id = %(meldcodeTrack)s", 0,
        )
        for table in ("meldcode_participants", "meldcode_entries")
    },
    "a track that was opened once": (
        R.LEERKRACHT, S.INVOLVED,
        TRACK_LEFT
        + "update meldcode_tracks set opened_by = %(caller)s, opened_at = now() where id = %(meldcodeTrack)s;",
        "update meldcode_tracks set opened_at = now() - interval '1 minute' where id = %(meldcodeTrack)s;", TRACKS, 0,
    ),
    "the child of a track, when the part in it ended": (
        R.LEERKRACHT, S.INVOLVED, "", TRACK_LEFT, "select app_meldcode_child(%(meldcodeTrack)s) is not null", False,
    ),
    "who decides in a track": (
        R.LEERKRACHT, S.INVOLVED, "",
        "update meldcode_tracks set decider_id = %(colleague)s where id = %(meldcodeTrack)s;",
        "select app_meldcode_decides(%(meldcodeTrack)s)", False,
    ),
    # What functions answer.
    "consents on which it rests, withdrawn": (
        R.JEUGDVERPLEEGKUNDIGE, S.ON_CONSENT, "",
        "update consent_answers set decision = 'ingetrokken' where consent_id = %(opening)s;",
        "select app_consents(%(case)s, %(house)s) is not null", False,
    ),
    "consents on which it rests, for another house": (
        R.JEUGDVERPLEEGKUNDIGE, S.ON_CONSENT, "",
        "update consents set recipients = array[%(bystander_house)s::uuid] where id = %(opening)s;",
        "select app_consents(%(case)s, %(house)s) is not null", False,
    ),
    **{
        f"{asked}, when the part in the case ended": (
            R.JEUGDVERPLEEGKUNDIGE, S.INVOLVED, CHECKLIST + logged() + BY.format("bystander"), LEFT,
            f"select count(*) from (select {asked}) a (x) where x is not null", 0,
        )
        for asked in (
            "app_consent_standing(%(consent)s)::text",
            "app_worker_name(%(bystander)s, %(case)s)",
            "app_actor_name(%(bystander)s, %(case)s)",
            "app_children(array[%(case)s::uuid])::text",
            "app_answered(%(meeting)s)::text",
            "app_case_facts(%(case)s)",
            "app_consent_facts(%(case)s)",
        )
    },
    "the name of somebody who takes no part": (
        R.JEUGDVERPLEEGKUNDIGE, S.INVOLVED, "", "delete from participants where worker_id = %(bystander)s;",
        "select app_worker_name(%(bystander)s, %(case)s) is not null", False,
    ),
    "the name of somebody who did nothing": (
        R.JEUGDVERPLEEGKUNDIGE, S.INVOLVED, logged() + BY.format("bystander"), NOT_LOGGED,
        "select app_actor_name(%(bystander)s, %(case)s) is not null", False,
    ),
    **{
        f"{asked}, addressed to another house": (
            R.DIRECTIE, S.INVOLVED, "", ELSEWHERE.format("data_requests", "dataRequest"),
            f"select {asked}(%(dataRequest)s) is not null", False,
        )
        for asked in ("app_requested_child", "app_request_family")
    },
    **{
        f"inviting {who}": (R.BEHEERDER, S.INVOLVED, "", change, f"select app_invites({asked})", False)
        for who, change, asked in (
            ("a pupil who left", MOVED, "null, null, %(child)s"),
            ("a pupil of eleven", AGED.format(11), "null, null, %(child)s"),
            ("a parent of a pupil who left", MOVED, "null, %(parent)s, null"),
            ("a worker of another house", ELSEWHERE.format("workers", "colleague"), "%(colleague)s, null, null"),
        )
    },
}  # fmt: skip


RECTIFIED = (
    "update data_requests set kind = 'correctie', decision = 'ingewilligd', about_type = 'note', category = 'leren',"
    " about_id = (select id from notes where case_id = %(case)s and category = 'leren'), decided_by = %(caller)s,"
    " decided_role = 'directie', decided_at = now(), reason = 'x' where id = %(dataRequest)s;"
)
RECTIFY = "select app_rectify(%(dataRequest)s, gen_random_uuid(), 'x')"
REVIEWED = (
    "update emergency_accesses set worker_id = %({})s, reviewed_at = null, reviewed_by = null, reviewed_role = null,"
    " justified = null, review_note = null where id = %(emergency)s;"
)
REVIEW = (
    "update emergency_accesses set reviewed_at = now(), reviewed_by = app_person(), reviewed_role = 'x',"
    " justified = true, review_note = 'x' where id = %(emergency)s"
)
# As above; what is done changes a row first, and then none.
WRITES: dict[str, tuple[Role, Situation, str, str, str]] = {
    "put right in the name of a colleague": (
        R.DIRECTIE, S.INVOLVED, RECTIFIED,
        "update data_requests set decided_by = %(colleague)s where id = %(dataRequest)s;", RECTIFY,
    ),
    "put right what was refused": (
        R.DIRECTIE, S.INVOLVED, RECTIFIED,
        "update data_requests set decision = 'geweigerd' where id = %(dataRequest)s;", RECTIFY,
    ),
    "put right what another house was asked": (
        R.DIRECTIE, S.INVOLVED, RECTIFIED, ELSEWHERE.format("data_requests", "dataRequest"), RECTIFY,
    ),
    "review the own emergency": (
        R.FUNCTIONARIS_GEGEVENSBESCHERMING, S.INVOLVED, REVIEWED.format("colleague"), REVIEWED.format("caller"), REVIEW,
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
async def place(
    new_database: Callable[[], Database], clusters: Callable[[int], Cluster], anyio_backend: str
) -> AsyncIterator[tuple[World, Any, dict[tuple[Role, Situation], Scene]]]:
    """The organisations of the matrix, a connection that may arrange and become the service, the scenes so far."""
    del anyio_backend  # asked for so that the fixture runs in it
    database = new_database()
    arranging = clusters(18).dsn(SUPERUSER, database.name)
    async with prepared(database) as made, await psycopg.AsyncConnection.connect(arranging) as connection:
        yield made, connection, {}


async def _becomes(connection: Any, at: Scene) -> None:
    """From here to the end of the transaction: the role of the service, for this caller."""
    await connection.execute(f"set local role {API}")
    await connection.execute(
        "select from app_identify(%s, %s, %s, %s)",
        (ISSUER, at.family_name, _organisation(at), reach.compartments(frozenset({at.role}))),
    )
    await connection.execute("select set_config('app.meldcode', 'deelnemer', true)")


async def _asked(connection: Any, at: Scene, question: str, ids: dict[str, Any]) -> Any:
    """What the database answers this caller."""
    async with connection.transaction(force_rollback=True):
        await _becomes(connection, at)
        answer = await (await connection.execute(question, ids)).fetchone()
        return answer[0]


async def _done(connection: Any, at: Scene, statement: str, ids: dict[str, Any]) -> bool:
    """Whether this caller changes something by it."""
    try:
        async with connection.transaction(force_rollback=True):
            await _becomes(connection, at)
            return bool((await connection.execute(statement, ids)).rowcount)
    except psycopg.errors.InsufficientPrivilege:
        return False


async def _set(place: Any, role: Role, situation: Situation) -> tuple[Scene, dict[str, Any]]:
    """The scene, made once, and what lines name."""
    world, _, scenes = place
    at = scenes.get((role, situation)) or await scene(world, role, situation)
    scenes[role, situation] = at
    house = _organisation(at)
    return at, {
        **at.ids,
        "bystander": known_id("omstander"),
        "bystander_house": known_id(BYSTANDER),
        "house": None if house is None else known_id(house),
        "jgz": organisation(OrganisationKind.JGZ),
        "gi": organisation(OrganisationKind.GECERTIFICEERDE_INSTELLING),
        "login_name": at.family_name,
    }


async def _arrange(connection: Any, statements: str, ids: dict[str, Any]) -> None:
    # What is append-only is so for the service; here it is arranged.
    await connection.execute("set local session_replication_role = replica")
    for each in filter(str.strip, statements.split(";")):
        await connection.execute(each, ids)
    await connection.execute("set local session_replication_role = origin")


@pytest.mark.parametrize("line", LINES)
async def test_with_one_thing_lacking_the_walls_show_nothing(place: Any, line: str) -> None:
    role, situation, first, change, question, then = LINES[line]
    at, ids = await _set(place, role, situation)
    connection = place[1]
    async with connection.transaction(force_rollback=True):
        await _arrange(connection, first, ids)
        before = await _asked(connection, at, question, ids)
        await _arrange(connection, change, ids)
        assert await _asked(connection, at, question, ids) == then
        assert before != then, "it was not there before, so that it is not there now says nothing"


@pytest.mark.parametrize("line", WRITES)
async def test_with_one_thing_lacking_the_walls_let_nothing_be_changed(place: Any, line: str) -> None:
    role, situation, first, change, statement = WRITES[line]
    at, ids = await _set(place, role, situation)
    connection = place[1]
    async with connection.transaction(force_rollback=True):
        await _arrange(connection, first, ids)
        assert await _done(connection, at, statement, ids)
        await _arrange(connection, change, ids)
        assert not await _done(connection, at, statement, ids)
