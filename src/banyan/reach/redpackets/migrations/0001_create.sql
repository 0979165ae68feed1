-- Red packets: what was sent, who took which share, and what each sender gave out a day.
-- Their money is the ledger's.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema redpackets;

-- Distributed by packet_id. `shares` are drawn when the packet is sent, in the order in which they
-- are handed out; `best_place` is the first of the largest. Half of a page stays free: the counts
-- change with every batch of takers, and should stay on it.
create table redpackets.packets (
    packet_id bigint not null,
    token text not null,
    person_id bigint not null,
    merchant_id bigint not null,
    sender_name text not null,
    receiver_id bigint not null,
    kind text not null,
    split text not null,
    currency text not null,
    total_fen bigint not null,
    count integer not null,
    shares bigint[] not null,
    best_place integer not null,
    wish text not null,
    state text not null,
    taken_count integer not null default 0,
    taken_fen bigint not null default 0,
    refunded_fen bigint not null default 0,
    out_no text not null default '',
    out_digest bytea not null default ''::bytea,
    details text not null default '',
    sent_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at timestamptz,
    constraint packets_pkey primary key (packet_id),
    constraint packets_sender check ((person_id = 0) <> (merchant_id = 0)),
    constraint packets_kind check (kind in ('personal', 'group')),
    constraint packets_split check (split in ('equal', 'lucky')),
    constraint packets_state check (state in ('open', 'taken', 'expired')),
    constraint packets_shares check (cardinality(shares) = count and count > 0),
    constraint packets_taken check (taken_count between 0 and count),
    constraint packets_given check (taken_fen + refunded_fen between 0 and total_fen)
) with (fillfactor = 50);

create unique index packets_by_token on redpackets.packets (token);
create unique index packets_by_out_no on redpackets.packets (merchant_id, out_no)
where out_no <> '';
create index packets_of_person on redpackets.packets (person_id, sent_at desc, packet_id desc)
where person_id <> 0;
create index packets_returned on redpackets.packets (person_id, ended_at desc, packet_id desc)
where refunded_fen > 0;
create index packets_of_merchant on redpackets.packets (merchant_id, sent_at desc, packet_id desc)
where merchant_id <> 0;
create index packets_for_receiver on redpackets.packets (receiver_id, merchant_id, sent_at desc)
where receiver_id <> 0;

-- Distributed by packet_id: one row a share that was taken.
create table redpackets.takings (
    packet_id bigint not null,
    place integer not null,
    person_id bigint not null,
    amount_fen bigint not null,
    taken_at timestamptz not null,
    thanks text not null default '',
    constraint takings_pkey primary key (packet_id, place),
    constraint takings_once unique (packet_id, person_id),
    constraint takings_positive check (amount_fen > 0)
);

create index takings_of_person on redpackets.takings (person_id, taken_at desc, packet_id desc);

-- What a sender gave out on a day: the row that keeps the limit between rivals.
create table redpackets.days (
    sender_id bigint not null,
    sent_on date not null,
    count integer not null,
    sent_fen bigint not null,
    constraint days_pkey primary key (sender_id, sent_on)
);
