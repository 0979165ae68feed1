-- What a message was filled with: whoever passes it on elsewhere needs more than how it reads.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table templates.sends add column filled jsonb;
