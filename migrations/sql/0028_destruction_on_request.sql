-- What the family asks to destroy, and was granted, becomes a proposal with that ground: the one who granted it is the
-- first of the two, and somebody else of the organisation the second.
create or replace function app_destroyable() returns text[] language sql immutable
  return array['data_request_answers', 'data_requests', 'findings', 'plan_actions', 'approvals', 'evaluations', 'checklist_answers', 'decisions', 'invitations',
               'consent_answers', 'consent_exceptions', 'goals', 'escalations', 'meetings', 'consents', 'plans', 'signals', 'notes',
               'statements', 'assessments', 'term_pauses', 'term_extensions', 'transitions', 'participants', 'cases', 'young_people'];

create or replace view retention_rows as
select 'findings' as record, x.id as object_id, x.case_id, x.author_organisation_id as owner_id,
       case when x.author_organisation_id is null then 'gedeeld' else 'inhoud' end as part,
       x.created_at as changed_at, null::timestamptz as decided_at from findings x
union all select 'plan_actions', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' when x.category = 'verzuim' then 'verzuim' else 'inhoud' end,
       greatest(x.created_at, x.done_at), null from plan_actions x
union all select 'approvals', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' else 'inhoud' end, x.created_at, null from approvals x
union all select 'evaluations', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' else 'inhoud' end, x.created_at, null from evaluations x
union all select 'checklist_answers', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' when x.category = 'verzuim' then 'verzuim' else 'inhoud' end,
       x.created_at, null from checklist_answers x
union all select 'decisions', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' when x.category = 'verzuim' then 'verzuim' else 'inhoud' end,
       x.created_at, x.created_at from decisions x
union all select 'invitations', x.id, x.case_id, m.author_organisation_id,
       case when m.author_organisation_id is null then 'gedeeld' else 'inhoud' end, x.created_at, null
  from invitations x join meetings m on m.id = x.meeting_id
-- What was asked of the family and what it answered belongs to all who rest on it: it stays as long as the case.
union all select 'consent_answers', x.id, x.case_id, null, 'gedeeld', x.created_at, null from consent_answers x
union all select 'consent_exceptions', x.id, x.case_id, null, 'gedeeld', x.created_at, null from consent_exceptions x
union all select 'goals', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' when x.category = 'verzuim' then 'verzuim' else 'inhoud' end,
       x.created_at, null from goals x
union all select 'escalations', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' else 'inhoud' end,
       greatest(x.created_at, x.resolved_at), null from escalations x
union all select 'meetings', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' else 'inhoud' end, x.created_at, null from meetings x
union all select 'consents', x.id, x.case_id, null, 'gedeeld', x.created_at, null from consents x
union all select 'plans', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' else 'inhoud' end,
       greatest(x.created_at, x.in_force_at), null from plans x
union all select 'signals', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' when x.category = 'verzuim' then 'verzuim' else 'inhoud' end,
       x.created_at, null from signals x
union all select 'notes', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' when x.category = 'verzuim' then 'verzuim' else 'inhoud' end,
       x.created_at, null from notes x
union all select 'statements', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' when x.category = 'verzuim' then 'verzuim' else 'inhoud' end,
       x.created_at, null from statements x
union all select 'assessments', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' when x.category = 'verzuim' then 'verzuim' else 'inhoud' end,
       x.created_at, x.created_at from assessments x
union all select 'term_pauses', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' else 'inhoud' end, x.created_at, null from term_pauses x
union all select 'term_extensions', x.id, x.case_id, x.author_organisation_id,
       case when x.author_organisation_id is null then 'gedeeld' else 'inhoud' end, x.created_at, null
  from term_extensions x
union all select 'transitions', x.id, x.case_id, null, 'gedeeld', x.performed_at, null from transitions x
union all select 'participants', x.id, x.case_id, null, 'gedeeld', greatest(x.started_at, x.ended_at), null
  from participants x
union all select 'cases', x.id, x.id, null, 'gedeeld', greatest(x.opened_at, x.step_since, x.closed_at), null from cases x
-- What the family asked of an organisation, and how that was answered, accounts for what was done: as long as the case.
union all select 'data_requests', x.id, x.case_id, null, 'gedeeld', greatest(x.created_at, x.decided_at), null
  from data_requests x
union all select 'data_request_answers', x.id, r.case_id, null, 'gedeeld', x.created_at, null
  from data_request_answers x join data_requests r on r.id = x.request_id;

create view retention_categories as
select x.id as object_id, x.category from plan_actions x
union all select x.id as object_id, x.category from checklist_answers x
union all select x.id as object_id, x.category from decisions x
union all select x.id as object_id, x.category from goals x
union all select x.id as object_id, x.category from signals x
union all select x.id as object_id, x.category from notes x
union all select x.id as object_id, x.category from statements x
union all select x.id as object_id, x.category from assessments x;

