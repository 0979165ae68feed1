-- Templates: messages of a fixed form that accounts send to one person, whenever there is a reason.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema templates;

-- Distributed by channel_id, like all tables here. One row an account, locked while its templates
-- change: so many are allowed and no more.
create table templates.holders (
    channel_id bigint not null,
    primary_industry smallint not null default 0,
    secondary_industry smallint not null default 0,
    industry_set_at timestamptz,
    constraint holders_pkey primary key (channel_id),
    constraint holders_industry_when check ((primary_industry = 0) = (industry_set_at is null))
) with (fillfactor = 70);

create table templates.templates (
    channel_id bigint not null,
    template_id text not null,
    short_id text not null,
    title text not null,
    content text not null,
    example text not null,
    primary_industry text not null,
    secondary_industry text not null,
    created_at timestamptz not null,
    constraint templates_pkey primary key (channel_id, template_id)
);

-- What a program sends twice under its own name within ten minutes is sent once.
create table templates.sends (
    channel_id bigint not null,
    send_id bigint not null,
    person_id bigint not null,
    template_id text not null,
    own_name text not null,
    sent_at timestamptz not null,
    constraint sends_pkey primary key (channel_id, send_id)
);

create index sends_named on templates.sends (channel_id, person_id, own_name, send_id)
where own_name <> '';
