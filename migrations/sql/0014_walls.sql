-- The walls know the compartments of each case: what somebody has in this very case today, by an involvement, by gezag, by
-- a consent in force. Which lines of the policy table the caller has is told by `app_identify`, as data; the rule of each
-- reach stands here beside app/db/reach.py, which is finer (it knows the action), and a test walks every role and
-- situation past both.

-- --- Who asks -------------------------------------------------------------------------------------------------------

-- `compartments` holds, for each home, the lines that lead to a case ({reach, role, own, more, youth}, the categories
-- as numbers of `app_category_set`) and the rights. The release before this one sends categories for each kind of person
-- instead; while its processes are replaced, the walls are for them as wide as they were.
create or replace function app_identify(token_issuer text, token_subject text, token_organisation text, compartments jsonb)
returns table (person_id uuid, person_kind text, organisation_id uuid, organisation_kind text)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  home text;
begin
  select coalesce(b.worker_id, b.guardian_id, b.young_person_id),
         case when b.worker_id is not null then 'worker'
              when b.guardian_id is not null then 'guardian' else 'young_person' end,
         o.id, o.kind
    into person_id, person_kind, organisation_id, organisation_kind
    from bindings b
    left join workers w on w.id = b.worker_id
    left join organisations o on o.id = w.organisation_id
   where b.issuer = token_issuer and b.subject = token_subject and b.ended_at is null
     and app_today() >= b.valid_from and (b.valid_until is null or app_today() <= b.valid_until)
     and (b.worker_id is null or o.code = token_organisation);
  home := coalesce(organisation_kind, person_kind, '');
  -- All are set each time: nothing of an earlier caller of the connection can stand.
  perform set_config('app.person', coalesce(person_id::text, ''), true),
          set_config('app.organisation', coalesce(organisation_id::text, ''), true),
          set_config('app.home', home, true),
          set_config('app.sees', '', true),
          set_config('app.opened', '', true);
  if compartments ? 'lines' then
    perform set_config('app.categories', coalesce(compartments -> 'categories' ->> home, ''), true),
            set_config('app.lines', coalesce(compartments -> 'lines' ->> home, '[]'), true),
            set_config('app.rights', coalesce(compartments -> 'rights' ->> home, ''), true);
  else
    perform set_config('app.categories', coalesce(compartments ->> person_kind, ''), true),
            set_config('app.lines', '', true),
            set_config('app.rights', case when person_id is null then '' else '*' end, true);
  end if;
  if person_id is not null then
    return next;
  end if;
end $$;

-- Categories as a number, as it was; by plain comparisons, because a function with a query in it took ten times as long.
create or replace function app_category_set(categories text[]) returns integer language plpgsql immutable as $$
begin
  return case when 'gezondheid' = any (categories) then 1 else 0 end | case when 'leren' = any (categories) then 2 else 0 end
       | case when 'leven' = any (categories) then 4 else 0 end | case when 'proces' = any (categories) then 8 else 0 end
       | case when 'veiligheid' = any (categories) then 16 else 0 end | case when 'verzuim' = any (categories) then 32 else 0 end;
end $$;

-- And back: the names of such a number, in order.
create function app_category_names(categories integer) returns text[] language plpgsql immutable as $$
begin
  return array_remove(array[case when categories & 1 <> 0 then 'gezondheid' end, case when categories & 2 <> 0 then 'leren' end,
                            case when categories & 4 <> 0 then 'leven' end, case when categories & 8 <> 0 then 'proces' end,
                            case when categories & 16 <> 0 then 'veiligheid' end,
                            case when categories & 32 <> 0 then 'verzuim' end], null);
end $$;

-- Whether the caller is of the family of a child, not a professional.
create function app_of_family() returns boolean language sql stable
  return app_home() in ('guardian', 'young_person');

-- --- How the caller comes to a case ---------------------------------------------------------------------------------

-- The cases that an emergency opens to the caller at this moment.
create view my_emergencies as
select c.id as case_id, e.role, e.young_person_id
  from emergency_accesses e join cases c on c.young_person_id = e.young_person_id
 where e.worker_id = app_person() and now() < e.until;
grant select on my_emergencies to ondersteuningsroute_api;

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

