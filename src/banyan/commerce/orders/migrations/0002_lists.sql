-- Orders: a merchant's lists of one member's orders, and of those that are closed. Paying changes
-- neither what they hold nor what they leave out, so the new version still stays beside the old.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- squawk-ignore require-concurrent-index-creation
create index orders_member on orders.orders (merchant_id, member_id, placed_at, order_id)
where member_id <> 0;
-- squawk-ignore require-concurrent-index-creation
create index orders_closed on orders.orders (merchant_id, placed_at, order_id)
where closed_at is not null;
