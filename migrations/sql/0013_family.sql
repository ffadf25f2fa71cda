-- What is of the family: what a youth opens to a parent, statements in the dossier, requests about what is kept, access in
-- an emergency, and the numbers of a child. Who sees which of it stands in 0014_walls.sql.

-- --- What a youth of 16 or 17 lets a parent see (domain.md R9) ------------------------------------------------------

create table sight_decisions (
  id uuid primary key,
  young_person_id uuid not null references young_people (id),
  guardian_id uuid not null references guardians (id),
  data_categories text[] not null default '{}'
    constraint categories_known check (data_categories <@ array['gezondheid', 'leven', 'verzuim']),
  decided_at timestamptz not null default now()
);
create index ix_sight_decisions_of on sight_decisions (young_person_id, guardian_id, id);
grant select, insert on sight_decisions to ondersteuningsroute_api;
alter table sight_decisions enable row level security;
create trigger append_only before update or delete or truncate on sight_decisions
  for each statement execute function refuse_change();

-- What a youth decided that a guardian may see: the newest decision; nothing while there is none. As the owner: asked
-- while it is worked out what a parent reaches.
create function app_sight(of_child uuid, guardian uuid) returns text[]
language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce((select s.data_categories from sight_decisions s
                    where s.young_person_id = of_child and s.guardian_id = guardian
                      and guardian = app_person() order by s.id desc limit 1), '{}')
$$;

-- The parents with gezag of the youth who asks, with what he or she lets each of them see.
create function app_my_sight() returns table (guardian_id uuid, display_name text, data_categories text[],
                                              decided_at timestamptz)
language sql stable security definer rows 3 set search_path = public, pg_temp as $$
  select g.guardian_id, p.display_name, coalesce(s.data_categories, '{}'), s.decided_at
    from every_guardianship_in_force g join guardians p on p.id = g.guardian_id
    left join lateral (select d.data_categories, d.decided_at from sight_decisions d
                        where d.young_person_id = g.young_person_id and d.guardian_id = g.guardian_id
                        order by d.id desc limit 1) s on true
   where g.young_person_id = app_person() and g.gezag = 'ja'
$$;

revoke execute on function app_sight, app_my_sight from public;
grant execute on function app_sight, app_my_sight to ondersteuningsroute_api;

-- --- Statements -----------------------------------------------------------------------------------------------------

-- What the family itself adds to the dossier, and the rectifications that are owed to it (Jeugdwet 7.3.8).
create table statements (
  id uuid primary key,
  case_id uuid not null references cases (id),
  author_id uuid not null,
  author_role text not null,
  author_organisation_id uuid references organisations (id),
  kind text not null constraint kind_known check (kind in ('verklaring', 'rectificatie')),
  category text not null constraint category_known
    check (category in ('leren', 'leven', 'gezondheid', 'verzuim', 'veiligheid', 'proces')),
  private_of uuid,
  content text not null,
  about_type text,
  about_id uuid,
  created_at timestamptz not null default now()
);
create index ix_statements_case_id on statements (case_id);
alter table statements enable row level security;
grant select, insert on statements to ondersteuningsroute_api;
create trigger append_only before update or delete or truncate on statements
  for each statement execute function refuse_change();

-- --- Requests: to put right, to stop, to destroy --------------------------------------------------------------------