-- Of a youth of 16 or 17 a parent with gezag follows school and absence, and whatever the youth opened. That there is help
-- is the youth's own to tell: a case without school and leerplicht is not there for the parent (Jeugdwet 7.3.5, 7.3.11;
-- domain.md R9).
-- Whether a case is one that this parent may follow then: school, its board or leerplicht takes part, or the youth lets
-- this parent see something. False for who is no parent with gezag. As the owner: who takes part is not the parent's to see.
create function app_followed_at_sixteen(in_case uuid, parent uuid default coalesce(app_organisation(), app_person())) returns boolean
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
begin
  return exists (
    select from cases c
     where c.id = in_case
       and (exists (select from every_guardianship_in_force g
                     where g.young_person_id = c.young_person_id and g.guardian_id = parent and g.gezag = 'ja')
            or exists (select from every_ward w where w.young_person_id = c.young_person_id and w.organisation_id = parent))
       and (coalesce((select cardinality(s.data_categories) > 0 from sight_decisions s
                       where s.young_person_id = c.young_person_id and s.guardian_id = parent
                       order by s.id desc limit 1), false)
            or exists (select from every_participant_in_force p join organisations o on o.id = p.organisation_id
                        where p.case_id = c.id and o.kind in ('school', 'schoolbestuur', 'leerplicht'))));
end $$;

-- How the caller comes to these cases: for each the categories that are open, and of these `own`, with which the own
-- roles work (what the own house wrote there is seen also when a consent closes). Not a row for a case of others.
-- What consent opens is looked up, once an involvement, only when `deep` is asked for, or where it decides. By an emergency
-- the categories of its line are open until it ends, and nothing is the own work of whoever has it. Who signs for an
-- organisation with the voogdij stands where a parent with gezag stands. Where the involvement itself opens the process
-- alone (PROCESS_ALONE in app/domain/grounds.py), content is open as far as a consent in force opens it. `whole` are the
-- categories that are open whatever the day: not those for which every consent names a period.
create function app_reached(asked uuid[], deep boolean)
returns table (case_id uuid, categories integer, own integer, whole integer)
language plpgsql stable security definer rows 1 set search_path = public, pg_temp as $$
declare
  me constant uuid := app_person();
  house constant uuid := app_organisation();
  lines constant jsonb := nullif(current_setting('app.lines', true), '')::jsonb;
  process constant integer := app_category_set('{proces}');
  everything constant integer := 63;
begin
  if me is null then
    return;
  end if;
  if lines is null then
    return query select m.case_id, app_category_set(string_to_array(current_setting('app.categories', true), ',')),
                        app_category_set(string_to_array(current_setting('app.categories', true), ',')), everything
                   from my_cases m where m.case_id = any (asked);
    return;
  end if;
  if house is null then
    return query
    select c.id,
           bit_or(l.own | case when l.youth <> 0 then l.youth & app_category_set(app_sight(y.id, me)) else 0 end),
           bit_or(l.own), everything
      from cases c
      join young_people y on y.id = c.young_person_id
     cross join lateral (select date_part('year', age(app_today(), y.birth_date)) as known) k
      -- Of who was born nobody knows when: what shows least.
     cross join lateral (select coalesce(k.known, 17) as years) a
      join jsonb_to_recordset(lines) as l(reach text, own integer, youth integer)
        on case l.reach
           when 'self' then y.id = me and k.known >= 12
           when 'own-child' then a.years < 16
           when 'own-child-16-17' then a.years >= 16 and a.years < 18 and app_followed_at_sixteen(c.id)
           else false end
     where c.id = any (asked)
       and (l.reach = 'self' or exists (
             select from every_guardianship_in_force g
              where g.young_person_id = y.id and g.guardian_id = me and g.gezag = 'ja'))
     group by c.id;
  else
    return query
    select p.case_id,
           bit_or(o.itself | (o.consented & (l.own | l.more))), bit_or(l.own),
           bit_or(o.itself | (o.unbounded & (l.own | l.more)))
      from participants p
      join jsonb_to_recordset(lines) as l(reach text, role text, own integer, more integer)
        on case l.reach
           when 'involved' then p.role = l.role and (p.worker_id = me or p.worker_id is null and p.organisation_id = house)
           when 'own-school' then p.worker_id is null and p.role is null and p.organisation_id = house
           when 'own-board' then p.worker_id is null and p.role is null and exists (
                select from organisations o where o.id = p.organisation_id and o.board_id = house)
           else false end
     cross join lateral (
       select case when p.ground = 'toestemming' or deep and (l.more <> 0 or p.ground = 'zorgplicht')
                   then app_consented(p.case_id, p.organisation_id) end as names offset 0) k
     cross join lateral (
       select case when p.ground in ('toestemming', 'zorgplicht') then process else l.own end as itself,
              app_category_set(k.names) as consented,
              case when deep and k.names is not null
                   then app_category_set(app_unbounded(p.case_id, array[p.organisation_id])) else 0 end as unbounded offset 0) o
     where p.case_id = any (asked) and p.ended_at is null and (p.ground <> 'toestemming' or k.names is not null)
       and (p.measure is null or app_today() between p.measure_from and coalesce(p.measure_until, 'infinity'))
     group by p.case_id;
    -- By themselves, because most callers have no such line, and what a plan does not hold need not be made ready.
    if lines @> '[{"reach": "emergency"}]' then
      return query
      select e.case_id, l.own, 0, l.own
        from my_emergencies e
        join jsonb_to_recordset(lines) as l(reach text, role text, own integer) on l.reach = 'emergency' and l.role = e.role
       where e.case_id = any (asked);
    end if;
    if app_has('ward') then
      return query
      select c.id, bit_or(l.own), bit_or(l.own), bit_or(l.own)
        from my_wards w
        join cases c on c.young_person_id = w.young_person_id
        join young_people y on y.id = w.young_person_id
       cross join lateral (select coalesce(date_part('year', age(app_today(), y.birth_date)), 17) as years) a
        join jsonb_to_recordset(lines) as l(reach text, own integer)
          on case l.reach
             when 'ward' then a.years < 16
             when 'ward-16-17' then a.years >= 16 and a.years < 18 and app_followed_at_sixteen(c.id)
             else false end
       where c.id = any (asked)
       group by c.id;
    end if;
  end if;
  -- A case being opened in this very transaction: its first participants are still to be written.
  return query select c.id, everything, everything, everything from cases c
                where c.id = any (asked) and c.opened_by = me and c.opened_at = now();
