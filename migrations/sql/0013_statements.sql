-- What the family itself adds to the dossier, and the rectifications that are owed to it (Jeugdwet 7.3.8).
create table statements (
  id uuid primary key,
  case_id uuid not null references cases (id),
  author_id uuid not null,
  author_role text not null,
  author_organisation_id uuid references organisations (id),
  kind text not null constraint kind_known check (kind in ('verklaring', 'rectificatie')),
  category text not null constraint category_known
    check (category in ('leren', 'leven', 'gezondheid', 'verzuim', 'veiligheid', 'proces')),
  private_of uuid,
  content text not null,
  about_type text,
  about_id uuid,
  created_at timestamptz not null default now()
);
create index ix_statements_case_id on statements (case_id);
alter table statements enable row level security;
create policy of_my_cases on statements
  using ((app_may_category(category) or author_id = app_person()) and app_sees(case_id));
create policy nobody_elses on statements as restrictive
  using (private_of is null or private_of = app_person() or not app_of_family());
grant select, insert on statements to ondersteuningsroute_api;
create trigger append_only before update or delete or truncate on statements
  for each statement execute function refuse_change();
-- Nor does the log of the case tell of it.
create or replace function app_private_to_another(object uuid) returns boolean
language sql stable security definer cost 1000 set search_path = public, pg_temp as $$
  select exists (select from signals s where s.id = object and s.private_of <> app_person())
      or exists (select from notes n where n.id = object and n.private_of <> app_person())
      or exists (select from statements t where t.id = object and t.private_of <> app_person())
$$;
alter policy nobody_elses on audit_events
  using (object_id is null or object_type not in ('signal', 'note', 'statement') or not app_of_family()
         or actor_id = app_person() or not app_private_to_another(object_id));
