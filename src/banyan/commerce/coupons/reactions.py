"""What coupons do when somebody joins: they welcome them."""

from collections.abc import Sequence

from banyan.books.journal import Fact, Follower
from banyan.books.work import Work
from banyan.commerce.coupons.grant_coupons import grant_coupons, list_welcome_campaigns
from banyan.commerce.coupons.types import Origin
from banyan.commerce.members import MemberId, MemberJoined


async def on_members_joined(work: Work, facts: Sequence[Fact]) -> None:
    """Give each new member a coupon of every campaign with which their merchant welcomes."""
    joined: dict[int, list[tuple[MemberId, int]]] = {}
    for fact in facts:
        member_id = fact.decode(MemberJoined).member_id
        joined.setdefault(fact.merchant_id, []).append((member_id, fact.person_id))
    campaigns = await list_welcome_campaigns(work, sorted(joined))
    for merchant_id, campaign_ids in campaigns.items():
        for campaign_id in campaign_ids:
            await grant_coupons(
                work, merchant_id, campaign_id, joined[merchant_id], origin=Origin.WELCOME
            )


FOLLOWERS = (Follower(name="coupons.welcome", kinds=("members.joined",), handle=on_members_joined),)
