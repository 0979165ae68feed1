"""What must always hold of payments through gateways, and what explains their money."""

from banyan.books.room import Invariant, Money

INVARIANTS = (
    Invariant(
        name="gateways.strays_go_back",
        sql="""
            select a.merchant_id, a.attempt_id
            from gateways.attempts as a
            left join gateways.refunds as r
                on r.merchant_id = a.merchant_id and r.attempt_id = a.attempt_id
                and r.source_id = 0
            where a.state = 'stray'
            group by a.merchant_id, a.attempt_id, a.amount_fen
            having coalesce(sum(r.amount_fen), 0) <> a.amount_fen
            limit 100
        """,
        why="What came for something paid or over already goes back, once and whole.",
    ),
    Invariant(
        name="gateways.refunds_add_up",
        sql="""
            select a.merchant_id, a.attempt_id
            from gateways.attempts as a
            left join gateways.refunds as r
                on r.merchant_id = a.merchant_id and r.attempt_id = a.attempt_id
            group by a.merchant_id, a.attempt_id, a.refunded_fen
            having coalesce(sum(r.amount_fen), 0) <> a.refunded_fen
            limit 100
        """,
        why="A payment knows how much of it goes back, which is never more than was paid.",
    ),
    Invariant(
        name="gateways.paid_is_collected",
        sql="""
            select coalesce(a.merchant_id, p.merchant_id), coalesce(a.subject_id, p.payment_id)
            from (
                select merchant_id, subject_id, kind, currency, amount_fen, refunded_fen, paid_at
                from gateways.attempts where state = 'paid' and subject = 'order'
            ) as a
            full join (
                select merchant_id, payment_id, method, currency, amount_fen, refunded_fen, paid_at
                from collect.payments where method in ('wechatpay', 'alipay')
            ) as p on p.merchant_id = a.merchant_id and p.payment_id = a.subject_id
            where (a.kind, a.currency, a.amount_fen, a.refunded_fen, a.paid_at) is distinct from
                (p.method, p.currency, p.amount_fen, p.refunded_fen, p.paid_at)
            limit 100
        """,
        why="What a provider took in for an order has paid it, and nothing else has.",
    ),
    Invariant(
        name="gateways.nothing_is_forgotten",
        sql="""
            select merchant_id, attempt_id as id
            from gateways.attempts where state in ('asking', 'open') and due_at is null
            union all
            select merchant_id, refund_id
            from gateways.refunds
            where (state in ('asked', 'under_way', 'needs_money')) <> (due_at is not null)
            limit 100
        """,
        why="Whatever has no end yet is asked about again.",
    ),
)

MONEY = (
    Money(
        name="gateways.attempts",
        sql="""
            select a.currency, side.code, side.owner, side.amount_fen
            from gateways.attempts as a
            cross join lateral (
                values
                (case a.kind when 'wechatpay' then 951 else 956 end, 0::bigint, -a.amount_fen),
                (
                    case a.kind when 'wechatpay' then 952 else 957 end, a.merchant_id,
                    a.amount_fen
                )
            ) as side (code, owner, amount_fen)
            where a.state in ('paid', 'stray')
        """,
    ),
    Money(
        name="gateways.refunds",
        sql="""
            select r.currency, side.code, side.owner, side.amount_fen
            from gateways.refunds as r
            cross join lateral (
                values
                (
                    case r.kind when 'wechatpay' then 952 else 957 end, r.merchant_id,
                    -r.amount_fen
                ), (
                    case r.kind when 'wechatpay' then 951 else 956 end
                    + case r.state when 'done' then 0 else 2 end,
                    case r.state when 'done' then 0 else r.merchant_id end, r.amount_fen
                )
            ) as side (code, owner, amount_fen)
            where r.state in ('asked', 'under_way', 'needs_money', 'done')
        """,
    ),
)
