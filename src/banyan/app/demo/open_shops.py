"""Opens the shops of the demo town; what is open already stays as it is."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from banyan.app.demo.cast import CAST, Resident
from banyan.app.demo.pictures import draw_goods
from banyan.app.demo.shops import Branch, Gift, Shop
from banyan.app.demo.town import OpenBranch, OpenShop, Town
from banyan.base.errors import Refusal
from banyan.base.limits import PAGE_MAX
from banyan.books.work import SYSTEM, Actor
from banyan.commerce.catalogue import (
    AddPicture,
    CatalogueRow,
    ImportCatalogue,
    Sku,
    add_picture,
    find_skus_by_code,
    import_catalogue,
)
from banyan.commerce.coupons import (
    CampaignId,
    CouponKind,
    CreateCampaign,
    ListCampaigns,
    create_campaign,
    list_campaigns,
)
from banyan.commerce.places import (
    AddPlaces,
    CodedPlace,
    CodeFacts,
    ListPlaces,
    NewPlace,
    PlaceKind,
    add_places,
    list_places,
)
from banyan.commerce.stock import ReceiveStock, StockLine, read_on_hand, receive_stock
from banyan.commerce.stores import ListStores, OpenStore, StoreId, list_stores, open_store
from banyan.parties.merchants import (
    ListMyMerchants,
    MerchantId,
    OpenMerchant,
    SubmitVerification,
    VerifyMerchant,
    list_my_merchants,
    open_merchant,
    submit_verification,
    verify_merchant,
)
from banyan.parties.people import EnrolPerson, enrol_person
from banyan.parties.staff import InviteStaff, Role, compute_grant, invite_staff
from banyan.reach.channels import (
    ButtonKind,
    CreateChannel,
    ListChannels,
    MenuButton,
    SetMenu,
    create_channel,
    list_channels,
    set_menu,
)

_STOCK = 2_000
"""Of everything, in each store: a month of trade leaves enough to go on."""
_YEAR = timedelta(days=365)


async def enrol(town: Town, resident: Resident) -> Actor:
    """Have somebody in the town, and return them as one who acts."""
    if resident.phone not in town.people:
        command = EnrolPerson(
            nickname=resident.name, phone=resident.phone, language=resident.language
        )
        person = await town.office.run(enrol_person, command, SYSTEM)
        town.people[resident.phone] = Actor(
            kind="person",
            actor_id=person.person_id,
            person_id=person.person_id,
            language=resident.language.value,
        )
    return town.people[resident.phone]


async def find_shop(town: Town, shop: Shop) -> MerchantId | None:
    """Return the shop's merchant if it was opened before."""
    owner = await enrol(town, CAST[shop.owner])
    theirs = await town.office.run(list_my_merchants, ListMyMerchants(), owner)
    found = [one.merchant.merchant_id for one in theirs.items if one.merchant.name == shop.name]
    return found[0] if found else None


async def open_shop(town: Town, shop: Shop) -> OpenShop:
    """Have the whole shop: stores, codes, goods with pictures, stock, coupons, account, staff."""
    merchant_id = await find_shop(town, shop) or await _open_merchant(town, shop)
    owner = _acting(town, CAST[shop.owner], merchant_id, Role.OWNER)
    clerk = owner
    for name in shop.clerks:
        clerk = await _hire(town, CAST[name], merchant_id, owner)
    stores = [await _open_store(town, branch, merchant_id, owner) for branch in shop.branches]
    skus = await _fill_shelves(town, shop, merchant_id, owner)
    for store_id in stores:
        await _receive(town, merchant_id, store_id, skus, owner)
    # Gifts before codes: who comes in by a code is welcomed.
    gifts = [
        await _begin(town, gift, merchant_id, owner, is_welcome=gift is shop.welcome)
        for gift in (shop.welcome, shop.come_back, shop.offer)
    ]
    await _open_channel(town, shop, merchant_id, stores[0], owner)
    branches = [
        await _add_places(town, branch, merchant_id, store_id, owner)
        for branch, store_id in zip(shop.branches, stores, strict=True)
    ]
    return OpenShop(
        shop=shop,
        merchant_id=merchant_id,
        owner=owner,
        clerk=clerk,
        branches=branches,
        prices={sku.sku_id: sku.price_fen for sku in skus.values()},
        welcome=gifts[0],
        come_back=gifts[1],
    )


