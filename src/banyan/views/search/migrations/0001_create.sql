-- Search: words of accounts and articles. All of it can be thrown away and made again.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema search;

create table search.accounts (
    channel_id bigint not null,
    merchant_id bigint not null,
    name text not null,
    words tsvector not null,
    constraint accounts_pkey primary key (channel_id)
);

create index accounts_words on search.accounts using gin (words);

create table search.articles (
    channel_id bigint not null,
    article_id text not null,
    place smallint not null,
    merchant_id bigint not null,
    title text not null,
    digest text not null,
    body text not null,
    thumb_media_id text not null,
    published_at timestamptz not null,
    words tsvector not null,
    constraint articles_pkey primary key (channel_id, article_id, place)
);

create index articles_words on search.articles using gin (words);
