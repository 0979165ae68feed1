"""What always holds of merchants' own coupons, and what explains the money of subsidies."""

from banyan.books.room import Invariant, Money

INVARIANTS = (
    Invariant(
        name="busifavors.limits_kept",
        sql="""
select s.merchant_id, s.stock_id
from busifavors.stocks as s
left join (
    select merchant_id, stock_id, count(*) as coupons, max(ordinal) as ordinal
    from busifavors.coupons
    group by merchant_id, stock_id
) as c on s.merchant_id = c.merchant_id and s.stock_id = c.stock_id
where s.sent_count <> coalesce(c.coupons, 0) or s.sent_count > s.max_count
    or coalesce(c.ordinal, 0) > s.max_by_person
limit 100
""",
        why="a stock gave out more coupons than it may",
    ),
    Invariant(
        name="busifavors.returns_add_up",
        sql="""
select p.merchant_id, p.subsidy_id
from busifavors.subsidies as p
left join (
    select merchant_id, subsidy_id, sum(amount_fen) as amount_fen
    from busifavors.subsidy_returns
    group by merchant_id, subsidy_id
) as r on p.merchant_id = r.merchant_id and p.subsidy_id = r.subsidy_id
where p.returned_fen <> coalesce(r.amount_fen, 0)
limit 100
""",
        why="a subsidy does not know what came back of it",
    ),
)

MONEY = (
    Money(
        name="busifavors.subsidies",
        sql="""
            select 'CNY', 102, side.owner, side.amount_fen
            from busifavors.subsidies as p
            cross join lateral (
                values (p.merchant_id, p.returned_fen - p.amount_fen),
                (p.payee_id, p.amount_fen - p.returned_fen)
            ) as side (owner, amount_fen)
        """,
    ),
)
