-- People stay known under the openid that one appid gives them, also after it was disconnected.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table remotes.people add column appid text not null default '';

update remotes.people as p
set appid = a.appid
from remotes.accounts as a
where p.channel_id = a.channel_id;
