"""What is due, as ids and dates; proposals, and what destroys them: as the role of retention, which reads no content.

Plain statements over a portion of cases at a time, never one a case. Who calls holds the transaction.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import DictRow

from app.domain.actors import OrganisationKind
from app.domain.retention import Facts, Part
from app.integrations.destruction_register import NOBODY, Destroyed

Connection = psycopg.Connection[DictRow]


@dataclass(frozen=True, slots=True)
class Owned:
    """One part of one case (or a child without one): whose it is, and what is known of it."""

    case_id: UUID | None
    child_id: UUID | None
    owner_id: UUID | None
    facts: Facts


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal that is to be made: of one organisation and one class, over these parts."""

    proposal_id: UUID
    organisation_id: UUID
    retention_class: str
    term: str
    source: str
    automatic: bool
    not_before: date
    due_since: date
    ground: str = "termijn"
    request_id: UUID | None = None
    reviewed_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class Granted:
    """A request of the family to destroy that an organisation granted, and of which there is no proposal yet."""

    request_id: UUID
    case_id: UUID
    organisation_id: UUID
    decided_by: UUID
    decided_on: date


@dataclass(frozen=True, slots=True)
class Ready:
    """A proposal that may be carried out."""

    proposal_id: UUID
    organisation_id: UUID
    retention_class: str
    objects_left: int


@dataclass(frozen=True, slots=True)
class Portion:
    """What one transaction destroyed: kind and id of each, and the digest that the database keeps of them."""

    portion_id: UUID
    objects: tuple[tuple[str, UUID], ...]
    looked: int


# One row for each part: the cases of a page, what each organisation wrote in them, and the shared record.
_PARTS = """
with page as (select * from retention_cases where case_id = any(%(cases)s)),
part as (
  select p.case_id, case when p.signal_only then p.keeper_id else coalesce(r.owner_id, p.keeper_id) end as owner_id,
         case when p.signal_only then 'gedeeld' else r.part end as part,
         max(r.changed_at) as changed_at, max(r.decided_at) as decided_at
    from page p join retention_rows r on r.case_id = p.case_id
   where r.case_id = any(%(cases)s)
   group by 1, 2, 3)
select part.case_id, part.owner_id, part.part, o.kind as owner, p.birth_date, p.closed_on, p.signal_only,
       (max(part.changed_at) over whole at time zone 'Europe/Amsterdam')::date as last_change,
       (part.decided_at at time zone 'Europe/Amsterdam')::date as last_decision,
       p.closed_on is null and exists (select from retention_involvements i
                    where i.case_id = part.case_id and i.organisation_id = part.owner_id) as involved,
       exists (select from part x where x.case_id = part.case_id and x.part <> 'gedeeld') as others_left,
       d.left_on, coalesce(d.to_special, false) as to_special
  from part join page p on p.case_id = part.case_id
  left join organisations o on o.id = part.owner_id
  left join lateral (select left_on, to_special from retention_departures d
                      where d.young_person_id = p.young_person_id
                        and (d.school_id = part.owner_id or d.board_id = part.owner_id)
                      order by d.left_on desc limit 1) d on true
window whole as (partition by part.case_id, part.owner_id)
 order by part.case_id, part.owner_id, part.part
"""

# What these parts consist of, without what another proposal names already.
_FREE = """
asked as (select * from unnest(%(cases)s::uuid[], %(parts)s::text[]) as u (case_id, part)),
found as (
  select distinct r.record, r.object_id, r.case_id from retention_rows r join asked a on a.case_id = r.case_id
   where r.case_id = any(%(cases)s)
     and (a.part = 'alles' or r.part = a.part and (r.owner_id = %(owner)s or r.part = 'gedeeld'))
  union all
  select r.record, r.object_id, r.case_id from retention_requests q
    join retention_rows r on r.case_id = q.case_id and r.owner_id = q.organisation_id
   where q.request_id = %(request)s and r.case_id = any(%(cases)s)
     and (q.about_id is null or r.object_id = q.about_id)
     and (q.whole or r.object_id = any(q.granted_ids) or exists (
            select from retention_categories c
             where c.object_id = r.object_id and c.category = any(q.granted_categories)))
     and (q.category is null or q.about_id is not null or exists (
            select from retention_categories c where c.object_id = r.object_id and c.category = q.category))
  union all
  select 'young_people', c.young_person_id, null from retention_children c
   where c.young_person_id = any(%(children)s)),
free as (
  select f.* from found f
   where not exists (select from retention_objects o join retention_proposals p on p.id = o.proposal_id
                      where o.record = f.record and o.object_id = f.object_id and p.refused_by is null))
"""


