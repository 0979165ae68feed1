"""What explains the money that came into wallets."""

from banyan.books.room import Money

MONEY = (
    Money(
        name="wallets.top_ups",
        sql="""
            select t.currency, side.code, side.owner, side.amount_fen
            from wallets.top_ups as t
            cross join lateral (
                values (103, 0::bigint, -t.amount_fen), (101, t.person_id, t.amount_fen)
            ) as side (code, owner, amount_fen)
        """,
    ),
)
