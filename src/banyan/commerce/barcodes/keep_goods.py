"""What an account says about things: written, checked, published, taken back, deleted."""

import msgspec

from banyan.base.errors import Invalid, NotFound, Refusal
from banyan.base.ids import Id
from banyan.books.work import Permission, Work, single
from banyan.commerce.barcodes import store
from banyan.commerce.barcodes.read_goods import NamedGoods
from banyan.commerce.barcodes.rules import check_code, check_facts, list_texts
from banyan.commerce.barcodes.types import (
    Code,
    Goods,
    GoodsFacts,
    GoodsPublished,
    GoodsState,
    Standard,
)
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import Channel, ChannelId, access_own
from banyan.reach.moderation import Check, CheckState, Content, Subject, ask_check
from banyan.reach.pushes import PushKind, note_push

SUBJECT = "barcodes.goods"
"""Under which checks are told of."""


class AddGoods(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say this about whatever has this code on it."""

    merchant_id: MerchantId
    channel_id: ChannelId
    standard: Standard
    code: Code
    facts: GoodsFacts


class ChangeGoods(AddGoods, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say this about it from now on."""


class PublishGoods(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Show it to whoever scans the code; or no more."""

    merchant_id: MerchantId
    channel_id: ChannelId
    standard: Standard
    code: Code
    is_shown: bool


class DeleteGoods(NamedGoods, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say nothing about it any more."""


@single(permission=Permission.CHANNELS_WRITE)
async def add_goods(work: Work, command: AddGoods) -> Goods:
    """Write something about a code; nobody sees it before it is published.

    Raises NotFound `channels.not_found`; Invalid `barcodes.code_malformed`,
    `barcodes.no_such_category`, `barcodes.code_taken`.
    """
    check_code(command.standard, command.code)
    check_facts(command.facts)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    goods = Goods(
        channel_id=channel.channel_id,
        standard=command.standard,
        code=command.code,
        goods_id=Id(work.ids.next()),
        facts=command.facts,
        state=GoodsState.OFF,
        why="",
        updated_at=work.now,
    )
    if not await store.insert_goods(work.db, goods):
        raise Invalid("barcodes.code_taken")
    return goods


@single(permission=Permission.CHANNELS_WRITE)
async def change_goods(work: Work, command: ChangeGoods) -> Goods:
    """Write it anew; what was published is checked once more, and not seen meanwhile.

    Raises NotFound `channels.not_found`, `barcodes.not_found`; Invalid
    `barcodes.no_such_category`; Refusal `barcodes.being_checked`.
    """
    check_facts(command.facts)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    before = await _lock(work, channel, command.standard, command.code)
    if before.state is GoodsState.CHECK:
        raise Refusal("barcodes.being_checked")
    is_shown = before.state is GoodsState.ON
    after = msgspec.structs.replace(
        before, facts=command.facts, updated_at=work.now, state=GoodsState.OFF, why=""
    )
    await store.set_goods(work.db, after)
    if is_shown:
        await _ask(work, channel, after)
    found = await store.find_goods(work.db, channel.channel_id, command.standard, command.code)
    assert found is not None
    return found


@single(permission=Permission.CHANNELS_WRITE)
async def publish_goods(work: Work, command: PublishGoods) -> Goods:
    """Have it checked and shown, or shown no more.

    Raises NotFound `channels.not_found`, `barcodes.not_found`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    before = await _lock(work, channel, command.standard, command.code)
    if command.is_shown and before.state in {GoodsState.OFF, GoodsState.REJECT}:
        await _ask(work, channel, before)
    elif not command.is_shown and before.state is not GoodsState.OFF:
        after = msgspec.structs.replace(before, state=GoodsState.OFF, updated_at=work.now)
        await store.set_goods(work.db, after)
    found = await store.find_goods(work.db, channel.channel_id, command.standard, command.code)
    assert found is not None
    return found


@single(permission=Permission.CHANNELS_WRITE)
async def delete_goods(work: Work, command: DeleteGoods) -> None:
    """Delete it. Raises NotFound `channels.not_found`, `barcodes.not_found`."""
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    if not await store.delete_goods(work.db, channel.channel_id, command.standard, command.code):
        raise NotFound("barcodes.not_found")


async def on_checked(work: Work, channel: Channel, check: Check) -> None:
    """Show what passed, and tell the account's server; what was taken back stays so.

    What was found of other words than it says now says nothing about it.
    """
    before = await store.lock_by_id(work.db, channel.channel_id, check.subject.subject_id)
    if before is None or before.state not in {GoodsState.CHECK, GoodsState.ON, GoodsState.REJECT}:
        return
    if check.content.texts != list_texts(before.facts):
        return
    is_shown = check.state is CheckState.PASSED
    why = "" if is_shown or check.reason is None else check.reason.value
    after = msgspec.structs.replace(
        before,
        state=GoodsState.ON if is_shown else GoodsState.REJECT,
        why=why,
        updated_at=work.now,
    )
    await store.set_goods(work.db, after)
    if is_shown:
        work.record(
            GoodsPublished(
                merchant_id=int(channel.merchant_id),
                channel_id=int(channel.channel_id),
                subject_id=int(after.goods_id),
                standard=after.standard,
                code=after.code,
            )
        )
    fields = {
        "key_standard": after.standard.value,
        "key_str": after.code,
        "result": "verify_ok" if is_shown else "verify_not_pass",
        "reason_msg": why,
    }
    await note_push(work, channel, 0, "", PushKind.BARCODE_CHECKED, fields)


async def _lock(work: Work, channel: Channel, standard: Standard, code: str) -> Goods:
    found = await store.lock_goods(work.db, channel.channel_id, standard, code)
    if found is None:
        raise NotFound("barcodes.not_found")
    return found


async def _ask(work: Work, channel: Channel, goods: Goods) -> None:
    checked = msgspec.structs.replace(goods, state=GoodsState.CHECK, updated_at=work.now)
    await store.set_goods(work.db, checked)
    subject = Subject(kind=SUBJECT, subject_id=int(goods.goods_id))
    await ask_check(work, channel, subject, Content(texts=list_texts(goods.facts)))