def newest_migration(connection: Connection) -> str:
    """The newest migration that the database has had, empty for none."""
    row = connection.execute("select max(version_num) as newest from alembic_version").fetchone()
    return str(row["newest"] or "") if row else ""


def alone(connection: Connection) -> bool:
    """Whether nobody else proposes or destroys now; it stays so until the connection ends."""
    row = connection.execute("select pg_try_advisory_lock(hashtextextended('retention-runs', 0)) as mine").fetchone()
    return bool(row and row["mine"])


def today(connection: Connection) -> date:
    """The day in the Netherlands, by the database's clock."""
    row = connection.execute("select app_today() as day").fetchone()
    day: date = (row or {})["day"]
    return day


def count(connection: Connection) -> int:
    """How many cases and children without a case there are to look at."""
    row = connection.execute(
        "select (select count(*) from retention_keepers) + (select count(*) from retention_children) as n"
    ).fetchone()
    return int(row["n"]) if row else 0


def cases(connection: Connection, after: UUID | None, size: int) -> list[UUID]:
    """The next cases in the order of their ids."""
    rows = connection.execute(
        "select case_id from retention_keepers where (%(after)s::uuid is null or case_id > %(after)s)"
        " order by case_id limit %(size)s",
        {"after": after, "size": size},
    ).fetchall()
    return [row["case_id"] for row in rows]


def parts(connection: Connection, these: Sequence[UUID]) -> list[Owned]:
    """Every part of these cases."""
    return [
        Owned(
            row["case_id"],
            None,
            row["owner_id"],
            Facts(
                part=Part(row["part"]),
                owner=OrganisationKind(row["owner"]) if row["owner"] else None,
                last_change=row["last_change"],
                last_decision=row["last_decision"],
                birth_date=row["birth_date"],
                closed_on=row["closed_on"],
                left_school_on=row["left_on"],
                to_special_school=row["to_special"],
                involved=row["involved"],
                others_left=row["others_left"],
                signal_only=row["signal_only"],
            ),
        )
        for row in connection.execute(_PARTS, {"cases": list(these)}).fetchall()
    ]


def children(connection: Connection, after: UUID | None, size: int) -> list[Owned]:
    """The next children of whom no case is left, in the order of their ids."""
    rows = connection.execute(
        "select c.young_person_id, c.keeper_id, c.pupil, o.kind as owner,"
        " (c.changed_at at time zone 'Europe/Amsterdam')::date as last_change"
        " from retention_children c left join organisations o on o.id = c.keeper_id"
        " where (%(after)s::uuid is null or c.young_person_id > %(after)s)"
        " order by c.young_person_id limit %(size)s",
        {"after": after, "size": size},
    ).fetchall()
    return [
        Owned(
            None,
            row["young_person_id"],
            row["keeper_id"],
            Facts(
                part=Part.CHILD,
                owner=OrganisationKind(row["owner"]) if row["owner"] else None,
                last_change=row["last_change"],
                involved=row["pupil"],
            ),
        )
        for row in rows
    ]


def held(connection: Connection, these: Sequence[tuple[UUID, str, UUID | None]]) -> set[tuple[UUID, str, UUID | None]]:
    """Of these, as organisation, class and case, those that a hold keeps."""
    rows = connection.execute(
        "select u.* from unnest(%s::uuid[], %s::text[], %s::uuid[]) as u (owner, class, in_case)"
        " where app_held(u.owner, u.class, u.in_case)",
        ([one[0] for one in these], [one[1] for one in these], [one[2] for one in these]),
    ).fetchall()
    return {(row["owner"], row["class"], row["in_case"]) for row in rows}


