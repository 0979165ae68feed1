-- Whom a message did not reach, and why not, is listed by reason without a look at all the others.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- squawk-ignore require-concurrent-index-creation
create index deliveries_missed on broadcasts.deliveries (message_id, result, openid)
where result <> 'delivered';
