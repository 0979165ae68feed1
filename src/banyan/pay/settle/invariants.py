"""What explains the money that was settled, and that none of it was settled too early."""

from banyan.books.room import Invariant, Money

INVARIANTS = (
    Invariant(
        name="settle.not_before_its_time",
        sql="""
            select merchant_id, settlement_id from settle.settlements
            where paid_until >= (settled_at at time zone 'Asia/Shanghai')::date
            limit 100
        """,
        why="Nothing is settled on the day on which it was paid.",
    ),
)

MONEY = (
    Money(
        name="settle.settlements",
        sql="""
            select s.currency, side.code, s.merchant_id as owner, side.amount_fen
            from settle.settlements as s
            cross join lateral (
                values (106, -s.amount_fen), (102, s.amount_fen)
            ) as side (code, amount_fen)
        """,
    ),
)
