"""What must always hold of the catalogue."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="catalogue.product_has_skus",
        sql="""
            select p.product_id from catalogue.products as p
            where not exists (
                select from catalogue.skus as s
                where s.merchant_id = p.merchant_id and s.product_id = p.product_id
            )
        """,
        why="What has no SKU has no price and no stock, and can't be sold.",
    ),
    Invariant(
        name="catalogue.variants_differ",
        sql="""
            select product_id, variant from catalogue.skus
            group by merchant_id, product_id, variant having count(*) > 1
        """,
        why="A buyer could not tell two variants of one name apart.",
    ),
    Invariant(
        name="catalogue.category_exists",
        sql="""
            select p.product_id from catalogue.products as p
            where p.category_id <> 0 and not exists (
                select from catalogue.categories as c
                where c.merchant_id = p.merchant_id and c.category_id = p.category_id
            )
        """,
        why="The product would be in a group that nobody can see.",
    ),
    Invariant(
        name="catalogue.store_is_own",
        sql="""
            select d.store_id, d.sku_id from catalogue.store_prices as d
            where not exists (
                select from stores.stores as s
                where s.merchant_id = d.merchant_id and s.store_id = d.store_id
            )
        """,
        why="A price for a store that is not the merchant's.",
    ),
    Invariant(
        name="catalogue.versioned",
        sql="""
            select distinct p.merchant_id from catalogue.products as p
            where not exists (
                select from catalogue.versions as v where v.merchant_id = p.merchant_id
            )
        """,
        why="Somebody changed a catalogue without its lock: shelves may show what was before.",
    ),
)
