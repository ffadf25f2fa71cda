-- The four roles that connect, and the database: run once by a superuser, safe to run again (it also sets new passwords).
-- The same file serves the demo, the tests and compose.yaml, so that the walls stand on the same ground everywhere.
-- Passwords come from the environment: OWNER_PASSWORD, API_PASSWORD, WORKER_PASSWORD,
-- RETENTION_PASSWORD.
\set ON_ERROR_STOP on
\set QUIET on
\pset tuples_only on
\getenv owner_password OWNER_PASSWORD
\getenv api_password API_PASSWORD
\getenv worker_password WORKER_PASSWORD
\getenv retention_password RETENTION_PASSWORD

select format('create role %I', name)
from (values ('ondersteuningsroute_owner'), ('ondersteuningsroute_api'), ('ondersteuningsroute_worker'),
             ('ondersteuningsroute_retention')) as wanted (name)
where not exists (select from pg_roles where rolname = name)
\gexec

-- Row-level security is no wall for a superuser, for bypassrls or for an owner: so the service owns nothing.
alter role ondersteuningsroute_owner
  login nosuperuser nobypassrls nocreatedb nocreaterole noreplication password :'owner_password';
alter role ondersteuningsroute_api
  login nosuperuser nobypassrls nocreatedb nocreaterole noreplication password :'api_password';
alter role ondersteuningsroute_worker
  login nosuperuser nobypassrls nocreatedb nocreaterole noreplication password :'worker_password';
alter role ondersteuningsroute_retention
  login nosuperuser nobypassrls nocreatedb nocreaterole noreplication password :'retention_password';

select 'create database ondersteuningsroute owner ondersteuningsroute_owner'
where not exists (select from pg_database where datname = 'ondersteuningsroute')
\gexec

revoke all on database ondersteuningsroute from public;
grant connect on database ondersteuningsroute
  to ondersteuningsroute_api, ondersteuningsroute_worker, ondersteuningsroute_retention;
