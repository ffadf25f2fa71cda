-- Retention and destruction (docs/retention.md). A role of its own proposes and destroys. It owns nothing, reads no
-- content and has no right to delete: it sees ids and dates through views of the owner, and destroys through one
-- function that asks again, at that very moment, whether two people agreed and nothing holds it back.
do $$
begin
  if not exists (select from pg_roles where rolname = 'ondersteuningsroute_retention') then
    raise exception 'the role ondersteuningsroute_retention is missing'
      using hint = 'Run app/db/roles.sql again as a superuser, with RETENTION_PASSWORD set; it is safe to run again.';
  end if;
end $$;

-- --- Its tables -----------------------------------------------------------------------------------------------------
create table school_departures (
  id uuid primary key, young_person_id uuid not null references young_people (id),
  school_id uuid not null references organisations (id), to_school_id uuid references organisations (id),
  left_on date not null, created_at timestamptz not null default now());
create index ix_school_departures_young_person_id on school_departures (young_person_id);

create table retention_proposals (
  id uuid primary key, organisation_id uuid not null references organisations (id), retention_class text not null,
  ground text not null, request_id uuid, term text not null, source text not null, automatic boolean not null,
  not_before date not null, records jsonb not null, cases bigint not null, objects bigint not null,
  due_since date not null, destroyed bigint not null default 0, kept bigint not null default 0,
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
  id uuid primary key, proposal_id uuid not null, objects bigint not null, digest text not null,
  destroyed_at timestamptz not null default now());

create table destruction_certificates (
  id uuid primary key, proposal_id uuid not null unique references retention_proposals (id),
  organisation_id uuid not null references organisations (id), document text not null, digest text not null,
  signature text, created_at timestamptz not null default now());
create index ix_destruction_certificates_organisation_id on destruction_certificates (organisation_id, id);
-- A request becomes one proposal, unless that was refused.
create unique index retention_proposals_of_request on retention_proposals (request_id) where refused_by is null;

-- --- When a child left a school: known from the day on which the service heard of it --------------------------------
create function keep_departure() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into school_departures (id, young_person_id, school_id, to_school_id, left_on)
  values (gen_random_uuid(), old.id, old.school_id, new.school_id, app_today());
  return null;
end $$;
revoke execute on function keep_departure from public;
create trigger keeps_departure after update of school_id on young_people for each row
  when (old.school_id is not null and new.school_id is distinct from old.school_id)
  execute function keep_departure();
alter table school_departures enable row level security;

-- --- What there is to destroy: ids, whose it is, since when; never a word of it -------------------------------------

-- What can be destroyed, in the order in which it goes: what refers to something goes before it.
create function app_destroyable() returns text[] language sql immutable
  return array['data_request_answers', 'data_requests', 'findings', 'plan_actions', 'approvals', 'evaluations', 'checklist_answers', 'decisions', 'invitations',
               'consent_answers', 'consent_exceptions', 'goals', 'escalations', 'meetings', 'consents', 'plans', 'signals', 'notes',
               'statements', 'assessments', 'term_pauses', 'term_extensions', 'transitions', 'participants', 'cases', 'young_people'];

-- What may lose rows at all: these, and what goes along with them.
create function app_yields() returns text[] language sql immutable
  return app_destroyable() || array['sight_decisions', 'gezag_findings', 'meldcode_entries'];

create view retention_rows as
select 'findings' as record, x.id as object_id, x.case_id, x.author_organisation_id as owner_id,
       case when x.author_organisation_id is null then 'gedeeld' else 'inhoud' end as part,
       x.created_at as changed_at, null::timestamptz as decided_at from findings x
union all select 'plan_actions', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' when x.category = 'verzuim' then 'verzuim' else 'inhoud' end,
       greatest(x.created_at, x.done_at), null from plan_actions x
union all select 'approvals', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' else 'inhoud' end, x.created_at, null from approvals x
union all select 'evaluations', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' else 'inhoud' end, x.created_at, null from evaluations x
union all select 'checklist_answers', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' when x.category = 'verzuim' then 'verzuim' else 'inhoud' end,
       x.created_at, null from checklist_answers x
union all select 'decisions', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' when x.category = 'verzuim' then 'verzuim' else 'inhoud' end,
       x.created_at, x.created_at from decisions x
union all select 'invitations', x.id, x.case_id, m.author_organisation_id,
       case when m.author_organisation_id is null then 'gedeeld' else 'inhoud' end, x.created_at, null
  from invitations x join meetings m on m.id = x.meeting_id