create view retention_requests as
select d.id as request_id, d.case_id, d.organisation_id, d.about_id, d.category, d.decided_by, d.decided_at
  from data_requests d
 where d.kind = 'vernietiging' and d.decision = 'ingewilligd';

-- Whoever granted a request is its first pair of eyes; nobody else is put down as one.
alter policy of_retention on retention_proposals using (true)
  with check (approved_by is null and refused_by is null
              and (ground = 'verzoek' or request_id is null and reviewed_by is null)
              and (ground = 'termijn' or exists (
                     select from retention_requests q
                      where q.request_id = retention_proposals.request_id and q.decided_by = reviewed_by
                        and q.organisation_id = retention_proposals.organisation_id)));
-- Of a table that is new in this release.
-- squawk-ignore require-concurrent-index-creation
create unique index retention_proposals_of_request on retention_proposals (request_id) where refused_by is null;

-- The next portion of a proposal: checked anew, destroyed, and kept as tombstones with the digest of all of them.
-- Answers every object that was looked at and what became of it; nothing when all of it is done, or held.
create or replace function app_destroy(asked uuid, portion uuid, size int) returns table (record text, object_id uuid, outcome text)
language plpgsql security definer set search_path = public, pg_temp as $$
#variable_conflict use_column
declare
  p retention_proposals;
  step record;
  fresh uuid[];
  gone uuid[];
  looked int := 0;
  destroyed_now text[] := '{}';
begin
  perform pg_advisory_xact_lock(hashtextextended('retention', 0));
  select * into p from retention_proposals where id = asked for update;
  if p.id is null or p.refused_by is not null or p.finished_at is not null or p.not_before > app_today()
     or not p.automatic and (p.approved_by is null or p.reviewed_by is null or p.approved_by = p.reviewed_by) then
    raise exception 'this proposal may not be carried out' using errcode = 'insufficient_privilege';
  end if;
  for step in
    select w.record as name, array_agg(w.object_id) as ids
      from (select o.record, o.object_id from retention_objects o
             where o.proposal_id = asked and not app_held(p.organisation_id, p.retention_class, o.case_id)
             order by array_position(app_destroyable(), o.record), o.object_id limit size) w
     group by w.record order by array_position(app_destroyable(), w.record)
  loop
    -- Whoever wrote in the case since it was proposed made it younger than two people thought.
    fresh := array(select o.object_id from retention_objects o
                    where o.proposal_id = asked and o.record = step.name and o.object_id = any (step.ids)
                      -- The family asked for it, whatever goes on in the case.
                      and (p.ground = 'verzoek' or o.case_id is null or not exists (
                             select from retention_rows r where r.case_id = o.case_id and r.changed_at >= p.created_at))
                      and (not p.automatic or exists (
                             select from retention_cases c where c.case_id = o.case_id and c.signal_only)));
    gone := app_erase(step.name, fresh);
    insert into tombstones (record, object_id, organisation_id, retention_class, proposal_id)
    select step.name, each, p.organisation_id, p.retention_class, asked from unnest(gone) as each
        on conflict (record, object_id) do nothing;
    delete from retention_objects o
     where o.proposal_id = asked and o.record = step.name and o.object_id = any (step.ids);
    looked := looked + cardinality(step.ids);
    destroyed_now := destroyed_now || array(select step.name || ' ' || each from unnest(gone) as each);
    return query select step.name, each, case when each = any (gone) then 'vernietigd' else 'blijft' end
                   from unnest(step.ids) as each;
  end loop;
  if looked = 0 then
    return;
  end if;
  update retention_proposals set destroyed = destroyed + cardinality(destroyed_now),
         kept = kept + looked - cardinality(destroyed_now) where id = asked;
  insert into destruction_portions (id, proposal_id, objects, digest)
  values (portion, asked, cardinality(destroyed_now),
          encode(sha256(convert_to(coalesce((select string_agg(each, E'\n' order by each collate "C")
                                               from unnest(destroyed_now) as each), ''), 'UTF8')), 'hex'));
  insert into audit_events (id, client_id, action, object_type, object_id, organisation_id, actor_role, outcome, status)
  values (gen_random_uuid(), 'retention', 'retention.destroy', 'retention-proposal', asked, p.organisation_id,
          'beheerder', 'toegestaan', 200);
  insert into outbox (id, type, object_id, data)
  values (gen_random_uuid(), 'retention.destroyed', asked, jsonb_build_object('portion', portion::text));
end $$;

revoke all on retention_categories, retention_requests from ondersteuningsroute_api;
grant select on retention_categories, retention_requests to ondersteuningsroute_retention;
grant insert (reviewed_by, reviewed_at) on retention_proposals to ondersteuningsroute_retention;
