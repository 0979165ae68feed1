-- Insight: which Parquet files hold which facts, and what merchants say that they spent.
set local lock_timeout = '5s';
set local statement_timeout = '60s';

create schema insight;

-- A part is one immutable file with the facts of one lane from first_number to last_number that
-- insight reads. It is listed here in the transaction that moves the follower's cursor over them;
-- a file that is not listed does not exist for any reader. Few rows, read whole by lane.
create table insight.parts (
    lane smallint not null,
    first_number bigint not null,
    last_number bigint not null,
    rows_count bigint not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    file_name text not null,
    exported_at timestamptz not null,
    constraint parts_pkey primary key (lane, first_number),
    constraint parts_file_once unique (lane, file_name),
    constraint parts_in_order check (
        first_number <= last_number
        and rows_count between 1 and last_number - first_number + 1
        and first_at <= last_at
    )
);

-- What a poster, an advertisement or an official account cost. Distributed by merchant_id.
create table insight.spends (
    merchant_id bigint not null,
    spend_id bigint not null,
    store_id bigint not null,
    code_id bigint not null,
    channel_id bigint not null,
    spent_on date not null,
    spent_at timestamptz not null,
    amount_fen bigint not null,
    note text not null,
    recorded_at timestamptz not null,
    removed_at timestamptz,
    constraint spends_pkey primary key (merchant_id, spend_id),
    constraint spends_amount check (amount_fen between 1 and 1000000000000)
);
