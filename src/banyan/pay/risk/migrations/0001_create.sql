-- Risk: rules about payments, what they count, and what they decided.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema risk;

-- Each change makes a new version; none is ever changed. A reference table.
create table risk.rule_sets (
    version integer not null,
    rules jsonb not null,
    note text not null,
    changed_by bigint not null,
    changed_at timestamptz not null,
    constraint rule_sets_pkey primary key (version)
);

-- What a person paid in this hour and on this day. Distributed by person_id. Each payment changes
-- its row, hence the room in its page.
create table risk.tallies (
    person_id bigint not null,
    currency text not null,
    hour_at timestamptz not null,
    hour_count integer not null,
    hour_fen bigint not null,
    day_on date not null,
    day_count integer not null,
    day_fen bigint not null,
    unproved_count integer not null,
    session_id bigint not null,
    switch_count integer not null,
    constraint tallies_pkey primary key (person_id, currency),
    constraint tallies_not_negative check (
        hour_count >= 0 and hour_fen >= 0 and day_count >= 0 and day_fen >= 0
        and unproved_count >= 0
    )
) with (fillfactor = 60);

-- People who may not pay. Distributed by person_id.
create table risk.blocks (
    person_id bigint not null,
    reason text not null,
    blocked_by bigint not null,
    blocked_at timestamptz not null,
    until timestamptz,
    constraint blocks_pkey primary key (person_id)
);

-- Merchants whom nobody may pay, or only so much. A reference table: there are few.
create table risk.limits (
    merchant_id bigint not null,
    currency text not null,
    is_blocked boolean not null,
    payment_max_fen bigint,
    day_max_fen bigint,
    reason text not null,
    changed_by bigint not null,
    changed_at timestamptz not null,
    constraint limits_pkey primary key (merchant_id)
);

-- What merchants with a limit were paid on this day. Distributed by merchant_id.
create table risk.takings (
    merchant_id bigint not null,
    day_on date not null,
    day_fen bigint not null,
    constraint takings_pkey primary key (merchant_id),
    constraint takings_not_negative check (day_fen >= 0)
);

-- What was decided, and why. Distributed by person_id.
create table risk.decisions (
    person_id bigint not null,
    decision_id bigint not null,
    merchant_id bigint not null,
    kind text not null,
    subject text not null,
    currency text not null,
    amount_fen bigint not null,
    action text not null,
    is_proved boolean not null,
    session_id bigint not null,
    version integer not null,
    hits jsonb not null,
    decided_at timestamptz not null,
    constraint decisions_pkey primary key (person_id, decision_id)
);

create index decisions_newest on risk.decisions (decision_id);
