-- Some subjects cannot wait for people: what is unclear passes, and says that it is.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table moderation.checks add column waits boolean not null default true;
