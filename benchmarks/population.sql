-- Invented people and their cases, made by PostgreSQL itself: one statement a table, the same rows for the same
-- settings (bench.cases, bench.full_every, bench.issuer) and the same month. Run by benchmarks/generate.py as the owner,
-- with secondary indexes and foreign keys put aside; they are made again afterwards, so every row is held to them.

create schema bench;

create function bench.setting(name text) returns bigint language sql stable
  return current_setting('bench.' || name)::bigint;

-- Ages and terms count from the first of this month, so that consents are in force in the same share of cases always.
create function bench.today() returns timestamptz language sql stable
  return date_trunc('month', now());

-- A number in [0, below) that looks drawn, and is the same each time.
create function bench.draw(n bigint, salt bigint, below bigint) returns bigint language sql immutable parallel safe
  return (hashint8extended(n, salt) & 9223372036854775807) % below;

-- An id shaped as the service's own (UUIDv7): the moment in front, so that rows lie in the order of their making.
create function bench.id(kind text, n bigint, made timestamptz) returns uuid language sql immutable parallel safe as $$
  select (lpad(to_hex(extract(epoch from made - timestamptz '1970-01-01 00:00+00')::bigint * 1000), 12, '0') || '7'
          || overlay(substr(md5(kind || n::text), 1, 19) placing '8' from 4 for 1))::uuid
$$;

create function bench.id(kind text, n bigint) returns uuid language sql immutable parallel safe
  return bench.id(kind, n, timestamptz '2024-01-01 00:00+00');

create function bench.pick(n bigint, salt bigint, among text[]) returns text language sql immutable parallel safe
  return among[1 + bench.draw(n, salt, cardinality(among))];

-- --- Organisations and professionals ------------------------------------------------------------------------------

-- A municipality for each 20,000 cases, a samenwerkingsverband for each 50,000; a school has 20 to 60 cases.
create table bench.schools as
with sized as (
  select s, 20 + bench.draw(s, 1, 41) as size from generate_series(1, bench.setting('cases') / 20 + 2) s
), placed as (
  select s, size, (sum(size) over (order by s))::bigint - size as first_slot from sized
)
select s, size, first_slot, bench.id('school', s) as id, bench.id('intern_begeleider', s) as guide_id,
       -- The first board, as one person with the same cases, has 5,000; the others have about 500.
       case when first_slot < least(5000, bench.setting('cases') / 2) then 1 else 2 + s / 12 end as board,
       1 + first_slot / 20000 as municipality, 1 + first_slot / 50000 as swv
  from placed where first_slot < bench.setting('cases');
analyze bench.schools;

insert into organisations (id, code, kind, name, municipality_code)
select bench.id(k.kind, m), format(k.code, lpad(m::text, 2, '0')), k.kind, format(k.name, m), 'GM99' || lpad(m::text, 2, '0')
  from (select distinct municipality as m from bench.schools) known,
       (values ('gemeente', 'gm:GM99%s', 'Gemeente Verzonnendorp %s'),
               ('sociaal_team', 'oin:0000009900000001%s00', 'Sociaal Team Verzonnendorp %s'),
               ('leerplicht', 'oin:0000009900000002%s00', 'Leerplicht Verzonnendorp %s'),
               ('jgz', 'oin:0000009900000003%s00', 'Jeugdgezondheidszorg Verzonnendorp %s')) k (kind, code, name);
insert into organisations (id, code, kind, name)
select distinct bench.id('swv', swv), 'swv:PO99' || lpad(swv::text, 2, '0'), 'samenwerkingsverband',
       'Samenwerkingsverband Verzonnen ' || swv from bench.schools
union all
select distinct bench.id('board', board), 'bestuur:9' || lpad(board::text, 5, '0'), 'schoolbestuur',
       'Stichting Verzonnen Onderwijs ' || board from bench.schools;
insert into organisations (id, code, kind, name, sector, municipality_code, board_id, swv_id)
select id, 'brin:99' || lpad(upper(to_hex(s)), 4, '0') || '00', 'school', 'Basisschool De Verzonnen Vlieger ' || s, 'po',
       'GM99' || lpad(municipality::text, 2, '0'), bench.id('board', board), bench.id('swv', swv)
  from bench.schools;

-- Each professional: who, where, in which role. Everybody has a login.
create table bench.professionals as
select guide_id as id, id as organisation_id, 'intern_begeleider' as role, 'Ilse Verzonnen-Begeleider ' || s as name
  from bench.schools
