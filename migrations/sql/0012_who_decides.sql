-- Who decides about a child, how each consent stands by that, and what is said of it ahead.

-- Whether the caller has a reach, an action, or a role in which one is involved, by its code.
create function app_has(code text) returns boolean language sql stable
  return current_setting('app.rights', true) = '*'
      or position(',' || nullif(code, '') || ',' in ',' || current_setting('app.rights', true) || ',') > 0;

-- --- Rule sets, what was looked up, exceptions ----------------------------------------------------------------------

-- The numbers of app/domain/rule_sets.py, which a test holds equal: the newest in force by its first day holds.
create table consent_rule_sets (
  name text not null,
  version bigint not null,
  in_force_from date not null,
  youth_from bigint not null,
  youth_alone_from bigint not null,
  adult_from bigint not null,
  exception_recipients text[] not null,
  primary key (name, version)
);
insert into consent_rule_sets values ('jeugdwet', 1, '2015-01-01', 12, 16, 18, '{jeugdhulpaanbieder,jgz}');
alter table consent_rule_sets enable row level security;
create policy known on consent_rule_sets for select using (app_person() is not null);

-- What was looked up about the gezag over a child as a whole; the newest counts. Who has it stands with each person.
create table gezag_findings (
  id uuid primary key,
  young_person_id uuid not null references young_people (id),
  kind text not null constraint kind_known check (kind in ('eenhoofdig_ouderlijk_gezag', 'tweehoofdig_ouderlijk_gezag',
    'gezamenlijk_gezag', 'voogdij', 'tijdelijk_geen_gezag', 'niet_te_bepalen')),
  holders uuid[] not null,
  organisation_id uuid references organisations (id),
  evidence text not null constraint evidence_known check (evidence in ('gezagsregister', 'brp', 'verklaring')),
  checked_on date not null,
  valid_from date not null,
  valid_until date,
  recorded_by uuid not null,
  recorded_role text not null,
  recorded_organisation_id uuid references organisations (id),
  created_at timestamptz not null default now(),
  sequence bigint generated always as identity,
  constraint organisation_has_voogdij check (organisation_id is null or kind = 'voogdij'),
  constraint in_order check (valid_until is null or valid_until >= valid_from)
);
create index gezag_findings_of_child on gezag_findings (young_person_id, sequence);
create index gezag_findings_of_organisation on gezag_findings (organisation_id) where organisation_id is not null;
alter table gezag_findings enable row level security;
create policy known on gezag_findings using (app_knows(young_person_id));
create trigger append_only before update or delete or truncate on gezag_findings
  for each statement execute function refuse_change();

-- What was looked up for a period says nothing after it.
create or replace view every_guardianship_in_force as
select id, young_person_id, guardian_id, relation,
       case when gezag_until < app_today() then 'onbekend' else gezag end as gezag,
       evidence, evidence_date, conflict, valid_from, valid_until, created_at
  from guardianships
 where app_today() >= valid_from and (valid_until is null or app_today() <= valid_until);

-- Over whom an organisation has the voogdij today: the newest finding alone counts, and only in its period.
create view every_ward as
select f.young_person_id, f.organisation_id
  from gezag_findings f
 where f.organisation_id is not null and f.kind = 'voogdij'
   and f.valid_from <= app_today() and (f.valid_until is null or app_today() <= f.valid_until)
   and not exists (select from gezag_findings n where n.young_person_id = f.young_person_id and n.sequence > f.sequence);

-- What jeugdhulp or youth health care recorded about who decides in one matter; the newest counts.
create table consent_exceptions (
  id uuid primary key,
  case_id uuid not null references cases (id),
  author_id uuid not null,
  author_role text not null,
  author_organisation_id uuid references organisations (id),
  consent_id uuid not null references consents (id),
  kind text not null constraint kind_known check (kind in ('ernstig_nadeel', 'weloverwogen_wens', 'wilsonbekwaam', 'geen')),
  motivation text not null,
  created_at timestamptz not null default now(),
  sequence bigint generated always as identity
);
create index ix_consent_exceptions_case_id on consent_exceptions (case_id);
create index consent_exceptions_of_consent on consent_exceptions (consent_id, sequence);
alter table consent_exceptions enable row level security;
-- The motivation stays with the house that wrote it, and the child itself: a parent must not read what endangers.
create policy of_the_house on consent_exceptions
  using (app_sees(case_id) and (author_id = app_person() or author_organisation_id = app_organisation()
         or exists (select from cases c where c.id = case_id and c.young_person_id = app_person())));
