-- What costs time at every request is made cheap, without a change in what anybody may see: the tests of the walls and
-- of the matrix hold before and after. Nothing here rewrites a table; every lock lasts as long as a look at a catalogue.

-- Not immutable: with that word to_char (stable) keeps the planner from writing the expression out in place.
alter function app_time(timestamptz) stable;

-- Where the caller is at home: the kind of his or her organisation, or of person for who works at none. A line of the
-- policy table holds only there, so that a statement can be sent before it is known who asks.
create function app_home() returns text language sql stable
  return nullif(current_setting('app.home', true), '');

create or replace function app_identify(token_issuer text, token_subject text, token_organisation text, compartments jsonb)
returns table (person_id uuid, person_kind text, organisation_id uuid, organisation_kind text)
language plpgsql security definer set search_path = public, pg_temp as $$
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
  -- All five are set each time: nothing of an earlier caller of the connection can stand.
  perform set_config('app.person', coalesce(person_id::text, ''), true),
          set_config('app.organisation', coalesce(organisation_id::text, ''), true),
          set_config('app.categories', coalesce(compartments ->> person_kind, ''), true),
          set_config('app.home', coalesce(organisation_kind, person_kind, ''), true),
          set_config('app.sees', '', true);
  if person_id is not null then
    return next;
  end if;
end $$;

-- Categories as a number, a bit for each in the order of their names: for app/db/reach.py, which a test holds equal.
create function app_category_set(categories text[]) returns integer language sql immutable
  return (select coalesce(bit_or(1 << (array_position(
    array['gezondheid', 'leren', 'leven', 'proces', 'veiligheid', 'verzuim'], c) - 1)), 0) from unnest(categories) as c);

-- Which consents open something today: the same rule as in 0002 and in app/domain/consent.py, asked of one consent and its
-- child at a time. As joins the planner put the answers of the whole register beside it.
create or replace view every_consent_in_force as
select k.id as consent_id, k.case_id, k.recipients, k.data_categories
  from consents k
  join cases c on c.id = k.case_id
  join young_people y on y.id = c.young_person_id
 cross join lateral (select date_part('year', age(app_today(), y.birth_date)) as years) a
 cross join lateral (
    select bool_and(l.decision = 'gegeven') as nobody_said_no,
           array_agg(l.giver_id) filter (where l.decision = 'gegeven') as given,
           array_agg(l.giver_id) filter (where l.decision = 'gegeven' and l.basis <> 'via_andere_ouder') as given_in_person
      from consent_answers_latest l where l.consent_id = k.id) answers
 cross join lateral (
    -- Of those with gezag, one at least, each said yes; a yes told by the other parent does not do in a conflict.
    select bool_or(g.gezag = 'ja') and bool_and(case g.gezag
             when 'nee' then true
             when 'ja' then coalesce(g.guardian_id = any (
                              case when g.conflict then answers.given_in_person else answers.given end), false)
             else false end) as agreed
      from every_guardianship_in_force g where g.young_person_id = y.id) parents
 where app_today() between k.valid_from and k.valid_until
   and y.birth_date is not null
   and answers.nobody_said_no
   and (a.years < 12 or y.id = any (answers.given))
   and (a.years >= 16 or parents.agreed);

-- Which categories consent opens to an organisation today; null for none. A function, so that the rule above does not
-- stand in every plan that looks at who is involved: to set those up took longer than to run them. It tells codes alone.
create function app_consented(in_case uuid, organisation uuid) returns text[]
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  if not exists (select from consents k where k.case_id = in_case and organisation = any (k.recipients)) then
    return null;
  end if;
  return (select array_agg(distinct category) from every_consent_in_force f, unnest(f.data_categories) as category
           where f.case_id = in_case and organisation = any (f.recipients));
end $$;
revoke execute on function app_consented from public;
grant execute on function app_consented to ondersteuningsroute_api;

