"""Thanks, and what stays of packets: lists and the year."""

import pytest

from banyan.base.errors import NotFound, Refusal
from banyan.reach.redpackets import (
    LASTS,
    ListReceivedPackets,
    ListSentPackets,
    ReadPacketSummary,
    ThankSender,
    list_received_packets,
    list_sent_packets,
    read_packet_summary,
    thank_sender,
)
from banyan.reach.redpackets.rules import CHINA
from banyan.views.statements import EntryKind, ListWalletEntries, list_wallet_entries
from tests.kit.redpackets import grab, happened, look, send, send_to_one
from tests.kit.world import World


async def test_thanks_are_said_once_by_those_who_took(world: World) -> None:
    packet = await send(world, "lin", 1_000, 2)
    await grab(world, "wu", packet)
    chen = await world.person("chen")
    start = await world.mark()
    word = ThankSender(token=packet.token, thanks="谢谢老板")
    with pytest.raises(Refusal, match="nothing_to_thank_for"):
        await world.office.run(thank_sender, word, chen)
    await world.office.run(thank_sender, word, world.as_person("wu"))
    with pytest.raises(Refusal, match="nothing_to_thank_for"):
        await world.office.run(thank_sender, word, world.as_person("wu"))
    with pytest.raises(NotFound):
        await world.office.run(
            thank_sender, ThankSender(token="rp_" + "y" * 30, thanks="谢谢"), chen
        )
    assert await happened(world, start) == ["redpackets.thanked"]
    (taking,) = (await look(world, "lin", packet)).takings
    assert taking.thanks == "谢谢老板"


async def test_lists_and_the_year_say_what_was_sent_and_taken(world: World) -> None:
    year = world.now.astimezone(CHINA).year
    packets = [await send(world, "lin", 1_000, 2) for _ in range(3)]
    to_one = await send_to_one(world, "wu", 300)
    shares = [await grab(world, "wu", packet) for packet in packets]
    await grab(world, "chen", packets[0])
    await grab(world, "lin", to_one)
    await world.advance(LASTS)
    lin, wu = world.as_person("lin"), world.as_person("wu")
    sent = await world.office.run(list_sent_packets, ListSentPackets(limit=2), lin)
    rest = await world.office.run(
        list_sent_packets, ListSentPackets(limit=2, cursor=sent.next_cursor), lin
    )
    assert [one.packet_id for one in sent.items + rest.items] == [
        one.packet_id for one in reversed(packets)
    ]
    assert rest.next_cursor is None
    got = await world.office.run(list_received_packets, ListReceivedPackets(limit=2), wu)
    more = await world.office.run(
        list_received_packets, ListReceivedPackets(limit=2, cursor=got.next_cursor, year=year), wu
    )
    received = got.items + more.items
    assert [one.amount_fen for one in received] == [one.amount_fen for one in reversed(shares)]
    summary = await world.office.run(read_packet_summary, ReadPacketSummary(year=year), wu)
    assert (summary.sent_count, summary.sent_fen) == (1, 300)
    assert (summary.received_count, summary.received_fen) == (
        3,
        sum(one.amount_fen for one in shares),
    )
    assert summary.best_count == sum(one.is_best for one in received)
    of_lin = await world.office.run(read_packet_summary, ReadPacketSummary(year=year), lin)
    left = 2_000 - shares[1].amount_fen - shares[2].amount_fen
    assert (of_lin.sent_count, of_lin.sent_fen) == (3, 3_000 - left)
    empty = await world.office.run(read_packet_summary, ReadPacketSummary(year=year - 1), lin)
    assert (empty.sent_count, empty.received_count) == (0, 0)
    nothing = await world.office.run(list_sent_packets, ListSentPackets(year=year - 1), lin)
    assert nothing.items == []


async def test_the_wallet_tells_of_packets(world: World) -> None:
    packet = await send(world, "lin", 1_000, 2)
    share = await grab(world, "wu", packet)
    await world.advance(LASTS)

    async def entries(name: str) -> list[tuple[EntryKind, int, str]]:
        page = await world.office.run(
            list_wallet_entries, ListWalletEntries(), world.as_person(name)
        )
        return [(one.kind, one.amount_fen, one.merchant_name) for one in page.items]

    seen = await look(world, "lin", packet)
    assert await entries("wu") == [
        (EntryKind.PACKET_TAKEN, share.amount_fen, seen.packet.sender_name)
    ]
    assert (await entries("lin"))[:2] == [
        (EntryKind.PACKET_RETURNED, 1_000 - share.amount_fen, ""),
        (EntryKind.PACKET_SENT, -1_000, ""),
    ]
