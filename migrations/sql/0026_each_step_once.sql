-- As it was, and each step worked out once: without `offset 0` the planner writes every expression out wherever it is
-- looked at, and the answer to one consent took some milliseconds.
create or replace view every_consent_standing as
select k.id as consent_id, k.case_id, left_.recipients, left_.categories as data_categories,
       r.name || '@' || r.version as rule_set, k.data_from, k.data_until, verdict.code, waiting.people as waits_for,
       case
         when verdict.code is null then 'van_kracht'
         when verdict.code = 'toestemming_verlopen' then 'verlopen'
         when verdict.code = 'toestemming_vervangen' then 'te_vernieuwen'
         when verdict.code = 'toestemming_geweigerd' then
           case when answers.yes then 'tegenstrijdig' else 'geweigerd' end
         when verdict.code = 'toestemming_ingetrokken' then 'ingetrokken'
         when verdict.code = 'toestemming_onvolledig' then
           case when k.completed_at is null then 'wacht_op' else 'te_vernieuwen' end
         else 'onduidelijk_wie_beslist'
       end as status,
       case when verdict.code is null and need.told and unclear.code is null then people.holders else '{}'::uuid[] end
         as informs
  from consents k
  join cases c on c.id = k.case_id
  join young_people y on y.id = c.young_person_id
 cross join lateral (
    select * from consent_rule_sets s where s.in_force_from <= app_today()
     order by s.in_force_from desc, s.version desc limit 1) r
 cross join lateral (select date_part('year', age(app_today(), y.birth_date)) as years offset 0) a
  left join lateral (
    select e.kind from consent_exceptions e where e.consent_id = k.id order by e.sequence desc limit 1) x on true
  left join lateral (
    select f.* from gezag_findings f where f.young_person_id = y.id order by f.sequence desc limit 1) f on true
 cross join lateral (
    select coalesce(x.kind = 'wilsonbekwaam', false) as unable, a.years >= r.adult_from as adult,
           coalesce(x.kind in ('ernstig_nadeel', 'weloverwogen_wens'), false) as exceptional,
           coalesce(x.kind in ('ernstig_nadeel', 'weloverwogen_wens'), false)
             and a.years >= r.youth_from and a.years < r.youth_alone_from
             and not exists (select from organisations o
                              where o.id = any (k.recipients) and o.kind <> all (r.exception_recipients)) as excepted offset 0) e
 cross join lateral (
    select not e.unable and (e.adult or a.years >= least(r.youth_from, k.youth_from)) as youth,
           not e.adult and not e.excepted
             and (e.unable or a.years < greatest(r.youth_alone_from, k.parents_until)) as parents,
           e.adult and e.unable as representative,
           coalesce(k.parents_informed, false) and not e.adult and not e.unable and not e.excepted
             and a.years >= greatest(r.youth_alone_from, k.parents_until) as told offset 0) need
 cross join lateral (
    select coalesce(bool_or(l.decision = 'gegeven'), false) as yes,
           coalesce(bool_or(l.decision = 'geweigerd')
             filter (where l.giver_id = y.id or not (e.exceptional and not need.parents)), false) as refused,
           coalesce(bool_or(l.decision = 'ingetrokken')
             filter (where l.giver_id = y.id or not (e.exceptional and not need.parents)), false) as withdrawn,
           coalesce(array_agg(l.giver_id) filter (where l.decision = 'gegeven'), '{}') as given,
           coalesce(array_agg(l.giver_id) filter (where l.decision = 'gegeven' and l.basis = 'zelf'), '{}') as in_person
      from consent_answers_latest l where l.consent_id = k.id) answers
 cross join lateral (
    -- What anybody left out of a yes, is left out.
    select array(select recipient from unnest(k.recipients) as recipient where not exists (
                   select from consent_answers_latest l
                    where l.consent_id = k.id and l.decision = 'gegeven' and recipient = any (l.without_recipients)))
             as recipients,
           array(select category from unnest(k.data_categories) as category where not exists (
                   select from consent_answers_latest l
                    where l.consent_id = k.id and l.decision = 'gegeven' and category = any (l.without_categories)))
             as categories offset 0) left_
 cross join lateral (
    select coalesce(array_agg(g.guardian_id) filter (where g.gezag = 'ja' and g.relation not in ('curator', 'mentor')),
             '{}') || case when f.organisation_id is null then '{}' else array[f.organisation_id] end as holders,
           coalesce(array_agg(g.guardian_id) filter (where g.gezag = 'ja' and g.relation in ('curator', 'mentor')),
             '{}') as representatives,
           coalesce(bool_or(g.gezag = 'onbekend' and g.relation not in ('curator', 'mentor')), false) as unknown,
           coalesce(bool_or(g.conflict and g.relation not in ('curator', 'mentor')), false) as conflict
      from every_guardianship_in_force g where g.young_person_id = y.id) people
 cross join lateral (
    select case
      when f.id is null then
        case when people.unknown or cardinality(people.holders) = 0 then 'gezag_onbekend' end
      when not (f.valid_from <= app_today() and (f.valid_until is null or app_today() <= f.valid_until))
        then 'gezag_verlopen'
      when f.kind = 'niet_te_bepalen' then 'gezag_niet_te_bepalen'
      when f.kind = 'tijdelijk_geen_gezag' then 'gezag_tijdelijk_geen'
      when people.unknown then 'gezag_onbekend'
      when f.kind = 'voogdij' and cardinality(people.holders) between 1 and 2 then null
      when f.kind = 'eenhoofdig_ouderlijk_gezag' and cardinality(people.holders) = 1 then null
      when f.kind in ('tweehoofdig_ouderlijk_gezag', 'gezamenlijk_gezag') and cardinality(people.holders) = 2 then null
      else 'gezag_tegenstrijdig' end as code offset 0) unclear
 cross join lateral (
    select coalesce(f.kind, '') = 'voogdij' as guarded,
           coalesce(f.kind, '') <> 'voogdij' and not people.conflict
             and people.holders && answers.in_person as vouched offset 0) voice
 cross join lateral (
    select array(
      select y.id where need.youth and y.id <> all (answers.in_person)
       union all
      select h from unnest(people.holders) as h
       where need.parents and h <> all (answers.in_person) and not (voice.vouched and h = any (answers.given))
       union all
      select p from unnest(people.representatives) as p
       where need.representative and p <> all (answers.in_person)
       order by 1) as people offset 0) pending
 cross join lateral (
    select case
      when not app_today() between k.valid_from and k.valid_until then 'toestemming_verlopen'
      when exists (select from consents n where n.replaces = k.id) then 'toestemming_vervangen'
      when y.birth_date is null then 'geboortedatum_onbekend'
      when need.parents and unclear.code is not null then unclear.code
      when need.representative and cardinality(people.representatives) = 0 then 'vertegenwoordiger_onbekend'
      when answers.refused then 'toestemming_geweigerd'
      when answers.withdrawn then 'toestemming_ingetrokken'
      when cardinality(pending.people) > 0 then 'toestemming_onvolledig'
      when cardinality(left_.recipients) = 0 or cardinality(left_.categories) = 0 then 'toestemming_ingetrokken'
    end as code offset 0) verdict
 cross join lateral (
    select case when verdict.code in ('toestemming_geweigerd', 'toestemming_ingetrokken', 'toestemming_onvolledig')
                then pending.people else '{}' end as people offset 0) waiting;

-- As it was, and what consent opens is looked up once an involvement.
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
     where e.case_id = any (asked);
  end if;
  -- A case being opened in this very transaction: its first participants are still to be written.
  return query select c.id, everything, everything from cases c
                where c.id = any (asked) and c.opened_by = app_person() and c.opened_at = now();
end $$;