-- Involvements of today. What a consent opens is looked up only where it decides, or is asked for.
create or replace view every_participant_in_force as
select p.*, app_consented(p.case_id, p.organisation_id) as consented
  from participants p
 where p.ended_at is null
   and case when p.ground = 'toestemming' then app_consented(p.case_id, p.organisation_id) is not null else true end;

-- Of these cases the caller's, remembered for the walls until the transaction ends: a list looks once.
create function app_seen(asked uuid[]) returns uuid[]
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  seen uuid[];
begin
  -- As in app_sees: first who is in them on a ground of its own, by one index; only for the rest everything.
  select coalesce(array_agg(distinct p.case_id), '{}') into seen from participants p
   where p.case_id = any (asked) and p.ended_at is null and p.ground <> 'toestemming'
     and (p.worker_id = app_person() or p.worker_id is null and p.organisation_id = app_organisation());
  if cardinality(seen) < cardinality(asked) then
    select coalesce(array_agg(distinct m.case_id), '{}') into seen from my_cases m where m.case_id = any (asked);
  end if;
  perform set_config('app.sees', array_to_string(seen, ','), true);
  return seen;
end $$;

create or replace function app_sees(asked uuid) returns boolean
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
begin
  if position(asked::text in current_setting('app.sees', true)) > 0 then
    return true;
  end if;
  -- Most are in a case by themselves or with their organisation, on a ground of its own: one look at its participants.
  if exists (select from participants p
              where p.case_id = asked and p.ended_at is null and p.ground <> 'toestemming'
                and (p.worker_id = app_person() or p.worker_id is null and p.organisation_id = app_organisation()))
     or exists (select from my_cases m where m.case_id = asked) then
    perform set_config('app.sees', asked::text, true);
    return true;
  end if;
  return false;
end $$;

-- As it was, but for the children of the caller's cases: from the child to its cases, not through all the caller has.
create or replace view my_young_people as
select y.id as young_person_id from young_people y where y.id = app_person()
union all
select g.young_person_id from every_guardianship_in_force g where g.guardian_id = app_person()
union all
select y.id from young_people y where y.school_id = app_organisation()
union all
select y.id from young_people y where y.created_by = app_person()
union all
select y.id from young_people y join organisations o on o.municipality_code = y.municipality_code
 where o.id = app_organisation() and o.kind in ('gemeente', 'sociaal_team', 'leerplicht', 'jgz')
union all
select c.young_person_id from cases c where app_sees(c.id);

-- A child of a case that was just seen is known; only for others everything is looked at.
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

revoke execute on function app_seen from public;
grant execute on function app_seen to ondersteuningsroute_api;

-- The children of cases, for who sees these cases: by name and id. As the policy on children would say, asked once.
create function app_children(of_cases uuid[]) returns table (case_id uuid, child json)
language plpgsql stable security definer rows 50 set search_path = public, pg_temp as $$
begin
  return query select c.id, json_build_object('id', y.id, 'givenName', y.given_name, 'familyName', y.family_name)
                 from cases c join young_people y on y.id = c.young_person_id
                where c.id = any (of_cases) and app_sees(c.id);
end $$;
revoke execute on function app_children from public;
grant execute on function app_children to ondersteuningsroute_api;

-- A professional is named to who sees a case that he or she is in: asked of that one case. A policy that looked
-- through all the cases of the professional took longer with each of them.
create function app_worker_name(worker uuid, in_case uuid) returns text
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
begin
  return (select w.display_name from workers w
           where w.id = worker and app_sees(in_case)
             and exists (select from participants p where p.case_id = in_case and p.worker_id = worker));
end $$;
revoke execute on function app_worker_name from public;
grant execute on function app_worker_name to ondersteuningsroute_api;

-- Who opens a case is let in by that alone: asked first, because a look at the caller's cases costs more.
alter policy mine on cases with check (opened_by = app_person() or app_sees(cases.id));

-- The worker looks, like the service, whether the schema is the one that its code needs.
grant select on alembic_version to ondersteuningsroute_worker;

