set local lock_timeout = '5s'; set local statement_timeout = '60s';

-- Stores: the places of business of each merchant. Distributed by merchant_id.

create schema stores;

create table stores.stores (
    merchant_id bigint not null,
    store_id bigint not null,
    name text not null,
    address text not null,
    phone text not null,
    latitude double precision,
    longitude double precision,
    time_zone text not null,
    hours jsonb not null,
    is_open boolean not null,
    opened_at timestamptz not null,
    constraint stores_pkey primary key (merchant_id, store_id),
    constraint stores_located check ((latitude is null) = (longitude is null)),
    constraint stores_latitude_range check (latitude between -90 and 90),
    constraint stores_longitude_range check (longitude between -180 and 180)
);
