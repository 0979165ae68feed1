-- Whom an account asked to be one of its agents, and what became of it.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table talks.agents add column invited_openid text not null default '';
alter table talks.agents add column invite_state text not null default '';
alter table talks.agents add column invited_until timestamptz;
