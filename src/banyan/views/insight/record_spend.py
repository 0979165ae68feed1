"""What a merchant spent to be found: recorded, taken back, listed."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import msgspec

from banyan.base.errors import NotFound
from banyan.base.ids import NONE, Id
from banyan.base.paging import Cursor, Limit, Page, decode_id_cursor, page_of
from banyan.base.text import OptionalName
from banyan.books.work import Permission, Work, reading, single
from banyan.commerce.places import CodeId, ReadCode, read_code
from banyan.parties.audit import note_change
from banyan.parties.merchants import MerchantId, access_merchant
from banyan.reach.channels import ChannelId, access_own
from banyan.views.insight import store
from banyan.views.insight.rules import check_day
from banyan.views.insight.types import Spend, SpendId, SpendRecorded, SpendRemoved, SpentFen

_noon = time(12)
_newest = 2**63 - 1


class RecordSpend(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A merchant spent money to be found: printed a poster, paid for an advertisement."""

    merchant_id: MerchantId
    code_id: CodeId = CodeId(NONE)
    """The poster it was for; 0 for none in particular."""
    channel_id: ChannelId = ChannelId(NONE)
    """The official account it was for; 0 for none in particular."""
    spent_on: date
    amount_fen: SpentFen
    note: OptionalName = ""


class RemoveSpend(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A spend was a mistake."""

    merchant_id: MerchantId
    spend_id: SpendId


class ListSpends(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A merchant's spends, the last recorded first."""

    merchant_id: MerchantId
    limit: Limit = 20
    cursor: Cursor | None = None


@single(permission=Permission.CAMPAIGNS_WRITE)
async def record_spend(work: Work, command: RecordSpend) -> Spend:
    """Keep what a code or an official account cost, for the reports to weigh.

    Raises NotFound `places.code_not_found`, `stores.not_found` or `channels.not_found`; Invalid
    `insight.day_out_of_range`.
    """
    check_day(command.spent_on)
    store_id = await _access_subject(work, command)
    merchant = await access_merchant(work.db, command.merchant_id)
    spend = Spend(
        merchant_id=Id(command.merchant_id),
        spend_id=SpendId(work.ids.next()),
        store_id=Id(store_id),
        code_id=Id(command.code_id),
        channel_id=Id(command.channel_id),
        spent_on=command.spent_on,
        amount_fen=command.amount_fen,
        note=command.note,
        recorded_at=work.now,
    )
    spent_at = datetime.combine(spend.spent_on, _noon, ZoneInfo(merchant.time_zone))
    await store.insert_spend(work.db, spend, spent_at)
    await _note(work, None, spend)
    work.record(SpendRecorded(**_columns(spend), currency=merchant.currency, spent_at=spent_at))
    return spend


@single(permission=Permission.CAMPAIGNS_WRITE)
async def remove_spend(work: Work, command: RemoveSpend) -> Spend:
    """Take a spend out of the reports. Raises NotFound `insight.spend_not_found`."""
    found = await store.set_removed(work.db, command.merchant_id, command.spend_id, work.now)
    if found is None:
        raise NotFound("insight.spend_not_found")
    spend, spent_at = found
    work.check_store(command.merchant_id, spend.store_id)
    merchant = await access_merchant(work.db, command.merchant_id)
    await _note(work, spend, None)
    work.record(SpendRemoved(**_columns(spend), currency=merchant.currency, spent_at=spent_at))
    return spend


@reading(permission=Permission.INSIGHT_READ)
async def list_spends(work: Work, query: ListSpends) -> Page[Spend]:
    """Return a page of the merchant's spends. Raises Invalid `paging.bad_cursor`."""
    before = decode_id_cursor(query.cursor, _newest)
    found = await store.list_spends(work.db, query.merchant_id, before, query.limit + 1)
    return page_of(found, query.limit, [one.spend_id for one in found])


async def _access_subject(work: Work, command: RecordSpend) -> int:
    """The store that the spend is for, 0 for none; its code and channel are the merchant's own."""
    if command.channel_id:
        await access_own(work.db, command.merchant_id, command.channel_id)
    if not command.code_id:
        return NONE
    query = ReadCode(merchant_id=command.merchant_id, code_id=command.code_id)
    return int((await read_code(work, query)).place.store_id)


def _columns(spend: Spend) -> dict[str, int]:
    return {
        "merchant_id": int(spend.merchant_id),
        "store_id": int(spend.store_id),
        "code_id": int(spend.code_id),
        "channel_id": int(spend.channel_id),
        "subject_id": int(spend.spend_id),
        "amount_fen": spend.amount_fen,
    }


async def _note(work: Work, before: Spend | None, after: Spend | None) -> None:
    one = after or before
    assert one is not None
    await note_change(
        work,
        merchant_id=one.merchant_id,
        subject="insight.spend",
        subject_id=one.spend_id,
        before=before,
        after=after,
    )
