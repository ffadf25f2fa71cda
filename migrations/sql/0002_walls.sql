-- The second wall. The API connects as ondersteuningsroute_api, which owns nothing. Who asks is set for the
-- transaction by app_identify(); when nothing is set (or a setting is '' again after a commit) nothing is visible.
-- The first wall, the policy table, is finer: these policies only never reach beyond the caller's cases and
-- compartments.

create function app_person() returns uuid language sql stable
  return nullif(current_setting('app.person', true), '')::uuid;

create function app_organisation() returns uuid language sql stable
  return nullif(current_setting('app.organisation', true), '')::uuid;

-- The compartments: the data categories that the caller's roles can have anywhere at all.
create function app_may_category(category text) returns boolean language sql stable
  return category = any (string_to_array(current_setting('app.categories', true), ','));

create function app_today() returns date language sql stable
  return (now() at time zone 'Europe/Amsterdam')::date;

-- A moment as it leaves the service: RFC 3339, in UTC.
create function app_time(moment timestamptz) returns text language sql immutable
  return to_char(moment at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

-- Who is this? Looks up the binding of (issuer, subject) in force today and tells the walls for this transaction.
-- No row: not bound, or (a worker) bound at another organisation than the token names.
create function app_identify(token_issuer text, token_subject text, token_organisation text, compartments jsonb)
returns table (person_id uuid, person_kind text, organisation_id uuid, organisation_kind text)
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('app.person', '', true), set_config('app.organisation', '', true),
          set_config('app.categories', '', true), set_config('app.sees', '', true);
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
  if not found then
    return;
  end if;
  perform set_config('app.person', person_id::text, true),
          set_config('app.organisation', coalesce(organisation_id::text, ''), true),
          set_config('app.categories', coalesce(compartments ->> person_kind, ''), true);
  return next;
end $$;

-- A person binds his or her own login with an invitation code; the code works once. Answers the person, or nothing.
create function app_redeem(code_digest bytea, token_issuer text, token_subject text, binding_id uuid)
returns uuid language plpgsql security definer set search_path = public, pg_temp as $$
declare
  code invitation_codes;
begin
  update invitation_codes set used_at = now()
   where digest = code_digest and used_at is null and expires_at > now()
  returning * into code;
  if not found or exists (select from bindings b
                           where b.ended_at is null
                             and (b.issuer = token_issuer and b.subject = token_subject
                                  -- Who has a login already gets no second one: another could look along unseen.
                                  or code.worker_id = b.worker_id or code.guardian_id = b.guardian_id
                                  or code.young_person_id = b.young_person_id)) then
    return null;
  end if;
  insert into bindings (id, issuer, subject, worker_id, guardian_id, young_person_id, valid_from, bound_by)
  values (binding_id, token_issuer, token_subject, code.worker_id, code.guardian_id, code.young_person_id,
          app_today(), code.created_by);
  return coalesce(code.worker_id, code.guardian_id, code.young_person_id);
end $$;

-- Whether a login is bound to somebody already: asked before binding it, answered without saying to whom.
create function app_is_bound(token_issuer text, token_subject text) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select from bindings where issuer = token_issuer and subject = token_subject and ended_at is null)
$$;

-- The logins of the professionals of the caller's own organisation.
create view my_bindings as
select b.id, b.worker_id, b.subject, b.valid_from, b.valid_until, b.ended_at
  from bindings b join workers w on w.id = b.worker_id
 where w.organisation_id = app_organisation();

-- End one of these: from the commit on the login is nobody. Answers the worker, or nothing.
create function app_unbind(binding uuid) returns uuid language sql security definer set search_path = public, pg_temp
as $$
  update bindings b set ended_at = now() from workers w
   where b.id = binding and b.ended_at is null and w.id = b.worker_id and w.organisation_id = app_organisation()
  returning b.worker_id
$$;

-- Guardians of today. This view and the next three are of the owner and look past the policies below: they are for
-- what is computed on behalf of everybody, and the API may not ask them.
create view every_guardianship_in_force as
select * from guardianships
 where app_today() >= valid_from and (valid_until is null or app_today() <= valid_until);

-- What each person last answered to each consent.
create view consent_answers_latest as
select distinct on (consent_id, giver_id) * from consent_answers order by consent_id, giver_id, sequence desc;