-- What was asked of the family and what it answered belongs to all who rest on it: it stays as long as the case.
union all select 'consent_answers', x.id, x.case_id, null, 'gedeeld', x.created_at, null from consent_answers x
union all select 'consent_exceptions', x.id, x.case_id, null, 'gedeeld', x.created_at, null from consent_exceptions x
union all select 'goals', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' when x.category = 'verzuim' then 'verzuim' else 'inhoud' end,
       x.created_at, null from goals x
union all select 'escalations', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' else 'inhoud' end,
       greatest(x.created_at, x.resolved_at), null from escalations x
union all select 'meetings', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' else 'inhoud' end, x.created_at, null from meetings x
union all select 'consents', x.id, x.case_id, null, 'gedeeld', x.created_at, null from consents x
union all select 'plans', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' else 'inhoud' end,
       greatest(x.created_at, x.in_force_at), null from plans x
union all select 'signals', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' when x.category = 'verzuim' then 'verzuim' else 'inhoud' end,
       x.created_at, null from signals x
union all select 'notes', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' when x.category = 'verzuim' then 'verzuim' else 'inhoud' end,
       x.created_at, null from notes x
union all select 'statements', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' when x.category = 'verzuim' then 'verzuim' else 'inhoud' end,
       x.created_at, null from statements x
union all select 'assessments', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' when x.category = 'verzuim' then 'verzuim' else 'inhoud' end,
       x.created_at, x.created_at from assessments x
union all select 'term_pauses', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' else 'inhoud' end, x.created_at, null from term_pauses x
union all select 'term_extensions', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' else 'inhoud' end, x.created_at, null
  from term_extensions x
union all select 'transitions', x.id, x.case_id, null, 'gedeeld', x.performed_at, null from transitions x
union all select 'participants', x.id, x.case_id, null, 'gedeeld', greatest(x.started_at, x.ended_at), null
  from participants x
union all select 'cases', x.id, x.id, null, 'gedeeld', greatest(x.opened_at, x.step_since, x.closed_at), null from cases x
-- What the family asked of an organisation, and how that was answered, accounts for what was done: as long as the case.
union all select 'data_requests', x.id, x.case_id, null, 'gedeeld', greatest(x.created_at, x.decided_at), null
  from data_requests x
union all select 'data_request_answers', x.id, r.case_id, null, 'gedeeld', x.created_at, null
  from data_request_answers x join data_requests r on r.id = x.request_id;

create view retention_categories as
select x.id as object_id, x.category from plan_actions x
union all select x.id as object_id, x.category from checklist_answers x
union all select x.id as object_id, x.category from decisions x
union all select x.id as object_id, x.category from goals x
union all select x.id as object_id, x.category from signals x
union all select x.id as object_id, x.category from notes x
union all select x.id as object_id, x.category from statements x
union all select x.id as object_id, x.category from assessments x;

-- What the family asks to destroy, and was granted, becomes a proposal with that ground: the one who granted it is the
-- first of the two, and somebody else of the organisation the second.
create view retention_requests as
select d.id as request_id, d.case_id, d.organisation_id, d.about_id, d.category, d.decided_by, d.decided_at,
       d.decision = 'ingewilligd' as whole, d.granted_categories, d.granted_ids
  from data_requests d
 where d.kind = 'vernietiging'
   and (d.decision = 'ingewilligd' or d.decision = 'deels' and (d.granted_categories is not null or d.granted_ids is not null));

-- Of these, what the organisation that answers a request does not keep in its case.
create function app_not_of_request(request uuid, ids uuid[]) returns uuid[]
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(array_agg(each), '{}') from unnest(ids) as each
   where not exists (select from data_requests d join retention_rows r
                       on r.case_id = d.case_id and r.owner_id = d.organisation_id
                      where d.id = request and d.organisation_id = app_organisation() and r.object_id = each)
$$;
revoke execute on function app_not_of_request from public;
grant execute on function app_not_of_request to ondersteuningsroute_api;

-- Who keeps the shared record: where the case was opened; opened by the family, the school, or else who came first.
create view retention_keepers as
select c.id as case_id,
       coalesce((select w.organisation_id from workers w where w.id = c.opened_by), c.school_id,
                (select p.organisation_id from participants p where p.case_id = c.id order by p.id limit 1)) as keeper_id
  from cases c;

