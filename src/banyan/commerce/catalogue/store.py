"""Every SQL statement on schema `catalogue`."""

from collections.abc import Iterable, Sequence

import msgspec
from asyncpg import Record

from banyan.books.work import Connection
from banyan.commerce.catalogue.types import (
    Category,
    CategoryId,
    Picture,
    Product,
    ProductId,
    ShelfProduct,
    ShelfSku,
    Sku,
    SkuForSale,
    SkuId,
    StorePrice,
)
from banyan.parties.merchants import MerchantId

LOCK_CATALOGUE = """
insert into catalogue.versions (merchant_id, version) values ($1, $2)
on conflict (merchant_id) do update set version = excluded.version
"""
FIND_VERSIONS = """
select merchant_id, version from catalogue.versions where merchant_id = any($1::bigint[])
"""

INSERT_CATEGORIES = """
insert into catalogue.categories (merchant_id, category_id, name, position)
select $1::bigint, * from unnest($2::bigint[], $3::text[], $4::integer[])
"""
SET_CATEGORY = """
update catalogue.categories set name = $3, position = $4
where merchant_id = $1 and category_id = $2
"""
DELETE_CATEGORY = """
delete from catalogue.categories as c
where c.merchant_id = $1 and c.category_id = $2
    and not exists (
        select from catalogue.products as p
        where p.merchant_id = $1 and p.category_id = $2
    )
returning c.category_id
"""
LIST_CATEGORIES = """
select merchant_id, category_id, name, position
from catalogue.categories where merchant_id = $1 order by position, category_id limit $2
"""

INSERT_PRODUCTS = """
insert into catalogue.products (
    merchant_id, product_id, code, category_id, name, description, pictures, is_on_sale,
    position, created_at
)
select $1::bigint, n.product_id, n.code, n.category_id, n.name, n.description, '[]', n.is_on_sale,
    n.position, n.created_at
from unnest(
    $2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::boolean[],
    $8::integer[], $9::timestamptz[]
) as n (product_id, code, category_id, name, description, is_on_sale, position, created_at)
"""
SET_PRODUCTS = """
update catalogue.products as p
set code = n.code, category_id = n.category_id, name = n.name, description = n.description,
    is_on_sale = n.is_on_sale, position = n.position
from unnest(
    $2::bigint[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::boolean[], $8::integer[]
) as n (product_id, code, category_id, name, description, is_on_sale, position)
where p.merchant_id = $1 and p.product_id = n.product_id
"""
SET_PICTURES = """
update catalogue.products set pictures = $3::text::jsonb where merchant_id = $1 and product_id = $2
"""
FIND_PRODUCTS = """
select merchant_id, product_id, code, category_id, name, description, pictures::text as pictures,
    is_on_sale, position, created_at
from catalogue.products
where merchant_id = $1 and (product_id = any($2::bigint[]) or code = any($3::text[]))
order by product_id
"""
LIST_PRODUCTS = """
select p.merchant_id, p.product_id, p.code, p.category_id, p.name, p.description,
    p.pictures::text as pictures, p.is_on_sale, p.position, p.created_at
from catalogue.products as p
where p.merchant_id = $1 and p.product_id > $2
    and ($3::bigint = 0 or p.category_id = $3)
    and ($4::boolean is null or p.is_on_sale = $4)
    and ($5::text = '' or position(lower($5) in lower(p.name)) > 0 or p.code = $5 or exists (
        select from catalogue.skus as s
        where s.merchant_id = $1 and s.product_id = p.product_id
            and (s.code = $5 or s.barcode = $5)
    ))
order by p.product_id limit $6
"""

INSERT_SKUS = """
insert into catalogue.skus (
    merchant_id, sku_id, product_id, code, variant, barcode, price_fen, is_tracked, is_on_sale,
    position
)
select $1::bigint, * from unnest(
    $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::boolean[],
    $9::boolean[], $10::integer[]
)
"""
SET_SKUS = """
update catalogue.skus as s
set code = n.code, variant = n.variant, barcode = n.barcode, price_fen = n.price_fen,
    is_tracked = n.is_tracked, is_on_sale = n.is_on_sale, position = n.position
from unnest(
    $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::boolean[],
    $9::boolean[], $10::integer[]
) as n (
    sku_id, product_id, code, variant, barcode, price_fen, is_tracked, is_on_sale, position
)
where s.merchant_id = $1 and s.sku_id = n.sku_id
"""
FIND_SKUS = """
select sku_id, product_id, code, variant, barcode, price_fen, is_tracked, is_on_sale, position
from catalogue.skus where merchant_id = $1 and sku_id = any($2::bigint[])
"""
LIST_SKUS = """
select sku_id, product_id, code, variant, barcode, price_fen, is_tracked, is_on_sale, position
from catalogue.skus where merchant_id = $1 and product_id = any($2::bigint[])
order by product_id, position, sku_id
"""
FIND_SKUS_BY_TEXT = """
select sku_id, product_id, code, variant, barcode, price_fen, is_tracked, is_on_sale, position
from catalogue.skus
where merchant_id = $1 and (code = any($2::text[]) or barcode = any($3::text[]))
"""
LIST_ALL_SKUS = """
select sku_id, product_id, code, variant, barcode, price_fen, is_tracked, is_on_sale, position
from catalogue.skus where merchant_id = $1 and sku_id > $2 order by sku_id limit $3
"""

