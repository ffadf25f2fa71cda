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
drop function app_cases_of_emergency(uuid);

-- As it was, for who may place a hold: another has nothing to ask here.
create or replace function app_has_part(asked uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select app_has('legal-hold.place') and (
    exists (select from participants p where p.case_id = asked and p.organisation_id = app_organisation())
    or exists (select from retention_keepers k where k.case_id = asked and k.keeper_id = app_organisation())
    or exists (select from retention_rows r where r.case_id = asked and r.owner_id = app_organisation()))
$$;
