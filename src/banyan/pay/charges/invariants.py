"""What must always hold of charges and their refunds, and what explains their money."""

from banyan.books.room import Invariant, Money

INVARIANTS = (
    Invariant(
        name="charges.refunds_add_up",
        sql="""
            select c.merchant_id, c.charge_id
            from charges.charges as c
            left join (
                select merchant_id, charge_id, count(*) as refund_count,
                    sum(refund_fen) as refund_fen, sum(payer_fen) as payer_fen,
                    sum(voucher_fen) as voucher_fen, sum(discount_fen) as discount_fen,
                    sum(fee_fen) as fee_fen
                from charges.refunds
                group by merchant_id, charge_id
            ) as r on r.merchant_id = c.merchant_id and r.charge_id = c.charge_id
            where c.refund_count <> coalesce(r.refund_count, 0)
                or c.refunded_fen <> coalesce(r.refund_fen, 0)
                or c.payer_refunded_fen <> coalesce(r.payer_fen, 0)
                or c.voucher_refunded_fen <> coalesce(r.voucher_fen, 0)
                or c.discount_refunded_fen <> coalesce(r.discount_fen, 0)
                or c.fee_refunded_fen <> coalesce(r.fee_fen, 0)
            limit 100
        """,
        why="A charge knows how much of each of its parts went back.",
    ),
    Invariant(
        name="charges.whole_refunds_give_all_back",
        sql="""
            select merchant_id, charge_id from charges.charges
            where refunded_fen = total_fen and (
                payer_refunded_fen <> payer_fen or voucher_refunded_fen <> voucher_fen
                or discount_refunded_fen <> discount_fen or fee_refunded_fen <> fee_fen
            )
            limit 100
        """,
        why="Whoever got everything back got exactly what they gave, and so did the merchant.",
    ),
    Invariant(
        name="charges.states_agree_with_money",
        sql="""
            select merchant_id, charge_id from charges.charges
            where (paid_at is null) <> (payer_fen + voucher_fen + discount_fen = 0)
                or (state = 'paid' and (paid_at is null or payer_id = 0))
                or (state in ('unpaid', 'paying', 'failed', 'closed') and paid_at is not null)
                or (state = 'revoked' and paid_at is not null and refunded_fen <> total_fen)
            limit 100
        """,
        why="A charge is paid when money came, and reversed when all of it went back.",
    ),
    Invariant(
        name="charges.combinations_are_paid_whole",
        sql="""
            select combined_id from charges.charges
            where combined_id <> 0
            group by combined_id
            having count(distinct paid_at is null) > 1 or count(distinct payer_id) > 1
            limit 100
        """,
        why="What is combined is paid at once, by one person, or not at all.",
    ),
)

MONEY = (
    Money(
        name="charges.charges",
        sql="""
            select c.currency, side.code, side.owner, side.amount_fen
            from charges.charges as c
            cross join lateral (
                select case when c.is_shared
                    then c.total_fen - c.discount_fen - c.fee_fen else 0 end as pool_fen
            ) as p
            cross join lateral (
                values (101, c.payer_id, -c.payer_fen),
                (106, c.merchant_id, c.payer_fen - c.fee_fen - p.pool_fen),
                (107, 0::bigint, c.fee_fen),
                (108, c.merchant_id, p.pool_fen)
            ) as side (code, owner, amount_fen)
            where c.paid_at is not null
        """,
    ),
    Money(
        name="charges.refunds",
        sql="""
            select c.currency, side.code, side.owner, side.amount_fen
            from charges.refunds as r
            join charges.charges as c
                on c.merchant_id = r.merchant_id and c.charge_id = r.charge_id
            cross join lateral (
                values (101, c.payer_id, r.payer_fen),
                (
                    case r.funds when 'available' then 102 else 106 end, c.merchant_id,
                    r.fee_fen + r.pool_fen - r.payer_fen
                ),
                (107, 0::bigint, -r.fee_fen),
                (108, c.merchant_id, -r.pool_fen)
            ) as side (code, owner, amount_fen)
        """,
    ),
)
