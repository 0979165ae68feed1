-- Channels: official accounts, who follows them, their menus and the messages they send to many.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema channels;

-- Few rows, looked up by appid as well: on a cluster a copy lies on every node.
create table channels.channels (
    merchant_id bigint not null,
    channel_id bigint not null,
    kind text not null,
    name text not null,
    appid text not null,
    original_id text not null,
    secret_digest bytea not null,
    welcome_text text not null,
    created_at timestamptz not null,
    constraint channels_pkey primary key (merchant_id, channel_id),
    constraint channels_channel unique (channel_id),
    constraint channels_appid unique (appid),
    constraint channels_original unique (original_id),
    constraint channels_kind_known check (kind in ('service', 'subscription')),
    constraint channels_appid_form check (appid ~ '^wx[0-9a-f]{16}$'),
    constraint channels_original_form check (original_id ~ '^gh_[0-9a-f]{12}$')
);

create table channels.menus (
    merchant_id bigint not null,
    channel_id bigint not null,
    buttons jsonb not null,
    changed_at timestamptz not null,
    constraint menus_pkey primary key (merchant_id, channel_id)
);

-- Distributed by channel_id. A person is known to a channel under an openid of its own, whether
-- they follow it or not, and keeps it when they leave and come back.
create table channels.followers (
    channel_id bigint not null,
    openid text not null,
    person_id bigint not null,
    unionid text,
    state text not null,
    scene text not null,
    code_id bigint not null,
    followed_at timestamptz,
    left_at timestamptz,
    constraint followers_pkey primary key (channel_id, openid),
    constraint followers_person unique (channel_id, person_id),
    constraint followers_openid_form check (openid ~ '^[A-Za-z0-9_-]{28}$'),
    constraint followers_state_known check (state in ('known', 'following', 'left')),
    constraint followers_when check (
        (state = 'known') = (followed_at is null) and (state = 'left') = (left_at is not null)
    )
) with (fillfactor = 90);

create index followers_following on channels.followers (channel_id, openid)
where state = 'following';
create index followers_of_person on channels.followers (person_id, channel_id)
where state = 'following';

-- A subscription account sends once a day: the key on the day forbids a second time.
create table channels.messages (
    merchant_id bigint not null,
    message_id bigint not null,
    channel_id bigint not null,
    audience text not null,
    title text not null,
    body text not null,
    link text not null,
    state text not null,
    quota_month date not null,
    quota_day date,
    cursor text not null default '',
    sent_by bigint not null,
    created_at timestamptz not null,
    finished_at timestamptz,
    constraint messages_pkey primary key (merchant_id, message_id),
    constraint messages_daily unique (merchant_id, channel_id, quota_day),
    constraint messages_audience_known check (audience in ('all', 'list', 'segment')),
    constraint messages_state check (
        state in ('sending', 'sent') and (state = 'sent') = (finished_at is not null)
    )
);

create index messages_channel on channels.messages (merchant_id, channel_id, message_id);

-- Distributed by message_id. The key is the promise that nobody gets a message twice.
create table channels.deliveries (
    message_id bigint not null,
    openid text not null,
    result text,
    delivered_at timestamptz,
    constraint deliveries_pkey primary key (message_id, openid),
    constraint deliveries_result_known check (
        result in ('delivered', 'unfollowed', 'quota', 'unknown')
    ),
    constraint deliveries_when check ((result is not null) = (delivered_at is not null))
);

create table channels.tallies (
    message_id bigint not null,
    result text not null,
    count bigint not null,
    constraint tallies_pkey primary key (message_id, result)
);

-- How many messages a follower of a service account got in a month.
create table channels.quotas (
    channel_id bigint not null,
    openid text not null,
    month_on date not null,
    used smallint not null,
    constraint quotas_pkey primary key (channel_id, openid, month_on),
    constraint quotas_used check (used between 1 and 4)
) with (fillfactor = 90);
