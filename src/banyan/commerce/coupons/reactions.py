"""What coupons do when somebody joins: they welcome them."""

from collections.abc import Sequence

from banyan.books.journal import Fact, Follower
from banyan.books.work import Work
from banyan.commerce.coupons.grant_coupons import grant_coupons, list_welcome_campaigns
from banyan.commerce.coupons.types import Origin
from banyan.commerce.members import MemberJoined


async def on_members_joined(work: Work, facts: Sequence[Fact]) -> None:
    """Give each new member a coupon of every campaign that welcomed people when they joined."""
    joined: dict[int, list[Fact]] = {}
    for fact in facts:
        joined.setdefault(fact.merchant_id, []).append(fact)
    for campaign in await list_welcome_campaigns(work, sorted(joined)):
        members = [
            (fact.decode(MemberJoined).member_id, fact.person_id)
            for fact in joined[campaign.merchant_id]
            if campaign.valid_from <= fact.at
        ]
        if members:
            await grant_coupons(
                work,
                campaign.merchant_id,
                campaign.campaign_id,
                members,
                origin=Origin.WELCOME,
            )


FOLLOWERS = (Follower(name="coupons.welcome", kinds=("members.joined",), handle=on_members_joined),)