union all
select bench.id('leerkracht', s * 2 + k), id, 'leerkracht', 'Juf Fenna Voorbeeld ' || s * 2 + k
  from bench.schools, generate_series(0, 1) k
union all
select bench.id('regievoerder_zorg', b), bench.id('board', b), 'regievoerder_zorg', 'Renske Voorbeeld-Regie ' || b
  from (select distinct board as b from bench.schools) boards
union all
select bench.id(r.role, m * 100 + k), bench.id(r.kind, m), r.role, format('%s Bedacht-Voorbeeld %s', r.name, m * 100 + k)
  from (select distinct municipality as m from bench.schools) known,
       (values ('gemeente', 'kind_ouderondersteuner', 8, 'Kirsten'), ('jgz', 'jeugdverpleegkundige', 8, 'Jet'),
               ('sociaal_team', 'casemanager_jeugd', 20, 'Cas')) r (kind, role, count, name),
       generate_series(1, r.count) k
union all
select bench.id('casemanager_jeugd', 0), bench.id('sociaal_team', 1), 'casemanager_jeugd', 'Cas Heelveel-Verzonnen';

insert into workers (id, organisation_id, display_name) select id, organisation_id, name from bench.professionals;
insert into bindings (id, issuer, subject, worker_id, valid_from, bound_by)
select bench.id('binding' || role, row_number() over (partition by role order by id)),
       current_setting('bench.issuer'), 'demo-' || id, id, date '2024-01-01', id from bench.professionals;

-- --- Cases --------------------------------------------------------------------------------------------------------

-- One row a case, with all that the tables below take from it. The phase says how far it came: 0-2 signaal,
-- 3-4 onderzoek, 5 triage, 6 onderwijs, 7 mdo, 8 uitvoering, 9 afgesloten.
create table bench.walks as
select w.n, c.id as case_id, bench.id('child', n, w.opened) as child_id, s.id as school_id, s.guide_id, s.municipality,
       w.slot, w.phase, w.opened, bench.id('leerkracht', s.s * 2 + w.n % 2) as teacher_id,
       bench.id('casemanager_jeugd', s.municipality * 100 + 1 + bench.draw(n, 5, 20)) as casemanager_id,
       bench.id('parent1-', n, w.opened) as parent1, bench.id('parent2-', n, w.opened) as parent2,
       bench.id('gemeente', s.municipality) as municipality_id, bench.id('jgz', s.municipality) as jgz_id,
       bench.id('sociaal_team', s.municipality) as team_id, w.age,
       n % bench.setting('full_every') = 0 as has_children
  from (select n, n * 7919 % bench.setting('cases') as slot, bench.draw(n, 2, 10) as phase,
               -- In two years up to this month, oldest first, spread over the schools.
               bench.today() - interval '730 days' + interval '720 days' * (n::float8 / bench.setting('cases')) as opened,
               4 + bench.draw(n, 3, 14)::int as age
          from generate_series(0, bench.setting('cases') - 1) n) w
 cross join lateral (select bench.id('case', w.n, w.opened) as id) c
  join (select sized.*, place from bench.schools sized, generate_series(first_slot, first_slot + size - 1) place) s
    on s.place = w.slot;
analyze bench.walks;
-- What hangs under cases, where there is any.
create view bench.full_walks as select * from bench.walks where has_children;

insert into young_people (id, given_name, family_name, birth_date, school_id, municipality_code, created_by, created_at)
select child_id, bench.pick(n, 11, '{Joep,Mila,Noor,Tijn,Saar,Bram,Lotte,Daan,Yara,Sem}'),
       bench.pick(n, 12, '{Verzonnen,Bedacht,Voorbeeld,Fictief,Denkbeeldig}') || '-' || n,
       (bench.today() - make_interval(years => age, months => 6))::date, school_id,
       'GM99' || lpad(municipality::text, 2, '0'), guide_id, opened
  from bench.walks order by n;
insert into guardians (id, display_name, created_by, created_at)
select p.id, p.name || ' Verzonnen-' || n, guide_id, opened
  from bench.full_walks, lateral (values (parent1, 'Oudina'), (parent2, 'Ouderik')) p (id, name) order by n;
insert into guardianships (id, young_person_id, guardian_id, relation, gezag, evidence, evidence_date, conflict,
                          valid_from, created_at)
