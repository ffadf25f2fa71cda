-- Who decides at 12 to 15 apart from the parents is not for the parents to find out (Jeugdwet 7.3.4 lid 2, 7.3.15 lid 4;
-- BW7 450 lid 2, 457 lid 3). To whoever is passed by, a consent stands as if no exception was recorded: what opens by one,
-- whom it lets in and what these write is not there. The route, which all of a case read along with, goes by the same.
-- And what one of the family keeps is no fact of the route for another of the family.

-- Whether the caller is one who may be passed by: of the family or the instelling with the voogdij, and not the child.
create function app_passed_by(in_case uuid) returns boolean
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
begin
  return coalesce(app_of_family() or app_ward(in_case), false)
     and not exists (select from cases c where c.id = in_case and c.young_person_id = app_person());
end $$;

-- Whether a consent is looked at without the exceptions: by who may be passed by, and for what all of a case share.
create function app_openly(in_case uuid) returns boolean
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
begin
  return exists (select from consent_exceptions e where e.case_id = in_case)
     and (coalesce(current_setting('app.openly', true), '') = 'on' or app_passed_by(in_case));
end $$;

-- From here until the setting is put back, for the functions below: what it was.
create function app_start_openly() returns text
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  before constant text := coalesce(current_setting('app.openly', true), '');
begin
  perform set_config('app.openly', 'on', true);
  return before;
end $$;

-- Whether what one of the family keeps is the caller's own, or he or she is not of the family.
create function app_not_anothers(in_case uuid, private_of uuid) returns boolean language sql stable
  return private_of is null or private_of = app_person() or not coalesce(app_of_family() or app_ward(in_case), false);

-- As it was, with the exceptions for whom they are.
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
           case when k.completed_at is null or app_openly(k.case_id) and exists (
                  select from consent_exceptions e where e.consent_id = k.id and e.created_at <= k.completed_at
                     and e.kind not in ('wilsonbekwaam', 'geen')) then 'wacht_op' else 'te_vernieuwen' end
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
    select e.kind from consent_exceptions e
     where e.consent_id = k.id and (e.kind in ('wilsonbekwaam', 'geen') or not app_openly(k.case_id))
     order by e.sequence desc limit 1) x on true
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

create or replace function every_standing_of(in_case uuid) returns jsonb
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
declare
  this constant text := in_case::text || app_openly(in_case)::text || statement_timestamp()::text || pg_current_snapshot()::text || '=';
  kept text := current_setting('app.standings', true);
  found_now jsonb;
begin
  if starts_with(kept, this) then
    return substr(kept, length(this) + 1)::jsonb;
  end if;
  found_now := coalesce((
    select jsonb_agg(jsonb_build_object('consent_id', s.consent_id, 'recipients', s.recipients, 'data_categories',
                       s.data_categories, 'rule_set', s.rule_set, 'code', s.code, 'data_from', s.data_from, 'data_until', s.data_until,
                       'waits_for', s.waits_for, 'status',
                       s.status, 'informs', s.informs) order by s.consent_id)
      from every_consent_standing s where s.case_id = in_case), '[]');
  if position(in_case::text in current_setting('app.sees', true)) > 0 or exists (
       select from participants p
        where p.case_id = in_case and p.ended_at is null
          and (p.worker_id = app_person() and app_has(p.role)
               or p.worker_id is null and p.organisation_id = app_organisation()
                  and app_has(coalesce(p.role, 'own-school')))
          and (p.ground <> 'toestemming' or exists (
                 select from jsonb_to_recordset(found_now) as f (recipients uuid[], code text)
                  where f.code is null and p.organisation_id = any (f.recipients)))) then
    perform set_config('app.standings', this || found_now::text, true);
  end if;
  return found_now;
end $$;

-- The organisations that are in a case by an exception alone: each of its involvements rests on a consent that another
-- decided about than usually, and without that exception there is none in force that names it.
create function app_apart(in_case uuid) returns uuid[]
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
declare
  openly text;
  found uuid[];
begin
  if not exists (select from consent_exceptions e where e.case_id = in_case and e.kind not in ('wilsonbekwaam', 'geen')) then
    return '{}';
  end if;
  openly := app_start_openly();
  found := array(
    select p.organisation_id from participants p
     where p.case_id = in_case
     group by p.organisation_id
    having bool_and(p.ground = 'toestemming' and exists (
             select from consent_exceptions e join consents k on k.id = e.consent_id
              where k.case_id = in_case and p.organisation_id = any (k.recipients) and e.created_at <= p.started_at
                and e.kind not in ('wilsonbekwaam', 'geen')))
       and app_consented(in_case, p.organisation_id) is null);
  perform set_config('app.openly', openly, true);
  return found;
end $$;

-- Whether what a house did in a case may be told to the caller.
create function app_tells(in_case uuid, house uuid) returns boolean
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
begin
  return house is null or not app_passed_by(in_case) or house <> all (app_apart(in_case));
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
create policy told_openly on audit_events as restrictive for select to ondersteuningsroute_api
  using (case_id is null or actor_id = app_person()
         or app_tells_of(case_id, organisation_id, object_id, consent_ids, occurred_at));

-- As they were, from what all of a case share, and for one of the family without what another keeps.
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

create or replace function app_consent_facts(asked uuid) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  openly text;
  found jsonb;
begin
  if not app_sees(asked) then
    return null;
  end if;
  openly := app_start_openly();
  found := (
select jsonb_build_object(
  'parents', coalesce((select jsonb_agg(jsonb_build_array(g.guardian_id, g.gezag, g.conflict, g.relation) order by g.id)
                         from every_guardianship_in_force g where g.young_person_id = c.young_person_id), '[]'),
  'finding', (select jsonb_build_array(f.kind, f.valid_from, f.valid_until, f.organisation_id, f.evidence, f.checked_on)
                from gezag_findings f where f.young_person_id = c.young_person_id order by f.sequence desc limit 1),
  'consents', coalesce((select jsonb_agg(jsonb_build_array(
                 (select jsonb_agg(distinct o.kind) from organisations o where o.id = any (s.recipients)),
                 k.valid_from, k.valid_until,
                 coalesce((select jsonb_agg(jsonb_build_array(l.giver_id, l.decision, l.basis))
                             from consent_answers_latest l where l.consent_id = k.id), '[]'),
                 (select jsonb_agg(distinct o.kind) from organisations o where o.id = any (k.recipients)),
                 jsonb_build_array(k.youth_from, k.parents_until, coalesce(k.parents_informed, false)),
                 coalesce((select x.kind from consent_exceptions x
                            where x.consent_id = k.id and x.kind in ('wilsonbekwaam', 'geen')
                            order by x.sequence desc limit 1), 'geen'),
                 k.completed_at is not null,
                 exists (select from consents n where n.replaces = k.id),
                 cardinality(s.recipients) = 0 or cardinality(s.data_categories) = 0) order by k.id)
                          from consents k join every_consent_standing s on s.consent_id = k.id
                         where k.case_id = c.id), '[]'))
  from cases c where c.id = asked and app_sees(asked)
  );
  perform set_config('app.openly', openly, true);
  return found;
end $$;

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

revoke execute on function app_passed_by, app_openly, app_start_openly, app_apart, app_tells, app_tells_of from public;
grant execute on function app_openly, app_apart, app_tells, app_tells_of to ondersteuningsroute_api;
