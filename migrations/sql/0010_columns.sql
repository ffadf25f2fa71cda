-- What the tables that are there get besides. No table is rewritten: a column is empty, or its default is a constant that
-- counts for the rows that are there without touching them; a default that is none is set afterwards, for new rows alone.

-- What an audit row tells besides: whether something was opened or only shown, the cases of a list, its place in the
-- trace, when it was written down, and by which transaction; and what a disclosure rests on: the rule set by which was
-- judged who decides, and the consents that opened something (null in a row of before: it was not recorded).
alter table audit_events
  add column kind text,
  add column shown uuid[],
  add column trace_id text,
  add column span_id text,
  add column parent_span_id text,
  add column recorded_at timestamptz,
  -- The rows of before are of no transaction that can still be open.
  add column written_in bigint not null default 0,
  add column rule_set text,
  add column consent_ids uuid[],
  -- Of a list, the ground on which each of what it showed is for the caller, in the order of `shown`.
  add column shown_on text[];
alter table audit_events
  alter column recorded_at set default clock_timestamp(),
  alter column written_in set default (pg_current_xact_id()::text)::bigint;

-- Whose own a signal or a note is: what one member of the family keeps to himself or herself.
alter table signals add column private_of uuid;
alter table notes add column private_of uuid;

-- Until when what was looked up about the gezag counts, and who can stand beside a child besides its parents.
alter table guardianships add column gezag_until date;
-- squawk-ignore ban-drop-constraint
alter table guardianships drop constraint relation_known, drop constraint evidence_known;
alter table guardianships
  add constraint relation_known check (relation in ('ouder', 'verzorger', 'voogd', 'curator', 'mentor')) not valid,
  add constraint evidence_known check (evidence in ('gezagsregister', 'brp', 'verklaring', 'geen')) not valid;

-- Consent as evidence. What is there keeps its meaning: a consent without the new values is held by the statute alone, as
-- it was. The new column is empty everywhere: neither the reference nor the index, of its own rows alone, has anything to
-- look at.
alter table consents
  -- squawk-ignore adding-foreign-key-constraint
  add column replaces uuid references consents (id),
  add column text_key text,
  add column text_version bigint,
  add column youth_from bigint,
  add column parents_until bigint,
  add column parents_informed boolean,
  add column data_from date,
  add column data_until date,
  add column answer_by date,
  add column completed_at timestamptz;
-- squawk-ignore require-concurrent-index-creation
create index ix_consents_replaces on consents (replaces) where replaces is not null;

-- squawk-ignore ban-drop-constraint
alter table consent_answers drop constraint capacity_known;
alter table consent_answers
  add constraint capacity_known check (capacity in ('gezag', 'jeugdige', 'voogd', 'vertegenwoordiger')) not valid,
  add column without_recipients uuid[] not null default '{}',
  add column without_categories text[] not null default '{}',
  add column witness_id uuid,
  add column witness_name text,
  add column assurance text,
  add column language text,
  add column text_version bigint;

-- Two grounds more on which somebody takes part without consent; the same table as OTHER_GROUNDS in app/domain/grounds.py.
-- What was allowed stays allowed, so that no row is looked at.
-- squawk-ignore ban-drop-constraint
alter table participants drop constraint ground_known;
alter table participants
  add constraint ground_known check (ground in ('toestemming', 'eigen_verzoek', 'onderwijstaak', 'jeugdwet_toegang',
    'jgz_taak', 'wettelijke_taak_leerplicht', 'swv_taak', 'procesbewaking', 'zorgplicht', 'gecertificeerde_instelling'))
    not valid,
  add constraint motivated
    check (ground not in ('zorgplicht', 'gecertificeerde_instelling') or btrim(coalesce(motivation, '')) <> '') not valid;

-- A gecertificeerde instelling takes part because a court said so (Jeugdwet 7.3.11 lid 4): the measure is recorded with the
-- involvement, and outside its period that opens nothing. A voogdij has no last day of its own.
alter table participants
  add column measure text,
  add column measure_from date,
  add column measure_until date,
  add constraint measured check (
    case when ground = 'gecertificeerde_instelling'
         then coalesce(measure in ('ondertoezichtstelling', 'voogdij', 'jeugdreclassering'), false)
              and measure_from is not null and (measure_until is not null or measure = 'voogdij')
              and coalesce(measure_from <= measure_until, true)
         else measure is null and measure_from is null and measure_until is null end) not valid;
