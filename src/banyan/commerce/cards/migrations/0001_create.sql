-- Cards: the faces of coupons and of memberships, and each card in somebody's hands by its code.
-- Distributed by merchant_id.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema cards;

-- What a card is worth, how many there are and how long they last stands with its coupons; of a
-- member card, which has none, it stands here and on the ledger.
create table cards.cards (
    merchant_id bigint not null,
    card_id bigint not null,
    channel_id bigint not null,
    kind text not null,
    campaign_id bigint not null,
    status text not null,
    reason text not null default '',
    face jsonb not null,
    terms jsonb not null,
    extra jsonb not null,
    form jsonb,
    self_use jsonb not null,
    has_pay_cell boolean not null default false,
    is_from_program boolean not null,
    valid_until timestamptz,
    valid_days integer not null default 0,
    budget bigint not null default 0,
    get_limit integer not null default 1,
    created_at timestamptz not null,
    changed_at timestamptz not null,
    reminded_at timestamptz,
    constraint cards_pkey primary key (merchant_id, card_id),
    constraint cards_status_known check (
        status in ('checking', 'refused', 'verified', 'deleted')
    ),
    constraint cards_coupon_or_member check ((kind = 'member_card') = (campaign_id = 0)),
    constraint cards_limits check (budget >= 0 and valid_days >= 0 and get_limit > 0)
);

create index cards_channel on cards.cards (merchant_id, channel_id, card_id);
create unique index cards_campaign on cards.cards (merchant_id, campaign_id)
where campaign_id <> 0;

-- Codes that we draw name a card by themselves; those that merchants bring do so within one card.
create table cards.codes (
    merchant_id bigint not null,
    card_id bigint not null,
    code text not null,
    is_custom boolean not null,
    coupon_id bigint not null,
    member_id bigint not null,
    person_id bigint not null,
    openid text not null,
    state text not null,
    outer_id bigint not null default 0,
    outer_str text not null default '',
    taken_at timestamptz not null,
    expires_at timestamptz,
    from_code text not null default '',
    number text not null default '',
    activated_at timestamptz,
    active_from timestamptz,
    active_until timestamptz,
    submitted_at timestamptz,
    facts jsonb not null,
    gift_digest bytea,
    ticket_digest bytea,
    constraint codes_pkey primary key (merchant_id, card_id, code),
    constraint codes_state_known check (
        state in ('held', 'gifting', 'given', 'discarded', 'unavailable')
    ),
    constraint codes_gift check ((state = 'gifting') = (gift_digest is not null))
) with (fillfactor = 80);

create unique index codes_ours on cards.codes (merchant_id, code) where not is_custom;
create unique index codes_coupon on cards.codes (merchant_id, coupon_id) where coupon_id <> 0;
create index codes_person on cards.codes (person_id, taken_at);
create index codes_gift_digest on cards.codes (gift_digest) where gift_digest is not null;
create index codes_ticket on cards.codes (merchant_id, ticket_digest)
where ticket_digest is not null;

-- Codes that a merchant has brought for a card; one that was given out stays here.
create table cards.deposits (
    merchant_id bigint not null,
    card_id bigint not null,
    code text not null,
    is_taken boolean not null default false,
    constraint deposits_pkey primary key (merchant_id, card_id, code)
);

create index deposits_free on cards.deposits (merchant_id, card_id, code) where not is_taken;

-- Who may take an account's cards before they have been looked through.
create table cards.testers (
    channel_id bigint not null,
    person_id bigint not null,
    constraint testers_pkey primary key (channel_id, person_id)
);
