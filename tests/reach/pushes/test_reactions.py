"""Accounts' servers hear that their merchant proved who it is, and of profiles they may see."""

from banyan.books.actor import SYSTEM
from banyan.parties.merchants import (
    RejectMerchant,
    SubmitVerification,
    VerifyMerchant,
    reject_merchant,
    submit_verification,
    verify_merchant,
)
from banyan.parties.people import ChangeProfile, change_profile
from banyan.reach.channels import ChangeChannel, change_channel
from banyan.reach.consents import Authorize, Scope, authorize
from tests.kit.receiver import open_line
from tests.kit.talks import follower
from tests.kit.world import World


async def test_a_server_hears_of_verification_and_of_profiles(world: World) -> None:
    async with open_line(world) as line:
        merchant_id = world.merchant_id
        papers = SubmitVerification(
            merchant_id=merchant_id, licence_number="91310000MA1K00000X", legal_name="榕树茶业"
        )
        await world.office.run(submit_verification, papers, world.owner)
        rejecting = RejectMerchant(merchant_id=merchant_id, note="照片不清楚")
        await world.office.run(reject_merchant, rejecting, SYSTEM)
        await world.settle()
        await world.office.run(submit_verification, papers, world.owner)
        await world.office.run(verify_merchant, VerifyMerchant(merchant_id=merchant_id), SYSTEM)
        await world.settle()
        await line.deliver()
        told = list(line.receiver.messages)

        lin, openid = await follower(world, line.channel)
        await world.office.run(change_profile, ChangeProfile(nickname="林"), lin)
        allowing = ChangeChannel(
            merchant_id=merchant_id,
            channel_id=line.channel.channel_id,
            oauth_domain="shop.example.com",
        )
        await world.office.run(change_channel, allowing, SYSTEM)
        asking = Authorize(
            appid=line.channel.appid,
            redirect="https://shop.example.com/back",
            scope=Scope.PROFILE,
            is_allowed=True,
        )
        await world.office.run(authorize, asking, lin)
        await world.settle()
        await world.office.run(change_profile, ChangeProfile(nickname="小林"), lin)
        await world.settle()
        await line.deliver()
    assert [one.event for one in told] == [
        "qualification_verify_fail",
        "qualification_verify_success",
        "naming_verify_success",
    ]
    assert told[0].fail_reason == "照片不清楚"
    assert told[1].expired_time.year == 2038
    # The SDK has no name for this event.
    assert "user_info_modified" in line.receiver.bodies[-1]
    assert f"<openid><![CDATA[{openid}]]></openid>" in line.receiver.bodies[-1]
