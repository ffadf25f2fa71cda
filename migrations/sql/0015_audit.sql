-- Who reads the audit, and the chain that seals it.

-- --- Who reads it ---------------------------------------------------------------------------------------------------

-- Whether something is the own of another member of the family than the caller.
create function app_private_to_another(object uuid) returns boolean
language sql stable security definer cost 1000 set search_path = public, pg_temp as $$
  select exists (select from signals s where s.id = object and s.private_of <> app_person())
      or exists (select from notes n where n.id = object and n.private_of <> app_person())
      or exists (select from statements t where t.id = object and t.private_of <> app_person())
      or exists (select from data_requests d where d.id = object and d.requested_by <> app_person()
                    and not app_person() = any (d.asked_of))
$$;

-- Whether the family may read of what somebody did in a case by an emergency: not while telling it is not safe.
create function app_told_of_emergency(in_case uuid, worker uuid, at timestamptz, about uuid) returns boolean
language sql stable security definer cost 1000 set search_path = public, pg_temp as $$
  select not exists (select from emergency_accesses e join cases c on c.young_person_id = e.young_person_id
                      where c.id = in_case and e.told_at is null
                        and (e.id = about or e.worker_id = worker and at >= e.started_at
                                             and at < e.started_at + interval '25 hours'))
$$;

revoke execute on function app_private_to_another, app_told_of_emergency from public;
grant execute on function app_private_to_another, app_told_of_emergency to ondersteuningsroute_api;

-- All to the API: the worker, who seals all of it, may not ask what the conditions of callers ask.
alter policy own_doing on audit_events to ondersteuningsroute_api;
-- What was recorded is for who did it, for the family of the case (not for a colleague who is in another case at work), and
-- for the officer who guards the data of the own organisation.
alter policy of_my_cases on audit_events to ondersteuningsroute_api
  using (actor_id = app_person()
         or app_has('access-log.read') and app_sees(audit_events.case_id)
            -- The release before this one tells no rights: for its processes it stays as wide as it was.
            and (current_setting('app.rights', true) = '*' or app_of_family() or app_ward(case_id))
         or organisation_id = app_organisation() and app_has('audit.read'));

-- The next are restrictive: they narrow what the others let through. What one of the family keeps does not appear from the
-- log either.
create policy nobody_elses on audit_events as restrictive for select to ondersteuningsroute_api
  using (object_id is null or object_type not in ('signal', 'note', 'statement', 'data-request')
         or not (app_of_family() or app_ward(case_id))
         or actor_id = app_person() or not app_private_to_another(object_id));

-- What was done by an emergency, while telling it is not safe.
create policy told_when_safe on audit_events as restrictive for select to ondersteuningsroute_api
  using (ground is distinct from 'vitaal_belang' or not (app_of_family() or app_ward(case_id))
         or app_told_of_emergency(case_id, actor_id, occurred_at, object_id));

-- What is done about a child stands in the log of each of its cases, once for each. That there is such a case is for who
-- comes to it: not for the officer of a school where somebody corrected a birth date.
create policy of_a_case_i_know on audit_events as restrictive for select to ondersteuningsroute_api
  using (case_id is null or object_type not in ('young-person', 'guardian', 'gezag', 'identity-number', 'emergency-access')
         or app_sees(case_id));

-- That another decides than usually is kept from the parents (see `consent_exceptions`), so it stands in no log of theirs.
create policy exceptions_untold on audit_events as restrictive for select to ondersteuningsroute_api
  using (action <> 'consent.except' or not (app_of_family() or app_ward(case_id))
         or exists (select from cases c where c.id = case_id and c.young_person_id = app_person()));

create policy told_openly on audit_events as restrictive for select to ondersteuningsroute_api
  using (case_id is null or actor_id = app_person()
         or app_tells_of(case_id, organisation_id, object_id, consent_ids, occurred_at));