def _acting(town: Town, resident: Resident, merchant_id: MerchantId, role: Role) -> Actor:
    person = town.people[resident.phone]
    return Actor(
        kind="staff",
        actor_id=person.actor_id,
        person_id=person.person_id,
        grants={merchant_id: compute_grant(role, None)},
        language=person.language,
    )


async def _open_merchant(town: Town, shop: Shop) -> MerchantId:
    person = town.people[CAST[shop.owner].phone]
    merchant = await town.office.run(open_merchant, OpenMerchant(name=shop.name), person)
    owner = _acting(town, CAST[shop.owner], merchant.merchant_id, Role.OWNER)
    command = SubmitVerification(
        merchant_id=merchant.merchant_id, licence_number=shop.licence, legal_name=shop.name
    )
    await town.office.run(submit_verification, command, owner)
    await town.office.run(verify_merchant, VerifyMerchant(merchant_id=merchant.merchant_id), SYSTEM)
    return merchant.merchant_id


async def _hire(town: Town, resident: Resident, merchant_id: MerchantId, owner: Actor) -> Actor:
    await enrol(town, resident)
    command = InviteStaff(merchant_id=merchant_id, phone=resident.phone, role=Role.CASHIER)
    try:
        await town.office.run(invite_staff, command, owner)
    except Refusal as refusal:
        if refusal.code != "staff.already_there":
            raise
    return _acting(town, resident, merchant_id, Role.CASHIER)


async def _open_store(town: Town, branch: Branch, merchant_id: MerchantId, owner: Actor) -> StoreId:
    query = ListStores(merchant_id=merchant_id, limit=PAGE_MAX)
    known = await town.office.run(list_stores, query, owner)
    for one in known.items:
        if one.name == branch.name:
            return one.store_id
    command = OpenStore(
        merchant_id=merchant_id,
        name=branch.name,
        address=branch.address,
        latitude=branch.latitude,
        longitude=branch.longitude,
    )
    return (await town.office.run(open_store, command, owner)).store_id


async def _fill_shelves(
    town: Town, shop: Shop, merchant_id: MerchantId, owner: Actor
) -> dict[str, Sku]:
    """Have the goods, each with its picture; return the variants by code."""
    rows = [
        CatalogueRow(
            number=place * 10 + number,
            sku_code=f"{one.code}-{number}",
            product_code=one.code,
            product=one.name,
            variant=variant.name,
            category=one.category,
            description=one.description,
            price=f"{variant.price_fen // 100}.{variant.price_fen % 100:02}",
            is_tracked="yes",
        )
        for place, one in enumerate(shop.goods)
        for number, variant in enumerate(one.variants, start=1)
    ]
    await town.office.run(
        import_catalogue, ImportCatalogue(merchant_id=merchant_id, rows=rows), owner
    )
    async with town.office.pool.acquire() as db:
        skus = await find_skus_by_code(db, merchant_id, [row.sku_code for row in rows])
    for one in shop.goods:
        content = await asyncio.to_thread(draw_goods, one.look)
        command = AddPicture(
            merchant_id=merchant_id,
            product_id=skus[f"{one.code}-1"].product_id,
            content=content,
        )
        await town.office.run(add_picture, command, owner)
    return skus