-- Which consents open something today. The same rule as app/domain/consent.py (Jeugdwet 7.3.4, 7.3.5, 7.3.15; a test
-- holds the two equal): under 12 every parent with gezag, from 12 the youth as well, from 16 the youth alone. An
-- unknown birth date or an unknown gezag opens nothing, nor does one refusal or withdrawal.
create view every_consent_in_force as
select k.id as consent_id, k.case_id, k.recipients, k.data_categories
  from consents k
  join cases c on c.id = k.case_id
  join young_people y on y.id = c.young_person_id
 cross join lateral (select date_part('year', age(app_today(), y.birth_date)) as years) a
 where app_today() between k.valid_from and k.valid_until
   and (a.years < 12 or exists (
         select from consent_answers_latest l
          where l.consent_id = k.id and l.giver_id = y.id and l.decision = 'gegeven'))
   and (a.years >= 16 or (
         exists (select from every_guardianship_in_force g where g.young_person_id = y.id and g.gezag = 'ja')
         and not exists (
           select from every_guardianship_in_force g
             left join consent_answers_latest l on l.consent_id = k.id and l.giver_id = g.guardian_id
            where g.young_person_id = y.id
              and (g.gezag = 'onbekend'
                   or g.gezag = 'ja' and (l.decision is distinct from 'gegeven'
                                          or l.basis = 'via_andere_ouder' and g.conflict)))))
   and y.birth_date is not null
   -- A no stays a no for this consent, whatever is found out about gezag or age later: what is wanted is asked anew.
   and not exists (select from consent_answers_latest l where l.consent_id = k.id and l.decision <> 'gegeven');

-- Involvements of today; one that rests on consent counts only while the consent is in force.
create view every_participant_in_force as
select p.*, k.data_categories as consented
  from participants p
  left join lateral (
    select array_agg(distinct category) as data_categories
      from every_consent_in_force f, unnest(f.data_categories) as category
     where f.case_id = p.case_id and p.organisation_id = any (f.recipients)) k on true
 where p.ended_at is null and (p.ground <> 'toestemming' or k.data_categories is not null);

-- The caller's cases: as the child, as a guardian, as a worker involved by name, by role or by organisation, or at
-- the board of a school involved. A view of the owner: it looks past the policies below, so they do not recurse.
create view my_cases as
select c.id as case_id from cases c where c.young_person_id = app_person()
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
select c.id from cases c where c.opened_by = app_person() and c.opened_at = now();

-- The children the caller can know of: of the caller's cases, family, pupils of the caller's school, those the
-- caller entered, and those who live in the municipality that the caller's organisation works for.
create view my_young_people as
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
select c.young_person_id from cases c join my_cases m on m.case_id = c.id;

-- Whether a case, or a child, is the caller's. Functions, not the views themselves, in the policies: a dossier touches
-- fifteen tables, and planning the views again for each took ten times as long as running them. A plan of plpgsql is
-- made once a connection. What was seen once is remembered until the transaction ends.
create function app_sees(asked uuid) returns boolean
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
begin
  if current_setting('app.sees', true) = asked::text then
    return true;
  end if;
  if exists (select from my_cases m where m.case_id = asked) then
    perform set_config('app.sees', asked::text, true);
    return true;
  end if;
  return false;
end $$;

create function app_knows(asked uuid) returns boolean
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
begin
  return exists (select from my_young_people m where m.young_person_id = asked);
end $$;

-- The same as far as the caller may know, for the API itself. The caller's own rows come first: there no look at
-- my_cases is needed, which would cost a list twice.
create view guardianships_in_force as
select g.* from every_guardianship_in_force g
 where g.guardian_id = app_person()
    or app_knows(g.young_person_id);

create view consents_in_force as
select k.* from every_consent_in_force k where app_sees(k.case_id);

create view participants_in_force as
select p.* from every_participant_in_force p
 where p.worker_id = app_person()
    or p.worker_id is null and p.organisation_id = app_organisation()
    or p.worker_id is null and p.role is null and exists (
         select from organisations o where o.id = p.organisation_id and o.board_id = app_organisation())
    or app_sees(p.case_id);

