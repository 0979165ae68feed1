"""Red packets: money sent by a link, taken share by share, and what nobody takes goes back."""

from pathlib import Path

from banyan.books.room import Room
from banyan.reach.redpackets.expire_packet import TIMERS
from banyan.reach.redpackets.give_packet import (
    GivePacket,
    ReadGivenPacket,
    give_packet,
    read_given_packet,
)
from banyan.reach.redpackets.grab_packets import GrabPacket, grab_packets
from banyan.reach.redpackets.invariants import INVARIANTS, MONEY
from banyan.reach.redpackets.list_packets import (
    ListReceivedPackets,
    ListSentPackets,
    ReadPacketSummary,
    list_received_packets,
    list_sent_packets,
    read_packet_summary,
)
from banyan.reach.redpackets.merchant_packets import (
    ListMerchantPackets,
    MerchantPacket,
    ReadMerchantPacket,
    SendMerchantPacket,
    list_merchant_packets,
    read_merchant_packet,
    send_merchant_packet,
)
from banyan.reach.redpackets.read_packet import ReadPacket, SeenPacket, read_packet
from banyan.reach.redpackets.remembered import REMEMBERED
from banyan.reach.redpackets.rules import (
    CHINA,
    LASTS,
    MERCHANT_COUNT_MAX,
    PERSON_COUNT_MAX,
    PERSON_DAY_MAX_FEN,
    SHARE_MAX_FEN,
)
from banyan.reach.redpackets.send_packet import SendPacket, send_packet, subject_of
from banyan.reach.redpackets.thank_sender import ThankSender, thank_sender
from banyan.reach.redpackets.types import (
    AccountCode,
    GivenPacket,
    Packet,
    PacketEmptied,
    PacketExpired,
    PacketId,
    PacketKind,
    PacketRecord,
    PacketSent,
    PacketState,
    PacketTaken,
    PacketThanked,
    Share,
    Split,
    Summary,
    Taker,
    Taking,
    TransferCode,
    packet_of,
)

ROOM = Room(
    name="redpackets",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        send_packet,
        grab_packets,
        read_packet,
        thank_sender,
        list_sent_packets,
        list_received_packets,
        read_packet_summary,
        send_merchant_packet,
        list_merchant_packets,
        read_merchant_packet,
        give_packet,
        read_given_packet,
    ),
    events=(PacketSent, PacketTaken, PacketEmptied, PacketExpired, PacketThanked),
    invariants=INVARIANTS,
    money=MONEY,
    timers=TIMERS,
)

__all__ = (
    "CHINA",
    "LASTS",
    "MERCHANT_COUNT_MAX",
    "PERSON_COUNT_MAX",
    "PERSON_DAY_MAX_FEN",
    "REMEMBERED",
    "ROOM",
    "SHARE_MAX_FEN",
    "AccountCode",
    "GivePacket",
    "GivenPacket",
    "GrabPacket",
    "ListMerchantPackets",
    "ListReceivedPackets",
    "ListSentPackets",
    "MerchantPacket",
    "Packet",
    "PacketEmptied",
    "PacketExpired",
    "PacketId",
    "PacketKind",
    "PacketRecord",
    "PacketSent",
    "PacketState",
    "PacketTaken",
    "PacketThanked",
    "ReadGivenPacket",
    "ReadMerchantPacket",
    "ReadPacket",
    "ReadPacketSummary",
    "SeenPacket",
    "SendMerchantPacket",
    "SendPacket",
    "Share",
    "Split",
    "Summary",
    "Taker",
    "Taking",
    "ThankSender",
    "TransferCode",
    "give_packet",
    "grab_packets",
    "list_merchant_packets",
    "list_received_packets",
    "list_sent_packets",
    "packet_of",
    "read_given_packet",
    "read_merchant_packet",
    "read_packet",
    "read_packet_summary",
    "send_merchant_packet",
    "send_packet",
    "subject_of",
    "thank_sender",
)
