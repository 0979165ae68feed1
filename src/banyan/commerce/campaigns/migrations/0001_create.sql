-- Campaigns: segments of members, and the messages and coupons sent to them. Distributed by
-- merchant_id.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema campaigns;

create table campaigns.segments (
    merchant_id bigint not null,
    segment_id bigint not null,
    name text not null,
    rules jsonb not null,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    constraint segments_pkey primary key (merchant_id, segment_id),
    constraint campaigns__segment_name_taken unique (merchant_id, name)
);

-- `cursor` is the last member that was looked at: a killed worker's successor goes on from there.
create table campaigns.sends (
    merchant_id bigint not null,
    send_id bigint not null,
    name text not null,
    segment_id bigint not null,
    rules jsonb not null,
    channel_id bigint not null,
    message_id bigint not null,
    coupon_campaign_id bigint not null,
    state text not null,
    cursor bigint not null default 0,
    audience_count bigint not null default 0,
    granted_count bigint not null default 0,
    sent_by bigint not null,
    created_at timestamptz not null,
    finished_at timestamptz,
    constraint sends_pkey primary key (merchant_id, send_id),
    constraint sends_counts check (granted_count between 0 and audience_count),
    constraint sends_state check (
        state in ('sending', 'delivered') and (state = 'delivered') = (finished_at is not null)
    )
);
