-- Articles: what accounts write, in packs of up to eight, and what of it anybody may read.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema articles;

-- Distributed by channel_id. Uploads have an end; drafts and materials are kept.
create table articles.packs (
    channel_id bigint not null,
    media_id text not null,
    state text not null,
    articles jsonb not null,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    expires_at timestamptz,
    constraint packs_pkey primary key (channel_id, media_id),
    constraint packs_state_known check (state in ('upload', 'material', 'draft')),
    constraint packs_end check ((state = 'upload') = (expires_at is not null))
);

create index packs_kept on articles.packs (channel_id, state, updated_at, media_id);

-- Numbers of an account's publications are never given twice.
create table articles.holders (
    channel_id bigint not null,
    last_number bigint not null,
    constraint holders_pkey primary key (channel_id)
) with (fillfactor = 70);

create table articles.publications (
    channel_id bigint not null,
    publish_number bigint not null,
    article_id text not null,
    articles jsonb not null,
    deleted smallint[] not null,
    submitted_at timestamptz not null,
    published_at timestamptz,
    constraint publications_pkey primary key (channel_id, publish_number),
    constraint publications_article unique (channel_id, article_id)
);

create index publications_published on articles.publications (channel_id, published_at, article_id)
where published_at is not null;
