-- Terms: days on which a school is closed, pauses and extensions, and the dates that the worker keeps. No table that is
-- there is rewritten; the triggers write to an empty queue.

-- Study days and closures of a school. Everybody who is known here may read them, as in the school guide.
create table closures (
  id uuid primary key,
  organisation_id uuid not null references organisations (id),
  kind text not null constraint kind_known check (kind in ('studiedag', 'sluiting')),
  first_day date not null,
  last_day date not null,
  name text not null,
  created_by uuid not null,
  created_at timestamptz not null default now(),
  removed_at timestamptz,
  removed_by uuid,
  constraint in_order check (last_day between first_day and first_day + 100)
);
create index closures_of_organisation on closures (organisation_id, id) where removed_at is null;
alter table closures enable row level security;
create policy known on closures for select using (app_person() is not null);
create policy of_my_organisation on closures for insert with check (organisation_id = app_organisation());
create policy of_my_organisation_ended on closures for update using (organisation_id = app_organisation());
grant select, insert, update (removed_at, removed_by) on closures to ondersteuningsroute_api;

create table term_pauses (
  id uuid primary key,
  case_id uuid not null references cases (id),
  author_id uuid not null,
  author_role text not null,
  author_organisation_id uuid references organisations (id),
  term text not null constraint term_is_a_code check (term ~ '^[a-z][a-z0-9_]{0,63}$'),
  first_day date not null,
  last_day date not null,
  reason text not null,
  created_at timestamptz not null default now(),
  constraint in_order check (last_day between first_day and first_day + 366)
);
create index ix_term_pauses_case_id on term_pauses (case_id);

-- An extension is of the term that ran from this day on, not of one that begins later.
create table term_extensions (
  id uuid primary key,
  case_id uuid not null references cases (id),
  author_id uuid not null,
  author_role text not null,
  author_organisation_id uuid references organisations (id),
  term text not null constraint term_is_a_code check (term ~ '^[a-z][a-z0-9_]{0,63}$'),
  anchored_on date not null,
  amount bigint not null constraint amount_in_bounds check (amount between 1 and 366),
  reason text not null,
  created_at timestamptz not null default now()
);
create index ix_term_extensions_case_id on term_extensions (case_id);

-- The present run of each term of a case, counted by the worker: what is due when, and what was done about which date.
-- Without a reference to cases: that would lock the case, and whoever writes in it would wait for the worker.
create table deadlines (
  case_id uuid not null,
  term text not null,
  state text not null constraint state_known check (state in ('running', 'paused', 'met', 'ended', 'passed')),
  anchored_on date not null,
  due_on date,
  remind_on date,
  reminded_for date,
  told_for date,
  passed_for date,
  next_on date,
  primary key (case_id, term)
);
-- What the worker asks each round: cost follows what is due, not how many cases there are.
create index deadlines_to_act_on on deadlines (next_on, case_id) where next_on is not null;

-- The cases to count again. Rows are only added and taken away: nobody who writes waits for the worker.
create table recounts (
  id bigint generated always as identity primary key,
  case_id uuid not null
);

alter table term_pauses enable row level security;
alter table term_extensions enable row level security;
alter table deadlines enable row level security;
alter table recounts enable row level security;
create policy of_my_cases on term_pauses using (app_sees(case_id));
create policy of_my_cases on term_extensions using (app_sees(case_id));
create policy of_my_cases on deadlines for select to ondersteuningsroute_api using (app_sees(case_id));
create policy kept_by_worker on deadlines to ondersteuningsroute_worker using (true);
create policy taken_by_worker on recounts to ondersteuningsroute_worker using (true);
grant select, insert on term_pauses, term_extensions to ondersteuningsroute_api;
grant select on deadlines to ondersteuningsroute_api;
grant select, insert, update, delete on deadlines to ondersteuningsroute_worker;
grant select, insert, update, delete on recounts to ondersteuningsroute_worker;
grant insert on outbox to ondersteuningsroute_worker;
-- Of itself the worker says what became of a term, and nothing else.
alter policy delivered_by_worker on outbox with check (delivered_at is not null or type like 'deadline.%');

create trigger append_only before update or delete or truncate on term_pauses
  for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on term_extensions
  for each statement execute function refuse_change();

