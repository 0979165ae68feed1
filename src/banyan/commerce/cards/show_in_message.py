"""Shows a card in a message to many: what it is called, and where it can be taken."""

from banyan.base.errors import NotFound
from banyan.books.work import Work
from banyan.commerce.cards.access import access_card
from banyan.commerce.cards.types import CardStatus
from banyan.reach.broadcasts import CardHead
from banyan.reach.channels import Channel


async def find_card_head(work: Work, channel: Channel, card_id: str) -> CardHead | None:
    """Return the account's card, or None if it has none that everybody may take."""
    try:
        card = await access_card(
            work.db,
            card_id,
            merchant_id=int(channel.merchant_id),
            channel_id=int(channel.channel_id),
        )
    except NotFound:
        return None
    if card.status is not CardStatus.VERIFIED:
        return None
    return CardHead(title=card.face.title, link=f"/take-card/{card_id}")
