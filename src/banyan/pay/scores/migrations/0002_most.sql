-- What an order may cost by a mandate: what its person agreed to, whatever is said later.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table scores.mandates add column most_fen bigint not null default 0;

update scores.mandates as m
set most_fen = s.risk_max_fen
from scores.schemes as s
where s.merchant_id = m.merchant_id and s.scheme_id = m.scheme_id and m.state = 'given';
