-- Emergency access: somebody opens a child's cases without consent because a vital interest cannot wait. Short, with a
-- fixed end, reviewed by a second person; the family is told, unless that is not safe yet.
create table emergency_accesses (
  id uuid primary key,
  young_person_id uuid not null references young_people (id),
  worker_id uuid not null references workers (id),
  organisation_id uuid not null references organisations (id),
  role text not null,
  reason text not null,
  unsafe_reason text,
  started_at timestamptz not null default now(),
  until timestamptz not null,
  told_at timestamptz,
  reviewed_at timestamptz,
  reviewed_by uuid,
  reviewed_role text,
  justified boolean,
  review_note text,
  constraint short_and_fixed check (until <= started_at + interval '24 hours'),
  constraint second_person check (reviewed_by <> worker_id),
  constraint told_or_not_safe_yet check (told_at is not null or unsafe_reason is not null),
  constraint reviewed_as_a_whole
    check (num_nonnulls(reviewed_at, reviewed_by, reviewed_role, justified, review_note) in (0, 5))
);
create index ix_emergency_accesses_young_person_id on emergency_accesses (young_person_id);
create index ix_emergency_accesses_organisation_id on emergency_accesses (organisation_id);
create index emergency_accesses_of_worker on emergency_accesses (worker_id, until);
grant select, insert on emergency_accesses to ondersteuningsroute_api;
grant update (until, told_at, reviewed_at, reviewed_by, reviewed_role, justified, review_note) on emergency_accesses
  to ondersteuningsroute_api;
alter table emergency_accesses enable row level security;
-- The own house knows of it, and the family that was told.
create policy known on emergency_accesses for select
  using (organisation_id = app_organisation()
         or app_of_family() and told_at is not null and app_knows(young_person_id));
create policy own_doing on emergency_accesses for insert
  with check (worker_id = app_person() and organisation_id = app_organisation() and app_knows(young_person_id));
-- Nobody touches his or her own: neither its end nor its review.
create policy second_person on emergency_accesses for update
  using (organisation_id = app_organisation() and worker_id <> app_person());

-- The cases that an emergency opens to the caller at this moment.
create view my_emergencies as
select c.id as case_id, e.role, e.young_person_id
  from emergency_accesses e join cases c on c.young_person_id = e.young_person_id
 where e.worker_id = app_person() and now() < e.until;
grant select on my_emergencies to ondersteuningsroute_api;

create or replace view my_cases as select c.id as case_id from cases c where c.young_person_id = app_person()
union all
select c.id from cases c join every_guardianship_in_force g on g.young_person_id = c.young_person_id
 where g.guardian_id = app_person()
union all
select p.case_id from every_participant_in_force p where p.worker_id = app_person()
union all
select p.case_id from every_participant_in_force p where p.worker_id is null and p.organisation_id = app_organisation()
union all
select p.case_id from every_participant_in_force p join organisations o on o.id = p.organisation_id
 where p.worker_id is null and p.role is null and o.board_id = app_organisation()
union all
-- A case being opened in this very transaction: its first participants are still to be written.
select c.id from cases c where c.opened_by = app_person() and c.opened_at = now()
union all
select e.case_id from my_emergencies e;

-- The cases that an access of the own house is about, for the log of each: also for the reviewer, who sees none of them.
create function app_cases_of_emergency(access uuid) returns setof uuid
language sql stable security definer set search_path = public, pg_temp as $$
  select c.id from emergency_accesses e join cases c on c.young_person_id = e.young_person_id
   where e.id = access and e.organisation_id = app_organisation()
$$;
revoke execute on function app_cases_of_emergency from public;
grant execute on function app_cases_of_emergency to ondersteuningsroute_api;

-- Whether the family may read of what somebody did in a case by an emergency: not while telling it is not safe.
create function app_told_of_emergency(in_case uuid, worker uuid, at timestamptz, about uuid) returns boolean
language sql stable security definer cost 1000 set search_path = public, pg_temp as $$
  select not exists (select from emergency_accesses e join cases c on c.young_person_id = e.young_person_id
                      where c.id = in_case and e.told_at is null
                        and (e.id = about or e.worker_id = worker and at >= e.started_at
                                             and at < e.started_at + interval '25 hours'))
$$;
revoke execute on function app_told_of_emergency from public;
grant execute on function app_told_of_emergency to ondersteuningsroute_api;
create policy told_when_safe on audit_events as restrictive for select
  using (ground is distinct from 'vitaal_belang' or not app_of_family()
         or app_told_of_emergency(case_id, actor_id, occurred_at, object_id));
