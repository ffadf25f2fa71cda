-- Of a youth of 16 or 17 a parent with gezag follows school and absence, and whatever the youth opened. That there is help
-- is the youth's own to tell: a case without school and leerplicht is not there for the parent (Jeugdwet 7.3.5, 7.3.11;
-- domain.md R9).

-- Whether a case is one that this parent may follow then: school, its board or leerplicht takes part, or the youth lets
-- this parent see something. False for who is no parent with gezag. As the owner: who takes part is not the parent's to see.
create function app_followed_at_sixteen(in_case uuid, parent uuid default app_person()) returns boolean
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
begin
  return exists (
    select from cases c
      join every_guardianship_in_force g on g.young_person_id = c.young_person_id
     where c.id = in_case and g.guardian_id = parent and g.gezag = 'ja'
       and (coalesce((select cardinality(s.data_categories) > 0 from sight_decisions s
                       where s.young_person_id = c.young_person_id and s.guardian_id = parent
                       order by s.id desc limit 1), false)
            or exists (select from every_participant_in_force p join organisations o on o.id = p.organisation_id
                        where p.case_id = c.id and o.kind in ('school', 'schoolbestuur', 'leerplicht'))));
end $$;
revoke execute on function app_followed_at_sixteen from public;
grant execute on function app_followed_at_sixteen to ondersteuningsroute_api;

-- As it was, and of a case that the parent does not follow nothing leaves either.
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
      'followed', app_followed_at_sixteen(c.id, person),
      'years', coalesce(date_part('year', age(app_today(), y.birth_date)), 0),
      'sight', coalesce((select to_jsonb(s.data_categories) from sight_decisions s
                          where s.young_person_id = y.id and s.guardian_id = person order by s.id desc limit 1), '[]'))
      from cases c join young_people y on y.id = c.young_person_id where c.id = in_case);
end $$;

-- As it was, and at 16 and 17 a parent reaches the cases that he or she follows.
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
                when 'own-child-16-17' then a.years >= 16 and a.years < 18 and app_followed_at_sixteen(c.id)
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
