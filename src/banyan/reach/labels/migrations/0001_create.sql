-- Labels: what an account calls its followers. Distributed by channel_id.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema labels;

-- One row an account, locked while tags of its followers change, so that the counts stay true.
create table labels.books (
    channel_id bigint not null,
    last_tag_id bigint not null default 99,
    labelled_count bigint not null default 0,
    constraint books_pkey primary key (channel_id),
    constraint books_labelled check (labelled_count >= 0)
) with (fillfactor = 70);

create table labels.tags (
    channel_id bigint not null,
    tag_id bigint not null,
    name text not null,
    followers_count bigint not null default 0,
    constraint tags_pkey primary key (channel_id, tag_id),
    constraint tags_name unique (channel_id, name),
    constraint tags_counted check (followers_count >= 0)
) with (fillfactor = 70);

-- The key lists who has a tag, by openid; the index lists the tags of one follower.
create table labels.tagged (
    channel_id bigint not null,
    tag_id bigint not null,
    openid text not null,
    tagged_at timestamptz not null,
    constraint tagged_pkey primary key (channel_id, tag_id, openid),
    constraint tagged_tag foreign key (channel_id, tag_id)
    references labels.tags (channel_id, tag_id)
);

create index tagged_of_follower on labels.tagged (channel_id, openid, tagged_at, tag_id);

create table labels.remarks (
    channel_id bigint not null,
    openid text not null,
    remark text not null,
    constraint remarks_pkey primary key (channel_id, openid)
);