create trigger append_only before update or delete or truncate on consent_exceptions
  for each statement execute function refuse_change();

grant select on consent_rule_sets, gezag_findings, consent_exceptions to ondersteuningsroute_api;
grant insert on gezag_findings, consent_exceptions to ondersteuningsroute_api;
grant update (gezag_until) on guardianships to ondersteuningsroute_api;
grant update (completed_at) on consents to ondersteuningsroute_api;

-- --- How each consent stands today ----------------------------------------------------------------------------------

-- What each person last answered to each consent, with every column of the answer.
create or replace view consent_answers_latest as
select distinct on (consent_id, giver_id) * from consent_answers order by consent_id, giver_id, sequence desc;

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

-- The rule of app/domain/consent.py (`standing`) and app/domain/gezag.py (`who_decides`); a test holds the two equal over
-- generated families. Asked of one consent and its child at a time, each step worked out once: without `offset 0` the
-- planner writes every expression out wherever it is looked at, and the answer to one consent takes some milliseconds.
create view every_consent_standing as
select k.id as consent_id, k.case_id, left_.recipients, left_.categories as data_categories,
       r.name || '@' || r.version as rule_set, k.data_from, k.data_until, verdict.code, waiting.people as waits_for,
       case
         when verdict.code is null then 'van_kracht'
         when verdict.code = 'toestemming_verlopen' then 'verlopen'
         when verdict.code = 'toestemming_vervangen' then 'te_vernieuwen'
         when verdict.code = 'toestemming_geweigerd' then
           case when answers.yes then 'tegenstrijdig' else 'geweigerd' end
         when verdict.code = 'toestemming_ingetrokken' then 'ingetrokken'
         when verdict.code = 'toestemming_onvolledig' then unanswered.status
         else 'onduidelijk_wie_beslist'
       end as status,
       case when verdict.code is null and need.told and unclear.code is null then people.holders else '{}'::uuid[] end
         as informs, unanswered.status as unanswered
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
    select case when k.completed_at is null or app_openly(k.case_id) and exists (
                       select from consent_exceptions e where e.consent_id = k.id and e.created_at <= k.completed_at
                          and e.kind not in ('wilsonbekwaam', 'geen')) then 'wacht_op' else 'te_vernieuwen' end
             as status offset 0) unanswered
 cross join lateral (
    select case when verdict.code in ('toestemming_geweigerd', 'toestemming_ingetrokken', 'toestemming_onvolledig')
                then pending.people else '{}' end as people offset 0) waiting;

-- Which of them open something.
create or replace view every_consent_in_force as
select s.consent_id, s.case_id, s.recipients, s.data_categories, s.rule_set, s.data_from, s.data_until
  from every_consent_standing s where s.code is null;

-- The rule set of today, by the name and version that every_consent_standing judges by.
create function app_rule_set() returns text
language sql stable security definer set search_path = public, pg_temp as $$
  select r.name || '@' || r.version from consent_rule_sets r where r.in_force_from <= app_today()
   order by r.in_force_from desc, r.version desc limit 1
$$;
alter table audit_events alter column rule_set set default app_rule_set();

-- How the consents of a case stand, worked out once a statement: remembered under the very snapshot by which it was found,
-- so that nothing of before a commit of another, or of an own write, is ever answered again.
-- For the functions below alone: it looks past the policies. A setting can be read by whoever asks, so it is kept only for
-- who comes to the case: seen by the walls before, or by an involvement in a role of the caller's that counts today.
create function every_standing_of(in_case uuid) returns jsonb
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
                       s.status, 'informs', s.informs, 'unanswered', s.unanswered) order by s.consent_id)
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

-- The categories that consents in force open to an organisation; null when there is none.
create or replace function app_consented(in_case uuid, organisation uuid) returns text[]
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
begin
  if not exists (select from consents k where k.case_id = in_case and organisation = any (k.recipients)) then
    return null;
  end if;
  return (select array_agg(distinct category)
            from jsonb_to_recordset(every_standing_of(in_case))
                   as f (recipients uuid[], data_categories text[], code text), unnest(f.data_categories) as category
           where f.code is null and organisation = any (f.recipients));
