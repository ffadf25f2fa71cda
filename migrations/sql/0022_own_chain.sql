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
