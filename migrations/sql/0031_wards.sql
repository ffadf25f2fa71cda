-- An organisation that has the voogdij stands where a parent with gezag stands: who signs for it comes to the cases of its
-- wards, for as long as the newest finding about the gezag says so. No row is rewritten.
-- Of a table that is new in this release.
-- squawk-ignore require-concurrent-index-creation
create index gezag_findings_of_organisation on gezag_findings (organisation_id) where organisation_id is not null;

-- Over whom an organisation has the voogdij today: the newest finding alone counts, and only in its period.
create view every_ward as
select f.young_person_id, f.organisation_id
  from gezag_findings f
 where f.organisation_id is not null and f.kind = 'voogdij'
   and f.valid_from <= app_today() and (f.valid_until is null or app_today() <= f.valid_until)
   and not exists (select from gezag_findings n where n.young_person_id = f.young_person_id and n.sequence > f.sequence);

-- The caller's wards: of who works at that organisation and has the role that signs for it.
create view my_wards as
select w.young_person_id from every_ward w
 where w.organisation_id = app_organisation() and app_home() = 'gecertificeerde_instelling' and app_has('ward');
grant select on my_wards to ondersteuningsroute_api;

-- Whether a case is of a ward of the caller: there he or she is as the family is, and not at work.
create function app_ward(in_case uuid) returns boolean
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
begin
  return app_has('ward') and exists (
    select from cases c join my_wards w on w.young_person_id = c.young_person_id where c.id = in_case);
end $$;
revoke execute on function app_ward from public;
grant execute on function app_ward to ondersteuningsroute_api;

-- As it was, with the cases of the caller's wards.
create or replace function app_reached(asked uuid[], deep boolean) returns table (case_id uuid, categories integer, own integer)
language plpgsql stable security definer rows 1 set search_path = public, pg_temp as $$
declare
  lines jsonb := nullif(current_setting('app.lines', true), '')::jsonb;
  everything constant integer := 63;
begin
  if app_person() is null then
    return;
  end if;
  if lines is null then
    return query select m.case_id, app_category_set(string_to_array(current_setting('app.categories', true), ',')),
                        app_category_set(string_to_array(current_setting('app.categories', true), ','))
                   from my_cases m where m.case_id = any (asked);
    return;
  end if;
  if app_organisation() is null then
    return query
    with l as (select * from jsonb_to_recordset(lines) as l(reach text, own integer, youth integer))
    select c.id,
           bit_or(l.own | case when l.youth <> 0 then l.youth & app_category_set(app_sight(y.id, app_person())) else 0 end),
           bit_or(l.own)
      from cases c
      join young_people y on y.id = c.young_person_id
     cross join lateral (select coalesce(date_part('year', age(app_today(), y.birth_date)), 0) as years) a
      join l on case l.reach
                when 'self' then y.id = app_person() and a.years >= 12
                when 'own-child' then a.years < 16
                when 'own-child-16-17' then a.years >= 16 and a.years < 18
                else false end
     where c.id = any (asked)
       and (l.reach = 'self' or exists (
             select from every_guardianship_in_force g
              where g.young_person_id = y.id and g.guardian_id = app_person() and g.gezag = 'ja'))
     group by c.id;
  else
    return query
    with l as (select * from jsonb_to_recordset(lines) as l(reach text, role text, own integer, more integer))
    select p.case_id,
           bit_or(case when p.ground = 'toestemming' then (o.consented & (l.own | l.more)) | app_category_set('{proces}')
                       else l.own | (o.consented & l.more) end),
           bit_or(l.own)
      from participants p
      join l on case l.reach
                when 'involved' then p.role = l.role and (p.worker_id = app_person()
                     or p.worker_id is null and p.organisation_id = app_organisation())
                when 'own-school' then p.worker_id is null and p.role is null and p.organisation_id = app_organisation()
                when 'own-board' then p.worker_id is null and p.role is null and exists (
                     select from organisations o where o.id = p.organisation_id and o.board_id = app_organisation())
                else false end
     cross join lateral (
       select case when p.ground = 'toestemming' or deep and l.more <> 0
                   then app_consented(p.case_id, p.organisation_id) end as names offset 0) k
     cross join lateral (select app_category_set(k.names) as consented offset 0) o
     where p.case_id = any (asked) and p.ended_at is null and (p.ground <> 'toestemming' or k.names is not null)
     group by p.case_id
    union all
    select e.case_id, l.own, 0 from my_emergencies e join l on l.reach = 'emergency' and l.role = e.role
     where e.case_id = any (asked)
    union all
    select c.id, bit_or(l.own), bit_or(l.own)
      from my_wards w
      join cases c on c.young_person_id = w.young_person_id
      join young_people y on y.id = w.young_person_id
     cross join lateral (select coalesce(date_part('year', age(app_today(), y.birth_date)), 0) as years) a
      join l on case l.reach
                when 'ward' then a.years < 16
                when 'ward-16-17' then a.years >= 16 and a.years < 18
                else false end
     where c.id = any (asked)
     group by c.id;
  end if;
  -- A case being opened in this very transaction: its first participants are still to be written.
  return query select c.id, everything, everything from cases c
                where c.id = any (asked) and c.opened_by = app_person() and c.opened_at = now();