SET_STORE_PRICES = """
insert into catalogue.store_prices (merchant_id, store_id, sku_id, price_fen, is_on_sale)
select $1::bigint, $2::bigint, * from unnest($3::bigint[], $4::bigint[], $5::boolean[])
on conflict (merchant_id, store_id, sku_id) do update
set price_fen = excluded.price_fen, is_on_sale = excluded.is_on_sale
"""
DELETE_STORE_PRICES = """
delete from catalogue.store_prices
where merchant_id = $1 and store_id = $2 and sku_id = any($3::bigint[])
"""
FIND_STORE_PRICES = """
select sku_id, price_fen, is_on_sale from catalogue.store_prices
where merchant_id = $1 and store_id = $2 and sku_id = any($3::bigint[]) order by sku_id
"""
LIST_STORE_PRICES = """
select sku_id, price_fen, is_on_sale from catalogue.store_prices
where merchant_id = $1 and store_id = $2 and sku_id > $3 order by sku_id limit $4
"""

FIND_SKUS_FOR_SALE = """
select wanted.store_id, s.sku_id, s.product_id, p.name, s.variant,
    coalesce(d.price_fen, s.price_fen) as unit_price_fen, s.is_tracked,
    p.is_on_sale and s.is_on_sale and coalesce(d.is_on_sale, true) as is_on_sale
from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as wanted (merchant_id, store_id, sku_id)
join catalogue.skus as s using (merchant_id, sku_id)
join catalogue.products as p using (merchant_id, product_id)
left join catalogue.store_prices as d using (merchant_id, store_id, sku_id)
"""

# The index gives the products in their order, and the walk ends with the last one wanted.
LIST_SHELF = """
select p.product_id, p.category_id, p.name, p.pictures::text as pictures, p.position,
    v.sku_ids, v.variants, v.prices, v.tracked
from catalogue.products as p
cross join lateral (
    select array_agg(s.sku_id order by s.position, s.sku_id) as sku_ids,
        array_agg(s.variant order by s.position, s.sku_id) as variants,
        array_agg(coalesce(d.price_fen, s.price_fen) order by s.position, s.sku_id) as prices,
        array_agg(s.is_tracked order by s.position, s.sku_id) as tracked
    from catalogue.skus as s
    left join catalogue.store_prices as d
        on d.merchant_id = $1 and d.store_id = $2 and d.sku_id = s.sku_id
    where s.merchant_id = $1 and s.product_id = p.product_id
        and s.is_on_sale and coalesce(d.is_on_sale, true)
) as v
where p.merchant_id = $1 and p.is_on_sale and v.sku_ids is not null
    and ($3::bigint = 0 or p.category_id = $3)
    and (p.position, p.product_id) > ($4::bigint, $5::bigint)
order by p.position, p.product_id limit $6
"""

_PICTURES = msgspec.json.Decoder(list[Picture])


async def lock_catalogue(db: Connection, merchant_id: int, version: int) -> None:
    """Let nobody else change the merchant's catalogue until the commit; it has a new version."""
    await db.execute(LOCK_CATALOGUE, merchant_id, version)


async def find_versions(db: Connection, merchant_ids: Iterable[int]) -> dict[int, int]:
    """The version of each merchant's catalogue; a merchant without one has nothing to sell."""
    return {row[0]: row[1] for row in await db.fetch(FIND_VERSIONS, list(merchant_ids))}


async def insert_categories(db: Connection, categories: Sequence[Category]) -> None:
    """Write new categories of one merchant."""
    if categories:
        await db.execute(
            INSERT_CATEGORIES,
            categories[0].merchant_id,
            [one.category_id for one in categories],
            [one.name for one in categories],
            [one.position for one in categories],
        )


