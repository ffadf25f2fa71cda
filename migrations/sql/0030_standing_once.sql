-- How the consents of a case stand was worked out anew for each of them, and for each involvement that may rest on one.
-- Now once a statement: remembered under the very snapshot by which it was found, so that nothing of before a commit of
-- another, or of an own write, is ever answered again.

-- For the functions below alone: it looks past the policies. A setting can be read by whoever asks, so it is kept only for
-- who comes to the case: seen by the walls before, or by an involvement in a role of the caller's that counts today.
create function every_standing_of(in_case uuid) returns jsonb
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
declare
  this constant text := in_case::text || statement_timestamp()::text || pg_current_snapshot()::text || '=';
  kept text := current_setting('app.standings', true);
  found_now jsonb;
begin
  if starts_with(kept, this) then
    return substr(kept, length(this) + 1)::jsonb;
  end if;
  found_now := coalesce((
    select jsonb_agg(jsonb_build_object('consent_id', s.consent_id, 'recipients', s.recipients, 'data_categories',
                       s.data_categories, 'rule_set', s.rule_set, 'code', s.code, 'waits_for', s.waits_for, 'status',
                       s.status, 'informs', s.informs) order by s.consent_id)
      from every_consent_standing s where s.case_id = in_case), '[]');
  if position(in_case::text in current_setting('app.sees', true)) > 0 or exists (
       select from participants p
        where p.case_id = in_case and p.ended_at is null
          and (p.worker_id = app_person() and app_has(p.role)
               or p.worker_id is null and p.organisation_id = app_organisation()
                  and app_has(coalesce(p.role, 'own-school')))
          and (p.ground <> 'toestemming' or exists (
                 select from jsonb_to_recordset(found_now) as f (recipients uuid[], code text)
                  where f.code is null and p.organisation_id = any (f.recipients)))) then
    perform set_config('app.standings', this || found_now::text, true);
  end if;
  return found_now;
end $$;
revoke execute on function every_standing_of from public;

create or replace function app_consented(in_case uuid, organisation uuid) returns text[]
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
begin
  if not exists (select from consents k where k.case_id = in_case and organisation = any (k.recipients)) then
    return null;
  end if;
  return (select array_agg(distinct category)
            from jsonb_to_recordset(every_standing_of(in_case))
                   as f (recipients uuid[], data_categories text[], code text), unnest(f.data_categories) as category
           where f.code is null and organisation = any (f.recipients));
end $$;

create or replace function app_consents(in_case uuid, organisation uuid) returns uuid[]
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
begin
  return (select array_agg(f.consent_id order by f.consent_id)
            from jsonb_to_recordset(every_standing_of(in_case)) as f (consent_id uuid, recipients uuid[], code text)
           where f.code is null and organisation = any (f.recipients));
end $$;

create or replace function app_consent_standing(asked uuid)
returns table (recipients uuid[], data_categories text[], rule_set text, code text, waits_for uuid[], status text, informs uuid[])
language plpgsql stable security definer rows 1 set search_path = public, pg_temp as $$
declare
  of_case uuid;
begin
  select k.case_id into of_case from consents k where k.id = asked;
  if of_case is null or not app_sees(of_case) then
    return;
  end if;
  return query
    select s.recipients, s.data_categories, s.rule_set, s.code, s.waits_for, s.status, s.informs
      from jsonb_to_recordset(every_standing_of(of_case))
             as s (consent_id uuid, recipients uuid[], data_categories text[], rule_set text, code text,
                   waits_for uuid[], status text, informs uuid[])
     where s.consent_id = asked;
end $$;

-- What decides about consent is written here: what was found is found again.
create or replace function app_look_again() returns trigger language plpgsql as $$
begin
  perform set_config('app.sees', '', true), set_config('app.opened', '', true), set_config('app.standings', '', true);
  return null;
end $$;
create trigger look_again after insert on consent_exceptions for each statement execute function app_look_again();
create trigger look_again after insert on gezag_findings for each statement execute function app_look_again();
create trigger look_again after update on young_people for each statement execute function app_look_again();