grant usage on schema public to ondersteuningsroute_api, ondersteuningsroute_worker;
revoke create on schema public from public;
revoke execute on function app_identify, app_redeem, app_is_bound, app_unbind, app_sees, app_knows from public;
grant execute on function app_identify, app_redeem, app_is_bound, app_unbind, app_sees, app_knows to ondersteuningsroute_api;

-- Whom the API may ask at all; what it may change is named column by column.
grant select on all tables in schema public to ondersteuningsroute_api;
revoke select on every_guardianship_in_force, every_consent_in_force, every_participant_in_force,
  consent_answers_latest from ondersteuningsroute_api;
revoke select on bindings, invitation_codes, outbox from ondersteuningsroute_api;
grant insert on young_people, guardians, guardianships, workers, bindings, invitation_codes, cases, participants,
  transitions, signals, notes, assessments, consents, consent_answers, meetings, invitations, decisions, plans, goals,
  plan_actions, approvals, evaluations, escalations, findings, audit_events, outbox, idempotency_keys
  to ondersteuningsroute_api;
grant update (given_name, family_name, birth_date, school_id, municipality_code) on young_people
  to ondersteuningsroute_api;
grant update (gezag, evidence, evidence_date, conflict, valid_until) on guardianships to ondersteuningsroute_api;
grant update (school_id, step, step_since, leervraag, leefvraag, problem_class, regie, regie_reason, round_since,
  closed_at, closing_reason, last_sequence) on cases to ondersteuningsroute_api;
grant update (functions, ended_at, ended_by) on participants to ondersteuningsroute_api;
grant update (planned_at, place, held_at) on meetings to ondersteuningsroute_api;
grant update (present, absence_reason) on invitations to ondersteuningsroute_api;
grant update (perspective, evaluation_date, regie, regie_reason, in_force_at) on plans to ondersteuningsroute_api;
grant update (done_at) on plan_actions to ondersteuningsroute_api;
grant update (resolved_at, resolution) on escalations to ondersteuningsroute_api;

grant select on outbox to ondersteuningsroute_worker;
grant update (delivered_at) on outbox to ondersteuningsroute_worker;

-- Policies. A table of a case follows its case; a table with categories follows the compartments too.
do $$
declare
  name text;
begin
  foreach name in array array['participants', 'transitions', 'consents', 'consent_answers', 'meetings', 'invitations',
                              'plans', 'approvals', 'evaluations', 'escalations', 'findings'] loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy of_my_cases on %1$I
                      using (app_sees(case_id))', name);
  end loop;
  foreach name in array array['signals', 'notes', 'assessments', 'decisions', 'goals', 'plan_actions'] loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy of_my_cases on %1$I
                      using ((app_may_category(category) or author_id = app_person())
                             and app_sees(case_id))', name);
  end loop;
end $$;

alter table cases enable row level security;
create policy mine on cases using (app_sees(cases.id))
  with check (app_sees(cases.id) or opened_by = app_person());

alter table young_people enable row level security;
create policy known on young_people using (app_knows(young_people.id))
  with check (created_by = app_person()
              or app_knows(young_people.id));

alter table guardianships enable row level security;
create policy known on guardianships
  using (app_knows(guardianships.young_person_id));

alter table guardians enable row level security;
create policy known on guardians
  using (id = app_person() or created_by = app_person() or exists (
    select from guardianships g join my_young_people m on m.young_person_id = g.young_person_id
     where g.guardian_id = guardians.id))
  with check (created_by = app_person());

-- Colleagues, and the professionals named in one's cases.
alter table workers enable row level security;
create policy known on workers
  using (organisation_id = app_organisation() or id = app_person() or exists (
    select from participants p where p.worker_id = workers.id))
  with check (organisation_id = app_organisation());

alter table bindings enable row level security;
create policy bound_by_me on bindings for insert with check (bound_by = app_person());

alter table invitation_codes enable row level security;
create policy made_by_me on invitation_codes for insert with check (created_by = app_person());

