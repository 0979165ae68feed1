-- Comments: what readers write below articles, and what the account makes of it.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema comments;

-- One a published article, once somebody wrote below it or the account opened or closed it.
create table comments.threads (
    channel_id bigint not null,
    publish_number bigint not null,
    place smallint not null,
    article_id text not null,
    is_open boolean not null,
    only_followers boolean not null,
    last_number integer not null,
    elected_count integer not null,
    constraint threads_pkey primary key (channel_id, publish_number, place),
    constraint threads_elected check (elected_count between 0 and 100)
) with (fillfactor = 70);

create table comments.comments (
    channel_id bigint not null,
    publish_number bigint not null,
    place smallint not null,
    comment_number integer not null,
    comment_id bigint not null,
    person_id bigint not null,
    openid text not null,
    content text not null,
    state text not null,
    is_elected boolean not null,
    likes_count integer not null,
    reply text not null,
    replied_at timestamptz,
    written_at timestamptz not null,
    constraint comments_pkey primary key (channel_id, publish_number, place, comment_number),
    constraint comments_id unique (channel_id, comment_id),
    constraint comments_state_known check (
        state in ('checking', 'kept', 'refused', 'withdrawn', 'deleted')
    ),
    constraint comments_elected_kept check (not is_elected or state = 'kept'),
    constraint comments_reply_at check ((reply = '') = (replied_at is null))
) with (fillfactor = 80);

create index comments_elected on comments.comments (
    channel_id, publish_number, place, likes_count, comment_number
) where is_elected;

create index comments_mine on comments.comments (channel_id, publish_number, place, person_id);

create index comments_latest on comments.comments (channel_id, written_at, comment_id)
where state = 'kept';

create table comments.likes (
    channel_id bigint not null,
    publish_number bigint not null,
    place smallint not null,
    comment_number integer not null,
    person_id bigint not null,
    liked_at timestamptz not null,
    constraint likes_pkey primary key (
        channel_id, publish_number, place, comment_number, person_id
    )
);
