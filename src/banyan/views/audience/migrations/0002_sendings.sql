-- To how many people the articles of a publication were sent.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create table audience.sendings (
    channel_id bigint not null,
    publish_number bigint not null,
    delivered bigint not null,
    constraint sendings_pkey primary key (channel_id, publish_number),
    constraint sendings_delivered check (delivered >= 0)
) with (fillfactor = 70);
