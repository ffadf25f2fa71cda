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
  reason text,
  decided_at timestamptz,
  decided_by uuid,
  decided_role text,
  told text,
  created_at timestamptz not null default now()
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
-- Whoever asks it, whoever is asked to ask along, and the organisation that answers. Nobody else of the case.
create policy of_who_asks_and_who_answers on data_requests to ondersteuningsroute_api
  using (app_person() is not null and (requested_by = app_person() or app_person() = any (asked_of)
         or organisation_id = app_organisation()));
create policy of_who_asks_and_who_answers on data_request_answers to ondersteuningsroute_api
  using (exists (select from data_requests r where r.id = request_id));
create policy watched_by_worker on data_requests to ondersteuningsroute_worker using (true);
grant select, insert, update (due_on, decision, refusal_ground, reason, decided_at, decided_by, decided_role)
  on data_requests to ondersteuningsroute_api;
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
     and (r.organisation_id = app_organisation() or r.requested_by = app_person() or app_person() = any (r.asked_of))
$$;
revoke execute on function app_requested_child from public;
grant execute on function app_requested_child to ondersteuningsroute_api;

-- Who decides for that child today, and who of them asks it: what was right on the day of asking need not be so now.
create function app_request_family(request uuid) returns jsonb
language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object('youth', y.id, 'birthDate', y.birth_date, 'today', app_today(), 'holders', coalesce(
           (select jsonb_agg(g.guardian_id) from every_guardianship_in_force g
             where g.young_person_id = y.id and g.gezag = 'ja'), '[]'),
           'askers', (select jsonb_agg(p) from unnest(r.asked_of || r.requested_by) p
             where not exists (select from data_request_answers a where a.request_id = r.id and a.person_id = p
                                  and not a.agrees and not exists (select from data_request_answers b
                                    where b.request_id = r.id and b.person_id = p and b.id > a.id))))
    from data_requests r join cases c on c.id = r.case_id join young_people y on y.id = c.young_person_id
   where r.id = request and r.organisation_id = app_organisation()
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

-- Nor does the log of the case tell of it to others of the family.
create or replace function app_private_to_another(object uuid) returns boolean
language sql stable security definer cost 1000 set search_path = public, pg_temp as $$
  select exists (select from signals s where s.id = object and s.private_of <> app_person())
      or exists (select from notes n where n.id = object and n.private_of <> app_person())
      or exists (select from statements t where t.id = object and t.private_of <> app_person())
      or exists (select from data_requests d where d.id = object and d.requested_by <> app_person()
                    and not app_person() = any (d.asked_of))
$$;
alter policy nobody_elses on audit_events
  using (object_id is null or object_type not in ('signal', 'note', 'statement', 'data-request') or not app_of_family()
         or actor_id = app_person() or not app_private_to_another(object_id));
