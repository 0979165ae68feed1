-- What waits for the merchant, and for nobody else: found without walking all that was settled.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- squawk-ignore require-concurrent-index-creation
create index attempts_disputed on gateways.attempts (merchant_id, attempt_id)
where state = 'disputed';
-- squawk-ignore require-concurrent-index-creation
create index refunds_refused on gateways.refunds (merchant_id, refund_id)
where state in ('refused', 'stuck');
