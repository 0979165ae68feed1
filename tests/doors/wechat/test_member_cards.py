"""Member cards over the wire, with an unmodified SDK: activated, updated, asked about."""

from __future__ import annotations

from banyan.commerce.cards import Answer, MineCommand, SubmitForm, submit_form, view_my_card
from banyan.reach.notices import ListNotices, list_notices
from tests.doors.wechat.test_users import refused
from tests.kit.cards import base_info, cash, member, take
from tests.kit.loyalty import card as card_of
from tests.kit.wechat import Account
from tests.kit.world import World


async def test_a_member_card_is_activated_and_its_points_are_the_members(
    account: Account, world: World
) -> None:
    sdk = account.sdk.card
    card_id = await account.call(sdk.create, member(world))
    taken = await take(world, "lin", card_id)
    assert not taken.is_active
    code = taken.code
    assert await refused(account, sdk.update_membercard, code, card_id, add_bonus=5) == 40078
    await account.call(
        sdk.activate_membercard,
        "M-1",
        code,
        card_id=card_id,
        init_bonus=100,
        init_custom_field_value1="银",
    )
    await account.call(sdk.activate_membercard, "M-1", code, card_id=card_id, init_bonus=100)
    assert await refused(account, sdk.activate_membercard, "M-2", code, card_id=card_id) == 40078
    told = await account.call(sdk.get_membercard_user_info, card_id, code)
    assert (told["membership_number"], told["bonus"], told["has_active"]) == ("M-1", 100, True)
    assert (told["openid"], told["user_card_status"]) == (taken.openid, "NORMAL")
    assert told["nickname"]
    assert (await card_of(world, "lin")).points == 100
    done = await account.call(
        sdk.update_membercard, code, card_id, add_bonus=30, record_bonus="消费30元，获得30积分"
    )
    assert (done["result_bonus"], done["openid"]) == (130, taken.openid)
    notices = await world.office.run(list_notices, ListNotices(), world.as_person("lin"))
    assert notices.items[0].body == "消费30元，获得30积分"


async def test_a_repeated_update_with_the_total_adds_nothing(
    account: Account, world: World
) -> None:
    sdk = account.sdk.card
    card_id = await account.call(sdk.create, member(world, auto_activate=True))
    taken = await take(world, "lin", card_id)
    assert taken.is_active
    for _ in range(2):
        done = await account.call(
            sdk.update_membercard, taken.code, card_id, bonus=300, add_bonus=300
        )
        assert done["result_bonus"] == 300
    assert (await card_of(world, "lin")).points == 300
    assert (
        await refused(account, sdk.update_membercard, taken.code, card_id, add_bonus=-301) == 40035
    )
    assert await refused(account, sdk.update_membercard, taken.code, card_id, balance=1) == 48001
    assert (await card_of(world, "lin")).points == 300


async def test_a_form_is_answered_before_the_card_is_active(account: Account, world: World) -> None:
    sdk = account.sdk.card
    given = member(world, wx_activate=True, wx_activate_after_submit=True)
    card_id = await account.call(sdk.create, given)
    await account.call(
        sdk.set_activate_user_form,
        card_id,
        required_form={
            "rich_field_list": [
                {"type": "FORM_FIELD_RADIO", "name": "兴趣", "values": ["茶", "棋"]}
            ],
            "common_field_id_list": ["USER_FORM_INFO_FLAG_MOBILE"],
        },
        optional_form={"custom_field_list": ["喜欢的茶"]},
    )
    url = await account.call(sdk.get_activate_url, card_id, "street")
    assert "/k/" in url
    taken = await take(world, "lin", card_id)
    command = SubmitForm(
        ref=card_id,
        code=taken.code,
        common=[Answer(name="USER_FORM_INFO_FLAG_MOBILE", value="13800000000")],
        own=[Answer(name="兴趣", value="茶")],
    )
    sent = await world.office.run(submit_form, command, world.as_person("lin"))
    assert not sent.is_active
    info = await account.call(sdk.get_activate_info, sent.ticket)
    assert info["common_field_list"] == [
        {"name": "USER_FORM_INFO_FLAG_MOBILE", "value": "13800000000"}
    ]
    assert info["custom_field_list"] == [{"name": "兴趣", "value": "茶"}]
    assert await refused(account, sdk.get_activate_info, "at_nobody") == 40097
    await account.call(sdk.activate_membercard, "M-9", taken.code)
    told = await account.call(sdk.get_membercard_user_info, card_id, taken.code)
    assert told["user_info"]["custom_field_list"] == [{"name": "兴趣", "value": "茶"}]


async def test_what_a_card_cannot_do_is_refused(account: Account, world: World) -> None:
    sdk = account.sdk.card
    assert await refused(account, sdk.create, member(world, supply_balance=True)) == 48001
    coupon = await account.call(sdk.create, cash(world, quantity=2))
    code = (await take(world, "lin", coupon)).code
    assert await refused(account, sdk.activate_membercard, "M-1", code) == 45030
    assert await refused(account, sdk.get_membercard_user_info, coupon, code) == 45030
    assert await refused(account, sdk.set_activate_user_form, coupon) == 45030
    assert await refused(account, sdk.get_activate_url, coupon) == 45030
    card_id = await account.call(sdk.create, member(world))
    mine = (await take(world, "lin", card_id)).code
    assert await refused(account, sdk.consume_code, mine) == 45030
    assert await refused(account, sdk.update_luckymoney_balance, code, 5) == 48001


async def test_where_a_ticket_is_for_is_written_on_it(account: Account, world: World) -> None:
    sdk = account.sdk.card
    body = {"card": {"card_type": "MOVIE_TICKET", "movie_ticket": {"base_info": base_info(world)}}}
    movie = await account.call(sdk.create, body)
    code = (await take(world, "lin", movie)).code
    await account.call(
        sdk.update_movie_ticket, code, "2D", 1408493192, 120, "5号影厅", ["5排14号"], movie
    )
    shown = await world.office.run(
        view_my_card, MineCommand(ref=movie, code=code), world.as_person("lin")
    )
    assert shown.report.held.facts.ticket["seat_number"] == ["5排14号"]
    body = {
        "card": {"card_type": "BOARDING_PASS", "boarding_pass": {"base_info": base_info(world)}}
    }
    flight = await account.call(sdk.create, body)
    pass_code = (await take(world, "lin", flight)).code
    await account.call(
        sdk.checkin_boardingpass,
        pass_code,
        "林",
        "经济舱",
        "1000",
        seat="14C",
        gate="B7",
        card_id=flight,
    )
    shown = await world.office.run(
        view_my_card, MineCommand(ref=flight, code=pass_code), world.as_person("lin")
    )
    assert (shown.report.held.facts.ticket["seat"], shown.report.held.facts.ticket["gate"]) == (
        "14C",
        "B7",
    )
    arguments = (code, "林", "经济舱", "1000")
    assert await refused(account, sdk.checkin_boardingpass, *arguments, card_id=movie) == 45030