end $$;

-- The consents in force that open something of a case to an organisation: ids alone, beside `app_consented`.
create function app_consents(in_case uuid, organisation uuid) returns uuid[]
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
begin
  return (select array_agg(f.consent_id order by f.consent_id)
            from jsonb_to_recordset(every_standing_of(in_case)) as f (consent_id uuid, recipients uuid[], code text)
           where f.code is null and organisation = any (f.recipients));
end $$;

-- Which categories a consent in force opens to these organisations whatever the day that they are of.
create function app_unbounded(in_case uuid, organisations uuid[]) returns text[]
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
begin
  return (select array_agg(distinct category)
            from jsonb_to_recordset(every_standing_of(in_case))
                   as f (recipients uuid[], data_categories text[], code text, data_from date, data_until date),
                 unnest(f.data_categories) as category
           where f.code is null and f.recipients && organisations and f.data_from is null and f.data_until is null);
end $$;

-- How one consent stands, for whoever may see its case. To one of the family a no of another of them is an answer that is
-- still lacking: who refuses is not for the other to find out (app/db/facts.py says the same of the route).
create function app_consent_standing(asked uuid)
returns table (recipients uuid[], data_categories text[], rule_set text, code text, waits_for uuid[], status text, informs uuid[])
language plpgsql stable security definer rows 1 set search_path = public, pg_temp as $$
declare
  of_case uuid;
  said text;
begin
  select c.case_id into of_case from consents c where c.id = asked;
  if of_case is null or not app_sees(of_case) then
    return;
  end if;
  if app_of_family() or app_ward(of_case) then
    said := coalesce((select l.decision from consent_answers_latest l
                       where l.consent_id = asked and l.giver_id = coalesce(app_organisation(), app_person())), 'gegeven');
  end if;
  return query
    select s.recipients, s.data_categories, s.rule_set,
           case when not m.masked then s.code when said = 'gegeven' then 'toestemming_onvolledig'
                else 'toestemming_' || said end,
           s.waits_for,
           case when not m.masked then s.status when said = 'gegeven' then s.unanswered else said end,
           s.informs
      from jsonb_to_recordset(every_standing_of(of_case))
             as s (consent_id uuid, recipients uuid[], data_categories text[], rule_set text, code text,
                   waits_for uuid[], status text, informs uuid[], unanswered text)
     cross join lateral (
       select said is not null and s.code in ('toestemming_geweigerd', 'toestemming_ingetrokken')
              and cardinality(s.waits_for) > 0 as masked) m
     where s.consent_id = asked;
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

-- What a route's conditions look at of consent: beside `app_case_facts`, of which it takes the place of two entries.
create function app_consent_facts(asked uuid) returns jsonb
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

revoke execute on function app_rule_set, app_passed_by, app_openly, app_start_openly, every_standing_of, app_consents,
  app_unbounded, app_consent_standing, app_apart, app_consent_facts from public;
grant execute on function app_rule_set, app_passed_by, app_openly, app_consents, app_unbounded, app_consent_standing, app_apart,
  app_consent_facts to ondersteuningsroute_api;

-- --- What is said ahead ---------------------------------------------------------------------------------------------

-- Of which day of a consent the worker said that it comes, each once: a day that moves is said anew. Without a reference:
-- that would lock the consent or its case, and whoever answers would wait for the worker.
create table consent_reminders (
  consent_id uuid not null,
  kind text not null constraint kind_known check (kind in ('answer-due', 'expiring', 'to-renew')),
  of_day date not null,
  case_id uuid not null,
  said_at timestamptz not null default now(),
  primary key (consent_id, kind, of_day)
);
create index ix_consent_reminders_case_id on consent_reminders (case_id);
alter table consent_reminders enable row level security;
create policy said_by_worker on consent_reminders to ondersteuningsroute_worker using (true);
grant select, insert on consent_reminders to ondersteuningsroute_worker;

-- Of itself the worker says what became of a term and of a consent, and nothing else.
alter policy delivered_by_worker on outbox
  with check (delivered_at is not null or type like 'deadline.%'
              or type in ('consent.answer-due', 'consent.expiring', 'consent.to-renew'));

