-- Moderation: what is checked before others see it. Distributed by channel_id.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema moderation;

create table moderation.checks (
    channel_id bigint not null,
    check_id bigint not null,
    merchant_id bigint not null,
    subject_kind text not null,
    subject_id bigint not null,
    content jsonb not null,
    state text not null,
    reason text,
    evidence jsonb not null,
    created_at timestamptz not null,
    decided_at timestamptz,
    decided_by bigint not null default 0,
    note text not null default '',
    appeal text not null default '',
    appealed_at timestamptz,
    -- Whose check it is until then, by the real clock, and how often somebody took it.
    leased_until timestamptz,
    takings smallint not null default 0,
    constraint checks_pkey primary key (channel_id, check_id),
    constraint checks_state_known check (
        state in ('checking', 'waiting', 'passed', 'refused', 'appealed')
    ),
    constraint checks_refused_why check (state not in ('refused', 'appealed') or reason is not null)
) with (fillfactor = 80);

create index checks_checking on moderation.checks (check_id) where state = 'checking';
create index checks_waiting on moderation.checks (check_id) where state in ('waiting', 'appealed');
create index checks_of_subject on moderation.checks (channel_id, subject_kind, subject_id);

-- Words that a merchant adds to ours; merchant 0 is the operator. Distributed by merchant_id.
create table moderation.words (
    merchant_id bigint not null,
    word text not null,
    reason text not null,
    opinion text not null,
    constraint words_pkey primary key (merchant_id, word)
);
