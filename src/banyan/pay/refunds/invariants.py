"""What must always hold between payments and refunds, and what explains the money given back."""

from banyan.books.room import Invariant, Money

INVARIANTS = (
    Invariant(
        name="refunds.add_up_to_refunded",
        sql="""
            select coalesce(p.merchant_id, r.merchant_id), coalesce(p.payment_id, r.payment_id)
            from (
                select merchant_id, payment_id, refunded_fen
                from collect.payments where refunded_fen > 0
            ) as p
            full join (
                select merchant_id, payment_id, sum(amount_fen) as refunded_fen
                from refunds.refunds
                group by merchant_id, payment_id
            ) as r on r.merchant_id = p.merchant_id and r.payment_id = p.payment_id
            where coalesce(p.refunded_fen, 0) <> coalesce(r.refunded_fen, 0)
            limit 100
        """,
        why="A payment knows how much of it went back.",
    ),
    Invariant(
        name="refunds.go_through_their_gateway",
        sql="""
            select coalesce(r.merchant_id, g.merchant_id), coalesce(r.refund_id, g.source_id)
            from (
                select merchant_id, refund_id, method, amount_fen, currency
                from refunds.refunds
                where method in ('wechatpay', 'alipay') and amount_fen > 0
            ) as r
            full join (
                select b.merchant_id, b.source_id, b.kind, b.amount_fen, b.currency
                from gateways.refunds as b
                inner join gateways.attempts as a
                    on a.merchant_id = b.merchant_id and a.attempt_id = b.attempt_id
                where b.source_id <> 0 and a.subject = 'order'
            ) as g on g.merchant_id = r.merchant_id and g.source_id = r.refund_id
            where (r.method, r.amount_fen, r.currency) is distinct from
                (g.kind, g.amount_fen, g.currency)
            limit 100
        """,
        why="What was paid through a gateway goes back through it, once.",
    ),
)

MONEY = (
    Money(
        name="refunds.refunds",
        sql="""
            select r.currency, side.code, side.owner, side.amount_fen
            from refunds.refunds as r
            cross join lateral (
                values (
                    case r.method when 'wallet' then 102 else 104 end, r.merchant_id, -r.amount_fen
                ), (
                    case r.method when 'wallet' then 101 else 105 end,
                    case r.method when 'wallet' then r.person_id else 0 end, r.amount_fen
                )
            ) as side (code, owner, amount_fen)
            where r.method in ('wallet', 'cash', 'other')
        """,
    ),
)
