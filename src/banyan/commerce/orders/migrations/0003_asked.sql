-- Orders: when a till last asked the holder of a payment code for an order. Only being asked
-- changes it, never paying: the new version of a row that is paid still stays beside the old.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table orders.orders add column asked_at timestamptz;

-- squawk-ignore require-concurrent-index-creation
create index orders_asked on orders.orders (person_id, asked_at) where asked_at is not null;