create view retention_cases as
select c.id as case_id, k.keeper_id, y.birth_date, (c.closed_at at time zone 'Europe/Amsterdam')::date as closed_on,
       c.young_person_id,
       -- Nothing but a signal, and what was said about it with the family: no step, nobody else, nothing agreed.
       c.last_sequence = 0 and c.closed_at is null
         and not exists (select from retention_rows r
                          where r.case_id = c.id
                            and (r.record not in ('cases', 'participants', 'signals', 'notes')
                                 or r.owner_id is distinct from k.keeper_id and r.owner_id is not null))
         and not exists (select from participants p
                          where p.case_id = c.id and p.organisation_id is distinct from k.keeper_id) as signal_only
  from cases c join young_people y on y.id = c.young_person_id join retention_keepers k on k.case_id = c.id;

create view retention_involvements as
select p.case_id, p.organisation_id from participants p where p.ended_at is null;

-- A child who came back did not leave.
create view retention_departures as
select d.young_person_id, d.school_id, o.board_id, d.left_on, coalesce(n.sector in ('so', 'vso'), false) as to_special
  from school_departures d join young_people y on y.id = d.young_person_id join organisations o on o.id = d.school_id
  left join organisations n on n.id = d.to_school_id
 where y.school_id is distinct from d.school_id;

-- Children of whom no case is left; of whom the school, where they were entered, or the municipality is the keeper.
create view retention_children as
select y.id as young_person_id, y.school_id is not null as pupil,
       coalesce(y.school_id, (select w.organisation_id from workers w where w.id = y.created_by),
                (select o.id from organisations o where o.kind = 'gemeente'
                    and o.municipality_code = y.municipality_code order by o.id limit 1)) as keeper_id,
       greatest(y.created_at, (select max(d.created_at) from school_departures d where d.young_person_id = y.id))
         as changed_at
  from young_people y where not exists (select from cases c where c.young_person_id = y.id);

revoke all on retention_rows, retention_keepers, retention_cases, retention_involvements, retention_departures,
  retention_children, retention_categories, retention_requests from ondersteuningsroute_api;

-- --- Proposals, holds, and what is left of what was destroyed -------------------------------------------------------
-- Of the own organisation, for who keeps its data: what goes is not for every colleague.
alter table retention_proposals enable row level security;
create policy of_my_organisation on retention_proposals to ondersteuningsroute_api
  using (organisation_id = app_organisation() and app_has('retention.read'));

-- Whoever granted a request is its first pair of eyes; nobody else is put down as one.
create policy of_retention on retention_proposals to ondersteuningsroute_retention using (true)
  with check (approved_by is null and refused_by is null
              and (ground = 'verzoek' or request_id is null and reviewed_by is null)
              and (ground = 'termijn' or exists (
                     select from retention_requests q
                      where q.request_id = retention_proposals.request_id and q.decided_by = reviewed_by
                        and q.organisation_id = retention_proposals.organisation_id)));

alter table retention_objects enable row level security;
-- What a proposal is about is settled with it: nothing is added to what people are looking at.
create policy of_retention on retention_objects to ondersteuningsroute_retention using (true)
  with check (exists (select from retention_proposals p where p.id = proposal_id and p.created_at = now()));

alter table legal_holds enable row level security;
create policy of_my_organisation on legal_holds to ondersteuningsroute_api
  using (organisation_id = app_organisation() and app_has('retention.read'));
create policy placed_by_me on legal_holds as restrictive for insert to ondersteuningsroute_api
  with check (placed_by = app_person() and lifted_at is null);

alter table tombstones enable row level security;
create policy of_my_organisation on tombstones for select to ondersteuningsroute_api
  using (organisation_id = app_organisation() and app_has('retention.read'));

alter table destruction_portions enable row level security;
create policy of_retention on destruction_portions for select to ondersteuningsroute_retention using (true);

alter table destruction_certificates enable row level security;
create policy of_my_organisation on destruction_certificates for select to ondersteuningsroute_api
  using (organisation_id = app_organisation() and app_has('retention.read'));

-- Four eyes, whatever the service thinks: each answer is the caller's own, given once, and never by one person twice.
create function keep_four_eyes() returns trigger language plpgsql as $$
begin
  if new.reviewed_by is distinct from old.reviewed_by
     and (old.reviewed_by is not null or new.reviewed_by is distinct from app_person())
     or new.approved_by is distinct from old.approved_by
     and (old.approved_by is not null or new.approved_by is distinct from app_person())
     or new.refused_by is distinct from old.refused_by
     and (old.refused_by is not null or new.refused_by is distinct from app_person()) then
    raise exception 'an answer is the own answer, given once' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger four_eyes before update on retention_proposals for each row execute function keep_four_eyes();

-- Placing a hold waits for the portion that is being destroyed at that moment, and the next portion meets it.
create function keep_hold() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    perform pg_advisory_xact_lock_shared(hashtextextended('retention', 0));
  elsif old.lifted_at is not null or new.lifted_by is distinct from app_person() then
    raise exception 'a hold is lifted once, by the caller' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger held before insert or update on legal_holds for each row execute function keep_hold();

