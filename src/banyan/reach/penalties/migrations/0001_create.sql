-- Penalties: what accounts may not do for a while, and what makes people look at them.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema penalties;

create table penalties.penalties (
    channel_id bigint not null,
    penalty_id bigint not null,
    merchant_id bigint not null,
    kind text not null,
    reason text not null,
    facts jsonb not null,
    note text not null,
    begins_at timestamptz not null,
    ends_at timestamptz not null,
    lifted_at timestamptz,
    given_by bigint not null,
    constraint penalties_pkey primary key (channel_id, penalty_id),
    constraint penalties_kind_known check (kind in ('warning', 'sending_stopped', 'api_limited')),
    constraint penalties_span check (ends_at > begins_at)
) with (fillfactor = 90);

-- Who follows whom since when, for eight days: sudden crowds are seen in it.
create table penalties.follows (
    channel_id bigint not null,
    followed_at timestamptz not null,
    person_id bigint not null,
    is_fresh boolean not null,
    has_code boolean not null,
    left_at timestamptz,
    constraint follows_pkey primary key (channel_id, person_id)
) with (fillfactor = 80);

create index follows_since on penalties.follows (channel_id, followed_at);
create index follows_age on penalties.follows (followed_at);

create table penalties.suspicions (
    channel_id bigint not null,
    suspicion_id bigint not null,
    merchant_id bigint not null,
    kind text not null,
    day date not null,
    facts jsonb not null,
    signs text[] not null,
    state text not null default 'open',
    noted_at timestamptz not null,
    settled_at timestamptz,
    settled_by bigint not null default 0,
    constraint suspicions_pkey primary key (channel_id, suspicion_id),
    constraint suspicions_daily unique (channel_id, kind, day),
    constraint suspicions_state_known check (state in ('open', 'punished', 'dismissed'))
) with (fillfactor = 80);

create index suspicions_open on penalties.suspicions (suspicion_id) where state = 'open';
