-- What one person is shown before it goes to many is read by its address, and listed nowhere.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table articles.publications add column is_listed boolean not null default true;
