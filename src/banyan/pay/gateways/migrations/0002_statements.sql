-- What happened on a day is held against the provider's statement of it.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- The tables are new, and hold little.
-- squawk-ignore require-concurrent-index-creation
create index attempts_paid on gateways.attempts (merchant_id, gateway_id, paid_at)
where paid_at is not null;
-- squawk-ignore require-concurrent-index-creation
create index refunds_done on gateways.refunds (merchant_id, gateway_id, done_at)
where done_at is not null;
