-- Bills of providers, and of what people got back: found by whoever reads them, not by walking all.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- squawk-ignore require-concurrent-index-creation
create index charges_provider_paid on charges.charges (provider_id, paid_at, charge_id)
where provider_id <> 0 and paid_at is not null;

-- squawk-ignore require-concurrent-index-creation
create index refunds_provider on charges.refunds (provider_id, refunded_at, refund_id)
where provider_id <> 0;

-- Who got it: a copy of what stands with the charge, and like that never changed.
alter table charges.refunds add column payer_id bigint not null default 0;

update charges.refunds as r
set payer_id = c.payer_id
from charges.charges as c
where c.merchant_id = r.merchant_id and c.charge_id = r.charge_id;

-- squawk-ignore require-concurrent-index-creation
create index refunds_payer on charges.refunds (payer_id, refunded_at, refund_id)
where payer_fen > 0;
