-- Meetings of an organisation about policy. The wall follows the organisations at the table; no case comes into it.
-- Functions of the owner, so that the policies of the three tables do not ask one another in a circle.
create function app_at_table(meeting uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select from organisation_meetings m where m.id = meeting and m.organisation_id = app_organisation())
      or exists (select from organisation_meeting_parties p
                  where p.meeting_id = meeting and p.organisation_id = app_organisation())
$$;
create function app_convenes(meeting uuid) returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
  select exists (select from organisation_meetings m where m.id = meeting and m.organisation_id = app_organisation())
$$;
revoke execute on function app_at_table, app_convenes from public;
grant execute on function app_at_table, app_convenes to ondersteuningsroute_api;

grant select, insert on organisation_meetings, organisation_meeting_parties, organisation_decisions
  to ondersteuningsroute_api;
grant update (held_at) on organisation_meetings to ondersteuningsroute_api;
grant update (present, absence_reason) on organisation_meeting_parties to ondersteuningsroute_api;

alter table organisation_meetings enable row level security;
create policy at_the_table on organisation_meetings
  using (organisation_id = app_organisation() or app_at_table(id))
  with check (organisation_id = app_organisation());

alter table organisation_meeting_parties enable row level security;
create policy at_the_table on organisation_meeting_parties
  using (app_at_table(meeting_id)) with check (app_convenes(meeting_id));

alter table organisation_decisions enable row level security;
create policy at_the_table on organisation_decisions
  using (app_at_table(meeting_id)) with check (app_convenes(meeting_id));
