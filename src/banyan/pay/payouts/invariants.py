"""What must always hold between payouts and banks, and what explains the money that left."""

from banyan.books.room import Invariant, Money

INVARIANTS = (
    Invariant(
        name="payouts.banks_took_what_is_paid",
        sql="""
            select coalesce(p.payout_id::text, b.number) as number
            from (
                select payout_id, currency, amount_fen, state
                from payouts.payouts where bank_id = 'test'
            ) as p
            full join payouts.test_bank as b on b.number = p.payout_id::text
            where p.payout_id is null
                or (p.state = 'paid' and b.number is null)
                or (p.state = 'failed' and b.number is not null)
                or (b.number is not null
                    and (b.amount_fen <> p.amount_fen or b.currency <> p.currency))
            limit 100
        """,
        why="The bank has once what we say it was paid, and nothing of what we gave back.",
    ),
    Invariant(
        name="payouts.money_under_way_is_set_aside",
        sql="""
            select p.holder_id, p.payout_id
            from payouts.payouts as p
            left join ledger.pendings as h on h.transfer_id = p.hold_id
            where (p.state = 'accepted') <> (h.transfer_id is not null)
                or h.amount <> p.amount_fen
            limit 100
        """,
        why="What a bank has neither taken nor refused is set aside, and nothing else is.",
    ),
)

MONEY = (
    Money(
        name="payouts.paid",
        sql="""
            select p.currency, side.code, side.owner, side.amount_fen
            from payouts.payouts as p
            cross join lateral (
                values (
                    case p.holder_kind when 'person' then 101 else 102 end, p.holder_id,
                    -p.amount_fen
                ),
                (103, 0::bigint, p.amount_fen)
            ) as side (code, owner, amount_fen)
            where p.state = 'paid'
        """,
    ),
)
