-- The servers of mini programs may be told in JSON.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table pushes.servers add column format text not null default 'xml';
alter table pushes.candidates add column format text not null default 'xml';
