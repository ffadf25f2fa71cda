-- Routes are data of five regions: what was a closed list of one of them becomes a word of the case's own route, which the
-- service holds it against. Codes stay codes: short, in lower case, without a space. No table is rewritten; what is
-- checked of rows that are there was true of them before. Dropping the lists takes away nothing that anybody counts on:
-- what was allowed stays allowed.
-- squawk-ignore ban-drop-constraint
alter table cases drop constraint regie_known;
-- squawk-ignore ban-drop-constraint
alter table plans drop constraint regie_known;
-- squawk-ignore ban-drop-constraint
alter table approvals drop constraint party_known;
-- squawk-ignore ban-drop-constraint
alter table escalations drop constraint kind_known, drop constraint addressed_to_known;
-- squawk-ignore ban-drop-constraint
alter table organisations drop constraint kind_known;

alter table cases add constraint regie_is_a_code check (regie ~ '^[a-z_]{2,40}$') not valid;
alter table plans add constraint regie_is_a_code check (regie ~ '^[a-z_]{2,40}$') not valid;
alter table approvals add constraint party_is_a_code check (party ~ '^[a-z_]{2,40}$') not valid;
alter table escalations add constraint kind_is_a_code check (kind ~ '^[a-z_]{2,40}$') not valid,
  add constraint addressed_to_is_a_code check (addressed_to ~ '^[a-z_]{2,40}$') not valid;
alter table organisations add constraint kind_known check (kind in ('school', 'schoolbestuur', 'samenwerkingsverband',
  'gemeente', 'sociaal_team', 'leerplicht', 'jgz', 'jeugdhulpaanbieder', 'stagnatiepunt', 'gecertificeerde_instelling',
  'expertpool', 'expertteam', 'overig')) not valid;

-- The answers to the questions that close a meeting: added, and the newest of each question counts.
create table checklist_answers (
  id uuid primary key,
  case_id uuid not null references cases (id),
  author_id uuid not null,
  author_role text not null,
  author_organisation_id uuid references organisations (id),
  meeting_id uuid not null references meetings (id),
  item text not null constraint item_is_a_code check (item ~ '^[a-z_]{2,60}$'),
  answer text not null constraint answer_known check (answer in ('ja', 'deels', 'nee', 'besproken')),
  category text not null constraint category_known check (category in ('leren', 'leven', 'gezondheid', 'verzuim', 'veiligheid', 'proces')),
  remark text,
  created_at timestamptz not null default now()
);
create index ix_checklist_answers_case_id on checklist_answers (case_id);
create index ix_checklist_answers_meeting_id on checklist_answers (meeting_id, item, id);
grant select, insert on checklist_answers to ondersteuningsroute_api;
alter table checklist_answers enable row level security;
create policy of_my_cases on checklist_answers
  using ((app_may_category(category) or author_id = app_person()) and app_sees(case_id));

-- That a question was answered, and how, is part of the process: for whoever sees the case. What was remarked is not.
create function app_answered(of_meeting uuid) returns table (item text, answer text, answered_at timestamptz)
language plpgsql stable security definer rows 12 set search_path = public, pg_temp as $$
begin
  return query select distinct on (x.item) x.item, x.answer, x.created_at from checklist_answers x
                where x.meeting_id = of_meeting and app_sees(x.case_id) order by x.item, x.id desc;
end $$;
revoke execute on function app_answered from public;
grant execute on function app_answered to ondersteuningsroute_api;

-- What a route's conditions look at, for every route. A function of its own beside `case_facts`, which the release before
-- this one still asks while its processes are replaced; the next release takes that away.
create function app_case_facts(asked uuid) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return (
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
                         from signals g where g.case_id = c.id), '[]'),
  'notes', coalesce((select jsonb_agg(jsonb_build_array(n.kind, n.author_role, n.with_whom,
                                        n.created_at >= c.step_since) order by n.id)
                       from notes n where n.case_id = c.id and n.created_at >= c.round_since), '[]'),
  'assessments', coalesce((select jsonb_agg(jsonb_build_array(a.kind, a.author_role, a.outcome, a.reason,
                                              app_time(a.created_at), a.created_at >= c.step_since))
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
                   where i.meeting_id = m.id and i.absence_reason is not null),
                 (select coalesce(jsonb_agg(distinct x.item), '[]') from checklist_answers x
                   where x.meeting_id = m.id)) order by m.id)
                          from meetings m where m.case_id = c.id and m.created_at >= c.round_since), '[]'),
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
                    where case_id = c.id and created_at >= c.round_since order by kind, id desc) p), '[]'),
  'escalations', coalesce((select jsonb_agg(jsonb_build_array(e.kind, e.addressed_to, e.resolved_at is not null)
                                            order by e.id)
                             from escalations e where e.case_id = c.id), '[]'))
  from cases c join young_people y on y.id = c.young_person_id left join organisations s on s.id = c.school_id
 where c.id = asked and app_sees(asked)
  );
end $$;
revoke execute on function app_case_facts from public;
grant execute on function app_case_facts to ondersteuningsroute_api;