end $$;

-- Looks once how the caller comes to a case, and remembers it for the walls until the transaction ends or changes it:
-- `app.sees` holds the cases, `app.opened` what is open in each: case+category, case-category for the own work, and
-- case~category for what is open within a period alone.
create function app_look(asked uuid) returns boolean
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
declare
  names constant text[] := array['gezondheid', 'leren', 'leven', 'proces', 'veiligheid', 'verzuim'];
  opened text := coalesce(current_setting('app.opened', true), '') || asked::text || '=';
  sees constant text := coalesce(current_setting('app.sees', true), '');
  shown integer;
  work integer;
  unbounded integer;
begin
  select bit_or(r.categories), bit_or(r.own), bit_or(r.whole) into shown, work, unbounded from app_reached(array[asked], true) r;
  if shown is not null then
    for at in 1 .. 6 loop
      if shown & (1 << at - 1) <> 0 then
        opened := opened || asked::text || '+' || names[at] || ',';
      end if;
      if work & (1 << at - 1) <> 0 then
        opened := opened || asked::text || '-' || names[at] || ',';
      end if;
      if shown & ~unbounded & (1 << at - 1) <> 0 then
        opened := opened || asked::text || '~' || names[at] || ',';
      end if;
    end loop;
    if position(asked::text in sees) = 0 then
      perform set_config('app.sees', sees || asked::text || ',', true);
    end if;
  end if;
  perform set_config('app.opened', opened, true);
  return shown is not null;
end $$;

-- Whether a case is the caller's. What is asked of every row that a plan touches is one call of a plain function that looks
-- at a setting first: to change the user and the search path for it costs more than that look, and a condition written out
-- in place is made ready anew, operator by operator, in every statement (ADR 0167).
create or replace function app_sees(asked uuid) returns boolean language plpgsql stable cost 1000 as $$
begin
  return case when position(asked::text in current_setting('app.sees', true)) > 0 then true else app_look(asked) end;
end $$;

-- Of these cases the caller's, remembered for the walls until the transaction ends: a list looks once.
create or replace function app_seen(asked uuid[]) returns uuid[]
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  seen uuid[];
begin
  select coalesce(array_agg(distinct r.case_id), '{}') into seen from app_reached(asked, false) r;
  perform set_config('app.sees', array_to_string(seen, ','), true);
  return seen;
end $$;

-- Whether a category of a case is open to the caller.
create function app_opens(asked uuid, category text) returns boolean language plpgsql stable cost 1000 as $$
begin
  return case
    when position(asked::text || '+' || category || ',' in current_setting('app.opened', true)) > 0 then true
    when position(asked::text || '=' in current_setting('app.opened', true)) > 0 then false
    else app_look(asked) and position(asked::text || '+' || category || ',' in current_setting('app.opened', true)) > 0
  end;
