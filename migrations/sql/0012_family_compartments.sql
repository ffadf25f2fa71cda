-- Compartments inside a case: what one member of the family keeps to himself or herself, what a youth of 16 or 17 lets
-- a parent see, and the records of leerplicht and samenwerkingsverband (domain.md R9, R47). Columns without a default:
-- no table is rewritten.
alter table signals add column private_of uuid;
alter table notes add column private_of uuid;

create table sight_decisions (
  id uuid primary key,
  young_person_id uuid not null references young_people (id),
  guardian_id uuid not null references guardians (id),
  data_categories text[] not null default '{}'
    constraint categories_known check (data_categories <@ array['gezondheid', 'leven', 'verzuim']),
  decided_at timestamptz not null default now()
);
create index ix_sight_decisions_of on sight_decisions (young_person_id, guardian_id, id);
grant select, insert on sight_decisions to ondersteuningsroute_api;
alter table sight_decisions enable row level security;
-- The youth's alone, who decides for himself or herself; a parent sees what follows from it in the case.
create policy own on sight_decisions using (young_person_id = app_person());
create trigger append_only before update or delete or truncate on sight_decisions
  for each statement execute function refuse_change();

-- What a youth decided that a guardian may see: the newest decision; nothing while there is none. As the owner: asked
-- while it is worked out what a parent reaches.
create function app_sight(of_child uuid, guardian uuid) returns text[]
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce((select s.data_categories from sight_decisions s
                    where s.young_person_id = of_child and s.guardian_id = guardian
                      and guardian = app_person() order by s.id desc limit 1), '{}')
$$;

-- The parents with gezag of the youth who asks, with what he or she lets each of them see.
create function app_my_sight() returns table (guardian_id uuid, display_name text, data_categories text[],
                                              decided_at timestamptz)
language sql stable security definer rows 3 set search_path = public, pg_temp as $$
  select g.guardian_id, p.display_name, coalesce(s.data_categories, '{}'), s.decided_at
    from every_guardianship_in_force g join guardians p on p.id = g.guardian_id
    left join lateral (select d.data_categories, d.decided_at from sight_decisions d
                        where d.young_person_id = g.young_person_id and d.guardian_id = g.guardian_id
                        order by d.id desc limit 1) s on true
   where g.young_person_id = app_person() and g.gezag = 'ja'
$$;

-- Whether the caller is of the family of a child, not a professional.
create function app_of_family() returns boolean language sql stable
  return app_home() in ('guardian', 'young_person');

-- The compartments of leerplicht and samenwerkingsverband: the same table as KEPT_FOR in app/domain/policy.py (a test
-- holds the two equal).
create function app_kept_for(role text) returns text[] language sql immutable
  return case when role = 'leerplichtambtenaar' then array['leerplicht']
              when role in ('swv_coordinator', 'consulent_passend_onderwijs', 'begeleider_passend_onderwijs')
              then array['samenwerkingsverband', 'school', 'schoolbestuur'] end;

-- Whether a consent in force opens this category of a case to a house of the caller's.
create function app_kept_open(in_case uuid, category text) returns boolean
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
begin
  return exists (select from every_participant_in_force p
                  where p.case_id = in_case and category = any (p.consented)
                    and (p.worker_id = app_person()
                         or p.worker_id is null and p.organisation_id = app_organisation()
                         or p.worker_id is null and p.role is null and exists (
                              select from organisations o
                               where o.id = p.organisation_id and o.board_id = app_organisation())));
end $$;

-- Restrictive: they narrow whatever the other policies of these tables let through.
create policy of_its_compartment on signals as restrictive
  using (app_kept_for(author_role) is null or category = 'proces' or app_of_family()
         or app_home() = any (app_kept_for(author_role)) or author_organisation_id = app_organisation()
         or author_id = app_person() or app_kept_open(case_id, category));
create policy of_its_compartment on notes as restrictive
  using (app_kept_for(author_role) is null or category = 'proces' or app_of_family()
         or app_home() = any (app_kept_for(author_role)) or author_organisation_id = app_organisation()
         or author_id = app_person() or app_kept_open(case_id, category));
create policy of_its_compartment on assessments as restrictive
  using (app_kept_for(author_role) is null or category = 'proces' or app_of_family()
         or app_home() = any (app_kept_for(author_role)) or author_organisation_id = app_organisation()
         or author_id = app_person() or app_kept_open(case_id, category));
create policy nobody_elses on signals as restrictive
  using (private_of is null or private_of = app_person() or not app_of_family());
create policy nobody_elses on notes as restrictive
  using (private_of is null or private_of = app_person() or not app_of_family());

-- Whether a signal or a note is the own of another member of the family than the caller.
create function app_private_to_another(object uuid) returns boolean
language sql stable security definer cost 1000 set search_path = public, pg_temp as $$
  select exists (select from signals s where s.id = object and s.private_of <> app_person())
      or exists (select from notes n where n.id = object and n.private_of <> app_person())
$$;
-- That there is such a thing does not appear from the log of the case either.
create policy nobody_elses on audit_events as restrictive for select
  using (object_id is null or object_type not in ('signal', 'note') or not app_of_family()
         or actor_id = app_person() or not app_private_to_another(object_id));

revoke execute on function app_sight, app_my_sight, app_kept_open, app_private_to_another from public;
grant execute on function app_sight, app_my_sight, app_kept_open, app_private_to_another to ondersteuningsroute_api;
