"""The queries of bills: they read what the rooms of money wrote, and write nothing."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import asyncpg
import msgspec

from banyan.base.ids import Id
from banyan.books.work import Connection
from banyan.parties.ids import MerchantId
from banyan.pay.charges import (
    ChargeId,
    ChargeRefundId,
    ChargeState,
    Facts,
    Protocol,
    Way,
    refund_no_of,
    transaction_no_of,
)
from banyan.pay.split import PART, RETURN, SHARING, SUBSIDY, number_of
from banyan.views.bills import days_store
from banyan.views.bills.rules import LINES_MAX, kind_of
from banyan.views.bills.types import Flow, ShareKind, ShareLine, TradeLine

_SHARES = {"part_id": PART, "return_id": RETURN, "subsidy_id": SUBSIDY}
"""What moved by sharing, and how it is numbered on the wire."""
_facts = msgspec.json.Decoder(Facts).decode

LIST_PAID = """
select c.paid_at as at, c.merchant_id, c.provider_id, coalesce(p.mchid, '') as mchid,
    coalesce(q.mchid, '') as provider_mchid, coalesce(a.appid, '') as appid,
    coalesce(s.appid, '') as sub_appid, c.openid, c.protocol, c.way, c.state, c.charge_id,
    c.out_no, c.currency, c.total_fen, c.payer_fen, c.voucher_fen, c.discount_fen, c.fee_fen,
    c.rate_bp, c.facts, c.created_at
from charges.charges as c
left join payees.payees as p on p.merchant_id = c.merchant_id
left join payees.payees as q on q.merchant_id = c.provider_id
left join channels.channels as a on a.channel_id = c.channel_id
left join channels.channels as s on s.channel_id = c.sub_channel_id
where (c.merchant_id = $1 or (c.provider_id = $1 and c.provider_id <> 0))
    and ($2::bigint = 0 or c.merchant_id = $2)
    and c.network = any($3::text[]) and c.currency = $4 and c.paid_at >= $5 and c.paid_at < $6
order by c.paid_at, c.charge_id
limit $7
"""

LIST_REFUNDED = """
select r.refunded_at as at, c.merchant_id, c.provider_id, coalesce(p.mchid, '') as mchid,
    coalesce(q.mchid, '') as provider_mchid, coalesce(a.appid, '') as appid,
    coalesce(s.appid, '') as sub_appid, c.openid, c.protocol, c.way, c.state, c.charge_id,
    c.out_no, c.currency, c.total_fen, r.payer_fen, r.voucher_fen, r.discount_fen, r.fee_fen,
    c.rate_bp, c.facts, r.refunded_at as created_at, r.refund_id, r.out_refund_no, r.refund_fen,
    r.reason
from charges.refunds as r
inner join charges.charges as c on c.merchant_id = r.merchant_id and c.charge_id = r.charge_id
left join payees.payees as p on p.merchant_id = c.merchant_id
left join payees.payees as q on q.merchant_id = c.provider_id
left join channels.channels as a on a.channel_id = c.channel_id
left join channels.channels as s on s.channel_id = c.sub_channel_id
where (r.merchant_id = $1 or (r.provider_id = $1 and r.provider_id <> 0))
    and ($2::bigint = 0 or r.merchant_id = $2)
    and r.network = any($3::text[]) and c.currency = $4
    and r.refunded_at >= $5 and r.refunded_at < $6
order by r.refunded_at, r.refund_id
limit $7
"""

# What moves between accounts of the same merchant, such as a settlement, changes nothing of what
# it holds. A transfer that completes a pending one names what was moved; the pending one nothing.
LIST_FLOWS = """
select t.transfer_id, t.code, t.cause, t.recorded_at as at,
    case when t.credit = any($1::bigint[]) then t.amount else -t.amount end as amount_fen,
    coalesce(
        c.out_no, r.out_refund_no, p.out_no, m.out_no, s.out_no, b.out_return_no, u.out_no,
        k.out_no, ''
    ) as out_no,
    c.charge_id, r.refund_id, o.part_id, b.return_id, u.subsidy_id
from ledger.transfers as t
left join charges.charges as c
    on c.merchant_id = $2 and c.charge_id = t.cause and t.code in (801, 802, 712)
left join charges.refunds as r
    on r.merchant_id = $2 and r.refund_id = t.cause and t.code in (804, 805, 713)
