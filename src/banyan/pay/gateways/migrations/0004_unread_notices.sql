-- Notices that a provider has signed, yet hidden by another key than the one that we were given.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table gateways.gateways add column unread_since timestamptz;
alter table gateways.gateways add column unread_at timestamptz;
