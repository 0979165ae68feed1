set local lock_timeout = '5s'; set local statement_timeout = '60s';

-- Catalogue: what a merchant sells. Every table is distributed by merchant_id.

create schema catalogue;

-- One row a merchant. Whoever changes the merchant's catalogue locks it and gives it a new
-- version, so that changes queue up and readers can tell whether what they remember still holds.
create table catalogue.versions (
    merchant_id bigint not null,
    version bigint not null,
    constraint versions_pkey primary key (merchant_id)
);

create table catalogue.categories (
    merchant_id bigint not null,
    category_id bigint not null,
    name text not null,
    position integer not null,
    constraint categories_pkey primary key (merchant_id, category_id),
    constraint catalogue__category_exists unique (merchant_id, name)
);

create table catalogue.products (
    merchant_id bigint not null,
    product_id bigint not null,
    code text not null,
    category_id bigint not null,
    name text not null,
    description text not null,
    pictures jsonb not null,
    is_on_sale boolean not null,
    position integer not null,
    created_at timestamptz not null,
    constraint products_pkey primary key (merchant_id, product_id),
    constraint catalogue__product_code_taken unique (merchant_id, code)
);

create index products_on_shelf
on catalogue.products (merchant_id, position, product_id) where is_on_sale;

create table catalogue.skus (
    merchant_id bigint not null,
    sku_id bigint not null,
    product_id bigint not null,
    code text not null,
    variant text not null,
    barcode text,
    price_fen bigint not null,
    is_tracked boolean not null,
    is_on_sale boolean not null,
    position integer not null,
    constraint skus_pkey primary key (merchant_id, sku_id),
    constraint catalogue__sku_code_taken unique (merchant_id, code),
    constraint catalogue__barcode_taken unique (merchant_id, barcode),
    constraint skus_price_positive check (price_fen >= 0),
    constraint skus_product foreign key (merchant_id, product_id)
    references catalogue.products (merchant_id, product_id)
);

create index skus_of_product on catalogue.skus (merchant_id, product_id, position, sku_id);

-- Where a store differs from the rest; price_fen null: the price is that of all stores.
create table catalogue.store_prices (
    merchant_id bigint not null,
    store_id bigint not null,
    sku_id bigint not null,
    price_fen bigint,
    is_on_sale boolean not null,
    constraint store_prices_pkey primary key (merchant_id, store_id, sku_id),
    constraint store_prices_positive check (price_fen >= 0),
    constraint store_prices_differ check (price_fen is not null or not is_on_sale),
    constraint store_prices_sku foreign key (merchant_id, sku_id)
    references catalogue.skus (merchant_id, sku_id)
);

create index store_prices_of_sku on catalogue.store_prices (merchant_id, sku_id);
