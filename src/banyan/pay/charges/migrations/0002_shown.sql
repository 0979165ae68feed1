-- What a person was last asked by a till that scanned their code.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- squawk-ignore require-concurrent-index-creation
create index charges_shown on charges.charges (payer_id, charge_id) where way = 'code';
