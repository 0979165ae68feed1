-- Hotspots: the Wi-Fi of stores as an account offers it, and who connected. Distributed by
-- channel_id, which every code names.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema hotspots;

create table hotspots.shops (
    channel_id bigint not null,
    store_id bigint not null,
    template_id bigint not null,
    homepage_url text not null,
    constraint shops_pkey primary key (channel_id, store_id)
);

create table hotspots.networks (
    channel_id bigint not null,
    store_id bigint not null,
    ssid text not null,
    password text not null,
    token text not null,
    added_at timestamptz not null,
    constraint networks_pkey primary key (channel_id, store_id, ssid),
    constraint networks_token unique (channel_id, token)
);

create table hotspots.routers (
    channel_id bigint not null,
    bssid text not null,
    store_id bigint not null,
    ssid text not null,
    added_at timestamptz not null,
    constraint routers_pkey primary key (channel_id, bssid),
    constraint routers_network foreign key (channel_id, store_id, ssid)
    references hotspots.networks (channel_id, store_id, ssid) on update cascade
);

create index routers_store on hotspots.routers (channel_id, store_id, bssid);

-- On days in China.
create table hotspots.days (
    channel_id bigint not null,
    store_id bigint not null,
    day_on date not null,
    person_id bigint not null,
    connects_count bigint not null,
    visits_count bigint not null,
    is_new_follower boolean not null,
    constraint days_pkey primary key (channel_id, store_id, day_on, person_id),
    constraint days_counted check (connects_count >= 0 and visits_count >= 0)
) with (fillfactor = 70);

create index days_by_day on hotspots.days (channel_id, day_on);
