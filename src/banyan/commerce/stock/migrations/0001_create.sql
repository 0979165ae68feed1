set local lock_timeout = '5s'; set local statement_timeout = '60s';

-- Stock: how much there is stands in the ledger; here is why it changed.
-- Distributed by merchant_id.

create schema stock;

-- One row a SKU that was received, written off, counted or carried elsewhere. Append only.
create table stock.movements (
    merchant_id bigint not null,
    movement_id bigint not null,
    line_no smallint not null,
    kind text not null,
    store_id bigint not null,
    to_store_id bigint not null,
    sku_id bigint not null,
    quantity bigint not null,
    note text not null,
    actor_kind text not null,
    actor_id bigint not null,
    moved_at timestamptz not null,
    constraint movements_pkey primary key (merchant_id, movement_id, line_no),
    constraint movements_kind_known check (
        kind in ('received', 'written_off', 'counted', 'carried')
    ),
    constraint movements_carried_away check ((kind = 'carried') = (to_store_id <> 0)),
    constraint movements_quantity_sign check (quantity > 0 or kind = 'counted')
);

create index movements_of_store
on stock.movements (merchant_id, store_id, movement_id, line_no);

-- The last count of a SKU in a store; counting again waits for the row, so that two counts of the
-- same shelf are not both added.
create table stock.counts (
    merchant_id bigint not null,
    store_id bigint not null,
    sku_id bigint not null,
    counted bigint not null,
    counted_at timestamptz not null,
    constraint counts_pkey primary key (merchant_id, store_id, sku_id),
    constraint counts_positive check (counted >= 0)
);