left join payouts.payouts as p on p.holder_id = $2 and p.payout_id = t.cause and t.code = 887
left join remit.remittances as m
    on m.merchant_id = $2 and m.remittance_id = t.cause and t.code = 872
left join split.parts as o
    on t.code = 851 and o.part_id = t.cause
    and (o.merchant_id = $2 or (o.kind = 'merchant' and o.receiver_id = $2))
left join split.sharings as s on s.merchant_id = o.merchant_id and s.sharing_id = o.sharing_id
left join split.returns as b
    on t.code = 853 and b.return_id = t.cause and (b.merchant_id = $2 or b.payer_id = $2)
left join split.subsidies as u
    on t.code in (854, 855) and u.subsidy_id = t.cause
    and (u.merchant_id = $2 or u.provider_id = $2)
left join redpackets.packets as k on t.code in (901, 903) and k.packet_id = t.cause
where t.transfer_id = any($3::bigint[])
    and (t.credit = any($1::bigint[])) <> (t.debit = any($1::bigint[]))
order by t.recorded_at, t.transfer_id
limit $4
"""

# Of the merchant itself, and what it ordered for those for whom it acts.
LIST_SHARES = """
with named as (
    select $1::bigint as merchant_id
    union
    select b.merchant_id from payees.bonds as b where b.provider_id = $1
), lines as (
    select s.created_at as at, case when p.state = 'done' then 'given' else 'refused' end as what,
        s.merchant_id, s.provider_id, s.charge_id, s.sharing_id as one_id, p.part_id, s.out_no,
        p.account, p.amount_fen, p.description, p.fail_reason as remark
    from named as n
    inner join split.sharings as s
        on s.merchant_id = n.merchant_id and s.created_at >= $3 and s.created_at < $4
    inner join split.parts as p
        on p.merchant_id = s.merchant_id and p.sharing_id = s.sharing_id
    where $1 in (s.merchant_id, s.provider_id)
    union all
    select s.created_at, 'kept', s.merchant_id, s.provider_id, s.charge_id, s.sharing_id, 0,
        s.out_no, '', s.unfrozen_fen, s.description, ''
    from named as n
    inner join split.sharings as s
        on s.merchant_id = n.merchant_id and s.created_at >= $3 and s.created_at < $4
    where $1 in (s.merchant_id, s.provider_id) and s.unfrozen_fen > 0
    union all
    select r.returned_at, 'returned', r.merchant_id, r.provider_id, r.charge_id, r.return_id,
        r.part_id, r.out_return_no, r.payer_mchid, r.amount_fen, r.description, ''
    from named as n
    inner join split.returns as r
        on r.merchant_id = n.merchant_id and r.returned_at >= $3 and r.returned_at < $4
    where $1 in (r.merchant_id, r.provider_id)
)
select l.at, l.what, l.merchant_id, l.charge_id, l.one_id, l.part_id, l.out_no, l.account,
    l.amount_fen, l.description, l.remark, c.total_fen, p.mchid,
    coalesce(q.mchid, p.mchid) as ordered_by
from lines as l
inner join charges.charges as c on c.merchant_id = l.merchant_id and c.charge_id = l.charge_id
inner join payees.payees as p on p.merchant_id = l.merchant_id
left join payees.payees as q on q.merchant_id = l.provider_id
where $2::bigint = 0 or l.merchant_id = $2
order by l.at, l.one_id, l.part_id
limit $5
"""


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Whose lines, of which payees, networks, currency and instants."""

    merchant_id: MerchantId
    payee_id: MerchantId
    """One of those in whose name a provider asks; 0 for all."""
    networks: Sequence[str]
    currency: str
    since: datetime
    until: datetime


async def list_paid(db: Connection, wanted: Wanted) -> list[TradeLine]:
    """What was paid, in order."""
    return await _list_lines(db, LIST_PAID, wanted, is_refund=False)


async def list_refunded(db: Connection, wanted: Wanted) -> list[TradeLine]:
    """What went back, in order."""
    return await _list_lines(db, LIST_REFUNDED, wanted, is_refund=True)


async def list_flows(
    db: Connection, merchant_id: int, accounts: Sequence[int], since: datetime, until: datetime
) -> tuple[int, list[Flow]]:
    """What accounts of a merchant held together at first, and what changed it, in order."""
    opening, moved = await days_store.read_moved(db, accounts, since, until)
    rows = await db.fetch(LIST_FLOWS, accounts, merchant_id, moved, LINES_MAX)
    return opening, await asyncio.to_thread(_add_up, opening, rows)


