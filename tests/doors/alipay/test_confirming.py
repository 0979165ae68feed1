"""What waits for a person's password at the till, and providers who act for others."""

from __future__ import annotations

from banyan.base.ids import Id
from banyan.books.actor import SYSTEM
from banyan.parties.people import PersonId
from banyan.pay.alipayapps import GiveMandate, give_mandate
from banyan.pay.charges import (
    Ask,
    Charge,
    ConfirmCharge,
    DeclineCharge,
    Facts,
    Protocol,
    TakeCharge,
    Way,
    confirm_charge,
    decline_charge,
    take_charge,
)
from banyan.pay.passwords import GivePassword, give_password
from tests.doors.alipay.test_trades import balance, pay, show_code, token_of
from tests.kit.alipay import HOST, Program, add_app
from tests.kit.charges import funds_of, open_till
from tests.kit.world import World


async def take(world: World, program: Program, number: str) -> Charge:
    """A till asks somebody who must confirm it."""
    facts = Facts(description="茶", extra={"app_id": str(int(program.app.app_id))})
    command = TakeCharge(
        merchant_id=world.merchant_id,
        protocol=Protocol.ALIPAY,
        way=Way.CODE,
        asks=[Ask(payee_id=world.merchant_id, out_no=number, total_fen=500, facts=facts)],
        shown_at=world.now,
        payer_id=PersonId(world.as_person("lin").person_id),
        needs_password=True,
    )
    return await world.office.run(take_charge, command, SYSTEM)


async def test_a_till_waits_for_a_password(world: World, program: Program) -> None:
    await open_till(world, "lin")
    sdk = program.sdk()
    charge = await take(world, program, "W1")
    code = await show_code(world, "lin")
    asking = (sdk.api_alipay_trade_pay, "W1", "bar_code", code, "茶")
    told = await program.call(*asking, total_amount="5.00")
    assert (told["code"], told["trade_no"]) == ("10003", charge.transaction_no)
    assert "gmt_payment" not in told
    assert await program.refused(*asking, total_amount="5.01") == "ACQ.CONTEXT_INCONSISTENT"
    shown = await program.done(sdk.api_alipay_trade_query, out_trade_no="W1")
    assert shown["trade_status"] == "WAIT_BUYER_PAY"
    assert await program.refused(sdk.api_alipay_trade_close, out_trade_no="W1") == (
        "ACQ.TRADE_STATUS_ERROR"
    )
    lin = world.as_person("lin")
    given = GivePassword(person_id=PersonId(lin.person_id), password="258036")
    await world.office.run(give_password, given, SYSTEM)
    confirming = ConfirmCharge(token=charge.token, password="258036")
    await world.office.run(confirm_charge, confirming, lin)
    shown = await program.done(sdk.api_alipay_trade_query, out_trade_no="W1")
    assert shown["trade_status"] == "TRADE_SUCCESS"
    assert await balance(world, "lin") == 99_500
    await world.check()


async def test_a_person_says_no_or_the_till_gives_up(world: World, program: Program) -> None:
    await open_till(world, "lin")
    sdk = program.sdk()
    charge = await take(world, program, "W2")
    lin = world.as_person("lin")
    await world.office.run(decline_charge, DeclineCharge(token=charge.token), lin)
    shown = await program.done(sdk.api_alipay_trade_query, out_trade_no="W2")
    assert shown["trade_status"] == "TRADE_CLOSED"
    await take(world, program, "W3")
    told = await program.done(sdk.api_alipay_trade_cancel, out_trade_no="W3")
    assert told["action"] == "close"
    assert await balance(world, "lin") == 100_000
    await world.check()


async def test_a_provider_takes_money_for_a_merchant(world: World, program: Program) -> None:
    await open_till(world, "lin")
    theirs = await world.merchant("服务商", owner="hao")
    app = await add_app(world, theirs)
    command = GiveMandate(
        merchant_id=world.merchant_id, app_id=app.app_id, redirect=f"https://{HOST}/"
    )
    given = await world.office.run(give_mandate, command, world.owner)
    own = program.sdk()
    program.app = app
    isv = program.provider(app_auth_code=given.code)
    tokens = await program.done(isv.api_alipay_open_auth_token_app)
    isv = program.provider(app_auth_token=tokens["app_auth_token"])
    made = await program.done(isv.api_alipay_trade_precreate, "茶", "I1", "10.00")
    await pay(world, "lin", token_of(made["qr_code"]))
    told = await program.done(isv.api_alipay_trade_query, out_trade_no="I1")
    assert told["trade_status"] == "TRADE_SUCCESS"
    assert (await funds_of(world)).unsettled_fen > 0
    assert (await funds_of(world, int(Id(theirs)))).unsettled_fen == 0
    seen = await program.done(own.api_alipay_trade_query, trade_no=told["trade_no"])
    assert seen["out_trade_no"] == "I1"
    for sdk in (program.sdk(), program.provider(app_auth_token="x")):
        refused = await program.call(sdk.api_alipay_trade_query, out_trade_no="I1")
        assert refused["sub_code"] in {"ACQ.TRADE_NOT_EXIST", "aop.invalid-app-auth-token"}
    await world.check()
