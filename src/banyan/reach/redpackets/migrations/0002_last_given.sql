-- How many shares the last takers got together: what a batch takes is one statement, and this says
-- where in line its shares begin.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table redpackets.packets add column last_given integer not null default 0;