-- That something stands proposed, or announced to go by itself, is said outside: whoever waits for it need not look.
create function tell_proposal() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into outbox (id, type, object_id, data)
  values (gen_random_uuid(), case when new.automatic then 'retention.announced' else 'retention.proposed' end, new.id,
          jsonb_build_object('notBefore', new.not_before::text));
  return null;
end $$;
revoke execute on function tell_proposal from public;
create trigger told after insert on retention_proposals for each row execute function tell_proposal();

create function app_held(owner uuid, class text, in_case uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select from legal_holds h
                  where h.lifted_at is null and (h.retention_class is null or h.retention_class = class)
                    and (h.organisation_id = owner and (h.case_id is null or h.case_id = in_case)
                         -- What is shared is held by whoever holds the case.
                         or h.case_id = in_case and class in ('gedeeld_zaakdossier', 'signaal_zonder_vervolg')))
$$;

-- Whether a hold covers something of a proposal of the caller's own organisation.
create function app_proposal_held(asked uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select from retention_proposals p join retention_objects o on o.proposal_id = p.id
                  where p.id = asked and p.organisation_id = app_organisation()
                    and app_held(p.organisation_id, p.retention_class, o.case_id))
$$;

-- Whether the caller's organisation has, or had, a part in a case: only then can it hold its destruction back.
create function app_has_part(asked uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select app_has('legal-hold.place') and (
    exists (select from participants p where p.case_id = asked and p.organisation_id = app_organisation())
    or exists (select from retention_keepers k where k.case_id = asked and k.keeper_id = app_organisation())
    or exists (select from retention_rows r where r.case_id = asked and r.owner_id = app_organisation()))
$$;

-- --- Destruction ----------------------------------------------------------------------------------------------------

-- History stays as it was, for every role: a mistake is put right by a later row. The one way out is the destruction
-- below, which runs as the owner and says so for its own transaction. The audit has no way out at all.
create or replace function refuse_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and tg_table_name = any (app_yields())
     and current_setting('app.destroying', true) = pg_current_xact_id()::text
     and current_user = (select pg_get_userbyid(relowner) from pg_class where oid = tg_relid) then
    return null;
  end if;
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;

do $$
declare
  name text;
begin
  foreach name in array array['tombstones', 'destruction_portions', 'destruction_certificates'] loop
    execute format('create trigger append_only before update or delete or truncate on %I
                      for each statement execute function refuse_change()', name);
  end loop;
end $$;

-- Delete these rows of one record, but for what something else still refers to. Answers what is gone.
create function app_erase(what text, ids uuid[]) returns uuid[]
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  unreferenced text;
  gone uuid[];
begin
  if not what = any (app_destroyable()) then
    raise exception '% is never destroyed', what using errcode = 'insufficient_privilege';
  end if;
  perform set_config('app.destroying', pg_current_xact_id()::text, true);
  -- What is only about these rows, and says nothing by itself, goes along.
  if what = 'cases' then
    delete from deadlines d where d.case_id = any (ids);
    delete from recounts r where r.case_id = any (ids);
    delete from consent_reminders n where n.case_id = any (ids);
    delete from migrated_cases m where m.case_id = any (ids);
    delete from outbox o where o.case_id = any (ids) and o.delivered_at is not null;
  elsif what = 'young_people' then
    ids := array(select y.id from young_people y where y.id = any (ids)
                    and not exists (select from cases c where c.young_person_id = y.id));
    delete from identity_numbers n where n.young_person_id = any (ids);
    delete from emergency_accesses e where e.young_person_id = any (ids);
    delete from gezag_findings f where f.young_person_id = any (ids);
    delete from sight_decisions s where s.young_person_id = any (ids);
    delete from school_departures d where d.young_person_id = any (ids);
    delete from bindings b where b.young_person_id = any (ids);
    delete from invitation_codes i where i.young_person_id = any (ids);
    gone := array(select distinct g.guardian_id from guardianships g where g.young_person_id = any (ids));
    delete from guardianships g where g.young_person_id = any (ids);
    gone := array(select g.id from guardians g where g.id = any (gone)
                     and not exists (select from guardianships s where s.guardian_id = g.id)
                     and not exists (select from invitations i where i.guardian_id = g.id));
    delete from bindings b where b.guardian_id = any (gone);
    delete from invitation_codes i where i.guardian_id = any (gone);
    delete from guardians g where g.id = any (gone);
  end if;
  select string_agg(format(' and not exists (select from %s r where r.%I = t.id)', c.conrelid::regclass, a.attname), '')
    into unreferenced
    from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
   where c.contype = 'f' and c.confrelid = what::regclass;
  execute format('with gone as (delete from %I t where t.id = any ($1)%s returning t.id)
                  select coalesce(array_agg(id), ''{}'') from gone', what, unreferenced) into gone using ids;
  perform set_config('app.destroying', '', true);
  return gone;
end $$;

-- The next portion of a proposal: checked anew, destroyed, and kept as tombstones with the digest of all of them.
-- Answers every object that was looked at and what became of it; nothing when all of it is done, or held.
create function app_destroy(asked uuid, portion uuid, size int) returns table (record text, object_id uuid, outcome text)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
  p retention_proposals;
  step record;
  fresh uuid[];
  gone uuid[];
  looked int := 0;
  destroyed_now text[] := '{}';
begin
  perform pg_advisory_xact_lock(hashtextextended('retention', 0));
  select * into p from retention_proposals where id = asked for update;
  if p.id is null or p.refused_by is not null or p.finished_at is not null or p.not_before > app_today()
     or not p.automatic and (p.approved_by is null or p.reviewed_by is null or p.approved_by = p.reviewed_by) then
    raise exception 'this proposal may not be carried out' using errcode = 'insufficient_privilege';
  end if;
  for step in
    select w.record as name, array_agg(w.object_id) as ids
      from (select o.record, o.object_id from retention_objects o
             where o.proposal_id = asked and not app_held(p.organisation_id, p.retention_class, o.case_id)
             order by array_position(app_destroyable(), o.record), o.object_id limit size) w
     group by w.record order by array_position(app_destroyable(), w.record)
  loop
    -- Whoever wrote in the case since it was proposed made it younger than two people thought.
    fresh := array(select o.object_id from retention_objects o
                    where o.proposal_id = asked and o.record = step.name and o.object_id = any (step.ids)
                      -- The family asked for it, whatever goes on in the case.
                      and (p.ground = 'verzoek' or o.case_id is null or not exists (
                             select from retention_rows r where r.case_id = o.case_id and r.changed_at >= p.created_at))
                      and (not p.automatic or exists (
                             select from retention_cases c where c.case_id = o.case_id and c.signal_only)));
    gone := app_erase(step.name, fresh);
    insert into tombstones (record, object_id, organisation_id, retention_class, proposal_id)
    select step.name, each, p.organisation_id, p.retention_class, asked from unnest(gone) as each
        on conflict (record, object_id) do nothing;
    delete from retention_objects o
     where o.proposal_id = asked and o.record = step.name and o.object_id = any (step.ids);
    looked := looked + cardinality(step.ids);
    destroyed_now := destroyed_now || array(select step.name || ' ' || each from unnest(gone) as each);
    return query select step.name, each, case when each = any (gone) then 'vernietigd' else 'blijft' end
                   from unnest(step.ids) as each;
  end loop;
  if looked = 0 then
    return;
  end if;
  update retention_proposals set destroyed = destroyed + cardinality(destroyed_now),
         kept = kept + looked - cardinality(destroyed_now) where id = asked;
  insert into destruction_portions (id, proposal_id, objects, digest)
  values (portion, asked, cardinality(destroyed_now),
          encode(sha256(convert_to(coalesce((select string_agg(each, E'\n' order by each collate "C")
                                               from unnest(destroyed_now) as each), ''), 'UTF8')), 'hex'));
  insert into audit_events (id, client_id, action, object_type, object_id, organisation_id, actor_role, outcome, status)
  values (gen_random_uuid(), 'retention', 'retention.destroy', 'retention-proposal', asked, p.organisation_id,
          'beheerder', 'toegestaan', 200);
  insert into outbox (id, type, object_id, data)
  values (gen_random_uuid(), 'retention.destroyed', asked, jsonb_build_object('portion', portion::text));
end $$;

-- A proposal with nothing left to do gets its certificate, once.
create function app_certify(asked uuid, certificate uuid, document text, digest text, signature text) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  p retention_proposals;
begin
  select * into p from retention_proposals where id = asked for update;
  if p.id is null or p.finished_at is not null
     or exists (select from retention_objects o where o.proposal_id = asked)
     or digest <> encode(sha256(convert_to(document, 'UTF8')), 'hex') then
    return false;
  end if;
  insert into destruction_certificates (id, proposal_id, organisation_id, document, digest, signature)
  values (certificate, asked, p.organisation_id, document, digest, signature);
  update retention_proposals set finished_at = now() where id = asked;
  return true;
end $$;

-- What a restored backup brought back goes again. For the owner of the tables alone: it believes what it is told. Of what
-- is told to nobody, the audit of an organisation is told nothing.
create function app_destroy_again(portion uuid, proposal uuid, organisation uuid, class text, told text,
                                             names text[], ids uuid[])
returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
  step record;
  total int := 0;
begin
  perform pg_advisory_xact_lock(hashtextextended('retention', 0));
  for step in select u.name, array_agg(u.id) as ids from unnest(names, ids) as u (name, id)
               group by u.name order by array_position(app_destroyable(), u.name) loop
    if step.name = 'vertrouwelijk' then
      total := total + (app_meldcode_erase(array(
        select t.id from meldcode_tracks t where app_meldcode_name(t.id) = any (step.ids))) ->> 'sporen')::int;
    else
      total := total + cardinality(app_erase(step.name, step.ids));
    end if;
  end loop;
  insert into tombstones (record, object_id, organisation_id, retention_class, proposal_id)
  select u.name, u.id, organisation, class, proposal from unnest(names, ids) as u (name, id)
      on conflict (record, object_id) do nothing;
  insert into destruction_portions (id, proposal_id, objects, digest)
  values (portion, proposal, cardinality(ids), told) on conflict (id) do nothing;
  if organisation is not null then
    insert into audit_events (id, client_id, action, object_type, object_id, organisation_id, actor_role, outcome, status)
    values (gen_random_uuid(), 'retention', 'retention.destroy-again', 'retention-proposal', proposal, organisation,
            'beheerder', 'toegestaan', 200);
  end if;
  return total;
end $$;

-- Which of these portions the database has not had: something is missing when it is older than its register.
create function app_unknown_portions(asked uuid[]) returns setof uuid
language sql stable security definer set search_path = public, pg_temp as $$
  select each from unnest(asked) as each where not exists (select from destruction_portions p where p.id = each)
$$;

-- What holds no content and has had its time goes by itself.
create function app_tidy(keys interval, facts interval, codes interval) returns bigint
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  total bigint;
  number bigint;
begin
  delete from idempotency_keys where created_at < now() - greatest(keys, interval '1 day');
  get diagnostics total = row_count;
  delete from outbox where delivered_at < now() - greatest(facts, interval '1 day');
  get diagnostics number = row_count;
  total := total + number;
  delete from invitation_codes where expires_at < now() - greatest(codes, interval '1 day');
  get diagnostics number = row_count;
  -- What a refused proposal named is nobody's business any more.
  delete from retention_objects o using retention_proposals p where p.id = o.proposal_id and p.refused_by is not null;
  return total + number;
end $$;

revoke execute on function app_held, app_proposal_held, app_has_part, app_erase, app_destroy, app_certify,
  app_destroy_again, app_unknown_portions, app_tidy from public;

-- The API: what its organisation is to look at, and its answers.
grant select on retention_proposals, legal_holds, tombstones, destruction_certificates to ondersteuningsroute_api;
grant update (reviewed_by, reviewed_at, approved_by, approved_at, refused_by, refused_at, refusal_reason)
  on retention_proposals to ondersteuningsroute_api;
grant insert on legal_holds to ondersteuningsroute_api;
grant update (lifted_by, lifted_at, lifting_reason) on legal_holds to ondersteuningsroute_api;
grant execute on function app_proposal_held, app_has_part, app_unknown_portions to ondersteuningsroute_api;

-- Retention: ids and dates, its proposals, and the function that destroys. No table of content, and no delete.
grant usage on schema public to ondersteuningsroute_retention;
grant select on alembic_version, organisations, retention_rows, retention_keepers, retention_cases, retention_involvements,
  retention_departures, retention_children, destruction_portions to ondersteuningsroute_retention;
grant select on retention_categories, retention_requests to ondersteuningsroute_retention;
grant select on retention_proposals to ondersteuningsroute_retention;
grant insert (id, organisation_id, retention_class, ground, request_id, term, source, automatic, not_before, records,
  cases, objects, due_since, reviewed_by, reviewed_at) on retention_proposals to ondersteuningsroute_retention;
grant select, insert on retention_objects to ondersteuningsroute_retention;
grant execute on function app_held, app_destroy, app_certify, app_unknown_portions, app_tidy
  to ondersteuningsroute_retention;

-- --- Tracks of the Meldcode: apart, and told to nobody who may not know of one ---------------------------------------

-- That a track is to be destroyed, by whom of those who may know of it; then what was destroyed, and its certificate.
create table meldcode_destructions (
  id uuid primary key,
  organisation_id uuid not null references organisations (id),
  track_id uuid not null,
  retention_class text not null,
  term text not null,
  source text not null,
  due_since date not null,
  proposed_by uuid not null,
  proposed_at timestamptz not null default now(),
  approved_by uuid,
  approved_at timestamptz,
  refused_by uuid,
  refused_at timestamptz,
  refusal_reason text,
  known_to uuid[] not null default '{}',
  destroyed_at timestamptz,
  document text,
  digest text,
  signature text,
  constraint four_eyes check (approved_by <> proposed_by),
  constraint one_outcome check (refused_by is null or approved_by is null),
  constraint refused_with_reason check ((refused_by is null) = (refusal_reason is null))
);
create unique index meldcode_destructions_of_track on meldcode_destructions (track_id) where refused_by is null;
create index meldcode_destructions_of_organisation on meldcode_destructions (organisation_id, id);

-- Each answer is the caller's own, given once, and nothing is answered any more about what is gone.
create function keep_own_answer() returns trigger language plpgsql as $$
begin
  if (new.approved_by, new.refused_by) is distinct from (old.approved_by, old.refused_by)
     and (old.approved_by is not null or old.refused_by is not null or old.destroyed_at is not null
          or coalesce(new.approved_by, new.refused_by) is distinct from app_person()) then
    raise exception 'an answer is the own answer, given once' using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger own_answer before update on meldcode_destructions for each row execute function keep_own_answer();

alter table meldcode_destructions enable row level security;
create policy of_my_tracks on meldcode_destructions to ondersteuningsroute_api
  using (track_id = any ((select app_meldcode_tracks())::uuid[]));
create policy proposed_by_me on meldcode_destructions as restrictive for insert to ondersteuningsroute_api
  with check (proposed_by = app_person() and organisation_id = app_organisation() and approved_by is null
              and refused_by is null and destroyed_at is null);
-- What is gone stays known to who knew of it, and to no other.
create policy known_to_me on meldcode_destructions for select to ondersteuningsroute_api
  using (destroyed_at is not null
         and (app_person() = any (known_to) and position('deelnemer' in coalesce(current_setting('app.meldcode', true), '')) > 0
              or organisation_id = app_organisation()
                 and position('organisatie' in coalesce(current_setting('app.meldcode', true), '')) > 0));
create policy verified_by_worker on meldcode_destructions for select to ondersteuningsroute_worker using (true);
grant select on meldcode_destructions to ondersteuningsroute_api;
grant insert (id, organisation_id, track_id, retention_class, term, source, due_since, proposed_by)
  on meldcode_destructions to ondersteuningsroute_api;
grant update (approved_by, approved_at, refused_by, refused_at, refusal_reason)
  on meldcode_destructions to ondersteuningsroute_api;
grant select (id, track_id, organisation_id, destroyed_at, document, digest, signature) on meldcode_destructions
  to ondersteuningsroute_worker;

-- What counts for how long one of the caller's tracks is kept: codes and dates. When the child itself is gone there is
-- nothing to count from but the track.
create function app_meldcode_kept(track uuid) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return (
    select jsonb_build_object('owner', o.kind, 'running', t.closed_at is null, 'childGone', y.id is null,
             'birthDate', y.birth_date, 'closedOn', (t.closed_at at time zone 'Europe/Amsterdam')::date,
             'lastChange', (greatest(t.opened_at, t.closed_at, (select max(e.created_at) from meldcode_entries e
                where e.track_id = t.id)) at time zone 'Europe/Amsterdam')::date,
             'leftSchoolOn', (select max(d.left_on) from retention_departures d where d.young_person_id = y.id
                and t.organisation_id in (d.school_id, d.board_id)),
             'today', app_today())
      from meldcode_tracks t join organisations o on o.id = t.organisation_id
      left join young_people y on y.id = t.young_person_id
     where t.id = track and t.id = any (app_meldcode_tracks()));
end $$;
-- Whether a hold of the whole organisation, or of this class, keeps the caller's track.
create function app_meldcode_held(track uuid, class text) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return exists (select from meldcode_tracks t where t.id = track and t.id = any (app_meldcode_tracks())
                   and app_held(t.organisation_id, class, null));
end $$;

-- A name by which what is outside the database can say that a track is gone, and nobody which.
create function app_meldcode_name(track uuid) returns uuid language sql immutable
  return substr(encode(sha256(convert_to('spoor ' || track::text, 'UTF8')), 'hex'), 1, 32)::uuid;

-- What two people agreed to and nothing holds: ids that say nothing of whose it is.
create function app_meldcode_ready() returns setof uuid
language sql stable security definer set search_path = public, pg_temp as $$
  select d.id from meldcode_destructions d
   where d.approved_by is not null and d.destroyed_at is null and not app_held(d.organisation_id, d.retention_class, null)
   order by d.id
$$;

-- The rows of these tracks, and who knew of them.
create function app_meldcode_erase(tracks uuid[]) returns jsonb
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  entries bigint;
  participants bigint;
  gone bigint;
begin
  update meldcode_destructions d set destroyed_at = now(), known_to = array(
           select distinct p.worker_id from meldcode_participants p where p.track_id = d.track_id and p.ended_at is null)
   where d.track_id = any (tracks) and d.refused_by is null;
  perform set_config('app.destroying', pg_current_xact_id()::text, true);
  delete from meldcode_entries where track_id = any (tracks);
  get diagnostics entries = row_count;
  perform set_config('app.destroying', '', true);
  delete from meldcode_participants where track_id = any (tracks);
  get diagnostics participants = row_count;
  delete from meldcode_tracks where id = any (tracks);
  get diagnostics gone = row_count;
  return jsonb_build_object('sporen', gone, 'deelnemers', participants, 'stappen', entries);
end $$;

-- Destroys one track, asked again at that moment, with its certificate; answers its name outside and what is to be
-- signed. The log of the track stays, sealed apart.
create function app_meldcode_destroy(asked uuid, portion uuid) returns table (name uuid, digest text)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
  d meldcode_destructions;
  told text;
  outside uuid;
begin
  perform pg_advisory_xact_lock(hashtextextended('retention', 0));
  select * into d from meldcode_destructions where id = asked for update;
  if d.id is null or d.approved_by is null or d.approved_by = d.proposed_by or d.destroyed_at is not null
     or app_held(d.organisation_id, d.retention_class, null)
     or exists (select from meldcode_tracks t where t.id = d.track_id and t.closed_at is null) then
    raise exception 'this may not be destroyed' using errcode = 'insufficient_privilege';
  end if;
  outside := app_meldcode_name(d.track_id);
  told := jsonb_build_object('certificaat', d.id, 'spoor', d.track_id, 'organisatie', d.organisation_id,
            'klasse', d.retention_class, 'termijn', d.term, 'bron', d.source, 'aanDeBeurtSinds', d.due_since,
            'voorgesteldDoor', d.proposed_by, 'voorgesteldOp', app_time(d.proposed_at),
            'goedgekeurdDoor', d.approved_by, 'goedgekeurdOp', app_time(d.approved_at),
            'vernietigdOp', app_time(now()), 'portie', portion,
            'vernietigd', app_meldcode_erase(array[d.track_id]))::text;
  update meldcode_destructions set document = told, digest = encode(sha256(convert_to(told, 'UTF8')), 'hex')
   where id = asked;
  insert into tombstones (record, object_id, organisation_id, retention_class, proposal_id)
  values ('vertrouwelijk', outside, null, 'vertrouwelijk', asked) on conflict (record, object_id) do nothing;
  insert into destruction_portions (id, proposal_id, objects, digest)
  values (portion, asked, 1, encode(sha256(convert_to('vertrouwelijk ' || outside, 'UTF8')), 'hex'));
  insert into meldcode_events (id, client_id, action, track_id, organisation_id, outcome, status)
  values (gen_random_uuid(), 'retention', 'meldcode.destroy', d.track_id, d.organisation_id, 'toegestaan', 200);
  return query select outside, encode(sha256(convert_to(told, 'UTF8')), 'hex');
end $$;

create function app_meldcode_sign(asked uuid, signed text) returns void
language sql security definer set search_path = public, pg_temp as $$
  update meldcode_destructions set signature = signed where id = asked and destroyed_at = now() and signature is null
$$;

revoke execute on function app_meldcode_kept, app_meldcode_held, app_meldcode_ready, app_meldcode_erase,
  app_meldcode_destroy, app_meldcode_sign from public;
grant execute on function app_meldcode_kept, app_meldcode_held to ondersteuningsroute_api;
grant execute on function app_meldcode_ready, app_meldcode_destroy, app_meldcode_sign to ondersteuningsroute_retention;

-- What the certificates are verified by: the worker reads them, and which proposals were carried out.
create policy verified_by_worker on destruction_certificates for select to ondersteuningsroute_worker using (true);
create policy verified_by_worker on retention_proposals for select to ondersteuningsroute_worker using (true);
grant select (id, proposal_id, organisation_id, document, digest, signature) on destruction_certificates
  to ondersteuningsroute_worker;
grant select (id, organisation_id, finished_at) on retention_proposals to ondersteuningsroute_worker;