def propose(connection: Connection, proposal: Proposed, these: Sequence[Owned]) -> int:
    """Make a proposal over these parts, without what an open proposal names already. Answers how many objects; 0: none.

    The objects are looked up by the database itself; the counts that people will read are counted from them.
    """
    values = _values(proposal, these)
    made = connection.execute(
        f"with {_FREE} insert into retention_proposals (id, organisation_id, retention_class, ground, request_id, term,"
        " source, automatic, not_before, reviewed_by, reviewed_at, records, cases, objects, due_since)"
        " select %(id)s, %(owner)s, %(class)s, %(ground)s, %(request)s, %(term)s, %(source)s, %(automatic)s,"
        " %(not_before)s, %(reviewed_by)s, case when %(reviewed_by)s::uuid is not null then now() end,"
        " (select jsonb_object_agg(record, n) from (select record, count(*) as n from free"
        " group by record) x), (select count(distinct case_id) from free), (select count(*) from free),"
        " %(due_since)s where exists (select from free) returning objects",
        values,
    ).fetchone()
    if made is None:
        return 0
    connection.execute(
        f"with {_FREE} insert into retention_objects (proposal_id, record, object_id, case_id)"
        " select %(id)s, record, object_id, case_id from free",
        values,
    )
    return int(made["objects"])


def _values(proposal: Proposed, these: Sequence[Owned]) -> dict[str, Any]:
    of_cases = [one for one in these if one.case_id is not None]
    return {
        "id": proposal.proposal_id,
        "owner": proposal.organisation_id,
        "class": proposal.retention_class,
        "ground": proposal.ground,
        "request": proposal.request_id,
        "reviewed_by": proposal.reviewed_by,
        "term": proposal.term,
        "source": proposal.source,
        "automatic": proposal.automatic,
        "not_before": proposal.not_before,
        "due_since": proposal.due_since,
        "cases": [one.case_id for one in of_cases],
        "parts": [_asked(proposal, one) for one in of_cases],
        "children": [one.child_id for one in these if one.child_id is not None],
    }


def _asked(proposal: Proposed, one: Owned) -> str:
    """Which rows of a case are meant: those of the part; all for a signal; none but the requested for a request."""
    if proposal.request_id is not None:
        return "geen"
    return "alles" if one.facts.signal_only else str(one.facts.part)


def granted(connection: Connection) -> list[Granted]:
    """What the family asked to destroy, was granted, and is not proposed yet, oldest first."""
    rows = connection.execute(
        "select q.request_id, q.case_id, q.organisation_id, q.decided_by,"
        " (q.decided_at at time zone 'Europe/Amsterdam')::date as decided_on from retention_requests q"
        " where not exists (select from retention_proposals p where p.request_id = q.request_id)"
        " order by q.request_id"
    ).fetchall()
    return [
        Granted(row["request_id"], row["case_id"], row["organisation_id"], row["decided_by"], row["decided_on"])
        for row in rows
    ]


def ready(connection: Connection) -> list[Ready]:
    """The proposals that may be carried out today, oldest first."""
    rows = connection.execute(
        "select p.id, p.organisation_id, p.retention_class,"
        " (select count(*) from retention_objects o where o.proposal_id = p.id) as left"
        " from retention_proposals p"
        " where p.finished_at is null and p.refused_by is null and p.not_before <= app_today()"
        " and (p.automatic or p.approved_by is not null) order by p.id"
    ).fetchall()
    return [Ready(row["id"], row["organisation_id"], row["retention_class"], row["left"]) for row in rows]


def destroy(connection: Connection, proposal: UUID, portion: UUID, size: int) -> Portion:
    """Destroy the next portion of a proposal. Nothing looked at: all of it is done, or held."""
    rows = connection.execute("select * from app_destroy(%s, %s, %s)", (proposal, portion, size)).fetchall()
    gone = sorted((row["record"], row["object_id"]) for row in rows if row["outcome"] == "vernietigd")
    return Portion(portion, tuple(gone), len(rows))


