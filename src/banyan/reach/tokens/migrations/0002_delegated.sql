-- Tokens by which a platform acts for an account: `via_id` says which, and `functions` for what its
-- owner lets it. An account's own tokens are for everything.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table tokens.tokens add column via_id bigint not null default 0;
alter table tokens.tokens add column functions text[] not null default '{}';
