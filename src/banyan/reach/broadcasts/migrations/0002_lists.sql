-- The place in a list is how many of it are done. What was under way when messages moved here had
-- an openid there, and its list holds those who are left.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

update broadcasts.messages
set cursor = ''
where audience = 'list' and cursor !~ '^[0-9]*$';
