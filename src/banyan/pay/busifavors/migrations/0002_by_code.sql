-- Coupons and their subsidies are named by their code, which says nothing of whose they are.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- squawk-ignore require-concurrent-index-creation
create index coupons_by_code on busifavors.coupons (code);

-- squawk-ignore require-concurrent-index-creation
create index subsidies_by_code on busifavors.subsidies (code, stock_id);