async def set_category(db: Connection, category: Category) -> None:
    """Overwrite a category."""
    await db.execute(
        SET_CATEGORY, category.merchant_id, category.category_id, category.name, category.position
    )


async def delete_category(db: Connection, merchant_id: int, category_id: int) -> bool:
    """Delete a category that no product is in; False if there is one or it does not exist."""
    return await db.fetchval(DELETE_CATEGORY, merchant_id, category_id) is not None


async def list_categories(db: Connection, merchant_id: int, limit: int) -> list[Category]:
    """All categories of a merchant, as a menu shows them."""
    rows = await db.fetch(LIST_CATEGORIES, merchant_id, limit)
    return [
        Category(
            merchant_id=MerchantId(row["merchant_id"]),
            category_id=CategoryId(row["category_id"]),
            name=row["name"],
            position=row["position"],
        )
        for row in rows
    ]


async def insert_products(db: Connection, products: Sequence[Product]) -> None:
    """Write new products of one merchant, with their SKUs; they have no pictures yet."""
    if products:
        created = [one.created_at for one in products]
        await db.execute(INSERT_PRODUCTS, products[0].merchant_id, *_columns(products), created)
        skus = [sku for one in products for sku in one.skus]
        await insert_skus(db, products[0].merchant_id, skus)


async def set_products(db: Connection, products: Sequence[Product]) -> None:
    """Overwrite what is said about products of one merchant; not their SKUs and pictures."""
    if products:
        await db.execute(SET_PRODUCTS, products[0].merchant_id, *_columns(products))


async def set_pictures(db: Connection, product: Product) -> None:
    """Overwrite the pictures of a product."""
    pictures = msgspec.json.encode(product.pictures).decode()
    await db.execute(SET_PICTURES, product.merchant_id, product.product_id, pictures)


async def find_products(
    db: Connection, merchant_id: int, product_ids: Sequence[int], codes: Sequence[str] = ()
) -> list[Product]:
    """Those of the products that exist, by id or code, with all their SKUs."""
    rows = await db.fetch(FIND_PRODUCTS, merchant_id, list(product_ids), list(codes))
    return await _with_skus(db, merchant_id, rows)


async def list_products(  # noqa: PLR0913 - a filter has many sides
    db: Connection,
    merchant_id: int,
    after: int,
    limit: int,
    *,
    category_id: int,
    is_on_sale: bool | None,
    search: str,
) -> list[Product]:
    """Products that match, in the order they were added, with all their SKUs."""
    rows = await db.fetch(LIST_PRODUCTS, merchant_id, after, category_id, is_on_sale, search, limit)
    return await _with_skus(db, merchant_id, rows)


async def insert_skus(db: Connection, merchant_id: int, skus: Sequence[Sku]) -> None:
    """Write new SKUs."""
    await db.execute(INSERT_SKUS, merchant_id, *_sku_columns(skus))


async def set_skus(db: Connection, merchant_id: int, skus: Sequence[Sku]) -> None:
    """Overwrite what is said about SKUs; they stay with their products."""
    if skus:
        await db.execute(SET_SKUS, merchant_id, *_sku_columns(skus))


async def find_skus(db: Connection, merchant_id: int, sku_ids: Sequence[int]) -> dict[SkuId, Sku]:
    """Those of the SKUs that exist."""
    rows = await db.fetch(FIND_SKUS, merchant_id, list(sku_ids))
    return {sku.sku_id: sku for sku in map(_sku, rows)}


async def find_skus_by_text(
    db: Connection, merchant_id: int, codes: Sequence[str], barcodes: Sequence[str]
) -> list[Sku]:
    """The SKUs that have one of the codes or barcodes."""
    rows = await db.fetch(FIND_SKUS_BY_TEXT, merchant_id, list(codes), list(barcodes))
    return [_sku(row) for row in rows]


async def list_all_skus(db: Connection, merchant_id: int, after: int, limit: int) -> list[Sku]:
    """All SKUs of a merchant in the order they were added."""
    return [_sku(row) for row in await db.fetch(LIST_ALL_SKUS, merchant_id, after, limit)]


async def set_store_prices(
    db: Connection, merchant_id: int, store_id: int, prices: Sequence[StorePrice]
) -> None:
    """Keep what differs from other stores; forget what no longer does."""
    differ = [one for one in prices if one.price_fen is not None or not one.is_on_sale]
    same = [one.sku_id for one in prices if one.price_fen is None and one.is_on_sale]
    await db.execute(DELETE_STORE_PRICES, merchant_id, store_id, same)
    await db.execute(
        SET_STORE_PRICES,
        merchant_id,
        store_id,
        [one.sku_id for one in differ],
        [one.price_fen for one in differ],
        [one.is_on_sale for one in differ],
    )


