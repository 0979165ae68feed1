-- Menus: those of an account that only some of its followers see, instead of the one for all.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema menus;

-- Distributed by channel_id. Numbers of an account's menus are never given twice; one row an
-- account, locked while a menu is added.
create table menus.holders (
    channel_id bigint not null,
    last_number bigint not null,
    constraint holders_pkey primary key (channel_id)
) with (fillfactor = 70);

create table menus.menus (
    channel_id bigint not null,
    menu_number bigint not null,
    buttons jsonb not null,
    rule jsonb not null,
    created_at timestamptz not null,
    constraint menus_pkey primary key (channel_id, menu_number)
);
