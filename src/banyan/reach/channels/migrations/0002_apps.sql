-- Channels: mini programs and sites stand beside the accounts that people follow, and a channel may
-- name the domain to which people who signed in are sent back.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- Few rows, and no row can break the wider list.
alter table channels.channels drop constraint channels_kind_known;
alter table channels.channels add constraint channels_kind_known
check (kind in ('service', 'subscription', 'miniapp', 'site')) not valid;
alter table channels.channels validate constraint channels_kind_known;

alter table channels.channels add column oauth_domain text not null default '';
