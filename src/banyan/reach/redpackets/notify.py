"""What people are told of red packets, in the transaction of what happened."""

from banyan.books.work import Work
from banyan.reach.notices import NewNotice, send_notices
from banyan.reach.redpackets.types import Packet


async def tell_arrived(work: Work, packet: Packet, person_id: int) -> None:
    """Tell somebody of a packet that was sent to them."""
    await _tell(work, packet, person_id, "arrived", wish=packet.wish)


async def tell_thanked(work: Work, packet: Packet, *, name: str, thanks: str) -> None:
    """Tell a person that somebody thanked for their packet."""
    await _tell(work, packet, packet.person_id, "thanked", name=name, thanks=thanks)


async def tell_returned(work: Work, packet: Packet, refunded_fen: int) -> None:
    """Tell a person that what nobody took came back."""
    await _tell(
        work,
        packet,
        packet.person_id,
        "returned",
        refunded_fen=refunded_fen,
        currency=packet.currency,
    )


async def _tell(work: Work, packet: Packet, person_id: int, what: str, **fields: str | int) -> None:
    if not person_id:
        return
    notice = NewNotice(
        person_id=person_id,
        kind=f"redpackets.{what}",
        at=work.now,
        merchant_id=packet.merchant_id,
        link=f"/packets/{packet.token}",
        fields={"sender_name": packet.sender_name, **fields},
    )
    await send_notices(work, [notice])