alter policy known on workers
  using (organisation_id = app_organisation() or id = app_person());

-- The guardianships have a policy of their own, which holds in here: those of the children that the caller knows.
alter policy known on guardians
  using (id = app_person() or created_by = app_person() or exists (
    select from guardianships g where g.guardian_id = guardians.id));

-- As it was, in the language whose plans are kept for a connection: planning took ten times as long as the answer.
create or replace function case_facts(asked uuid) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return (
select jsonb_build_object(
  'today', app_today(), 'step', c.step, 'stepSince', (c.step_since at time zone 'Europe/Amsterdam')::date, 'route', c.route, 'version', c.route_version,
  'birthDate', y.birth_date, 'youth', y.id, 'schoolKnown', c.school_id is not null,
  'deelverbandKnown', exists (select from organisations s where s.id = c.school_id and s.swv_id is not null),
  'leervraag', c.leervraag, 'leefvraag', c.leefvraag, 'problemClass', c.problem_class, 'regie', c.regie,
  'parents', coalesce((select jsonb_agg(jsonb_build_array(g.guardian_id, g.gezag, g.conflict) order by g.id)
                         from every_guardianship_in_force g where g.young_person_id = y.id), '[]'),
  'signals', coalesce((select jsonb_agg(jsonb_build_array(s.given_by, s.kind,
                                 coalesce(s.received_by_role, s.author_role), s.safety_reason is not null,
                                 s.author_id = app_person()) order by s.id)
                         from signals s where s.case_id = c.id), '[]'),
  'notes', coalesce((select jsonb_agg(jsonb_build_array(n.kind, n.author_role, n.with_whom) order by n.id)
                       from notes n where n.case_id = c.id and n.created_at >= c.round_since), '[]'),
  'assessments', coalesce((select jsonb_agg(jsonb_build_array(a.kind, a.author_role, a.outcome, a.reason,
                                              app_time(a.created_at)))
                             from (select distinct on (kind) * from assessments
                                    where case_id = c.id and created_at >= c.round_since
                                    order by kind, id desc) a), '[]'),
  'consents', coalesce((select jsonb_agg(jsonb_build_array(
                 (select jsonb_agg(distinct o.kind) from organisations o where o.id = any (k.recipients)),
                 k.valid_from, k.valid_until,
                 coalesce((select jsonb_agg(jsonb_build_array(l.giver_id, l.decision, l.basis))
                             from consent_answers_latest l where l.consent_id = k.id), '[]')) order by k.id)
                          from consents k where k.case_id = c.id), '[]'),
  'parties', coalesce((select jsonb_agg(jsonb_build_array(o.kind, p.role, p.functions, p.worker_id) order by p.id)
                         from every_participant_in_force p join organisations o on o.id = p.organisation_id
                        where p.case_id = c.id), '[]'),
  'meetings', coalesce((select jsonb_agg(jsonb_build_array(m.kind, m.held_at is not null,
                 (select coalesce(jsonb_agg(distinct i.party), '[]') from invitations i where i.meeting_id = m.id),
                 (select coalesce(jsonb_agg(distinct i.party), '[]') from invitations i
                   where i.meeting_id = m.id and i.present),
                 (select coalesce(jsonb_agg(distinct i.party), '[]') from invitations i
                   where i.meeting_id = m.id and i.absence_reason is not null)) order by m.id)
                          from meetings m where m.case_id = c.id and m.created_at >= c.round_since), '[]'),
  'plan', (select jsonb_build_object(
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
             from plans p where p.case_id = c.id and p.created_at >= c.round_since order by p.id desc limit 1),
  'escalations', coalesce((select jsonb_agg(jsonb_build_array(e.kind, e.addressed_to, e.resolved_at is not null)
                                            order by e.id)
                             from escalations e where e.case_id = c.id), '[]'))
  from cases c join young_people y on y.id = c.young_person_id
 where c.id = asked and app_sees(asked)
  );
end $$;
