-- Listings: what an official account says of the merchant's stores to whoever looks for one.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema listings;

-- Distributed by merchant_id. Name, address, telephone and spot on the map are the store's own.
-- `wanted` is what is being checked and will stand in place of the rest.
create table listings.listings (
    merchant_id bigint not null,
    store_id bigint not null,
    channel_id bigint not null,
    sid text not null,
    branch_name text not null,
    province text not null,
    city text not null,
    district text not null,
    categories text[] not null,
    facts jsonb not null,
    wanted jsonb,
    state text not null,
    why text not null default '',
    created_at timestamptz not null,
    constraint listings_pkey primary key (merchant_id, store_id),
    constraint listings_state_known check (state in ('checking', 'shown', 'refused'))
) with (fillfactor = 80);

create unique index listings_sid on listings.listings (merchant_id, sid) where sid <> '';
create index listings_of_channel on listings.listings (merchant_id, channel_id, store_id);
