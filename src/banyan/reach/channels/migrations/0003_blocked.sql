-- A message does not reach those whom the account has blocked, and says so.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table channels.deliveries drop constraint deliveries_result_known;
alter table channels.deliveries add constraint deliveries_result_known check (
    result in ('delivered', 'unfollowed', 'quota', 'unknown', 'blocked')
) not valid;
alter table channels.deliveries validate constraint deliveries_result_known;
