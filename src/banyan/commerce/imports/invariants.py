"""What must always hold of what was brought from other systems."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="imports.orders_are_in_the_books",
        sql="""
            select i.merchant_id, i.source_id, i.number
            from imports.orders as i
            left join orders.orders as o
                on o.merchant_id = i.merchant_id and o.order_id = i.order_id
            where (o.line_count, o.total_fen) is distinct from (i.line_count, i.total_fen)
                or o.paid_at is null
            limit 100
        """,
        why="What was brought was placed and paid, for as much as it was there.",
    ),
    Invariant(
        name="imports.orders_come_once",
        sql="""
            select merchant_id, order_id from imports.orders
            group by merchant_id, order_id having count(*) > 1
            limit 100
        """,
        why="Two numbers of another system are two orders.",
    ),
    Invariant(
        name="imports.refunds_are_in_the_books",
        sql="""
            select i.merchant_id, i.source_id, i.number, i.order_id
            from imports.refunds as i
            left join refunds.refunds as r
                on r.merchant_id = i.merchant_id and r.refund_id = i.refund_id
            where (r.payment_id, r.amount_fen) is distinct from (i.order_id, i.amount_fen)
            limit 100
        """,
        why="What went back there went back here.",
    ),
    Invariant(
        name="imports.customers_are_members",
        sql="""
            select c.merchant_id, c.source_id, c.number
            from imports.customers as c
            left join members.members as m
                on m.merchant_id = c.merchant_id and m.person_id = c.person_id
            where m.member_id is null
            limit 100
        """,
        why="A customer whom another system knows is known here.",
    ),
)
