-- Of a list the audit names the ground on which each of what it showed is for the caller, in the order of `shown`.
alter table audit_events add column shown_on text[];

-- Two grounds that opened more than they are about.

-- A gecertificeerde instelling takes part because a court said so (Jeugdwet 7.3.11 lid 4): the measure is recorded with the
-- involvement, and outside its period that opens nothing. A voogdij has no last day of its own.
alter table participants
  add column measure text,
  add column measure_from date,
  add column measure_until date,
  add constraint measured check (
    case when ground = 'gecertificeerde_instelling'
         then coalesce(measure in ('ondertoezichtstelling', 'voogdij', 'jeugdreclassering'), false)
              and measure_from is not null and (measure_until is not null or measure = 'voogdij')
              and coalesce(measure_from <= measure_until, true)
         else measure is null and measure_from is null and measure_until is null end) not valid;

-- As it was, and only within the period of the measure.
create or replace view every_participant_in_force as
select p.id, p.case_id, p.organisation_id, p.role, p.worker_id, p.functions, p.ground, p.motivation, p.added_by, p.started_at,
       p.ended_at, p.ended_by, app_consented(p.case_id, p.organisation_id) as consented
  from participants p
 where p.ended_at is null
   and case when p.ground = 'toestemming' then app_consented(p.case_id, p.organisation_id) is not null else true end
   and (p.measure is null or app_today() between p.measure_from and coalesce(p.measure_until, 'infinity'));

-- As it was; on the zorgplicht (WPO 40) a school that is asked for a place comes to how the case proceeds, and to the content
-- as far as a consent in force opens it (PROCESS_ALONE in app/domain/grounds.py).
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
           bit_or(case when p.ground in ('toestemming', 'zorgplicht')
                       then (o.consented & (l.own | l.more)) | app_category_set('{proces}')
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
       select case when p.ground = 'toestemming' or deep and (l.more <> 0 or p.ground = 'zorgplicht')
                   then app_consented(p.case_id, p.organisation_id) end as names offset 0) k
     cross join lateral (select app_category_set(k.names) as consented offset 0) o
     where p.case_id = any (asked) and p.ended_at is null and (p.ground <> 'toestemming' or k.names is not null)
       and (p.measure is null or app_today() between p.measure_from and coalesce(p.measure_until, 'infinity'))
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

-- Nothing leaves by another way than an answer: there is nobody to judge it for.
drop function app_recipient(uuid, uuid, uuid);
