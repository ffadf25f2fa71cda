-- What an audit row tells besides: whether something was opened or only shown, the cases of a list, its place in the
-- trace, when it was written down, and by which transaction. No row is rewritten: a default that is a constant counts for
-- the rows that are there without touching them, and one that is not is set afterwards, for new rows alone.
alter table audit_events add column kind text;
alter table audit_events add column shown uuid[];
alter table audit_events add column trace_id text;
alter table audit_events add column span_id text;
alter table audit_events add column parent_span_id text;
alter table audit_events add column recorded_at timestamptz;
alter table audit_events alter column recorded_at set default clock_timestamp();
-- The rows of before are of no transaction that can still be open.
alter table audit_events add column written_in bigint not null default 0;
alter table audit_events alter column written_in set default (pg_current_xact_id()::text)::bigint;
