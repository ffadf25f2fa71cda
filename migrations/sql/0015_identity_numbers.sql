-- BSN and PGN of a child: sealed by the service, found again by a keyed hash; neither key ever comes here (ADR 0143).
create table identity_numbers (
  id uuid primary key,
  young_person_id uuid not null references young_people (id),
  kind text not null constraint kind_known check (kind in ('bsn', 'pgn')),
  source text not null constraint source_known
    check (source in ('brp', 'identiteitsbewijs', 'eigen_administratie', 'school')),
  -- What came from a school is a PGN, whoever wrote it down (WPO 178a).
  constraint of_a_school check (kind = 'pgn' or source <> 'school'),
  key_id text not null,
  sealed bytea not null constraint sealed_whole check (octet_length(sealed) = 12 + 9 + 16),
  digest_key_id text not null,
  digest bytea not null constraint digest_whole check (octet_length(digest) = 32),
  recorded_by uuid not null,
  recorded_by_organisation_id uuid references organisations (id),
  recorded_at timestamptz not null default now(),
  unique (young_person_id, kind)
);
-- Not unique: that a number is known of another child is not for everybody who types one.
create index identity_numbers_by_digest on identity_numbers (digest);

-- Whether the caller may come near such a number of this child at all: the family its own, a house by what it is
-- (app/domain/numbers.py has the same table for the first wall, and a test holds the two equal).
create function app_may_number(child uuid, number_kind text) returns boolean
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
begin
  if app_organisation() is null then
    return child = app_person() or exists (
      select from every_guardianship_in_force g
       where g.young_person_id = child and g.guardian_id = app_person() and g.gezag = 'ja');
  end if;
  return app_knows(child) and exists (
    select from organisations o
     where o.id = app_organisation()
       and (number_kind = 'pgn' and o.kind in ('school', 'leerplicht')
            or number_kind = 'bsn' and o.kind in ('gemeente', 'sociaal_team', 'leerplicht', 'jgz')));
end $$;
revoke execute on function app_may_number from public;
grant execute on function app_may_number to ondersteuningsroute_api;

alter table identity_numbers enable row level security;
create policy for_its_kind on identity_numbers using (app_may_number(young_person_id, kind));
grant select, insert on identity_numbers to ondersteuningsroute_api;
grant update (source, key_id, sealed, digest_key_id, digest, recorded_by, recorded_by_organisation_id, recorded_at)
  on identity_numbers to ondersteuningsroute_api;
