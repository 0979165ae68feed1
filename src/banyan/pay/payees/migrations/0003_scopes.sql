-- What a provider may do for a merchant. Those who act already keep what they had: everything.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table payees.bonds
add column scopes text[] not null default '{pay,refund,bills,share,funds}';
