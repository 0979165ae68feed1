-- An inbox stands in the order of what happened, which need not be that in which it was told of.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- squawk-ignore require-concurrent-index-creation
create index notices_in_order on notices.notices (person_id, arrived_at, notice_id);
