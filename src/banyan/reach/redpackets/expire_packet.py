"""Ends packets whose time is over: the rest goes back to whoever sent them."""

from banyan.books.room import Timer
from banyan.books.work import Work
from banyan.reach.redpackets import store
from banyan.reach.redpackets.accounts import note_refunded
from banyan.reach.redpackets.fill_packet import EXPIRE
from banyan.reach.redpackets.notify import tell_returned
from banyan.reach.redpackets.types import PacketExpired, PacketState


async def expire_packet(work: Work, timer: Timer) -> None:
    """Give back what nobody took of a packet that is still open; takers wait at its row."""
    packet = await store.lock_packet(work.db, timer.subject)
    if packet is None or packet.state is not PacketState.OPEN:
        return
    refunded_fen = packet.total_fen - packet.taken_fen
    await store.set_expired(work.db, packet.packet_id, work.now)
    note_refunded(work, packet, refunded_fen)
    await tell_returned(work, packet, refunded_fen)
    work.record(
        PacketExpired(
            person_id=packet.person_id,
            merchant_id=packet.merchant_id,
            subject_id=packet.packet_id,
            refunded_fen=refunded_fen,
            currency=packet.currency,
            token=packet.token,
        )
    )


TIMERS = {EXPIRE: expire_packet}
