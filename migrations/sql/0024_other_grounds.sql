-- Two grounds more on which somebody takes part without consent; the same table as OTHER_GROUNDS in app/domain/grounds.py.
-- What was allowed stays allowed, so that no row is looked at.
-- squawk-ignore ban-drop-constraint
alter table participants drop constraint ground_known;
alter table participants
  add constraint ground_known check (ground in ('toestemming', 'eigen_verzoek', 'onderwijstaak', 'jeugdwet_toegang',
    'jgz_taak', 'wettelijke_taak_leerplicht', 'swv_taak', 'procesbewaking', 'zorgplicht', 'gecertificeerde_instelling'))
    not valid,
  add constraint motivated
    check (ground not in ('zorgplicht', 'gecertificeerde_instelling') or btrim(coalesce(motivation, '')) <> '') not valid;

-- Such a ground lets in the kind of organisation that it is about, and no other.
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
