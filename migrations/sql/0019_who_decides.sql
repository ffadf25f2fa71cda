-- Who decides, and consent as evidence. Columns are added without a rewrite; what is there keeps its meaning: a consent
-- without the new values is held by the statute alone, as it was.

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
alter table gezag_findings enable row level security;
create policy known on gezag_findings using (app_knows(young_person_id));
create trigger append_only before update or delete or truncate on gezag_findings
  for each statement execute function refuse_change();

alter table guardianships add column gezag_until date;
-- squawk-ignore ban-drop-constraint
alter table guardianships drop constraint relation_known, drop constraint evidence_known;
alter table guardianships
  add constraint relation_known check (relation in ('ouder', 'verzorger', 'voogd', 'curator', 'mentor')) not valid,
  add constraint evidence_known check (evidence in ('gezagsregister', 'brp', 'verklaring', 'geen')) not valid;
grant update (gezag_until) on guardianships to ondersteuningsroute_api;

-- As it was; but what was looked up for a period says nothing after it.
create or replace view every_guardianship_in_force as
select id, young_person_id, guardian_id, relation,
       case when gezag_until < app_today() then 'onbekend' else gezag end as gezag,
       evidence, evidence_date, conflict, valid_from, valid_until, created_at
  from guardianships
 where app_today() >= valid_from and (valid_until is null or app_today() <= valid_until);

-- The new column is empty everywhere: neither the reference nor the index, of its own rows alone, has anything to look at.
alter table consents
  -- squawk-ignore adding-foreign-key-constraint
  add column replaces uuid references consents (id),
  add column text_key text,
  add column text_version bigint,
  add column youth_from bigint,
  add column parents_until bigint,
  add column parents_informed boolean,
  add column data_from date,
  add column data_until date,
  add column answer_by date,
  add column completed_at timestamptz;
-- squawk-ignore require-concurrent-index-creation
create index ix_consents_replaces on consents (replaces) where replaces is not null;
grant update (completed_at) on consents to ondersteuningsroute_api;

-- squawk-ignore ban-drop-constraint
alter table consent_answers drop constraint capacity_known;
alter table consent_answers
  add constraint capacity_known check (capacity in ('gezag', 'jeugdige', 'voogd', 'vertegenwoordiger')) not valid,
  add column without_recipients uuid[] not null default '{}',
  add column without_categories text[] not null default '{}',
  add column witness_id uuid,
  add column witness_name text,
  add column assurance text,
  add column language text,
  add column text_version bigint;

-- As it was, with the new columns.
create or replace view consent_answers_latest as
select distinct on (consent_id, giver_id) * from consent_answers order by consent_id, giver_id, sequence desc;

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

-- How each consent stands today: the rule of app/domain/consent.py (`standing`) and app/domain/gezag.py
-- (`who_decides`); a test holds the two equal over generated families. Asked of one consent and its child at a time.
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
 cross join lateral (select date_part('year', age(app_today(), y.birth_date)) as years) a
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
                              where o.id = any (k.recipients) and o.kind <> all (r.exception_recipients)) as excepted) e
 cross join lateral (
    select not e.unable and (e.adult or a.years >= least(r.youth_from, k.youth_from)) as youth,
           not e.adult and not e.excepted
             and (e.unable or a.years < greatest(r.youth_alone_from, k.parents_until)) as parents,
           e.adult and e.unable as representative,
           coalesce(k.parents_informed, false) and not e.adult and not e.unable and not e.excepted
             and a.years >= greatest(r.youth_alone_from, k.parents_until) as told) need
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
             as categories) left_
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
      else 'gezag_tegenstrijdig' end as code) unclear
 cross join lateral (
    select coalesce(f.kind, '') = 'voogdij' as guarded,
           coalesce(f.kind, '') <> 'voogdij' and not people.conflict
             and people.holders && answers.in_person as vouched) voice
 cross join lateral (
    select array(
      select y.id where need.youth and y.id <> all (answers.in_person)
       union all
      select h from unnest(people.holders) as h
       where need.parents and h <> all (answers.in_person) and not (voice.vouched and h = any (answers.given))
       union all
      select p from unnest(people.representatives) as p
       where need.representative and p <> all (answers.in_person)
       order by 1) as people) pending
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
    end as code) verdict
 cross join lateral (
    select case when verdict.code in ('toestemming_geweigerd', 'toestemming_ingetrokken', 'toestemming_onvolledig')
                then pending.people else '{}' end as people) waiting;

create or replace view every_consent_in_force as
select s.consent_id, s.case_id, s.recipients, s.data_categories, s.rule_set, s.data_from, s.data_until
  from every_consent_standing s where s.code is null;

create or replace view consents_in_force as
select k.* from every_consent_in_force k where app_sees(k.case_id);

-- How one consent stands, for whoever may see its case.
create function app_consent_standing(asked uuid)
returns table (recipients uuid[], data_categories text[], rule_set text, code text, waits_for uuid[], status text, informs uuid[])
language plpgsql stable security definer rows 1 set search_path = public, pg_temp as $$
begin
  return query select s.recipients, s.data_categories, s.rule_set, s.code, s.waits_for, s.status, s.informs
                 from every_consent_standing s where s.consent_id = asked and app_sees(s.case_id);
end $$;
revoke execute on function app_consent_standing from public;
grant execute on function app_consent_standing to ondersteuningsroute_api;

-- What a route's conditions look at of consent: beside `app_case_facts`, of which it takes the place of two entries.
create function app_consent_facts(asked uuid) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return (
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
                 coalesce((select x.kind from consent_exceptions x where x.consent_id = k.id
                            order by x.sequence desc limit 1), 'geen'),
                 k.completed_at is not null,
                 exists (select from consents n where n.replaces = k.id),
                 cardinality(s.recipients) = 0 or cardinality(s.data_categories) = 0) order by k.id)
                          from consents k join every_consent_standing s on s.consent_id = k.id
                         where k.case_id = c.id), '[]'))
  from cases c where c.id = asked and app_sees(asked)
  );
end $$;
revoke execute on function app_consent_facts from public;
grant execute on function app_consent_facts to ondersteuningsroute_api;
