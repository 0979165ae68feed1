"""What must always hold of statements, and what explains the fees that providers kept."""

from banyan.books.room import Invariant, Money

INVARIANTS = (
    Invariant(
        name="tallies.statements_are_whole",
        sql="""
            select s.merchant_id, s.gateway_id, s.day
            from tallies.statements as s
            left join tallies.lines as l
                on l.merchant_id = s.merchant_id and l.gateway_id = s.gateway_id
                and l.day = s.day
            group by s.merchant_id, s.gateway_id, s.day, s.line_count
            having count(l.line) <> s.line_count
            limit 100
        """,
        why="A statement has all its lines: in part it would show differences that are none.",
    ),
    Invariant(
        name="tallies.none_is_forgotten",
        sql="""
            select merchant_id, gateway_id, day
            from tallies.statements where state = 'wanted' and due_at is null
            limit 100
        """,
        why="A statement that is wanted is asked for until it is there, or nobody can have it.",
    ),
)

MONEY = (
    Money(
        name="tallies.fees",
        sql="""
            select 'CNY' as currency, side.code, side.owner, side.amount_fen
            from tallies.statements as s
            cross join lateral (
                values
                (
                    case s.kind when 'wechatpay' then 952 else 957 end, s.merchant_id,
                    -s.booked_fee_fen
                ),
                (
                    case s.kind when 'wechatpay' then 954 else 959 end, s.merchant_id,
                    s.booked_fee_fen
                )
            ) as side (code, owner, amount_fen)
            where s.booked_fee_fen <> 0
        """,
    ),
)