-- Everything is recorded, also a refusal of a caller who is not bound (then there is no actor). Who may read the log
-- of a case is for the first wall; none reads beyond his or her own cases and own doings, but for the officer who
-- guards the data of the own organisation.
alter table audit_events enable row level security;
create policy own_doing on audit_events for insert with check (actor_id is not distinct from app_person());
create policy of_my_cases on audit_events for select
  using (actor_id = app_person() or app_sees(audit_events.case_id)
         or organisation_id = app_organisation());

alter table idempotency_keys enable row level security;
create policy own on idempotency_keys using (person_id = app_person());

alter table outbox enable row level security;
create policy written_by_api on outbox for insert to ondersteuningsroute_api with check (true);
create policy delivered_by_worker on outbox to ondersteuningsroute_worker using (true);

-- History stays as it was, for every role: a mistake is put right by a later row.
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;

do $$
declare
  name text;
begin
  foreach name in array array['audit_events', 'transitions', 'consent_answers'] loop
    execute format('create trigger append_only before update or delete or truncate on %I
                      for each statement execute function refuse_change()', name);
  end loop;
end $$;

-- The cases of a child, for the audit alone: what is changed about a child is told in the log of each of its cases.
create function app_cases_of(child uuid) returns setof uuid
language sql stable security definer set search_path = public, pg_temp as $$
  select c.id from cases c where c.young_person_id = child and app_knows(child)
$$;
revoke execute on function app_cases_of from public;
grant execute on function app_cases_of to ondersteuningsroute_api;

-- How many goals and actions a plan has, also those that the caller may not read.
create function case_plan_size(plan uuid) returns bigint
language sql stable security definer set search_path = public, pg_temp as $$
  select (select count(*) from goals g where g.plan_id = p.id) + (select count(*) from plan_actions a where a.plan_id = p.id)
    from plans p where p.id = plan and app_sees(p.case_id)
$$;
revoke execute on function case_plan_size from public;
grant execute on function case_plan_size to ondersteuningsroute_api;

-- The goals and actions of a plan go along to its next version, also those that the one who revises may not read.
-- `fresh` are new ids, enough for all.
create function app_carry_over(old_plan uuid, new_plan uuid, fresh uuid[]) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select from plans o join plans n on n.case_id = o.case_id
                  where o.id = old_plan and n.id = new_plan and app_sees(o.case_id)) then
    raise exception 'not a plan of this case' using errcode = 'insufficient_privilege';
  end if;
  create temporary table carried on commit drop as
    select id as old_id, fresh[row_number() over (order by id)] as new_id from goals where plan_id = old_plan;
  insert into goals (id, case_id, author_id, author_role, author_organisation_id, plan_id, domain, category,
                     description, indicator, target_date)
  select k.new_id, g.case_id, g.author_id, g.author_role, g.author_organisation_id, new_plan, g.domain, g.category,
         g.description, g.indicator, g.target_date from goals g join carried k on k.old_id = g.id;
  insert into plan_actions (id, case_id, author_id, author_role, author_organisation_id, plan_id, goal_id, category,
                            description, owner, owner_participant_id, due_on, done_at)
  select fresh[(select count(*) from carried) + row_number() over (order by a.id)], a.case_id, a.author_id,
         a.author_role, a.author_organisation_id, new_plan, k.new_id, a.category, a.description, a.owner,
         a.owner_participant_id, a.due_on, a.done_at from plan_actions a join carried k on k.old_id = a.goal_id;
  drop table carried;
end $$;
revoke execute on function app_carry_over from public;
grant execute on function app_carry_over to ondersteuningsroute_api;

-- Who did something in a case, by name: for whoever may see the case and so its log. Only of somebody who is in it.
create function app_actor_name(actor uuid, in_case uuid) returns text
language sql stable security definer set search_path = public, pg_temp as $$
  select w.display_name from workers w
   where w.id = actor and app_sees(in_case)
     and exists (select from audit_events e where e.case_id = in_case and e.actor_id = actor)
$$;
revoke execute on function app_actor_name from public;
grant execute on function app_actor_name to ondersteuningsroute_api;

-- What a route's conditions look at: codes, counts and dates, never a text. As the owner, because a condition holds
-- whoever asks (that a safety assessment exists, also for a caller who may not read it); only for the caller's cases.
create function case_facts(asked uuid) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
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
$$;
revoke execute on function case_facts from public;
grant execute on function case_facts to ondersteuningsroute_api;
