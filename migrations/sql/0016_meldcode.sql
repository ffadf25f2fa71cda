-- The Meldcode: a track of its own, in tables that refer to no case. Nothing of a case looks here, and nothing here
-- touches what a case is made of: not even by a reference to the child, whose row would then be locked by whoever opens
-- a track, and could not be destroyed while there is one.

create table meldcode_tracks (
  id uuid primary key,
  organisation_id uuid not null references organisations (id),
  young_person_id uuid not null,
  opened_by uuid not null,
  opened_by_role text not null,
  opened_at timestamptz not null default now(),
  decider_id uuid,
  closed_at timestamptz
);
create index meldcode_tracks_of_organisation on meldcode_tracks (organisation_id, id);

create table meldcode_participants (
  id uuid primary key,
  track_id uuid not null references meldcode_tracks (id),
  worker_id uuid not null,
  added_by uuid not null,
  added_at timestamptz not null default now(),
  ended_at timestamptz,
  ended_by uuid
);
create unique index meldcode_participants_now on meldcode_participants (worker_id, track_id) where ended_at is null;
create index ix_meldcode_participants_track_id on meldcode_participants (track_id);

-- What was done, step by step; added and never changed. `said` is shaped as the contract shows it, `due_on` the day on
-- which something is expected of it: the answer of Veilig Thuis, the result of help.
create table meldcode_entries (
  id uuid primary key,
  track_id uuid not null references meldcode_tracks (id),
  kind text not null constraint kind_known check (kind in ('signaal', 'overleg', 'gesprek', 'weging', 'afweging', 'besluit', 'antwoord')),
  said jsonb not null,
  due_on date,
  author_id uuid not null,
  author_role text not null,
  created_at timestamptz not null default now()
);
create index ix_meldcode_entries_track_id on meldcode_entries (track_id, id);

-- Who opened, read, changed or was refused something of a track: a log apart from the one that an organisation reads.
create table meldcode_events (
  id uuid primary key,
  occurred_at timestamptz not null default now(),
  actor_id uuid,
  actor_role text,
  organisation_id uuid,
  client_id text not null,
  action text not null,
  track_id uuid,
  outcome text not null constraint outcome_known check (outcome in ('toegestaan', 'geweigerd')),
  status bigint not null,
  reason text,
  -- By the transaction that wrote it, as the audit: what is sealed next.
  written_in bigint not null default (pg_current_xact_id()::text)::bigint
);
create index meldcode_events_of_track on meldcode_events (track_id, id);
create index meldcode_events_written on meldcode_events (written_in, id);

-- The caller's tracks, worked out once a statement from what the caller has and not from what is asked for, so that a
-- track of others takes as long as none. `app.meldcode` is set by the service of the Meldcode alone, from the roles of
-- the token: for every other statement of the service there is no track at all.
create function app_meldcode_tracks() returns uuid[]
language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  sights text := coalesce(current_setting('app.meldcode', true), '');
begin
  return coalesce((
    select array_agg(mine.id) from (
      select p.track_id as id from meldcode_participants p
       where p.worker_id = app_person() and p.ended_at is null and position('deelnemer' in sights) > 0
      union
      select t.id from meldcode_tracks t
       where t.organisation_id = app_organisation() and position('organisatie' in sights) > 0
      union
      -- A track being opened in this very transaction: its first participants are still to be written.
      select t.id from meldcode_tracks t
       where t.organisation_id = app_organisation() and t.opened_by = app_person() and t.opened_at = now()
         and sights <> '') mine), '{}');
end $$;

-- Whether the caller is the one named to decide in a track.
create function app_meldcode_decides(track uuid) returns boolean
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return exists (select from meldcode_tracks t where t.id = track and t.decider_id = app_person());
end $$;

-- The child of one of the caller's tracks: who takes part in the track need not know the child otherwise.
create function app_meldcode_child(track uuid) returns jsonb
language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  return (select jsonb_build_object('id', y.id, 'givenName', y.given_name, 'familyName', y.family_name)
            from meldcode_tracks t join young_people y on y.id = t.young_person_id
           where t.id = track and t.id = any (app_meldcode_tracks()));
end $$;
revoke execute on function app_meldcode_tracks, app_meldcode_decides, app_meldcode_child from public;
grant execute on function app_meldcode_tracks, app_meldcode_decides, app_meldcode_child to ondersteuningsroute_api;

grant select, insert on meldcode_tracks, meldcode_participants, meldcode_entries, meldcode_events
  to ondersteuningsroute_api;
grant update (decider_id, closed_at) on meldcode_tracks to ondersteuningsroute_api;
grant update (ended_at, ended_by) on meldcode_participants to ondersteuningsroute_api;

alter table meldcode_tracks enable row level security;
create policy of_my_tracks on meldcode_tracks
  using (id = any ((select app_meldcode_tracks())::uuid[]));
create policy opened_by_me on meldcode_tracks as restrictive for insert
  with check (opened_by = app_person() and organisation_id = app_organisation() and app_knows(young_person_id));
create policy opened on meldcode_tracks for insert with check (current_setting('app.meldcode', true) <> '');

alter table meldcode_participants enable row level security;
create policy of_my_tracks on meldcode_participants
  using (track_id = any ((select app_meldcode_tracks())::uuid[]));
create policy of_my_organisation on meldcode_participants as restrictive for insert
  with check (added_by = app_person() and exists (
    select from workers w where w.id = worker_id and w.organisation_id = app_organisation()));

alter table meldcode_entries enable row level security;
create policy of_my_tracks on meldcode_entries
  using (track_id = any ((select app_meldcode_tracks())::uuid[]));
create policy by_me on meldcode_entries as restrictive for insert
  with check (author_id = app_person() and (kind <> 'besluit' or app_meldcode_decides(track_id)));

alter table meldcode_events enable row level security;
create policy of_my_tracks on meldcode_events for select to ondersteuningsroute_api
  using (track_id = any ((select app_meldcode_tracks())::uuid[]));
create policy own_doing on meldcode_events for insert to ondersteuningsroute_api
  with check (actor_id is not distinct from app_person());

create trigger append_only before update or delete or truncate on meldcode_entries
  for each statement execute function refuse_change();
create trigger append_only before update or delete or truncate on meldcode_events
  for each statement execute function refuse_change();

-- The worker seals the log, and reads nothing else of a track.
create policy sealed_by_worker on meldcode_events for select to ondersteuningsroute_worker using (true);
grant select on meldcode_events to ondersteuningsroute_worker;
