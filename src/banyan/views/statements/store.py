"""The statements' one query; it reads what the rooms of money wrote, and writes nothing."""

from collections.abc import Sequence
from datetime import datetime

from banyan.base.ids import Id
from banyan.books.work import Connection
from banyan.views.statements.types import EntryKind, WalletEntry

# Each branch stops after a page, so that a long history costs no more than a short one. Written at
# read time: a table of entries would double what paying, which is hot, has to write.
LIST_ENTRIES = """
select e.entry_id, e.kind, e.currency, e.amount_fen, e.merchant_id,
    coalesce(m.name, e.sender_name, '') as merchant_name, e.order_id,
    coalesce(paid.token, '') as token, e.bank_id, e.happened_at
from (
    (
        select top_up_id as entry_id, 'top_up' as kind, currency, amount_fen,
            0::bigint as merchant_id, 0::bigint as order_id, bank_id, topped_up_at as happened_at,
            null as sender_name
        from wallets.top_ups
        where person_id = $1 and currency = $2 and (topped_up_at, top_up_id) < ($3, $4)
        order by topped_up_at desc, top_up_id desc
        limit $5
    )
    union all
    (
        select payment_id, 'payment', currency, -amount_fen, merchant_id, payment_id, '', paid_at,
            null
        from collect.payments
        where person_id = $1 and person_id <> 0 and method = 'wallet' and currency = $2
            and amount_fen > 0 and (paid_at, payment_id) < ($3, $4)
        order by paid_at desc, payment_id desc
        limit $5
    )
    union all
    (
        select refund_id, 'refund', currency, amount_fen, merchant_id, payment_id, '', refunded_at,
            null
        from refunds.refunds
        where person_id = $1 and person_id <> 0 and method = 'wallet' and currency = $2
            and amount_fen > 0 and (refunded_at, refund_id) < ($3, $4)
        order by refunded_at desc, refund_id desc
        limit $5
    )
    union all
    (
        select payout_id, 'payout', currency, -amount_fen, 0::bigint, 0::bigint, bank_id,
            changed_at, null
        from payouts.payouts
        where holder_id = $1 and holder_kind = 'person' and state = 'paid' and currency = $2
            and (changed_at, payout_id) < ($3, $4)
        order by changed_at desc, payout_id desc
        limit $5
    )
    union all
    (
        select packet_id, 'packet_sent', currency, -total_fen, 0, 0, '', sent_at, null
        from redpackets.packets
        where person_id = $1 and person_id <> 0 and currency = $2
            and (sent_at, packet_id) < ($3, $4)
        order by sent_at desc, packet_id desc
        limit $5
    )
    union all
    (
        select packet_id, 'packet_returned', currency, refunded_fen, 0, 0, '', ended_at, null
        from redpackets.packets
        where person_id = $1 and person_id <> 0 and currency = $2 and refunded_fen > 0
            and (ended_at, packet_id) < ($3, $4)
        order by ended_at desc, packet_id desc
        limit $5
    )
    union all
    (
        select t.packet_id, 'packet_taken', p.currency, t.amount_fen, p.merchant_id, 0, '',
            t.taken_at, p.sender_name
        from redpackets.takings as t
        inner join redpackets.packets as p on p.packet_id = t.packet_id
        where t.person_id = $1 and p.currency = $2 and (t.taken_at, t.packet_id) < ($3, $4)
        order by t.taken_at desc, t.packet_id desc
        limit $5
    )
    union all
    (
        select charge_id, 'charge', currency, -payer_fen, merchant_id, 0, '', paid_at, null
        from charges.charges
        where payer_id = $1 and paid_at is not null and currency = $2 and payer_fen > 0
            and (paid_at, charge_id) < ($3, $4)
        order by paid_at desc, charge_id desc
        limit $5
    )
    union all
    (
        select r.refund_id, 'charge_refund', c.currency, r.payer_fen, c.merchant_id, 0, '',
            r.refunded_at, null
        from charges.refunds as r
        inner join charges.charges as c
            on c.merchant_id = r.merchant_id and c.charge_id = r.charge_id
        where r.payer_id = $1 and r.payer_fen > 0 and c.currency = $2
            and (r.refunded_at, r.refund_id) < ($3, $4)
        order by r.refunded_at desc, r.refund_id desc
        limit $5
    )
    union all
    (
        select remittance_id, 'remittance', currency, amount_fen, merchant_id, 0, '', updated_at,
            null
        from remit.remittances
        where person_id = $1 and person_id <> 0 and state = 'done' and currency = $2
            and (updated_at, remittance_id) < ($3, $4)
        order by updated_at desc, remittance_id desc
        limit $5
    )
    union all
    (
        select p.part_id, 'share', c.currency, p.amount_fen, p.merchant_id, 0, '', s.created_at,
            null
        from split.parts as p
        inner join split.sharings as s
            on s.merchant_id = p.merchant_id and s.sharing_id = p.sharing_id
        inner join charges.charges as c
            on c.merchant_id = s.merchant_id and c.charge_id = s.charge_id
        where p.kind = 'person' and p.receiver_id = $1 and p.state = 'done' and c.currency = $2
            and (s.created_at, p.part_id) < ($3, $4)
        order by s.created_at desc, p.part_id desc
        limit $5
    )
) as e
left join merchants.merchants as m on m.merchant_id = e.merchant_id
left join charges.charges as paid
    on e.kind = 'charge' and paid.merchant_id = e.merchant_id and paid.charge_id = e.entry_id
order by e.happened_at desc, e.entry_id desc
limit $5
"""


async def list_entries(
    db: Connection, person_id: int, currency: str, before: tuple[datetime, int], limit: int
) -> Sequence[WalletEntry]:
    """Return what changed a wallet before an instant and an entry of it, the newest first."""
    rows = await db.fetch(LIST_ENTRIES, person_id, currency, *before, limit)
    return [
        WalletEntry(
            entry_id=Id(row["entry_id"]),
            kind=EntryKind(row["kind"]),
            currency=row["currency"],
            amount_fen=row["amount_fen"],
            merchant_id=Id(row["merchant_id"]),
            merchant_name=row["merchant_name"],
            order_id=Id(row["order_id"]),
            token=row["token"],
            bank_id=row["bank_id"],
            happened_at=row["happened_at"],
        )
        for row in rows
    ]