end $$;

-- The day on which something was, in the Netherlands.
create function app_day(moment timestamptz) returns date language sql immutable
  return (moment at time zone 'Europe/Amsterdam')::date;

-- Whether a consent in force opens to a house of the caller's, in this case, one of these categories as it was on that day:
-- of a consent about a period that alone (ADR 0164).
create function app_within(in_case uuid, opened text[], asked text[], day date) returns boolean
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
begin
  return exists (
    select from participants p
      join jsonb_to_recordset(every_standing_of(in_case))
             as f (recipients uuid[], data_categories text[], code text, data_from date, data_until date)
        on f.code is null and p.organisation_id = any (f.recipients)
     where p.case_id = in_case and p.ended_at is null
       and (p.worker_id = app_person()
            or p.worker_id is null and p.organisation_id = app_organisation()
            or p.worker_id is null and p.role is null and exists (
                 select from organisations o where o.id = p.organisation_id and o.board_id = app_organisation()))
       and exists (select from unnest(f.data_categories) c where c = any (opened) and c = any (asked))
       and day between coalesce(f.data_from, '-infinity') and coalesce(f.data_until, 'infinity'));
end $$;

-- Whether a row of content is for the caller: its category is open on its day, or it is what he or she, or the own house
-- within its own work, wrote (as `visible` in app/db/reads.py).
create function app_shows(asked uuid, category text, author uuid, house uuid, day date) returns boolean
language plpgsql stable cost 1000 as $$
begin
  if app_opens(asked, category)
     and (position(asked::text || '~' || category || ',' in current_setting('app.opened', true)) = 0
          or app_within(asked, array[category], array[category], day)) then
    return true;
  end if;
  return (author = app_person() and app_sees(asked))
      or (house = app_organisation()
          and position(asked::text || '-' || category || ',' in current_setting('app.opened', true)) > 0);
end $$;

-- What decides who comes to a case, or how a consent stands, is written in this transaction: what was looked at is looked
-- at again.
create function app_look_again() returns trigger language plpgsql as $$
begin
  perform set_config('app.sees', '', true), set_config('app.opened', '', true), set_config('app.standings', '', true);
  return null;
end $$;
create trigger look_again after insert or update on participants for each statement execute function app_look_again();
create trigger look_again after insert on consent_answers for each statement execute function app_look_again();
create trigger look_again after insert or update on consents for each statement execute function app_look_again();
create trigger look_again after insert or update on guardianships for each statement execute function app_look_again();
create trigger look_again after insert on consent_exceptions for each statement execute function app_look_again();
create trigger look_again after insert on gezag_findings for each statement execute function app_look_again();
create trigger look_again after update on young_people for each statement execute function app_look_again();

-- A child is known to who comes to one of its cases, to parents with gezag, to itself from twelve years on, to who may
-- find pupils of the own school or residents of the own municipality, and to who entered it.
create or replace function app_knows(asked uuid) returns boolean
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
begin
  if current_setting('app.sees', true) <> '' and exists (
       select from cases c
        where c.young_person_id = asked and position(c.id::text in current_setting('app.sees', true)) > 0) then
    return true;
  end if;
  return exists (select from my_young_people m where m.young_person_id = asked);
end $$;

-- Also the wards of the caller: a case can be opened for each.
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