-- What is to be said of consents on a day, and was not said yet: ids, days and codes, never a text or a person. As the
-- owner, for every open case. `asked` is the day; what the answers mean is worked out for today, of the few that have a
-- day near. Ahead: three days for an answer, two weeks for an end or a birthday.
create function every_consent_to_remind(asked date, portion integer)
returns table (consent_id uuid, case_id uuid, kind text, of_day date, role text)
language sql stable security definer set search_path = public, pg_temp as $$
  with near as (
    select k.id, k.case_id, k.author_role, 'answer-due' as kind, k.answer_by as of_day, k.valid_until,
           null::bigint as turns, null::uuid as youth
      from consents k
     where k.answer_by between asked and asked + 3
    union all
    select k.id, k.case_id, k.author_role, 'expiring', k.valid_until, k.valid_until, null, null
      from consents k
     where k.completed_at is not null and k.valid_until between asked and asked + 14
    union all
    -- A birthday on which others decide than before.
    select k.id, k.case_id, k.author_role, 'to-renew', b.day, k.valid_until, b.years, y.id
      from young_people y
     cross join lateral (
        select * from consent_rule_sets r where r.in_force_from <= asked
         order by r.in_force_from desc, r.version desc limit 1) s
     cross join lateral unnest(array[s.youth_from, s.youth_alone_from, s.adult_from]) as t(years)
     cross join lateral (select t.years, (y.birth_date + make_interval(years => t.years::integer))::date as day) b
      join cases c on c.young_person_id = y.id
      join consents k on k.case_id = c.id
     where b.day between asked - 14 and asked + 14 and b.day > k.valid_from and k.completed_at is not null)
  select n.id, n.case_id, n.kind, n.of_day, n.author_role
    from near n
    join cases c on c.id = n.case_id and c.closed_at is null
   cross join lateral (
      select s.code from every_consent_standing s where s.consent_id = n.id and n.valid_until >= asked offset 0) s
   where not exists (select from consent_reminders r
                      where r.consent_id = n.id and r.kind = n.kind and r.of_day = n.of_day)
     and case n.kind
         when 'answer-due' then s.code = 'toestemming_onvolledig'
         when 'expiring' then s.code is null
         -- It has come, and opens nothing any more; or it is to come, and the youth's own yes will be lacking.
         else n.of_day <= asked and s.code = 'toestemming_onvolledig'
              or n.of_day > asked and s.code is null and n.of_day <= n.valid_until
                 and not exists (select from consent_answers_latest l
                                  where l.consent_id = n.id and l.giver_id = n.youth
                                    and l.decision = 'gegeven' and l.basis = 'zelf')
                 -- Who cannot weigh own interests is not asked at twelve or sixteen either; at eighteen the parents
                 -- decide no more.
                 and (n.turns >= 18 or not coalesce((select x.kind = 'wilsonbekwaam' from consent_exceptions x
                                                      where x.consent_id = n.id order by x.sequence desc limit 1), false))
         end
   order by n.of_day, n.id, n.kind
   limit portion
$$;
revoke execute on function every_consent_to_remind from public;
grant execute on function every_consent_to_remind to ondersteuningsroute_worker;

-- --- Who takes part without consent ---------------------------------------------------------------------------------

-- Such a ground lets in the kind of organisation that it is about, and no other; the table is OTHER_GROUNDS in
-- app/domain/grounds.py.
create function refuse_ground() returns trigger language plpgsql as $$
begin
  if not exists (select from organisations o where o.id = new.organisation_id
                    and o.kind = case new.ground when 'zorgplicht' then 'school' else new.ground end) then
    raise exception 'this ground is not for this organisation' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger ground_fits before insert on participants for each row
  when (new.ground in ('zorgplicht', 'gecertificeerde_instelling')) execute function refuse_ground();

-- Involvements of today; that of an instelling within the period of its measure.
create or replace view every_participant_in_force as
select p.id, p.case_id, p.organisation_id, p.role, p.worker_id, p.functions, p.ground, p.motivation, p.added_by, p.started_at,
       p.ended_at, p.ended_by, app_consented(p.case_id, p.organisation_id) as consented
  from participants p
 where p.ended_at is null
   and case when p.ground = 'toestemming' then app_consented(p.case_id, p.organisation_id) is not null else true end
   and (p.measure is null or app_today() between p.measure_from and coalesce(p.measure_until, 'infinity'));