-- What the family asks about what is kept on it, each of one organisation: to put right, to stop, to destroy.
create table data_requests (
  id uuid primary key,
  case_id uuid not null references cases (id),
  kind text not null constraint kind_known check (kind in ('correctie', 'bezwaar', 'vernietiging')),
  organisation_id uuid not null references organisations (id),
  requested_by uuid not null,
  requested_role text not null,
  asked_of uuid[] not null,
  about_type text,
  about_id uuid,
  category text constraint category_known
    check (category is null or category in ('leren', 'leven', 'gezondheid', 'verzuim', 'veiligheid', 'proces')),
  content text not null,
  due_on date,
  decision text constraint decision_known
    check (decision is null or decision in ('ingewilligd', 'deels', 'geweigerd')),
  refusal_ground text,
  -- What goes of a destruction that was granted in part: subjects, single things, or both.
  granted_categories text[],
  granted_ids uuid[],
  reason text,
  decided_at timestamptz,
  decided_by uuid,
  decided_role text,
  told text,
  created_at timestamptz not null default now(),
  constraint part_of_a_destruction
    check (granted_categories is null and granted_ids is null or kind = 'vernietiging' and decision = 'deels')
);
create index ix_data_requests_case_id on data_requests (case_id);
create index ix_data_requests_organisation_id on data_requests (organisation_id);
create index data_requests_to_answer on data_requests (due_on) where decision is null and due_on is not null;

-- Whether each of those who must ask it together still does: the latest of each person counts.
create table data_request_answers (
  id uuid primary key,
  request_id uuid not null references data_requests (id),
  person_id uuid not null,
  agrees boolean not null,
  created_at timestamptz not null default now()
);
create index ix_data_request_answers_request_id on data_request_answers (request_id);

alter table data_requests enable row level security;
alter table data_request_answers enable row level security;
grant select, insert, update (due_on, decision, refusal_ground, granted_categories, granted_ids, reason, decided_at,
  decided_by, decided_role) on data_requests to ondersteuningsroute_api;
grant select, insert on data_request_answers to ondersteuningsroute_api;
-- The worker knows that an answer is due, and never what was asked.
grant select (id, case_id, kind, due_on, decision, told), update (told) on data_requests to ondersteuningsroute_worker;
create trigger append_only before update or delete or truncate on data_request_answers
  for each statement execute function refuse_change();

-- Whom a request is about, for the organisation that must answer it: it need not take part in the case any more.
create function app_requested_child(request uuid) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object('id', y.id, 'givenName', y.given_name, 'familyName', y.family_name)
    from data_requests r join cases c on c.id = r.case_id join young_people y on y.id = c.young_person_id
   where r.id = request
     and (r.organisation_id = app_organisation() and app_has('data-request.read')
          or r.requested_by = app_person() or app_person() = any (r.asked_of))
$$;
revoke execute on function app_requested_child from public;
grant execute on function app_requested_child to ondersteuningsroute_api;

-- Who decides for that child today, and who of them asks it: what was right on the day of asking need not be so now.
create function app_request_family(request uuid) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object('youth', y.id, 'birthDate', y.birth_date, 'today', app_today(), 'parents', coalesce(
           (select jsonb_agg(jsonb_build_array(g.guardian_id, g.gezag, g.conflict, g.relation))
              from every_guardianship_in_force g where g.young_person_id = y.id), '[]'), 'finding',
           (select jsonb_build_array(f.kind, f.valid_from, f.valid_until, f.organisation_id, f.evidence, f.checked_on)
              from gezag_findings f where f.young_person_id = y.id order by f.sequence desc limit 1),
           'askers', (select jsonb_agg(p) from unnest(r.asked_of || r.requested_by) p
             where not exists (select from data_request_answers a where a.request_id = r.id and a.person_id = p
                                  and not a.agrees and not exists (select from data_request_answers b
                                    where b.request_id = r.id and b.person_id = p and b.id > a.id))))
    from data_requests r join cases c on c.id = r.case_id join young_people y on y.id = c.young_person_id
   where r.id = request and r.organisation_id = app_organisation() and app_has('data-request.read')
$$;
revoke execute on function app_request_family from public;
grant execute on function app_request_family to ondersteuningsroute_api;