-- Whether the caller's organisation may invite this person: a worker of its own, a parent of a pupil, a pupil from twelve
-- years on. Asked of one person at a time: who hands out logins need not see pupils and families.
create function app_invites(worker uuid, guardian uuid, pupil uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select app_has('invitation.create') and (
    exists (select from workers w where w.id = worker and w.organisation_id = app_organisation())
    or exists (select from young_people y where y.id = pupil and y.school_id = app_organisation()
                  and date_part('year', age(app_today(), y.birth_date)) >= 12)
    or exists (select from every_guardianship_in_force g join young_people y on y.id = g.young_person_id
                where g.guardian_id = guardian and y.school_id = app_organisation()))
$$;

-- The caller's cases, the old way: for the release before this one alone (see `app_reached`).
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
revoke select on my_cases, my_young_people from ondersteuningsroute_api;

revoke execute on function app_reached, app_look, app_opens, app_shows, app_invites, app_ward, app_followed_at_sixteen
  from public;
grant execute on function app_look, app_opens, app_shows, app_invites, app_ward, app_followed_at_sixteen to ondersteuningsroute_api;

-- --- Who sees what --------------------------------------------------------------------------------------------------

-- As far as the caller may know: an involvement of his or her own, or of the own organisation, in a role that he or she has.
create or replace view participants_in_force as
select p.* from every_participant_in_force p
 where p.worker_id = app_person() and app_has(p.role)
    or p.worker_id is null and p.organisation_id = app_organisation() and app_has(coalesce(p.role, 'own-school'))
    or p.worker_id is null and p.role is null and app_has('own-board') and exists (
         select from organisations o where o.id = p.organisation_id and o.board_id = app_organisation())
    or app_opens(p.case_id, 'proces');

-- Which consents are in force is a fact of the process, as the other views of it.
create or replace view consents_in_force as
select k.* from every_consent_in_force k where app_opens(k.case_id, 'proces');

-- How a case proceeds, and with whom, is for who may see the process; content for who may see its category, as it was on the
-- day that it is of: a talk on the day of the talk, anything else on the day on which it was written.
do $$
declare
  name text;
begin
  foreach name in array array['participants', 'transitions', 'consents', 'consent_answers', 'meetings', 'invitations',
                              'approvals', 'evaluations', 'escalations', 'findings', 'term_pauses', 'term_extensions',
                              'deadlines'] loop
    execute format('alter policy of_my_cases on %I using (app_opens(case_id, ''proces''))', name);
  end loop;
  foreach name in array array['signals', 'assessments', 'decisions', 'goals', 'plan_actions', 'checklist_answers'] loop
    execute format('alter policy of_my_cases on %I
                      using (app_shows(case_id, category, author_id, author_organisation_id, app_day(created_at)))', name);
  end loop;
end $$;
alter policy of_my_cases on notes
  using (app_shows(case_id, category, author_id, author_organisation_id, app_day(held_at)));
create policy of_my_cases on statements
  using (app_shows(case_id, category, author_id, author_organisation_id, app_day(created_at)));

alter policy known on young_people using (id = app_person() or app_knows(young_people.id));
alter policy known on guardianships
  using (guardian_id = app_person() or app_knows(guardianships.young_person_id));

-- The compartments of leerplicht and samenwerkingsverband: the same table as KEPT_FOR in app/domain/policy.py (a test
-- holds the two equal).
create function app_kept_for(role text) returns text[] language sql immutable
  return case when role = 'leerplichtambtenaar' then array['leerplicht']
              when role in ('swv_coordinator', 'consulent_passend_onderwijs', 'begeleider_passend_onderwijs')
              then array['samenwerkingsverband', 'school', 'schoolbestuur'] end;

-- Whether something stands outside those compartments, or in one that is open to the caller: in the case of a ward its
-- guardian reads what the family reads.
create function app_kept_shown(in_case uuid, category text, role text, author uuid, house uuid, day date) returns boolean
language plpgsql stable cost 1000 as $$
begin
  return app_kept_for(role) is null or category = 'proces' or app_of_family() or app_home() = any (app_kept_for(role))
      or house = app_organisation() or author = app_person()
      or app_within(in_case, array[category], array[category], day) or app_ward(in_case);
end $$;

-- Whether what one of the family keeps is the caller's own, or he or she is not of the family.
create function app_not_anothers(in_case uuid, private_of uuid) returns boolean language plpgsql stable cost 1000 as $$
begin
  return private_of is null or private_of = app_person() or not coalesce(app_of_family() or app_ward(in_case), false);
end $$;

-- Restrictive: they narrow whatever the other policies of these tables let through.
create policy of_its_compartment on signals as restrictive
  using (app_kept_shown(case_id, category, author_role, author_id, author_organisation_id, app_day(created_at)));
create policy of_its_compartment on notes as restrictive
  using (app_kept_shown(case_id, category, author_role, author_id, author_organisation_id, app_day(held_at)));
create policy of_its_compartment on assessments as restrictive
  using (app_kept_shown(case_id, category, author_role, author_id, author_organisation_id, app_day(created_at)));
create policy nobody_elses on signals as restrictive using (private_of is null or app_not_anothers(case_id, private_of));
create policy nobody_elses on notes as restrictive using (private_of is null or app_not_anothers(case_id, private_of));
create policy nobody_elses on statements as restrictive using (private_of is null or app_not_anothers(case_id, private_of));

-- What a youth decided is the youth's alone, who decides for himself or herself; a parent sees what follows from it in the
-- case.
create policy own on sight_decisions using (young_person_id = app_person());

-- Whoever asks it, whoever is asked to ask along, and who answers it for the organisation. Nobody else of the case, nor of
-- that house.
create policy of_who_asks_and_who_answers on data_requests to ondersteuningsroute_api
  using (app_person() is not null and (requested_by = app_person() or app_person() = any (asked_of)
         or organisation_id = app_organisation() and app_has('data-request.read')));
create policy of_who_asks_and_who_answers on data_request_answers to ondersteuningsroute_api
  using (exists (select from data_requests r where r.id = request_id));
create policy watched_by_worker on data_requests to ondersteuningsroute_worker using (true);

-- An emergency access: whoever has it, a colleague by the right to read of them, and the family that was told.
create policy known on emergency_accesses for select
  using (worker_id = app_person() or organisation_id = app_organisation() and app_has('emergency-access.read')
         or told_at is not null and (app_of_family() and app_knows(young_person_id)
              or young_person_id in (select w.young_person_id from my_wards w)));
create policy own_doing on emergency_accesses for insert
  with check (worker_id = app_person() and organisation_id = app_organisation() and app_knows(young_person_id));
-- Nobody touches his or her own: neither its end nor its review.
create policy second_person on emergency_accesses for update
  using (organisation_id = app_organisation() and worker_id <> app_person());

-- Whether the caller may come near such a number of this child at all: the family its own, a house by what it is
-- (app/domain/numbers.py has the same table for the first wall, and a test holds the two equal).
create function app_may_number(child uuid, number_kind text) returns boolean
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
begin
  if app_organisation() is null then
    return child = app_person() or exists (
      select from every_guardianship_in_force g
       where g.young_person_id = child and g.guardian_id = app_person() and g.gezag = 'ja');
  end if;
  return app_knows(child) and exists (
    select from organisations o
     where o.id = app_organisation()
       and (number_kind = 'pgn' and o.kind in ('school', 'leerplicht')
            or number_kind = 'bsn' and o.kind in ('gemeente', 'sociaal_team', 'leerplicht', 'jgz')));
end $$;
create policy for_its_kind on identity_numbers using (app_may_number(young_person_id, kind));

revoke execute on function app_within, app_may_number from public;
grant execute on function app_within, app_may_number to ondersteuningsroute_api;

-- Whether what a house did in a case may be told to the caller.
create function app_tells(in_case uuid, house uuid) returns boolean language plpgsql stable cost 1000 as $$
begin
  -- First what is quickly seen: at work nobody is passed by, but for who signs for a voogdij.
  return house is null or app_home() not in ('guardian', 'young_person', 'gecertificeerde_instelling')
      or not app_passed_by(in_case)
      or house <> all (app_apart(in_case));
end $$;

-- The same of a line of the log: also what was seen by an exception by who is there by more, and who was let in by one.
create function app_tells_of(in_case uuid, house uuid, object uuid, by uuid[], at timestamptz) returns boolean
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
begin
  if not exists (select from consent_exceptions e where e.case_id = in_case and e.kind not in ('wilsonbekwaam', 'geen'))
     or not app_passed_by(in_case) then
    return true;
  end if;
  return app_tells(in_case, house)
     and not exists (select from consent_exceptions e
                      where e.consent_id = any (by) and e.created_at <= at and e.kind not in ('wilsonbekwaam', 'geen'))
     and not exists (select from participants p
                      where p.id = object and p.organisation_id = any (app_apart(in_case)));
end $$;

-- Restrictive: they narrow whatever the other policies of these tables let through.
do $$
declare
  name text;
begin
  foreach name in array array['signals', 'notes', 'assessments', 'decisions', 'goals', 'plan_actions', 'checklist_answers', 'plans', 'meetings',
                              'approvals', 'evaluations', 'escalations', 'findings', 'term_pauses', 'term_extensions'] loop
    execute format('create policy told_openly on %I as restrictive for select to ondersteuningsroute_api
                      using (author_organisation_id is null or app_tells(case_id, author_organisation_id))', name);
  end loop;
end $$;
create policy told_openly on participants as restrictive for select to ondersteuningsroute_api
  using (app_tells(case_id, organisation_id));
create policy told_openly on invitations as restrictive for select to ondersteuningsroute_api
  using (participant_id is null or exists (select from participants p where p.id = participant_id));

revoke execute on function app_tells, app_tells_of from public;
grant execute on function app_tells, app_tells_of to ondersteuningsroute_api;

-- --- What the route goes by -----------------------------------------------------------------------------------------

-- What a route's conditions look at: as far as all of a case share it, and for one of the family without what another keeps.
create or replace function app_case_facts(asked uuid) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  openly text;
  apart uuid[];
  found jsonb;
begin
  -- Looked at first: whoever is there by an exception comes to the case by it.
  if not app_sees(asked) then
    return null;
  end if;
  apart := app_apart(asked);
  openly := app_start_openly();
  found := (
select jsonb_build_object(
  'today', app_today(), 'step', c.step, 'stepSince', (c.step_since at time zone 'Europe/Amsterdam')::date, 'route', c.route, 'version', c.route_version,
  'birthDate', y.birth_date, 'youth', y.id, 'schoolKnown', c.school_id is not null,
  'deelverbandKnown', s.swv_id is not null, 'sector', s.sector,
  'leervraag', c.leervraag, 'leefvraag', c.leefvraag, 'problemClass', c.problem_class, 'regie', c.regie,
  'parents', coalesce((select jsonb_agg(jsonb_build_array(g.guardian_id, g.gezag, g.conflict) order by g.id)
                         from every_guardianship_in_force g where g.young_person_id = y.id), '[]'),
  'signals', coalesce((select jsonb_agg(jsonb_build_array(g.given_by, g.kind,
                                 coalesce(g.received_by_role, g.author_role), g.safety_reason is not null,
                                 g.author_id = app_person()) order by g.id)
                         from signals g where g.case_id = c.id and app_not_anothers(c.id, g.private_of)
                          and coalesce(g.author_organisation_id <> all (apart), true)), '[]'),
  'notes', coalesce((select jsonb_agg(jsonb_build_array(n.kind, n.author_role, n.with_whom,
                                        n.created_at >= c.step_since) order by n.id)
                       from notes n where n.case_id = c.id and n.created_at >= c.round_since
                        and app_not_anothers(c.id, n.private_of)
                        and coalesce(n.author_organisation_id <> all (apart), true)), '[]'),
  'assessments', coalesce((select jsonb_agg(jsonb_build_array(a.kind, a.author_role, a.outcome, a.reason,
                                              app_time(a.created_at), a.created_at >= c.step_since))
                             from (select distinct on (kind) * from assessments
                                    where case_id = c.id and created_at >= c.round_since
                                      and coalesce(author_organisation_id <> all (apart), true)
                                    order by kind, id desc) a), '[]'),
  'consents', coalesce((select jsonb_agg(jsonb_build_array(
                 (select jsonb_agg(distinct o.kind) from organisations o where o.id = any (k.recipients)),
                 k.valid_from, k.valid_until,
                 coalesce((select jsonb_agg(jsonb_build_array(l.giver_id, l.decision, l.basis))
                             from consent_answers_latest l where l.consent_id = k.id), '[]')) order by k.id)
                          from consents k where k.case_id = c.id), '[]'),
  'parties', coalesce((select jsonb_agg(jsonb_build_array(o.kind, p.role, p.functions, p.worker_id) order by p.id)
                         from every_participant_in_force p join organisations o on o.id = p.organisation_id
                        where p.case_id = c.id and p.organisation_id <> all (apart)), '[]'),
  'meetings', coalesce((select jsonb_agg(jsonb_build_array(m.kind, m.held_at is not null,
                 (select coalesce(jsonb_agg(distinct i.party), '[]') from invitations i where i.meeting_id = m.id),
                 (select coalesce(jsonb_agg(distinct i.party), '[]') from invitations i
                   where i.meeting_id = m.id and i.present),
                 (select coalesce(jsonb_agg(distinct i.party), '[]') from invitations i
                   where i.meeting_id = m.id and i.absence_reason is not null),
                 (select coalesce(jsonb_agg(distinct x.item), '[]') from checklist_answers x
                   where x.meeting_id = m.id)) order by m.id)
                          from meetings m where m.case_id = c.id and m.created_at >= c.round_since
                           and coalesce(m.author_organisation_id <> all (apart), true)), '[]'),
  'plans', coalesce((select jsonb_agg(jsonb_build_object(
             'kind', p.kind, 'inForce', p.in_force_at is not null, 'perspective', p.perspective <> '',
             'goalDomains', (select coalesce(jsonb_agg(distinct g.domain), '[]') from goals g where g.plan_id = p.id),
             'unmeasuredGoals', (select count(*) from goals g where g.plan_id = p.id and g.indicator = ''),
             'goalsWithoutAction', (select count(*) from goals g where g.plan_id = p.id
                and not exists (select from plan_actions a where a.goal_id = g.id)),
             'evaluationDate', p.evaluation_date, 'regie', p.regie,
             'approvedBy', (select coalesce(jsonb_agg(distinct a.party), '[]')
                              from (select distinct on (party, person_id) party, agreed from approvals
                                     where plan_id = p.id order by party, person_id, id desc) a where a.agreed),
             'refusedBy', (select coalesce(jsonb_agg(distinct a.party), '[]')
                             from (select distinct on (party, person_id) party, agreed from approvals
                                    where plan_id = p.id order by party, person_id, id desc) a where not a.agreed),
             'evaluation', (select jsonb_build_array(e.outcome, e.parties) from evaluations e
                             where e.plan_id = p.id and e.created_at >= p.in_force_at order by e.id desc limit 1))
             order by p.id)
             from (select distinct on (kind) * from plans
                    where case_id = c.id and created_at >= c.round_since
                      and coalesce(author_organisation_id <> all (apart), true) order by kind, id desc) p), '[]'),
  'escalations', coalesce((select jsonb_agg(jsonb_build_array(e.kind, e.addressed_to, e.resolved_at is not null)
                                            order by e.id)
                             from escalations e where e.case_id = c.id
                              and coalesce(e.author_organisation_id <> all (apart), true)), '[]'))
  from cases c join young_people y on y.id = c.young_person_id left join organisations s on s.id = c.school_id
 where c.id = asked and app_sees(asked)
  );
  perform set_config('app.openly', openly, true);
  return found;
end $$;

-- What a term is counted from, for the worker, by the same.
create or replace function every_case_clock(asked uuid) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  apart constant uuid[] := app_apart(asked);
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
            from signals g where g.case_id = c.id and app_not_anothers(c.id, g.private_of)
             and coalesce(g.author_organisation_id <> all (apart), true) having count(*) > 0
          union all
          select 'transition', t.transition, t.performed_at, t.from_step, t.to_step, t.sequence
            from transitions t where t.case_id = c.id and t.performed_at >= c.round_since
          union all
          select 'assessment', a.kind, a.created_at, null, null, 0
            from assessments a where a.case_id = c.id and a.created_at >= c.round_since
             and coalesce(a.author_organisation_id <> all (apart), true)
          union all
          select 'note', n.kind, n.held_at, null, null, 0
            from notes n where n.case_id = c.id and n.created_at >= c.round_since and app_not_anothers(c.id, n.private_of)
             and coalesce(n.author_organisation_id <> all (apart), true)
          union all
          select 'meeting', h.kind, h.held_at, null, null, 0
            from meetings h where h.case_id = c.id and h.held_at is not null and h.created_at >= c.round_since
             and coalesce(h.author_organisation_id <> all (apart), true)) m), '[]'),
  'pauses', coalesce((select jsonb_agg(jsonb_build_array(p.term, p.first_day, p.last_day) order by p.id)
                        from term_pauses p where p.case_id = c.id), '[]'),
  'extensions', coalesce((select jsonb_agg(jsonb_build_array(e.term, e.anchored_on, e.amount) order by e.id)
                            from term_extensions e where e.case_id = c.id), '[]'))
  from cases c join young_people y on y.id = c.young_person_id left join organisations s on s.id = c.school_id
 where c.id = asked
  );
end $$;

-- --- What one of the family does not read of another ----------------------------------------------------------------

-- What the other answered: that an answer is lacking stands with the consent.
create policy own_answers on consent_answers as restrictive for select to ondersteuningsroute_api
  using (not coalesce(app_of_family() or app_ward(case_id), false)
         or giver_id = coalesce(app_organisation(), app_person()));
create policy answers_untold on audit_events as restrictive for select to ondersteuningsroute_api
  using (action <> 'consent.answer' or not coalesce(app_of_family() or app_ward(case_id), false)
         or actor_id = app_person() or on_behalf_of = coalesce(app_organisation(), app_person()));

-- Who stands around the child at the other's: carers and whoever has no gezag.
create policy of_my_home on guardianships as restrictive for select to ondersteuningsroute_api
  using (not coalesce(app_of_family(), false) or guardian_id = app_person() or gezag = 'ja');
create or replace view guardianships_in_force as
select g.* from every_guardianship_in_force g
 where g.guardian_id = app_person()
    or (not coalesce(app_of_family(), false) or g.gezag = 'ja') and app_knows(g.young_person_id);
