"""What explains the money that was paid."""

from banyan.books.room import Money

MONEY = (
    Money(
        name="collect.payments",
        sql="""
            select p.currency, side.code, side.owner, side.amount_fen
            from collect.payments as p
            cross join lateral (
                values (
                    case p.method when 'wallet' then 101 else 105 end,
                    case p.method when 'wallet' then p.person_id else 0 end, -p.amount_fen
                ), (
                    case p.method when 'wallet' then 102 else 104 end, p.merchant_id, p.amount_fen
                )
            ) as side (code, owner, amount_fen)
            where p.method in ('wallet', 'cash', 'other')
        """,
    ),
)
