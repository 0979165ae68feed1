-- What of a stock is still in people's hands, in the order in which it expires: a step at a time.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- squawk-ignore require-concurrent-index-creation
create index vouchers_open on vouchers.vouchers (stock_id, person_id, voucher_id)
where state = 'held';

-- Only what expires was found by it.
-- squawk-ignore require-concurrent-index-deletion
drop index vouchers.vouchers_stock;
