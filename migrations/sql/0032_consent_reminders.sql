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

-- As it was; what was said of a case's consents goes with the case.
create or replace function app_erase(what text, ids uuid[]) returns uuid[]
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  unreferenced text;
  gone uuid[];
begin
  if not what = any (app_destroyable()) then
    raise exception '% is never destroyed', what using errcode = 'insufficient_privilege';
  end if;
  perform set_config('app.destroying', pg_current_xact_id()::text, true);
  -- What is only about these rows, and says nothing by itself, goes along.
  if what = 'cases' then
    delete from deadlines d where d.case_id = any (ids);
    delete from recounts r where r.case_id = any (ids);
    delete from consent_reminders n where n.case_id = any (ids);
    delete from migrated_cases m where m.case_id = any (ids);
    delete from outbox o where o.case_id = any (ids) and o.delivered_at is not null;
  elsif what = 'young_people' then
    ids := array(select y.id from young_people y where y.id = any (ids)
                    and not exists (select from cases c where c.young_person_id = y.id));
    delete from identity_numbers n where n.young_person_id = any (ids);
    delete from emergency_accesses e where e.young_person_id = any (ids);
    delete from gezag_findings f where f.young_person_id = any (ids);
    delete from sight_decisions s where s.young_person_id = any (ids);
    delete from school_departures d where d.young_person_id = any (ids);
    delete from bindings b where b.young_person_id = any (ids);
    delete from invitation_codes i where i.young_person_id = any (ids);
    gone := array(select distinct g.guardian_id from guardianships g where g.young_person_id = any (ids));
    delete from guardianships g where g.young_person_id = any (ids);
    gone := array(select g.id from guardians g where g.id = any (gone)
                     and not exists (select from guardianships s where s.guardian_id = g.id)
                     and not exists (select from invitations i where i.guardian_id = g.id));
    delete from bindings b where b.guardian_id = any (gone);
    delete from invitation_codes i where i.guardian_id = any (gone);
    delete from guardians g where g.id = any (gone);
  end if;
  select string_agg(format(' and not exists (select from %s r where r.%I = t.id)', c.conrelid::regclass, a.attname), '')
    into unreferenced
    from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
   where c.contype = 'f' and c.confrelid = what::regclass;
  execute format('with gone as (delete from %I t where t.id = any ($1)%s returning t.id)
                  select coalesce(array_agg(id), ''{}'') from gone', what, unreferenced) into gone using ids;
  perform set_config('app.destroying', '', true);
  return gone;
end $$;
