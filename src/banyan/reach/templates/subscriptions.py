"""Forms that people subscribe to: the account keeps them, people want the next one, it is sent."""

from typing import Annotated, Any

import msgspec

from banyan.base.errors import NotFound, Refusal
from banyan.base.secret import new_token
from banyan.books.work import Permission, Work, reading, single
from banyan.parties.merchants import MerchantId
from banyan.reach.channels import (
    Channel,
    ChannelId,
    access_channel,
    access_own,
    ensure_openids,
)
from banyan.reach.pushes import PushKind, note_push
from banyan.reach.templates import store
from banyan.reach.templates.keep_templates import note_added, note_deleted
from banyan.reach.templates.library import read_subscribables
from banyan.reach.templates.rules import render_subscribable
from banyan.reach.templates.types import (
    Line,
    Subscription,
    SubscriptionAnswered,
    TemplateId,
)

SUBSCRIPTIONS_MAX = 50
"""Most forms to subscribe to that an account may have."""
UNUSED_MAX = 100
"""Most messages of a form that somebody can want beforehand."""
_id_length = 43


class TakeSubscription(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a form of the library, with these keywords in this order."""

    merchant_id: MerchantId
    channel_id: ChannelId
    number: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    kids: Annotated[list[Annotated[int, msgspec.Meta(ge=0, le=1_000)]], msgspec.Meta(max_length=20)]
    scene: Line = ""


class DeleteSubscription(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Have a form to subscribe to no more."""

    merchant_id: MerchantId
    channel_id: ChannelId
    template_id: TemplateId


class ListSubscriptions(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """List an account's forms to subscribe to."""

    merchant_id: MerchantId
    channel_id: ChannelId


class ListOffers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """To what can I subscribe at this account?"""

    channel_id: ChannelId


class Subscribe(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """I want the next message of this form; or none."""

    channel_id: ChannelId
    template_id: TemplateId
    is_wanted: bool = True


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A form, and how many of its messages I want."""

    template_id: str
    title: str
    scene: str
    example: str
    unused: int


class Offers(msgspec.Struct, frozen=True, kw_only=True):
    """All forms of an account to which one can subscribe."""

    items: list[Offer]


class Subscriptions(msgspec.Struct, frozen=True, kw_only=True):
    """All forms of an account to subscribe to."""

    items: list[Subscription]


@single(permission=Permission.CHANNELS_WRITE)
async def take_subscription(work: Work, command: TakeSubscription) -> Subscription:
    """Add a form to subscribe to.

    Raises NotFound `channels.not_found`, `templates.not_in_library`; Invalid
    `templates.keywords_count`, `templates.no_such_keyword`; Refusal `templates.too_many`.
    """
    form = read_subscribables().get(command.number)
    if form is None:
        raise NotFound("templates.not_in_library", short_id=str(command.number))
    content, example = render_subscribable(form, command.kids)
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    await store.lock_holder(work.db, channel.channel_id)
    known = await store.list_subscriptions(work.db, channel.channel_id)
    if len(known) >= SUBSCRIPTIONS_MAX:
        raise Refusal("templates.too_many", templates_max=SUBSCRIPTIONS_MAX)
    subscription = Subscription(
        template_id=new_token("")[-_id_length:],
        number=form.number,
        title=form.title,
        content=content,
        example=example,
        scene=command.scene,
    )
    await store.insert_subscription(work.db, channel.channel_id, subscription, work.now)
    note_added(work, channel, subscription.template_id)
    return subscription


@single(permission=Permission.CHANNELS_WRITE)
async def delete_subscription(work: Work, command: DeleteSubscription) -> None:
    """Delete a form. Raises NotFound `channels.not_found`, `templates.not_found`."""
    channel = await access_own(work.db, command.merchant_id, command.channel_id)
    await store.lock_holder(work.db, channel.channel_id)
    if not await store.delete_subscription(work.db, channel.channel_id, command.template_id):
        raise NotFound("templates.not_found")
    note_deleted(work, channel, command.template_id)


@reading(permission=Permission.CHANNELS_READ)
async def list_subscriptions(work: Work, query: ListSubscriptions) -> Subscriptions:
    """Return an account's forms to subscribe to. Raises NotFound `channels.not_found`."""
    channel = await access_own(work.db, query.merchant_id, query.channel_id)
    return Subscriptions(items=await store.list_subscriptions(work.db, channel.channel_id))


@reading(permission=Permission.PERSON)
async def list_offers(work: Work, query: ListOffers) -> Offers:
    """Return to what the person who asks can subscribe. Raises NotFound `channels.not_found`."""
    channel = await access_channel(work.db, query.channel_id)
    wanted = await store.list_permits(work.db, channel.channel_id, work.actor.person_id)
    return Offers(
        items=[
            Offer(
                template_id=one.template_id,
                title=one.title,
                scene=one.scene,
                example=one.example,
                unused=wanted.get(one.template_id, 0),
            )
            for one in await store.list_subscriptions(work.db, channel.channel_id)
        ]
    )


@single(permission=Permission.PERSON)
async def subscribe(work: Work, command: Subscribe) -> Offer:
    """Let an account send one more message of a form, or none of those wanted before.

    Raises NotFound `channels.not_found`, `templates.not_found`.
    """
    channel = await access_channel(work.db, command.channel_id)
    form = await access_subscription(work, channel, command.template_id)
    person_id = work.actor.person_id
    unused = dropped = 0
    if command.is_wanted:
        unused = await store.add_permit(
            work.db, channel.channel_id, person_id, form.template_id, UNUSED_MAX
        )
    else:
        dropped = await store.drop_permits(work.db, channel.channel_id, person_id, form.template_id)
    openid = (await ensure_openids(work, channel.channel_id, [person_id]))[person_id]
    work.record(
        SubscriptionAnswered(
            merchant_id=int(channel.merchant_id),
            person_id=person_id,
            channel_id=int(channel.channel_id),
            openid=openid,
            template_id=form.template_id,
            is_wanted=command.is_wanted,
        )
    )
    told: dict[str, Any] = {
        "template_id": form.template_id,
        "subscribe_status_string": "accept" if command.is_wanted else "reject",
    }
    # Taking back what was allowed is another event than answering when one is asked.
    kind = PushKind.SUBSCRIBE_MSG_CHANGE if dropped else PushKind.SUBSCRIBE_MSG_POPUP
    if kind is PushKind.SUBSCRIBE_MSG_POPUP:
        told["popup_scene"] = 0
    await note_push(work, channel, person_id, openid, kind, {kind.value: {"list": [told]}})
    return Offer(
        template_id=form.template_id,
        title=form.title,
        scene=form.scene,
        example=form.example,
        unused=unused,
    )


async def access_subscription(work: Work, channel: Channel, template_id: str) -> Subscription:
    """Return an account's form to subscribe to. Raises NotFound `templates.not_found`."""
    for one in await store.list_subscriptions(work.db, channel.channel_id):
        if one.template_id == template_id:
            return one
    raise NotFound("templates.not_found")
