"""People scan what is printed on a thing, and see what an account says about it."""

from datetime import timedelta
from typing import Annotated

import msgspec

from banyan.base.errors import Invalid, NotFound
from banyan.base.secret import new_token
from banyan.books.room import Timer
from banyan.books.work import Permission, Work, single
from banyan.commerce.barcodes import store
from banyan.commerce.barcodes.types import (
    TESTERS_MAX,
    Code,
    Goods,
    GoodsScanned,
    GoodsState,
    Standard,
    Token,
)
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import (
    ChannelId,
    Openid,
    access_channel,
    access_own,
    ensure_openids,
    find_followers,
)
from banyan.reach.pushes import PushKind, note_push

TICKET_LIFE = timedelta(minutes=30)
FORGET = "barcodes.forget"
_rest = timedelta(hours=1)
_by_camera = 1


class ScanGoods(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """I scanned this."""

    standard: Standard
    code: Code


class CheckTicket(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who came from the page of a thing with this?"""

    merchant_id: MerchantId
    channel_id: ChannelId
    ticket: Token


class SetTesters(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let these see what is not published, and nobody else."""

    merchant_id: MerchantId
    channel_id: ChannelId
    openids: Annotated[list[Openid], msgspec.Meta(max_length=TESTERS_MAX)]


class SeenGoods(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody sees who scanned a thing."""

    goods: Goods
    merchant_id: MerchantId
    channel_name: str
    ticket: str
    """Goes along to the addresses on the page; for half an hour."""


class CheckedTicket(msgspec.Struct, frozen=True, kw_only=True):
    """Who came, and from where."""

    standard: Standard
    code: str
    openid: str
    was_checked: bool
    """It was asked about before."""
    is_follower: bool


@single(permission=Permission.PERSON, is_answer_kept=False)
async def scan_goods(work: Work, command: ScanGoods) -> SeenGoods:
    """Return what is said about a thing; the account's server hears that it was scanned.

    Raises NotFound `barcodes.not_found`.
    """
    person_id = work.actor.person_id
    goods = await store.find_shown(work.db, command.standard, command.code, person_id)
    if goods is None:
        raise NotFound("barcodes.not_found")
    channel = await access_channel(work.db, goods.channel_id)
    ticket = new_token("st")
    await store.insert_visit(work.db, ticket, goods, person_id, work.now)
    work.later(FORGET, 0, work.now + TICKET_LIFE + _rest)
    if goods.state is GoodsState.ON:
        openids = await ensure_openids(work, channel.channel_id, [person_id])
        work.record(
            GoodsScanned(
                merchant_id=int(channel.merchant_id),
                person_id=person_id,
                channel_id=int(channel.channel_id),
                subject_id=int(goods.goods_id),
                standard=goods.standard,
                code=goods.code,
            )
        )
        fields = {
            "key_standard": goods.standard.value,
            "key_str": goods.code,
            "country": "",
            "province": "",
            "city": "",
            "sex": 0,
            "scene": _by_camera,
            "ext_info": "",
        }
        kind = PushKind.BARCODE_SCANNED
        await note_push(work, channel, person_id, openids[person_id], kind, fields)
    return SeenGoods(
        goods=goods,
        merchant_id=MerchantId(channel.merchant_id),
        channel_name=channel.name,
        ticket=ticket,
    )


@single(permission=Permission.CHANNELS_WRITE)
async def check_ticket(work: Work, command: CheckTicket) -> CheckedTicket:
    """Say who came from the page of a thing within half an hour.

    Raises NotFound `channels.not_found`; Invalid `barcodes.ticket_over`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    since = work.now - TICKET_LIFE
    visit = await store.check_visit(work.db, channel.channel_id, command.ticket, since)
    if visit is None:
        raise Invalid("barcodes.ticket_over")
    openids = await ensure_openids(work, channel.channel_id, [visit.person_id])
    openid = openids[visit.person_id]
    found = await find_followers(work.db, channel.channel_id, [openid])
    return CheckedTicket(
        standard=visit.standard,
        code=visit.code,
        openid=openid,
        was_checked=visit.was_checked,
        is_follower=openid in found and found[openid][1].followed_at is not None,
    )


@single(permission=Permission.CHANNELS_WRITE)
async def set_testers(work: Work, command: SetTesters) -> None:
    """Write who sees what is not published.

    Raises NotFound `channels.not_found`; Invalid `barcodes.unknown_openid`.
    """
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    found = await find_followers(work.db, channel.channel_id, command.openids)
    for openid in command.openids:
        if openid not in found:
            raise Invalid("barcodes.unknown_openid", openid=openid)
    people = {person_id for person_id, _ in found.values()}
    await store.set_testers(work.db, channel.channel_id, sorted(people))


async def forget_visits(work: Work, timer: Timer) -> None:
    """Forget scans whose tickets are over."""
    del timer
    await store.forget_visits(work.db, work.now - TICKET_LIFE)


TIMERS = {FORGET: forget_visits}
