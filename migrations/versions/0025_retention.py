"""Retention and destruction: its tables, and in sql/0025_retention.sql its role, its walls and what destroys."""

from pathlib import Path

from alembic import op

revision = "0025"
down_revision = "0024"

TABLES = """
create table school_departures (
  id uuid primary key, young_person_id uuid not null references young_people (id),
  school_id uuid not null references organisations (id), to_school_id uuid references organisations (id),
  left_on date not null, created_at timestamptz not null default now());
create index ix_school_departures_young_person_id on school_departures (young_person_id);
create table retention_proposals (
  id uuid primary key, organisation_id uuid not null references organisations (id), retention_class text not null,
  ground text not null, request_id uuid, term text not null, source text not null, automatic boolean not null,
  not_before date not null, records jsonb not null, cases integer not null, objects integer not null,
  due_since date not null, destroyed integer not null default 0, kept integer not null default 0,
  created_at timestamptz not null default now(), reviewed_by uuid, reviewed_at timestamptz, approved_by uuid,
  approved_at timestamptz, refused_by uuid, refused_at timestamptz, refusal_reason text, finished_at timestamptz,
  constraint ground_known check (ground in ('termijn', 'verzoek')),
  constraint four_eyes check (approved_by is null or reviewed_by is not null and approved_by <> reviewed_by),
  constraint one_outcome check (refused_by is null or approved_by is null),
  constraint automatic_signal check (
    not automatic or retention_class = 'signaal_zonder_vervolg' and ground = 'termijn'),
  constraint refused_with_reason check ((refused_by is null) = (refusal_reason is null)));
create index ix_retention_proposals_organisation_id on retention_proposals (organisation_id, id);
create table retention_objects (
  proposal_id uuid not null references retention_proposals (id), record text not null, object_id uuid not null,
  case_id uuid, primary key (proposal_id, record, object_id));
create index ix_retention_objects_case_id on retention_objects (case_id);
create index ix_retention_objects_object_id on retention_objects (object_id);
create table legal_holds (
  id uuid primary key, organisation_id uuid not null references organisations (id), case_id uuid,
  retention_class text, reason text not null, placed_by uuid not null, placed_at timestamptz not null default now(),
  lifted_by uuid, lifted_at timestamptz, lifting_reason text,
  constraint lifted_with_reason check (
    (lifted_at is null) = (lifted_by is null) and (lifted_at is null) = (lifting_reason is null)));
create index ix_legal_holds_organisation_id on legal_holds (organisation_id, id);
create index legal_holds_in_force on legal_holds (organisation_id, case_id) where lifted_at is null;
create table tombstones (
  record text not null, object_id uuid not null, organisation_id uuid, retention_class text not null,
  proposal_id uuid not null, destroyed_at timestamptz not null default now(), primary key (record, object_id));
create index ix_tombstones_proposal_id on tombstones (proposal_id);
create table destruction_portions (
  id uuid primary key, proposal_id uuid not null, objects integer not null, digest text not null,
  destroyed_at timestamptz not null default now());
create table destruction_certificates (
  id uuid primary key, proposal_id uuid not null unique references retention_proposals (id),
  organisation_id uuid not null references organisations (id), document text not null, digest text not null,
  signature text, created_at timestamptz not null default now());
create index ix_destruction_certificates_organisation_id on destruction_certificates (organisation_id, id);
"""


def upgrade() -> None:
    # Through the driver's own cursor: many statements at once, and a percent sign in them is only a percent sign.
    driver = op.get_bind().connection.driver_connection
    driver.execute(TABLES)
    driver.execute((Path(__file__).parents[1] / "sql" / "0025_retention.sql").read_bytes())
