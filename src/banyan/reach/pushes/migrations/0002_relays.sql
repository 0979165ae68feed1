-- Relays: of an account whose owner lets a platform handle its messages, the platform's server is
-- told instead of the account's own. In the address `$APPID$` stands for the account's appid.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create table pushes.relays (
    channel_id bigint not null,
    via_id bigint not null,
    url text not null,
    constraint relays_pkey primary key (channel_id)
);

create index relays_via on pushes.relays (via_id, channel_id);
