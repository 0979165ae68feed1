-- Codes and tokens that a platform asked for on behalf of an account are for that platform only,
-- and a code may be about somebody's phone number.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table consents.codes add column via_id bigint not null default 0;
alter table consents.tokens add column via_id bigint not null default 0;

-- The wider list promises nothing that the narrower one did not, and codes live for a day.
-- squawk-ignore ban-drop-constraint
alter table consents.codes drop constraint codes_scope_known;
-- squawk-ignore constraint-missing-not-valid
alter table consents.codes add constraint codes_scope_known
check (scope in ('base', 'profile', 'login', 'app', 'phone'));
