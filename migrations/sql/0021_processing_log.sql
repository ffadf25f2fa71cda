-- Whose case it is, for the worker that tells the Logboek of each child: an id for an id, and nothing else.
create function every_child_of_cases(asked uuid[]) returns table (case_id uuid, young_person_id uuid)
language sql stable security definer set search_path = public, pg_temp as $$
  select c.id, c.young_person_id from cases c where c.id = any (asked)
$$;
revoke execute on function every_child_of_cases from public;
grant execute on function every_child_of_cases to ondersteuningsroute_worker;

-- What callers may see of the audit is asked of callers: the worker, who seals all of it, may not ask what those conditions
-- ask.
do $$
declare
  name text;
begin
  for name in select policyname from pg_policies where tablename = 'audit_events' and roles = '{public}' loop
    execute format('alter policy %I on audit_events to ondersteuningsroute_api', name);
  end loop;
end $$;
