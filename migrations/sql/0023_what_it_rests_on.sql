-- What a disclosure rests on is recorded with it: beside the ground, the rule set by which was judged who decides, and the
-- consents that opened something. No row is rewritten: what is there keeps null, which says that it was not recorded.
alter table audit_events add column rule_set text;
alter table audit_events add column consent_ids uuid[];

-- The rule set of today, by the name and version that every_consent_standing judges by.
create function app_rule_set() returns text
language sql stable security definer set search_path = public, pg_temp as $$
  select r.name || '@' || r.version from consent_rule_sets r where r.in_force_from <= app_today()
   order by r.in_force_from desc, r.version desc limit 1
$$;
alter table audit_events alter column rule_set set default app_rule_set();

-- The consents in force that open something of a case to an organisation: ids alone, beside `app_consented`.
create function app_consents(in_case uuid, organisation uuid) returns uuid[]
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
begin
  return (select array_agg(f.consent_id order by f.consent_id) from every_consent_in_force f
           where f.case_id = in_case and organisation = any (f.recipients));
end $$;

-- What decides whether a recipient may be told something of a case, for what leaves by another way than an answer: codes
-- and ids, never a text. The rule itself is app/services/disclosure.py, on the policy table.
create function app_recipient(in_case uuid, organisation uuid, person uuid) returns jsonb
language plpgsql stable security definer cost 1000 set search_path = public, pg_temp as $$
begin
  return (
    select jsonb_build_object(
      'ruleSet', app_rule_set(),
      'kind', (select o.kind from organisations o where o.id = organisation),
      'involved', coalesce((select jsonb_agg(jsonb_build_array(p.role, p.ground) order by p.id)
                              from every_participant_in_force p
                             where p.case_id = c.id and p.organisation_id = organisation
                               and (p.worker_id is null or p.worker_id = person)), '[]'),
      'consented', coalesce(to_jsonb(app_consented(c.id, organisation)), '[]'),
      'consents', coalesce(to_jsonb(app_consents(c.id, organisation)), '[]'),
      'self', y.id = person,
      'gezag', exists (select from every_guardianship_in_force g
                        where g.young_person_id = y.id and g.guardian_id = person and g.gezag = 'ja'),
      'years', coalesce(date_part('year', age(app_today(), y.birth_date)), 0),
      'sight', coalesce((select to_jsonb(s.data_categories) from sight_decisions s
                          where s.young_person_id = y.id and s.guardian_id = person order by s.id desc limit 1), '[]'))
      from cases c join young_people y on y.id = c.young_person_id where c.id = in_case);
end $$;

revoke execute on function app_rule_set, app_consents, app_recipient from public;
grant execute on function app_rule_set, app_consents to ondersteuningsroute_api;
grant execute on function app_recipient to ondersteuningsroute_worker;

-- Which consents are in force is a fact of the process, as the other views of it.
create or replace view consents_in_force as
select k.* from every_consent_in_force k where app_opens(k.case_id, 'proces');
