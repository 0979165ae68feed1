-- Who has read, liked and kept an article, and how often it was read, liked, shared and kept.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

-- A row a reader: of a popular article they are many, and no two readers wait for each other.
create table articles.readers (
    channel_id bigint not null,
    article_id text not null,
    place smallint not null,
    reader text not null,
    readings_count integer not null,
    read_at timestamptz not null,
    constraint readers_pkey primary key (channel_id, article_id, place, reader)
) with (fillfactor = 80);

create table articles.marks (
    channel_id bigint not null,
    article_id text not null,
    place smallint not null,
    mark text not null,
    person_id bigint not null,
    marked_at timestamptz not null,
    constraint marks_pkey primary key (channel_id, article_id, place, mark, person_id),
    constraint marks_known check (mark in ('like', 'favourite'))
);

create index marks_mine on articles.marks (person_id, mark, marked_at);

-- Written once a batch of readers, not once a reader. What is added may be negative, so that no
-- check can stand here.
create table articles.tallies (
    channel_id bigint not null,
    article_id text not null,
    place smallint not null,
    reads_count bigint not null,
    readers_count bigint not null,
    likes_count bigint not null,
    favourites_count bigint not null,
    shares_count bigint not null,
    constraint tallies_pkey primary key (channel_id, article_id, place)
) with (fillfactor = 50);
