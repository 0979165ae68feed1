"""What must always hold of stock: nothing comes from nowhere, and nothing is sold twice."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="stock.never_negative",
        sql="""
            select account_id from ledger.accounts
            where code = 401
                and (flags & 1 = 0 or credits_posted < debits_posted + debits_pending)
        """,
        why="A store would have sold or promised what it does not have.",
    ),
    Invariant(
        name="stock.received_is_somewhere",
        sql="""
            select book from ledger.accounts where code between 401 and 404
            group by book
            having sum(debits_posted - credits_posted) filter (where code = 402)
                <> coalesce(
                    sum(credits_posted - debits_posted) filter (where code <> 402), 0
                )
        """,
        why="Every unit received lies in a store, was sold or was written off.",
    ),
    Invariant(
        name="stock.sku_exists",
        sql="""
            select a.account_id from ledger.accounts as a
            where a.code between 401 and 404 and not exists (
                select from catalogue.skus as s where s.sku_id = a.book
            )
        """,
        why="Units of something that nobody sells.",
    ),
    Invariant(
        name="stock.movements_equal_transfers",
        sql="""
            with moved as (
                select m.movement_id, m.sku_id, sum(abs(m.quantity)) as quantity
                from stock.movements as m group by m.movement_id, m.sku_id
            ), transferred as (
                select t.cause, t.book, sum(t.amount) as quantity
                from ledger.transfers as t where t.code between 401 and 405
                group by t.cause, t.book
            )
            select coalesce(m.movement_id, t.cause) as movement_id
            from moved as m
            full join transferred as t on t.cause = m.movement_id and t.book = m.sku_id
            where m.quantity is distinct from t.quantity
        """,
        why="Why stock changed and how much it changed are told in two places that must agree.",
    ),
)
