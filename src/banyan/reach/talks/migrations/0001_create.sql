-- Talks: what people and official accounts say to each other, and who answers for the account.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema talks;

-- Distributed by channel_id, like all tables here. One row a conversation, locked while either
-- side says something: the credits by which the account may write, and who attends to it.
create table talks.talks (
    channel_id bigint not null,
    person_id bigint not null,
    openid text not null,
    said_at timestamptz,
    said_used integer not null default 0,
    acted_at timestamptz,
    acted_used integer not null default 0,
    paid_at timestamptz,
    typing_until timestamptz,
    agent_id bigint not null default 0,
    attended_at timestamptz,
    waits_since timestamptz,
    last_id bigint not null default 0,
    last_at timestamptz,
    last_text text not null default '',
    is_last_said boolean not null default false,
    unread_count integer not null default 0,
    constraint talks_pkey primary key (channel_id, person_id),
    constraint talks_openid unique (channel_id, openid),
    constraint talks_said_used check (said_used between 0 and 5),
    constraint talks_acted_used check (acted_used between 0 and 3),
    constraint talks_attended check ((agent_id <> 0) = (attended_at is not null)),
    constraint talks_waits check (agent_id = 0 or waits_since is null),
    constraint talks_unread check (unread_count >= 0)
) with (fillfactor = 70);

create index talks_latest on talks.talks (channel_id, last_id) where last_id > 0;
create index talks_waiting on talks.talks (channel_id, waits_since) where waits_since is not null;
create index talks_attended_by on talks.talks (channel_id, agent_id) where agent_id <> 0;

create table talks.messages (
    channel_id bigint not null,
    person_id bigint not null,
    message_id bigint not null,
    origin text not null,
    content jsonb not null,
    agent_id bigint not null,
    answers_id bigint not null,
    sent_at timestamptz not null,
    constraint messages_pkey primary key (channel_id, person_id, message_id),
    constraint messages_origin_known check (
        origin in ('said', 'unheard', 'rule', 'reply', 'service')
    )
);

create index messages_attended on talks.messages (channel_id, message_id) where agent_id <> 0;

create table talks.rules (
    channel_id bigint not null,
    rule_id bigint not null,
    kind text not null,
    name text not null,
    keywords jsonb not null,
    mode text not null,
    replies jsonb not null,
    created_at timestamptz not null,
    constraint rules_pkey primary key (channel_id, rule_id),
    constraint rules_kind_known check (kind in ('keyword', 'default')),
    constraint rules_mode_known check (mode in ('all', 'one'))
);

create unique index rules_one_default on talks.rules (channel_id) where kind = 'default';

-- One row an account, locked while an agent is added: their numbers have no gaps.
create table talks.desks (
    channel_id bigint not null,
    last_number integer not null,
    constraint desks_pkey primary key (channel_id)
) with (fillfactor = 70);

create table talks.agents (
    channel_id bigint not null,
    agent_id bigint not null,
    number integer not null,
    handle text not null,
    nickname text not null,
    person_id bigint not null,
    is_on_duty boolean not null,
    avatar text not null default '',
    created_at timestamptz not null,
    constraint agents_pkey primary key (channel_id, agent_id),
    constraint agents_number unique (channel_id, number),
    constraint agents_handle unique (channel_id, handle)
) with (fillfactor = 80);

create unique index agents_person on talks.agents (channel_id, person_id) where person_id <> 0;