async def find_store_prices(
    db: Connection, merchant_id: int, store_id: int, sku_ids: Sequence[int]
) -> list[StorePrice]:
    """Where the store differs in those SKUs."""
    rows = await db.fetch(FIND_STORE_PRICES, merchant_id, store_id, list(sku_ids))
    return [_store_price(row) for row in rows]


async def list_store_prices(
    db: Connection, merchant_id: int, store_id: int, after: int, limit: int
) -> list[StorePrice]:
    """Where the store differs from the rest."""
    rows = await db.fetch(LIST_STORE_PRICES, merchant_id, store_id, after, limit)
    return [_store_price(row) for row in rows]


async def find_skus_for_sale(
    db: Connection, wanted: Sequence[tuple[int, int, int]]
) -> dict[tuple[int, SkuId], SkuForSale]:
    """What an order needs of each (merchant, store, SKU) that exists, by store and SKU."""
    rows = await db.fetch(
        FIND_SKUS_FOR_SALE,
        [merchant_id for merchant_id, _, _ in wanted],
        [store_id for _, store_id, _ in wanted],
        [sku_id for _, _, sku_id in wanted],
    )
    return {
        (row[0], SkuId(row[1])): SkuForSale(SkuId(row[1]), ProductId(row[2]), *row[3:])
        for row in rows
    }


async def list_shelf(
    db: Connection,
    merchant_id: int,
    store_id: int,
    category_id: int,
    after: tuple[int, int],
    limit: int,
) -> list[tuple[int, ShelfProduct]]:
    """What a store sells, each with its position, after a position and product id."""
    rows = await db.fetch(LIST_SHELF, merchant_id, store_id, category_id, *after, limit)
    return [(row["position"], _shelf_product(row)) for row in rows]


async def _with_skus(db: Connection, merchant_id: int, rows: Sequence[Record]) -> list[Product]:
    products = {row["product_id"]: _product(row) for row in rows}
    for row in await db.fetch(LIST_SKUS, merchant_id, list(products)) if products else ():
        products[row["product_id"]].skus.append(_sku(row))
    return list(products.values())


def _columns(products: Sequence[Product]) -> tuple[list[object], ...]:
    return (
        [one.product_id for one in products],
        [one.code for one in products],
        [one.category_id for one in products],
        [one.name for one in products],
        [one.description for one in products],
        [one.is_on_sale for one in products],
        [one.position for one in products],
    )


def _sku_columns(skus: Sequence[Sku]) -> tuple[list[object], ...]:
    return (
        [one.sku_id for one in skus],
        [one.product_id for one in skus],
        [one.code for one in skus],
        [one.variant for one in skus],
        [one.barcode for one in skus],
        [one.price_fen for one in skus],
        [one.is_tracked for one in skus],
        [one.is_on_sale for one in skus],
        [one.position for one in skus],
    )


def _product(row: Record) -> Product:
    return Product(
        merchant_id=MerchantId(row["merchant_id"]),
        product_id=ProductId(row["product_id"]),
        code=row["code"],
        name=row["name"],
        category_id=CategoryId(row["category_id"]),
        description=row["description"],
        is_on_sale=row["is_on_sale"],
        position=row["position"],
        pictures=_PICTURES.decode(row["pictures"]),
        skus=[],
        created_at=row["created_at"],
    )


def _sku(row: Record) -> Sku:
    return Sku(
        sku_id=SkuId(row["sku_id"]),
        product_id=ProductId(row["product_id"]),
        code=row["code"],
        variant=row["variant"],
        barcode=row["barcode"],
        price_fen=row["price_fen"],
        is_tracked=row["is_tracked"],
        is_on_sale=row["is_on_sale"],
        position=row["position"],
    )


def _store_price(row: Record) -> StorePrice:
    return StorePrice(
        sku_id=SkuId(row["sku_id"]), price_fen=row["price_fen"], is_on_sale=row["is_on_sale"]
    )


def _shelf_product(row: Record) -> ShelfProduct:
    skus = zip(row["sku_ids"], row["variants"], row["prices"], row["tracked"], strict=True)
    return ShelfProduct(
        product_id=ProductId(row["product_id"]),
        category_id=CategoryId(row["category_id"]),
        name=row["name"],
        pictures=_PICTURES.decode(row["pictures"]),
        skus=[ShelfSku(SkuId(one[0]), *one[1:]) for one in skus],
    )