-- What was put right stands beside it as a statement of the organisation, whose worker need not take part in the case.
create function app_rectify(request uuid, statement uuid, words text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into statements (id, case_id, author_id, author_role, author_organisation_id, kind, category, private_of, content,
                          about_type, about_id)
  select statement, r.case_id, app_person(), r.decided_role, r.organisation_id, 'rectificatie', r.category,
         -- Whose the thing is alone, his or hers is what corrects it.
         coalesce((select s.private_of from signals s where s.id = r.about_id),
                  (select n.private_of from notes n where n.id = r.about_id)),
         words, r.about_type, r.about_id
    from data_requests r
   where r.id = request and r.organisation_id = app_organisation() and r.decided_by = app_person()
     and r.kind = 'correctie' and r.decision in ('ingewilligd', 'deels') and r.about_id is not null;
  if not found then
    raise exception 'nothing to put right' using errcode = 'insufficient_privilege';
  end if;
end $$;
revoke execute on function app_rectify from public;
grant execute on function app_rectify to ondersteuningsroute_api;

-- --- Access in an emergency -----------------------------------------------------------------------------------------

-- Emergency access: somebody opens a child's cases without consent because a vital interest cannot wait. Short, with a
-- fixed end, reviewed by a second person; the family is told, unless that is not safe yet.
create table emergency_accesses (
  id uuid primary key,
  young_person_id uuid not null references young_people (id),
  worker_id uuid not null references workers (id),
  organisation_id uuid not null references organisations (id),
  role text not null,
  reason text not null,
  unsafe_reason text,
  started_at timestamptz not null default now(),
  until timestamptz not null,
  told_at timestamptz,
  reviewed_at timestamptz,
  reviewed_by uuid,
  reviewed_role text,
  justified boolean,
  review_note text,
  constraint short_and_fixed check (until <= started_at + interval '24 hours'),
  constraint second_person check (reviewed_by <> worker_id),
  constraint told_or_not_safe_yet check (told_at is not null or unsafe_reason is not null),
  constraint reviewed_as_a_whole
    check (num_nonnulls(reviewed_at, reviewed_by, reviewed_role, justified, review_note) in (0, 5))
);
create index ix_emergency_accesses_young_person_id on emergency_accesses (young_person_id);
create index ix_emergency_accesses_organisation_id on emergency_accesses (organisation_id);
create index emergency_accesses_of_worker on emergency_accesses (worker_id, until);
grant select, insert on emergency_accesses to ondersteuningsroute_api;
grant update (until, told_at, reviewed_at, reviewed_by, reviewed_role, justified, review_note) on emergency_accesses
  to ondersteuningsroute_api;
alter table emergency_accesses enable row level security;

-- --- BSN and PGN ----------------------------------------------------------------------------------------------------

-- BSN and PGN of a child: sealed by the service, found again by a keyed hash; neither key ever comes here (ADR 0143).
create table identity_numbers (
  id uuid primary key,
  young_person_id uuid not null references young_people (id),
  kind text not null constraint kind_known check (kind in ('bsn', 'pgn')),
  source text not null constraint source_known
    check (source in ('brp', 'identiteitsbewijs', 'eigen_administratie', 'school')),
  -- What came from a school is a PGN, whoever wrote it down (WPO 178a).
  constraint of_a_school check (kind = 'pgn' or source <> 'school'),
  key_id text not null,
  sealed bytea not null constraint sealed_whole check (octet_length(sealed) = 12 + 9 + 16),
  digest_key_id text not null,
  digest bytea not null constraint digest_whole check (octet_length(digest) = 32),
  recorded_by uuid not null,
  recorded_by_organisation_id uuid references organisations (id),
  recorded_at timestamptz not null default now(),
  unique (young_person_id, kind)
);
-- Not unique: that a number is known of another child is not for everybody who types one.
create index identity_numbers_by_digest on identity_numbers (digest);
alter table identity_numbers enable row level security;
grant select, insert on identity_numbers to ondersteuningsroute_api;
grant update (source, key_id, sealed, digest_key_id, digest, recorded_by, recorded_by_organisation_id, recorded_at)
  on identity_numbers to ondersteuningsroute_api;