select bench.id('guardianship' || p.k, n, opened), child_id, p.id, 'ouder', 'ja', 'gezagsregister', opened::date,
       false, opened::date, opened
  from bench.full_walks, lateral (values (1, parent1), (2, parent2)) p (k, id) order by n, p.k;

insert into cases (id, young_person_id, school_id, route, route_version, step, step_since, leervraag, leefvraag,
                   problem_class, regie, opened_by, opened_at, round_since, closed_at, closing_reason, last_sequence)
select case_id, child_id, school_id, 'midden-groningen', 1,
       ('{signaal,signaal,signaal,onderzoek,onderzoek,triage,onderwijs,mdo,uitvoering,afgesloten}'::text[])[phase + 1],
       opened + interval '1 day' * phase, case when phase >= 6 then 'enkelvoudig' end,
       case when phase in (7, 8) then 'enkelvoudig' end, case when phase in (7, 8) then 'enkelvoudig' end,
       case when phase in (6, 7, 8) then 'onderwijs' end, teacher_id, opened, opened,
       case when phase = 9 then opened + interval '9 days' end, case when phase = 9 then 'Het gaat goed (verzonnen).' end,
       ('{0,0,0,1,1,2,3,3,3,3}'::int[])[phase + 1]
  from bench.walks order by n;

-- Every case has its school and its teacher; with the walk come youth health care, municipality and casemanager.
insert into participants (id, case_id, organisation_id, role, worker_id, functions, ground, motivation, added_by, started_at)
select bench.id('participant' || p.k, n, opened + p.k * interval '1 hour'), case_id, p.organisation, p.role, p.worker,
       p.functions, p.ground, p.motivation, teacher_id, opened + p.k * interval '1 hour'
  from bench.walks, lateral (values
    (1, true, school_id, 'leerkracht', teacher_id, '{}'::text[], 'onderwijstaak', null),
    (2, true, school_id, null, null, '{}', 'onderwijstaak', null),
    (3, has_children and phase >= 4, jgz_id, 'jeugdverpleegkundige', null, '{}', 'toestemming', null),
    (4, has_children and phase >= 6, municipality_id, 'kind_ouderondersteuner', null, '{}', 'toestemming', null),
    (5, has_children and phase >= 7, team_id, 'casemanager_jeugd', casemanager_id, '{casemanager}', 'jeugdwet_toegang',
        'Heeft ruimte en kent de buurt (verzonnen).'),
    (6, slot < least(5000, bench.setting('cases') / 2), bench.id('sociaal_team', 1), 'casemanager_jeugd',
        bench.id('casemanager_jeugd', 0), '{}', 'jeugdwet_toegang', 'Neemt waar voor allen (verzonnen).')
  ) p (k, present, organisation, role, worker, functions, ground, motivation)
 where p.present order by n, p.k;

insert into transitions (id, case_id, sequence, transition, from_step, to_step, performed_by, role, organisation_id, performed_at)
select bench.id('transition' || t.k, n, opened + t.k * interval '2 days'), case_id, t.k, t.name, t.from_step,
       coalesce(t.to_step, ('{onderwijs,mdo,uitvoering,afgesloten}'::text[])[phase - 5]), guide_id, 'intern_begeleider',
       school_id, opened + t.k * interval '2 days'
  from bench.full_walks, lateral (values
    (1, 3, 'onderzoek_starten', 'signaal', 'onderzoek'), (2, 5, 'triage_na_onderzoek', 'onderzoek', 'triage'),
    (3, 6, 'naar_onderwijs', 'triage', null)) t (k, since_phase, name, from_step, to_step)
 where phase >= t.since_phase order by n, t.k;

-- --- Content ------------------------------------------------------------------------------------------------------

insert into signals (id, case_id, author_id, author_role, author_organisation_id, given_by, kind, category, channel, content, created_at)
select bench.id('signal' || k, n, opened + k * interval '1 day'), case_id, teacher_id, 'leerkracht', school_id, 'professional',
       'leervraag', 'leren', 'gesprek', 'Het kind loopt vast met rekenen en trekt zich terug in de groep (verzonnen signaal '
       || n || '.' || k || ').', opened + k * interval '1 day'
  from bench.full_walks, generate_series(0, (bench.draw(n, 21, 5) = 0)::int) k order by n, k;