async def _receive(
    town: Town, merchant_id: MerchantId, store_id: StoreId, skus: dict[str, Sku], owner: Actor
) -> None:
    async with town.office.pool.acquire() as db:
        on_hand = await read_on_hand(db, [(store_id, one.sku_id) for one in skus.values()])
    lines = [
        StockLine(sku_id=one.sku_id, quantity=_STOCK)
        for one in skus.values()
        if not on_hand[store_id, one.sku_id].on_hand
    ]
    if lines:
        command = ReceiveStock(merchant_id=merchant_id, store_id=store_id, lines=lines)
        await town.office.run(receive_stock, command, owner)


async def _begin(
    town: Town, gift: Gift, merchant_id: MerchantId, owner: Actor, *, is_welcome: bool
) -> CampaignId:
    query = ListCampaigns(merchant_id=merchant_id, limit=PAGE_MAX)
    known = await town.office.run(list_campaigns, query, owner)
    for one in known.items:
        if one.campaign.name == gift.name:
            return one.campaign.campaign_id
    is_share = gift.percent_bp > 0
    command = CreateCampaign(
        merchant_id=merchant_id,
        name=gift.name,
        kind=CouponKind.PERCENT_OFF if is_share else CouponKind.AMOUNT_OFF,
        threshold_fen=gift.threshold_fen,
        amount_off_fen=gift.amount_off_fen,
        percent_bp=gift.percent_bp,
        cap_fen=gift.cap_fen,
        budget=1_000,
        per_person_limit=3 if is_share else 1,
        valid_until=town.start + _YEAR,
        valid_days=60,
        is_welcome=is_welcome,
        is_claimable=not is_welcome and not is_share,
    )
    return (await town.office.run(create_campaign, command, owner)).campaign_id


async def _open_channel(
    town: Town, shop: Shop, merchant_id: MerchantId, store_id: StoreId, owner: Actor
) -> None:
    known = await town.office.run(list_channels, ListChannels(merchant_id=merchant_id), owner)
    if known.items:
        channel_id = known.items[0].channel_id
    else:
        command = CreateChannel(
            merchant_id=merchant_id, name=shop.name, welcome_text=shop.welcome_text
        )
        channel_id = (await town.office.run(create_channel, command, owner)).channel.channel_id
    links = (
        ("点单 Order", f"/shops/{merchant_id:d}/{store_id:d}"),
        ("会员卡 Card", f"/cards/{merchant_id:d}"),
        ("订单 Orders", "/orders"),
    )
    buttons = [MenuButton(name=name, kind=ButtonKind.VIEW, url=url) for name, url in links]
    menu = SetMenu(merchant_id=merchant_id, channel_id=channel_id, buttons=buttons)
    await town.office.run(set_menu, menu, owner)


async def _add_places(
    town: Town, branch: Branch, merchant_id: MerchantId, store_id: StoreId, owner: Actor
) -> OpenBranch:
    query = ListPlaces(merchant_id=merchant_id, store_id=store_id, limit=PAGE_MAX)
    known = (await town.office.run(list_places, query, owner)).items
    wanted = {
        PlaceKind.DOOR: [f"{branch.name} · 大门 Door"],
        PlaceKind.TABLE: [
            f"{number} 号桌 Table {number}" for number in range(1, branch.tables + 1)
        ],
        PlaceKind.POSTER: list(branch.posters),
    }
    found: dict[PlaceKind, list[CodedPlace]] = {}
    for kind, names in wanted.items():
        found[kind] = [one for one in known if one.kind is kind]
        missing = [name for name in names if name not in {one.name for one in found[kind]}]
        if missing:
            command = AddPlaces(
                merchant_id=merchant_id,
                store_id=store_id,
                kind=kind,
                places=[NewPlace(name=name, code=CodeFacts(source=name)) for name in missing],
            )
            found[kind] += (await town.office.run(add_places, command, owner)).places
    return OpenBranch(
        store_id=store_id,
        doors=found[PlaceKind.DOOR],
        tables=found[PlaceKind.TABLE],
        posters=found[PlaceKind.POSTER],
    )
