-- Codes: the till finds one without knowing its card.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- The table is new, and holds little.
-- squawk-ignore require-concurrent-index-creation
create index codes_code on cards.codes (merchant_id, code);
