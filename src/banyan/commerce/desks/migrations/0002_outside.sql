-- Takings that came through the merchant's own accounts at outside providers.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table desks.takings add column method text not null default 'wallet';
alter table desks.takings add column attempt_id bigint not null default 0;