-- Whose case it is, for the worker that tells the Logboek of each child: an id for an id, and nothing else.
create function every_child_of_cases(asked uuid[]) returns table (case_id uuid, young_person_id uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select c.id, c.young_person_id from cases c where c.id = any (asked)
$$;
revoke execute on function every_child_of_cases from public;
grant execute on function every_child_of_cases to ondersteuningsroute_worker;

-- --- The chain (app/domain/audit_chain.py) --------------------------------------------------------------------------
-- The worker writes it; no request waits on it, and no row of the audit is touched by it.

-- The newest seal of each chain, and up to which seal its head was written outside the database.
create table audit_chains (
  chain uuid primary key,
  number bigint not null,
  hash bytea not null,
  written_number bigint not null default 0,
  written_at timestamptz
);

create table audit_seals (
  chain uuid not null,
  number bigint not null constraint counted check (number > 0),
  previous bytea not null,
  hash bytea not null,
  size bigint not null constraint not_empty check (size > 0),
  sealed_at timestamptz not null,
  primary key (chain, number)
);

-- Which row stands where, with its hash: it stays when the row itself must be destroyed.
create table audit_links (
  chain uuid not null,
  number bigint not null,
  place bigint not null,
  event_id uuid not null unique,
  hash bytea not null,
  primary key (chain, number, place)
);

-- Up to where the worker came: rows of transactions before `written_in`, and of that one up to `event_id`.
create table audit_positions (
  duty text primary key,
  written_in bigint not null,
  event_id uuid not null,
  rescan boolean not null default false
);

create trigger append_only before update or delete or truncate on audit_seals
  for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on audit_links
  for each statement execute function refuse_change();

alter table audit_chains enable row level security;
alter table audit_seals enable row level security;
alter table audit_links enable row level security;
alter table audit_positions enable row level security;
create policy kept_by_worker on audit_chains to ondersteuningsroute_worker using (true);
create policy kept_by_worker on audit_seals to ondersteuningsroute_worker using (true);
create policy kept_by_worker on audit_links to ondersteuningsroute_worker using (true);
create policy kept_by_worker on audit_positions to ondersteuningsroute_worker using (true);
create policy sealed_by_worker on audit_events for select to ondersteuningsroute_worker using (true);
-- An officer sees the chain of the own organisation, and of no other.
create policy of_my_organisation on audit_chains for select to ondersteuningsroute_api using (chain = app_organisation());
create policy of_my_organisation on audit_seals for select to ondersteuningsroute_api using (chain = app_organisation());
create policy of_my_organisation on audit_links for select to ondersteuningsroute_api using (chain = app_organisation());

grant select on audit_chains, audit_seals, audit_links to ondersteuningsroute_api;
grant select on audit_events to ondersteuningsroute_worker;
grant select, insert on audit_seals, audit_links to ondersteuningsroute_worker;
grant select, insert, update on audit_chains, audit_positions to ondersteuningsroute_worker;

-- The rows of one seal of the caller's own organisation, each with the hash it was sealed with, for who verifies that
-- chain. Past the policies on the audit: what somebody may not read must not look as if it were gone. The service hashes
-- what it gets, and answers with ids alone.
create function app_sealed_rows(asked bigint) returns table (event_id uuid, hash bytea, event jsonb)
language sql stable security definer set search_path = public, pg_temp as $$
  select l.event_id, l.hash, to_jsonb(e)
    from audit_links l left join audit_events e on e.id = l.event_id
   where l.chain = app_organisation() and l.number = asked order by l.place
$$;
revoke execute on function app_sealed_rows from public;
grant execute on function app_sealed_rows to ondersteuningsroute_api;

-- What is done to a child stands in the log of each of its cases; which these are is not the writer's to know. Until here
-- the service asked for their ids, of every child that it could find; now the database writes the rows and answers nothing.

-- A fresh UUIDv7, as of app/domain/ids.py: rows of the log are listed by id.
create function app_new_id() returns uuid language sql volatile
  return encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) placing
           substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1),
         'hex')::uuid;

create function app_tell_each_case(child uuid, record jsonb) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into audit_events (id, actor_id, actor_role, organisation_id, on_behalf_of, client_id, action, object_type,
                            object_id, case_id, ground, data_categories, consent_ids, outcome, status, reason, kind, shown,
                            shown_on, trace_id, span_id, parent_span_id)
  select app_new_id(), r.actor_id, r.actor_role, r.organisation_id, r.on_behalf_of, r.client_id, r.action, r.object_type,
         r.object_id, c.id, r.ground, r.data_categories, r.consent_ids, r.outcome, r.status, r.reason, r.kind, r.shown,
         r.shown_on, r.trace_id, case when r.trace_id is not null then left(md5(c.id::text || r.span_id), 16) end, r.parent_span_id
    from jsonb_populate_record(null::audit_events, record) r
    join cases c on c.young_person_id = child
   where r.actor_id = app_person()
   order by c.id;
end $$;
revoke execute on function app_new_id, app_tell_each_case from public;
grant execute on function app_tell_each_case to ondersteuningsroute_api;

-- For the processes of the release before this one alone, which tell no rights.
create or replace function app_cases_of(child uuid) returns setof uuid
language sql stable security definer set search_path = public, pg_temp as $$
  select c.id from cases c
   where c.young_person_id = child and app_knows(child) and current_setting('app.rights', true) = '*'
$$;