def _add_up(balance: int, rows: Sequence[asyncpg.Record]) -> list[Flow]:
    flows = []
    for row in rows:
        balance += row["amount_fen"]
        flows.append(_flow(row, balance))
    return flows


async def list_shares(
    db: Connection, merchant_id: int, payee_id: int, since: datetime, until: datetime
) -> list[ShareLine]:
    """What was shared, and what came back, in order."""
    rows = await db.fetch(LIST_SHARES, merchant_id, payee_id, since, until, LINES_MAX)
    return await asyncio.to_thread(lambda: [_share(row) for row in rows])


async def _list_lines(
    db: Connection, statement: str, one: Wanted, *, is_refund: bool
) -> list[TradeLine]:
    rows = await db.fetch(
        statement,
        one.merchant_id,
        one.payee_id,
        list(one.networks),
        one.currency,
        one.since,
        one.until,
        LINES_MAX,
    )
    # There may be very many: others are answered meanwhile.
    return await asyncio.to_thread(lambda: [_line(row, is_refund=is_refund) for row in rows])


def _line(row: asyncpg.Record, *, is_refund: bool) -> TradeLine:
    return TradeLine(
        at=row["at"],
        is_refund=is_refund,
        merchant_id=MerchantId(row["merchant_id"]),
        provider_id=MerchantId(row["provider_id"]),
        mchid=row["mchid"],
        provider_mchid=row["provider_mchid"],
        appid=row["appid"],
        sub_appid=row["sub_appid"],
        openid=row["openid"],
        protocol=Protocol(row["protocol"]),
        way=Way(row["way"]),
        state=ChargeState(row["state"]),
        transaction_no=transaction_no_of(ChargeId(row["charge_id"])),
        out_no=row["out_no"],
        refund_no=refund_no_of(ChargeRefundId(row["refund_id"])) if is_refund else "",
        out_refund_no=row["out_refund_no"] if is_refund else "",
        currency=row["currency"],
        total_fen=row["total_fen"],
        payer_fen=row["payer_fen"],
        voucher_fen=row["voucher_fen"],
        discount_fen=row["discount_fen"],
        fee_fen=row["fee_fen"],
        rate_bp=row["rate_bp"],
        refund_fen=row["refund_fen"] if is_refund else 0,
        reason=row["reason"] if is_refund else "",
        facts=_facts(row["facts"]),
        created_at=row["created_at"],
    )


def _flow(row: asyncpg.Record, balance: int) -> Flow:
    number = f"{row['cause']:d}"
    if row["charge_id"] is not None:
        number = transaction_no_of(ChargeId(row["charge_id"]))
    elif row["refund_id"] is not None:
        number = refund_no_of(ChargeRefundId(row["refund_id"]))
    for column, prefix in _SHARES.items():
        if row[column] is not None:
            number = number_of(prefix, row[column])
    return Flow(
        flow_id=Id(row["transfer_id"]),
        kind=kind_of(row["code"]),
        code=row["code"],
        cause=Id(row["cause"]),
        number=number,
        out_no=row["out_no"],
        amount_fen=row["amount_fen"],
        balance_fen=balance,
        at=row["at"],
    )


def _share(row: asyncpg.Record) -> ShareLine:
    is_done = row["what"] != "refused"
    kind = ShareKind(row["what"]) if is_done else ShareKind.GIVEN
    prefix = RETURN if kind is ShareKind.RETURNED else SHARING
    return ShareLine(
        at=row["at"],
        kind=kind,
        is_done=is_done,
        merchant_id=MerchantId(row["merchant_id"]),
        mchid=row["mchid"],
        ordered_by=row["ordered_by"],
        transaction_no=transaction_no_of(ChargeId(row["charge_id"])),
        number=number_of(prefix, row["one_id"]),
        part_no=number_of(PART, row["part_id"]) if row["part_id"] else "",
        out_no=row["out_no"],
        charged_fen=row["total_fen"],
        account=row["mchid"] if kind is ShareKind.KEPT else row["account"],
        amount_fen=row["amount_fen"],
        description=row["description"],
        remark=row["remark"],
    )
