-- How many follow an account is counted as they come and go: counting a million takes too long.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

alter table channels.deliveries validate constraint deliveries_result_known;

create table channels.sizes (
    channel_id bigint not null,
    part smallint not null,
    followers_count bigint not null,
    constraint sizes_pkey primary key (channel_id, part),
    constraint sizes_part check (part between 0 and 15),
    constraint sizes_counted check (followers_count >= 0)
) with (fillfactor = 50);

insert into channels.sizes (channel_id, part, followers_count)
select
    channel_id,
    get_byte(sha256(convert_to(openid, 'UTF8')), 0) % 16 as part,
    count(*) as followers_count
from channels.followers
where state = 'following'
group by channel_id, part;