def proposal(connection: Connection, proposal_id: UUID) -> DictRow:
    """A proposal as it stands, with what is left of it. LookupError when there is none."""
    row = connection.execute(
        "select p.*, (select count(*) from retention_objects o where o.proposal_id = p.id) as left"
        " from retention_proposals p where p.id = %s",
        (proposal_id,),
    ).fetchone()
    if row is None:
        raise LookupError(proposal_id)
    return row


def portions(connection: Connection, proposal_id: UUID) -> list[DictRow]:
    """The portions of a proposal, in order: id, objects, digest, destroyed_at."""
    return connection.execute(
        "select id, objects, digest, destroyed_at from destruction_portions where proposal_id = %s order by id",
        (proposal_id,),
    ).fetchall()


def certify(
    connection: Connection, proposal_id: UUID, certificate: UUID, document: str, digest: str, signature: str | None
) -> bool:
    """Keep the certificate of a proposal of which nothing is left to do; False when it has one, or is not done."""
    row = connection.execute(
        "select app_certify(%s, %s, %s, %s, %s) as done", (proposal_id, certificate, document, digest, signature)
    ).fetchone()
    return bool(row and row["done"])


def certificates(connection: Connection) -> Iterator[DictRow]:
    """Every certificate, as the worker reads them: id, of what, document, digest, signature, and whether it is apart.

    A proposal or a track that was destroyed and has none comes without a document.
    """
    with connection.cursor(name="certificates") as cursor:
        cursor.execute(
            "select p.id as asked, c.id, c.document, c.digest, c.signature, c.organisation_id::text as organisation,"
            " false as apart from retention_proposals p left join destruction_certificates c on c.proposal_id = p.id"
            " where p.finished_at is not null or c.id is not null"
            " union all select d.id, d.id, d.document, d.digest, d.signature, d.organisation_id::text, true"
            " from meldcode_destructions d where d.destroyed_at is not null and d.document is not null"
        )
        yield from cursor


def unknown_portions(connection: Connection, these: Sequence[UUID]) -> set[UUID]:
    """Of these portions those that the database has not had."""
    rows = connection.execute("select app_unknown_portions(%s::uuid[]) as id", (list(these),)).fetchall()
    return {row["id"] for row in rows}


def confidential_ready(connection: Connection) -> list[UUID]:
    """What two people agreed to that is told to nobody else: ids that say nothing of whose it is."""
    return [row["id"] for row in connection.execute("select app_meldcode_ready() as id").fetchall()]


def destroy_confidential(connection: Connection, asked: UUID, portion: UUID) -> tuple[UUID, str]:
    """Destroy one of these; by which name the register tells of it, and the digest of its certificate."""
    row = connection.execute("select name, digest from app_meldcode_destroy(%s, %s)", (asked, portion)).fetchone()
    if row is None:
        raise LookupError(asked)
    return row["name"], row["digest"]


def sign_confidential(connection: Connection, asked: UUID, signature: str) -> None:
    """The signature under the certificate of what this transaction destroyed."""
    connection.execute("select app_meldcode_sign(%s, %s)", (asked, signature))


def tidy(connection: Connection, keys: str, facts: str, codes: str) -> int:
    """Remove what holds no content and had its time; how many rows."""
    row = connection.execute(
        "select app_tidy(%s::interval, %s::interval, %s::interval) as n", (keys, facts, codes)
    ).fetchone()
    return int(row["n"]) if row else 0


def destroy_again(connection: Connection, portion: Destroyed) -> int:
    """Destroy what a restored backup brought back of a portion; how many rows. For the owner of the tables."""
    row = connection.execute(
        "select app_destroy_again(%s, %s, %s, %s, %s, %s, %s) as n",
        (
            portion.portion,
            portion.proposal,
            None if portion.organisation == NOBODY else portion.organisation,
            portion.retention_class,
            portion.digest,
            [kind for kind, _ in portion.objects],
            [each for _, each in portion.objects],
        ),
    ).fetchone()
    return int(row["n"]) if row else 0