end $$;

-- As it was, with the caller's wards: a case can be opened for each.
create or replace view my_young_people as
select y.id as young_person_id from young_people y
 where y.id = app_person() and (current_setting('app.rights', true) = '*' or app_has('self')
       and coalesce(date_part('year', age(app_today(), y.birth_date)), 0) >= 12)
union all
select g.young_person_id from every_guardianship_in_force g
 where g.guardian_id = app_person() and (g.gezag = 'ja' or current_setting('app.rights', true) = '*')
union all
select y.id from young_people y
 where y.school_id = app_organisation() and app_has('pupil')
union all
select y.id from young_people y where y.created_by = app_person()
union all
select y.id from young_people y join organisations o on o.municipality_code = y.municipality_code
 where o.id = app_organisation() and o.kind in ('gemeente', 'sociaal_team', 'leerplicht', 'jgz') and app_has('resident')
union all
select w.young_person_id from my_wards w
union all
select c.young_person_id from cases c where app_sees(c.id);

-- As they were; in the case of a ward its guardian reads what the family reads, and not what one of them keeps.
alter policy of_its_compartment on signals
  using (app_kept_for(author_role) is null or category = 'proces' or app_of_family()
         or app_home() = any (app_kept_for(author_role)) or author_organisation_id = app_organisation()
         or author_id = app_person() or app_kept_open(case_id, category) or app_ward(case_id));
alter policy of_its_compartment on notes
  using (app_kept_for(author_role) is null or category = 'proces' or app_of_family()
         or app_home() = any (app_kept_for(author_role)) or author_organisation_id = app_organisation()
         or author_id = app_person() or app_kept_open(case_id, category) or app_ward(case_id));
alter policy of_its_compartment on assessments
  using (app_kept_for(author_role) is null or category = 'proces' or app_of_family()
         or app_home() = any (app_kept_for(author_role)) or author_organisation_id = app_organisation()
         or author_id = app_person() or app_kept_open(case_id, category) or app_ward(case_id));
alter policy nobody_elses on signals
  using (private_of is null or private_of = app_person() or not (app_of_family() or app_ward(case_id)));
alter policy nobody_elses on notes
  using (private_of is null or private_of = app_person() or not (app_of_family() or app_ward(case_id)));
alter policy nobody_elses on statements
  using (private_of is null or private_of = app_person() or not (app_of_family() or app_ward(case_id)));
alter policy nobody_elses on audit_events
  using (object_id is null or object_type not in ('signal', 'note', 'statement', 'data-request')
         or not (app_of_family() or app_ward(case_id))
         or actor_id = app_person() or not app_private_to_another(object_id));
alter policy told_when_safe on audit_events
  using (ground is distinct from 'vitaal_belang' or not (app_of_family() or app_ward(case_id))
         or app_told_of_emergency(case_id, actor_id, occurred_at, object_id));
alter policy exceptions_untold on audit_events
  using (action <> 'consent.except' or not (app_of_family() or app_ward(case_id))
         or exists (select from cases c where c.id = case_id and c.young_person_id = app_person()));
-- The log of a case is the family's: not for a colleague who is in another case at work.
alter policy of_my_cases on audit_events
  using (actor_id = app_person()
         or app_has('access-log.read') and app_sees(audit_events.case_id)
            -- The release before this one tells no rights: for its processes it stays as wide as it was.
            and (current_setting('app.rights', true) = '*' or app_of_family() or app_ward(case_id))
         or organisation_id = app_organisation() and app_has('audit.read'));
alter policy known on emergency_accesses
  using (worker_id = app_person() or organisation_id = app_organisation() and app_has('emergency-access.read')
         or told_at is not null and (app_of_family() and app_knows(young_person_id)
              or young_person_id in (select w.young_person_id from my_wards w)));

-- As it was, with whether the organisation has the voogdij.
create or replace function app_recipient(in_case uuid, organisation uuid, person uuid) returns jsonb
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
begin
  return (
    select jsonb_build_object(
      'ruleSet', app_rule_set(),
      'kind', (select o.kind from organisations o where o.id = organisation),
      'involved', coalesce((select jsonb_agg(jsonb_build_array(p.role, p.ground) order by p.id)
                              from every_participant_in_force p
                             where p.case_id = c.id and p.organisation_id = organisation
                               and (p.worker_id is null or p.worker_id = person)), '[]'),
      'consented', coalesce(to_jsonb(app_consented(c.id, organisation)), '[]'),
      'consents', coalesce(to_jsonb(app_consents(c.id, organisation)), '[]'),
      'self', y.id = person,
      'gezag', exists (select from every_guardianship_in_force g
                        where g.young_person_id = y.id and g.guardian_id = person and g.gezag = 'ja'),
      'ward', exists (select from every_ward w where w.young_person_id = y.id and w.organisation_id = organisation),
      'years', coalesce(date_part('year', age(app_today(), y.birth_date)), 0),
      'sight', coalesce((select to_jsonb(s.data_categories) from sight_decisions s
                          where s.young_person_id = y.id and s.guardian_id = person order by s.id desc limit 1), '[]'))
      from cases c join young_people y on y.id = c.young_person_id where c.id = in_case);
end $$;
