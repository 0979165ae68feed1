-- Platforms of providers stand beside the accounts for which they act. The wider list promises
-- nothing that the narrower one did not, and the rows are few.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- squawk-ignore ban-drop-constraint
alter table channels.channels drop constraint channels_kind_known;
-- squawk-ignore constraint-missing-not-valid
alter table channels.channels add constraint channels_kind_known
check (kind in ('service', 'subscription', 'miniapp', 'site', 'component'));