-- What a term is counted from, for the worker: moments and days, never a text. As the owner, for every case.
create function every_case_clock(asked uuid) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return (
select jsonb_build_object(
  'today', app_today(), 'route', c.route, 'version', c.route_version, 'step', c.step,
  'openedAt', c.opened_at, 'roundSince', c.round_since, 'closedAt', c.closed_at,
  'birthDate', y.birth_date, 'school', c.school_id is not null,
  'municipality', s.municipality_code, 'postcode', s.postcode,
  'closures', coalesce((select jsonb_agg(jsonb_build_array(d.first_day, d.last_day, d.name) order by d.id)
                          from closures d where d.organisation_id = c.school_id and d.removed_at is null), '[]'),
  'moments', coalesce((select jsonb_agg(jsonb_build_array(m.kind, m.key, m.at, m.origin, m.target) order by m.at, m.place)
    from (select 'signal' as kind, '' as key, min(g.created_at) as at, null as origin, null as target, 0 as place
            from signals g where g.case_id = c.id having count(*) > 0
          union all
          select 'transition', t.transition, t.performed_at, t.from_step, t.to_step, t.sequence
            from transitions t where t.case_id = c.id and t.performed_at >= c.round_since
          union all
          select 'assessment', a.kind, a.created_at, null, null, 0
            from assessments a where a.case_id = c.id and a.created_at >= c.round_since
          union all
          select 'note', n.kind, n.held_at, null, null, 0
            from notes n where n.case_id = c.id and n.created_at >= c.round_since
          union all
          select 'meeting', h.kind, h.held_at, null, null, 0
            from meetings h where h.case_id = c.id and h.held_at is not null and h.created_at >= c.round_since) m), '[]'),
  'pauses', coalesce((select jsonb_agg(jsonb_build_array(p.term, p.first_day, p.last_day) order by p.id)
                        from term_pauses p where p.case_id = c.id), '[]'),
  'extensions', coalesce((select jsonb_agg(jsonb_build_array(e.term, e.anchored_on, e.amount) order by e.id)
                            from term_extensions e where e.case_id = c.id), '[]'))
  from cases c join young_people y on y.id = c.young_person_id left join organisations s on s.id = c.school_id
 where c.id = asked
  );
end $$;

-- The same of one of the caller's cases, without the birth date: that is for who may see the child's own data.
create function case_clock(asked uuid) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return case when app_sees(asked) then every_case_clock(asked) - 'birthDate' end;
end $$;
revoke execute on function every_case_clock, case_clock from public;
grant execute on function every_case_clock to ondersteuningsroute_worker;
grant execute on function case_clock to ondersteuningsroute_api;

-- What moves a date puts its case in the queue, in the same transaction.
create function recount_of_case() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into recounts (case_id) values ((to_jsonb(new) ->> case tg_table_name when 'cases' then 'id' else 'case_id' end)::uuid);
  return null;
end $$;
create function recount_of_child() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into recounts (case_id) select c.id from cases c where c.young_person_id = new.id and c.closed_at is null;
  return null;
end $$;
create function recount_of_school() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into recounts (case_id)
  select c.id from cases c
   where c.school_id = (to_jsonb(new) ->> case tg_table_name when 'closures' then 'organisation_id' else 'id' end)::uuid
     and c.closed_at is null;
  return null;
end $$;
revoke execute on function recount_of_case, recount_of_child, recount_of_school from public;

create trigger recount after insert or update of step, step_since, round_since, closed_at, school_id, route_version on cases
  for each row execute function recount_of_case();
create trigger recount after insert on assessments for each row execute function recount_of_case();
create trigger recount after insert on notes for each row execute function recount_of_case();
create trigger recount after update of held_at on meetings for each row execute function recount_of_case();
create trigger recount after insert on term_pauses for each row execute function recount_of_case();
create trigger recount after insert on term_extensions for each row execute function recount_of_case();
create trigger recount after update of birth_date on young_people for each row execute function recount_of_child();
create trigger recount after insert or update of removed_at on closures for each row execute function recount_of_school();
create trigger recount after update of municipality_code, postcode on organisations
  for each row when (old.municipality_code is distinct from new.municipality_code
                     or old.postcode is distinct from new.postcode) execute function recount_of_school();

-- The cases that there are: the worker counts them at its start, in portions.
insert into recounts (case_id) select id from cases where closed_at is null;
