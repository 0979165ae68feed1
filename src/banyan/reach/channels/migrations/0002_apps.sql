-- Channels: mini programs and sites stand beside the accounts that people follow, and a channel may
-- name the domain to which people who signed in are sent back.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- The wider list promises nothing that the narrower one did not, and the rows are few.
-- squawk-ignore ban-drop-constraint
alter table channels.channels drop constraint channels_kind_known;
-- squawk-ignore constraint-missing-not-valid
alter table channels.channels add constraint channels_kind_known
check (kind in ('service', 'subscription', 'miniapp', 'site'));

alter table channels.channels add column oauth_domain text not null default '';
