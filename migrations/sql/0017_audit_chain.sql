-- The chain that seals the audit (app/domain/audit_chain.py). The worker writes it; no request waits on it, and no row of
-- the audit is touched by it.

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
-- The conditions of the callers ask what the worker may not ask.
alter policy of_my_cases on audit_events to ondersteuningsroute_api;
alter policy nobody_elses on audit_events to ondersteuningsroute_api;
create policy sealed_by_worker on audit_events for select to ondersteuningsroute_worker using (true);
-- An officer sees the chain of the own organisation, and of no other.
create policy of_my_organisation on audit_chains for select to ondersteuningsroute_api using (chain = app_organisation());
create policy of_my_organisation on audit_seals for select to ondersteuningsroute_api using (chain = app_organisation());
create policy of_my_organisation on audit_links for select to ondersteuningsroute_api using (chain = app_organisation());

grant select on audit_chains, audit_seals, audit_links to ondersteuningsroute_api;
grant select on audit_events to ondersteuningsroute_worker;
grant select, insert on audit_seals, audit_links to ondersteuningsroute_worker;
grant select, insert, update on audit_chains, audit_positions to ondersteuningsroute_worker;
