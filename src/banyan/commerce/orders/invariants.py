"""What must always hold of orders, their lines, payments and refunds."""

from banyan.books.room import Invariant

INVARIANTS = (
    Invariant(
        name="orders.total_is_sum_of_lines",
        sql="""
            select o.merchant_id, o.order_id
            from orders.orders as o
            left join lateral (
                select
                    count(*) as line_count,
                    coalesce(sum(l.unit_price_fen * l.quantity), 0) as subtotal_fen,
                    coalesce(sum(l.discount_fen), 0) as discount_fen,
                    coalesce(sum(l.total_fen), 0) as total_fen,
                    coalesce(sum(l.refunded_fen), 0) as refunded_fen
                from orders.lines as l
                where l.merchant_id = o.merchant_id and l.order_id = o.order_id
            ) as s on true
            where (o.line_count, o.subtotal_fen, o.discount_fen, o.total_fen, o.refunded_fen)
                is distinct from
                (s.line_count, s.subtotal_fen, s.discount_fen, s.total_fen, s.refunded_fen)
            limit 100
        """,
        why="Every fen of an order belongs to one of its lines, or refunds of parts can't add up.",
    ),
    Invariant(
        name="orders.paid_once_and_in_full",
        sql="""
            select coalesce(o.merchant_id, p.merchant_id), coalesce(o.order_id, p.payment_id)
            from (
                select merchant_id, order_id, person_id, currency, total_fen, refunded_fen, paid_at
                from orders.orders where paid_at is not null
            ) as o
            full join collect.payments as p
                on p.merchant_id = o.merchant_id and p.payment_id = o.order_id
            where (o.total_fen, o.refunded_fen, o.person_id, o.currency, o.paid_at)
                is distinct from
                (p.amount_fen, p.refunded_fen, p.person_id, p.currency, p.paid_at)
            limit 100
        """,
        why="A paid order has one payment of its total, and no payment is for nothing.",
    ),
    Invariant(
        name="orders.returns_are_refunded",
        sql="""
            with returned as (
                select merchant_id, order_id, refund_id, sum(amount_fen) as amount_fen
                from orders.returns
                group by merchant_id, order_id, refund_id
            )
            select coalesce(r.merchant_id, f.merchant_id), coalesce(r.refund_id, f.refund_id)
            from returned as r
            full join refunds.refunds as f
                on f.merchant_id = r.merchant_id and f.refund_id = r.refund_id
            where (r.order_id, r.amount_fen) is distinct from (f.payment_id, f.amount_fen)
            limit 100
        """,
        why="What lines gave back is what was refunded.",
    ),
    Invariant(
        name="orders.returns_are_on_the_lines",
        sql="""
            with returned as (
                select merchant_id, order_id, line_no, sum(quantity) as quantity,
                    sum(amount_fen) as amount_fen
                from orders.returns
                group by merchant_id, order_id, line_no
            )
            select coalesce(l.merchant_id, r.merchant_id), coalesce(l.order_id, r.order_id)
            from (
                select merchant_id, order_id, line_no, refunded_quantity, refunded_fen
                from orders.lines where refunded_quantity > 0
            ) as l
            full join returned as r
                on r.merchant_id = l.merchant_id and r.order_id = l.order_id
                and r.line_no = l.line_no
            where (l.refunded_quantity, l.refunded_fen) is distinct from (r.quantity, r.amount_fen)
            limit 100
        """,
        why="No unit goes back twice.",
    ),
    Invariant(
        name="orders.state_tells_what_is_left",
        sql="""
            select o.merchant_id, o.order_id, o.state
            from orders.orders as o
            left join lateral (
                select sum(l.quantity) as sold, sum(l.refunded_quantity) as gone
                from orders.lines as l
                where l.merchant_id = o.merchant_id and l.order_id = o.order_id
            ) as s on o.state in ('part_refunded', 'refunded')
            where (o.state = 'refunded' and s.gone <> s.sold)
                or (o.state = 'part_refunded' and (s.gone = 0 or s.gone = s.sold))
                or (o.state in ('unpaid', 'paid', 'expired', 'cancelled') and o.refunded_fen > 0)
            limit 100
        """,
        why="The state says how much of an order is still the buyer's.",
    ),
    Invariant(
        name="orders.stock_aside_while_unpaid",
        sql="""
            select o.merchant_id, o.order_id, l.line_no
            from orders.lines as l
            inner join orders.orders as o
                on o.merchant_id = l.merchant_id and o.order_id = l.order_id
            left join ledger.pendings as p on p.transfer_id = l.reservation_id
            where l.reservation_id <> 0
                and case when o.state = 'unpaid' then l.quantity else 0 end
                <> coalesce(p.amount, 0)
            limit 100
        """,
        why="An order that can still be paid has its stock; any other sets nothing aside.",
    ),
    Invariant(
        name="orders.unpaid_will_be_closed",
        sql="""
            select o.merchant_id, o.order_id
            from orders.orders as o
            where o.state = 'unpaid' and not exists (
                select from timers.timers as t
                where t.subject = o.order_id and t.kind = 'orders.expire'
            )
            limit 100
        """,
        why="Stock that nobody pays for comes back.",
    ),
)
