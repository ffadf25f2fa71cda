-- The walls know of an emergency access too: it opens its categories in the cases of that child until it ends, and
-- nothing there is the own work of whoever has it.
-- How the caller comes to these cases: for each the categories that are open, and of these `own`, with which the own
-- roles work (what the own house wrote there is seen also when a consent closes). Not a row for a case of others.
-- What consent opens is looked up only when `deep` is asked for, or where it decides.
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
           bit_or(case when p.ground = 'toestemming' then (k.consented & (l.own | l.more)) | app_category_set('{proces}')
                       else l.own | (k.consented & l.more) end),
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
       select case when p.ground = 'toestemming' then app_category_set(app_consented(p.case_id, p.organisation_id))
                   when deep and l.more <> 0
                   then coalesce(app_category_set(app_consented(p.case_id, p.organisation_id)), 0)
                   else 0 end as consented offset 0) k
     where p.case_id = any (asked) and p.ended_at is null
       and (p.ground <> 'toestemming' or app_consented(p.case_id, p.organisation_id) is not null)
     group by p.case_id
    union all
    select e.case_id, l.own, 0 from my_emergencies e join l on l.reach = 'emergency' and l.role = e.role
     where e.case_id = any (asked);
  end if;
  -- A case being opened in this very transaction: its first participants are still to be written.
  return query select c.id, everything, everything from cases c
                where c.id = any (asked) and c.opened_by = app_person() and c.opened_at = now();
end $$;

-- A colleague knows of an emergency access by the right to read of them, not by working at the same house.
alter policy known on emergency_accesses
  using (worker_id = app_person() or organisation_id = app_organisation() and app_has('emergency-access.read')
         or app_of_family() and told_at is not null and app_knows(young_person_id));
