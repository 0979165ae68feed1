"""Every room of the building, from the ground up; migrations run in this order."""

from collections.abc import Sequence

from banyan.app.checker import EngineJudge
from banyan.app.likeness import EngineLikeness
from banyan.base.db import Connection
from banyan.books.room import Room
from banyan.books.rooms import BOOKS
from banyan.books.work import Work
from banyan.commerce import (
    barcodes,
    campaigns,
    cards,
    catalogue,
    coupons,
    desks,
    fapiaos,
    handouts,
    hotspots,
    imports,
    invoices,
    listings,
    members,
    orders,
    places,
    stock,
    stores,
)
from banyan.parties import audit, keys, merchants, people, providers, sessions, staff
from banyan.pay import (
    afterpay,
    alipayapps,
    busifavors,
    charges,
    circles,
    collect,
    complaints,
    enrolments,
    gateways,
    guides,
    notifications,
    parkings,
    partnerships,
    passwords,
    paycodes,
    payees,
    paygifts,
    payouts,
    refunds,
    remit,
    risk,
    scores,
    settle,
    split,
    tallies,
    vouchers,
    wallets,
)
from banyan.reach import (
    applinks,
    articles,
    beacons,
    blocks,
    broadcasts,
    channels,
    comments,
    consents,
    devices,
    labels,
    media,
    menus,
    miniapps,
    moderation,
    notices,
    originals,
    penalties,
    platforms,
    pushes,
    redpackets,
    remotes,
    scenes,
    talks,
    templates,
    tokens,
    voices,
)
from banyan.views import audience, bills, insight, reconcile, search, statements

ROOMS: tuple[Room, ...] = (
    *BOOKS,
    people.ROOM,
    audit.ROOM,
    staff.ROOM,
    merchants.ROOM,
    keys.ROOM,
    sessions.ROOM,
    providers.ROOM,
    wallets.ROOM,
    payees.ROOM,
    notifications.ROOM,
    alipayapps.ROOM,
    passwords.ROOM,
    paycodes.ROOM,
    risk.ROOM,
    gateways.ROOM,
    collect.ROOM,
    refunds.ROOM,
    remit.ROOM,
    payouts.ROOM,
    partnerships.ROOM,
    vouchers.ROOM,
    charges.ROOM,
    settle.ROOM,
    tallies.ROOM,
    busifavors.ROOM,
    scores.ROOM,
    complaints.ROOM,
    guides.ROOM,
    parkings.ROOM,
    afterpay.ROOM,
    circles.ROOM,
    paygifts.ROOM,
    split.ROOM,
    enrolments.ROOM,
    notices.ROOM,
    blocks.ROOM,
    channels.ROOM,
    tokens.ROOM,
    labels.ROOM,
    menus.ROOM,
    consents.ROOM,
    media.ROOM,
    voices.ROOM,
    pushes.ROOM,
    platforms.ROOM,
    moderation.ROOM,
    penalties.ROOM,
    articles.ROOM,
    originals.ROOM,
    comments.ROOM,
    scenes.ROOM,
    talks.ROOM,
    templates.ROOM,
    devices.ROOM,
    beacons.ROOM,
    miniapps.ROOM,
    remotes.ROOM,
    broadcasts.ROOM,
    applinks.ROOM,
    redpackets.ROOM,
    stores.ROOM,
    listings.ROOM,
    hotspots.ROOM,
    places.ROOM,
    desks.ROOM,
    catalogue.ROOM,
    stock.ROOM,
    members.ROOM,
    coupons.ROOM,
    cards.ROOM,
    handouts.ROOM,
    orders.ROOM,
    campaigns.ROOM,
    imports.ROOM,
    invoices.ROOM,
    fapiaos.ROOM,
    barcodes.ROOM,
    statements.ROOM,
    bills.ROOM,
    reconcile.ROOM,
    insight.ROOM,
    search.ROOM,
    audience.ROOM,
)


async def _find_store(db: Connection, merchant_id: int, poi_id: int) -> str | None:
    """The name of a store, for rooms below the one of stores."""
    found = await stores.find_stores(db, [(merchant_id, poi_id)])
    return next((one.name for one in found.values()), None)


async def _find_people(db: Connection, channel_id: int, openids: Sequence[str]) -> dict[str, int]:
    """Who is behind openids, for rooms below the one of channels."""
    found = await channels.find_followers(db, channel_id, openids)
    return {openid: person_id for openid, (person_id, _) in found.items()}


async def _find_owner(db: Connection, channel_id: int) -> int:
    """Whose a channel is, for rooms below the one of channels."""
    found = await channels.find_channels(db, [channels.ChannelId(channel_id)])
    return next((one.merchant_id for one in found.values()), 0)


async def _find_openids(work: Work, wanted: Sequence[tuple[int, int]]) -> charges.Openids:
    """The openids of people (channel, person), for rooms below the one of channels."""
    people: dict[int, list[int]] = {}
    for channel_id, person_id in wanted:
        people.setdefault(channel_id, []).append(person_id)
    found: charges.Openids = {}
    for channel_id, person_ids in sorted(people.items()):
        openids = await channels.ensure_openids(work, channel_id, person_ids)
        found |= {(channel_id, one): openid for one, openid in openids.items()}
    return found


async def _name_openid(work: Work, channel_id: int, person_id: int) -> str:
    """What a channel knows a person by, for rooms below the one of channels."""
    return (await channels.ensure_openids(work, channel_id, [person_id]))[person_id]


charges.PORTS.connect(find_openids=_find_openids)
remit.PORTS.connect_people(find=_find_people, find_owner=_find_owner)
scores.PORTS.connect(name_openid=_name_openid)
guides.PORTS.connect(find_store=_find_store)
split.PORTS.connect(find_people=_find_people)
channels.HOOKS.connect(labels.on_happening, pushes.tell_happening, talks.take_happening)
pushes.PORTS.connect_taker(devices.DeviceTaker(talks.TalkTaker()))
moderation.HOOKS.connect(barcodes.SUBJECT, barcodes.on_checked)
moderation.HOOKS.connect(listings.SUBJECT, listings.on_checked)
voices.PORTS.connect_talks(talks.take_heard)
moderation.PORTS.connect(judge=EngineJudge())
moderation.PORTS.connect_copies(originals.find_evidence)
originals.PORTS.connect(likeness=EngineLikeness())
coupons.HOOKS.connect(cards.on_issued)
gateways.PORTS.connect_openids(remotes.find_openid)
gateways.HOOKS.connect(gateways.ORDER, orders.take_paid)
gateways.HOOKS.connect(gateways.DESK, desks.take_paid)
channels.TEXTS.connect(moderation.check_texts)
channels.MENUS.connect(find=menus.find_fitting, forget=menus.forget_menus)
moderation.HOOKS.connect(cards.SUBJECT, cards.on_decided)
moderation.HOOKS.connect(comments.SUBJECT, comments.on_decided)
notices.SOURCES.connect(broadcasts.BroadcastSource())
moderation.HOOKS.connect(broadcasts.SUBJECT, broadcasts.take_decision)
broadcasts.HOOKS.connect(campaigns.bring_segment)
broadcasts.HOOKS.connect_cards(cards.find_card_head)
moderation.HOOKS.connect(articles.SUBJECT, articles.on_decided)
beacons.PORTS.connect(find_store=_find_store)