insert into notes (id, case_id, author_id, author_role, author_organisation_id, kind, category, held_at, with_whom, content, agreements, created_at)
select bench.id('note' || k.k, n, opened + k.k * interval '1 day'), case_id, teacher_id, 'leerkracht', school_id, k.kind, 'proces',
       opened + k.k * interval '1 day', '{ouder}', 'De ouders herkennen het beeld. Thuis helpt het als er een vast ritme is; op '
       || 'school kijkt de leerkracht mee hoe dat in de groep kan (verzonnen gesprek ' || n || ').',
       'Over twee weken praten we verder (verzonnen).', opened + k.k * interval '1 day'
  from bench.full_walks, lateral (values (1, 0, 'oudergesprek'), (2, 5, 'ouders_geinformeerd')) k (k, since_phase, kind)
 where phase >= k.since_phase order by n, k.k;

insert into assessments (id, case_id, author_id, author_role, author_organisation_id, kind, category, outcome, reason, content, created_at)
select bench.id('assessment' || k.k, n, opened + k.k * interval '1 day'), case_id, guide_id, 'intern_begeleider', school_id, k.kind,
       k.category, k.outcome, null, 'Wat is gezien en waaruit dat bleek, in gewone woorden (verzonnen bevinding ' || n || ').',
       opened + k.k * interval '1 day'
  from bench.full_walks, lateral (values
    (1, 4, 'onderzoek_gedrag', 'leren', 'afgerond'), (2, 4, 'intern_of_extern', 'leren', 'intern'),
    (3, 5, 'ondersteuningsniveau', 'leren', 'basisondersteuning'), (4, 5, 'registratie_leerplicht', 'proces', 'geregistreerd'),
    (5, 6, 'meldcode_overwogen', 'proces', 'overwogen'), (6, 7, 'leefvraag', 'leven', 'enkelvoudig')
  ) k (k, since_phase, kind, category, outcome)
 where phase >= k.since_phase order by n, k.k;

insert into consents (id, case_id, author_id, author_role, author_organisation_id, purpose, recipients, data_categories, told,
                      valid_from, valid_until, created_at)
select bench.id('consent', n, opened + interval '3 days'), case_id, guide_id, 'intern_begeleider', school_id,
       'Samen bekijken wat het kind nodig heeft', array[jgz_id, municipality_id, team_id], '{leren,leven}',
       'Wat de school deelt, met wie en waarom; en dat intrekken altijd kan (verzonnen).',
       opened::date, (opened + interval '3 years')::date, opened + interval '3 days'
  from bench.full_walks where phase >= 3 order by n;
-- One family in twenty says no.
insert into consent_answers (id, case_id, consent_id, giver_id, capacity, decision, form, basis, recorded_by, recorded_role, created_at)
select bench.id('answer' || g.k, n, opened + interval '4 days'), case_id, bench.id('consent', n, opened + interval '3 days'), g.id,
       g.capacity, case when g.k = 1 and bench.draw(n, 31, 20) = 0 then 'geweigerd' else 'gegeven' end, 'mondeling', 'zelf',
       guide_id, 'intern_begeleider', opened + interval '4 days'
  from bench.full_walks, lateral (values (1, parent1, 'gezag', age < 16), (2, parent2, 'gezag', age < 16),
                                         (3, child_id, 'jeugdige', age >= 12)) g (k, id, capacity, asked)
 where phase >= 3 and g.asked order by n, g.k;

insert into meetings (id, case_id, author_id, author_role, author_organisation_id, kind, planned_at, place, held_at, created_at)
select bench.id('meeting', n, opened + interval '5 days'), case_id, guide_id, 'intern_begeleider', school_id, 'mdo',
       opened + interval '6 days', 'Op school', opened + interval '6 days', opened + interval '5 days'
  from bench.full_walks where phase >= 7 order by n;
insert into invitations (id, case_id, meeting_id, party, participant_id, guardian_id, young_person_id, present, invited_by, created_at)
select bench.id('invitation' || i.k, n, opened + interval '5 days'), case_id, bench.id('meeting', n, opened + interval '5 days'),
       i.party, i.participant, i.guardian, i.child, true, guide_id, opened + interval '5 days'
  from bench.full_walks, lateral (values
    (1, 'school', bench.id('participant1', n, opened + interval '1 hour'), null::uuid, null::uuid),
    (2, 'jgz', bench.id('participant3', n, opened + interval '3 hours'), null, null),
    (3, 'gemeente', bench.id('participant5', n, opened + interval '5 hours'), null, null),
    (4, 'ouder', null, parent1, null), (5, 'ouder', null, parent2, null), (6, 'jeugdige', null, null, child_id)
  ) i (k, party, participant, guardian, child)
 where phase >= 7 and (i.child is null or age >= 12) order by n, i.k;
