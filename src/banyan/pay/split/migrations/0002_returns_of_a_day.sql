-- Bills read what came back on a day.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- squawk-ignore require-concurrent-index-creation
create index returns_day on split.returns (merchant_id, returned_at, return_id);
