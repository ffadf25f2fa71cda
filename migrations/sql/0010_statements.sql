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
  audience text not null constraint audience_known check (audience in ('iedereen', 'professionals')),
  content text not null,
  about_type text,
  about_id uuid,
  created_at timestamptz not null default now()
);
create index ix_statements_case_id on statements (case_id);
alter table statements enable row level security;
-- What is for the professionals no other of the family reads: an organisation is what only they have.
create policy of_my_cases on statements
  using ((app_may_category(category) or author_id = app_person()) and app_sees(case_id)
         and (audience = 'iedereen' or author_id = app_person() or app_organisation() is not null));
grant select, insert on statements to ondersteuningsroute_api;
create trigger append_only before update or delete or truncate on statements
  for each statement execute function refuse_change();