insert into decisions (id, case_id, author_id, author_role, author_organisation_id, meeting_id, category, description, created_at)
select bench.id('decision' || k.k, n, opened + interval '6 days'), case_id, guide_id, 'intern_begeleider', school_id,
       bench.id('meeting', n, opened + interval '5 days'), k.category, 'Wat er gebeurt en wie daarvoor zorgt (verzonnen besluit '
       || n || ').', opened + interval '6 days'
  from bench.full_walks, (values (1, 'leren'), (2, 'leven')) k (k, category) where phase >= 7 order by n, k.k;

insert into plans (id, case_id, author_id, author_role, author_organisation_id, kind, perspective, evaluation_date, regie, in_force_at, created_at)
select bench.id('plan', n, opened + interval '7 days'), case_id, guide_id, 'intern_begeleider', school_id, 'plan_van_aanpak',
       'Het kind gaat weer met plezier naar school en thuis is er rust (verzonnen).', (bench.today() + interval '60 days')::date,
       'onderwijs', case when phase >= 8 then opened + interval '8 days' end, opened + interval '7 days'
  from bench.full_walks where phase >= 7 order by n;
insert into goals (id, case_id, author_id, author_role, author_organisation_id, plan_id, domain, category, description, indicator, target_date, created_at)
select bench.id('goal' || k.k, n, opened + interval '7 days'), case_id, guide_id, 'intern_begeleider', school_id,
       bench.id('plan', n, opened + interval '7 days'), k.domain, k.category, 'Elke dag een kwartier samen lezen (verzonnen).',
       'Na zes weken vlot op eigen niveau', (bench.today() + interval '50 days')::date, opened + interval '7 days'
  from bench.full_walks, (values (1, 'onderwijs', 'leren'), (2, 'zorg', 'leven')) k (k, domain, category)
 where phase >= 7 order by n, k.k;
insert into plan_actions (id, case_id, author_id, author_role, author_organisation_id, plan_id, goal_id, category, description,
                          owner, owner_participant_id, due_on, created_at)
select bench.id('action' || k.k, n, opened + interval '7 days'), case_id, guide_id, 'intern_begeleider', school_id,
       bench.id('plan', n, opened + interval '7 days'), bench.id('goal' || k.goal, n, opened + interval '7 days'), k.category,
       'De leerkracht oefent met een klein groepje (verzonnen).', k.owner,
       case when k.owner = 'participant' then bench.id('participant1', n, opened + interval '1 hour') end,
       (bench.today() + interval '40 days')::date, opened + interval '7 days'
  from bench.full_walks, (values (1, 1, 'leren', 'participant'), (2, 1, 'leren', 'ouder'), (3, 2, 'leven', 'ouder'))
       k (k, goal, category, owner)
 where phase >= 7 order by n, k.k;
insert into approvals (id, case_id, author_id, author_role, author_organisation_id, plan_id, party, person_id, agreed, created_at)
select bench.id('approval' || k.k, n, opened + interval '8 days'), case_id, k.person, k.role, k.organisation,
       bench.id('plan', n, opened + interval '7 days'), k.party, k.person, true, opened + interval '8 days'
  from bench.full_walks, lateral (values
    (1, guide_id, 'intern_begeleider', school_id, 'school'), (2, casemanager_id, 'casemanager_jeugd', team_id, 'gemeente'),
    (3, parent1, 'ouder', null, 'ouder'), (4, parent2, 'ouder', null, 'ouder')) k (k, person, role, organisation, party)
 where phase >= 8 order by n, k.k;

-- --- Keeping ------------------------------------------------------------------------------------------------------

insert into audit_events (id, occurred_at, actor_id, actor_role, organisation_id, client_id, action, object_type, object_id,
                          case_id, ground, data_categories, outcome, status)
select bench.id('audit' || k, n, opened + k * interval '1 day'), opened + k * interval '1 day', guide_id, 'intern_begeleider',
       school_id, 'voorbeeld-toepassing', case when k = 1 then 'case.create' else 'case.read' end,
       case when k = 1 then 'case' else 'dossier' end, case_id, case_id, 'onderwijstaak', '{leren,proces,verzuim}',
       'toegestaan', case when k = 1 then 201 else 200 end
  from bench.walks, generate_series(1, case when has_children then 8 else 1 end) k order by n, k;
