"""Who belongs to a merchant: membership, tiers, points and the member's card."""

from pathlib import Path

from banyan.books.room import Room
from banyan.commerce.members.arrive import Arrival, Arrive, arrive
from banyan.commerce.members.invariants import INVARIANTS
from banyan.commerce.members.join_member import (
    Joined,
    JoinMember,
    ensure_members,
    join_member,
)
from banyan.commerce.members.match_members import count_matching, list_matching
from banyan.commerce.members.points import (
    issued_of,
    lock_points,
    note_points_changed,
    note_points_earned,
    note_points_taken_back,
    points_of,
    read_points,
)
from banyan.commerce.members.reactions import FOLLOWERS
from banyan.commerce.members.read_member import (
    ListMembers,
    ListMyCards,
    ReadMember,
    ReadMyCard,
    list_members,
    list_my_cards,
    read_member,
    read_my_card,
)
from banyan.commerce.members.set_tiers import ListTiers, SetTiers, Tiers, list_tiers, set_tiers
from banyan.commerce.members.store import find_member_people, find_members
from banyan.commerce.members.types import (
    AccountCode,
    Member,
    MemberCard,
    MemberFilter,
    MemberForOrder,
    MemberId,
    MemberJoined,
    NewMember,
    NewTier,
    Tier,
    TierChanged,
    TiersSet,
    TierTerms,
    TransferCode,
)

ROOM = Room(
    name="members",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        arrive,
        join_member,
        read_my_card,
        list_my_cards,
        list_members,
        read_member,
        set_tiers,
        list_tiers,
    ),
    events=(MemberJoined, TierChanged, TiersSet),
    invariants=INVARIANTS,
    followers=FOLLOWERS,
)

__all__ = (
    "ROOM",
    "AccountCode",
    "Arrival",
    "Arrive",
    "JoinMember",
    "Joined",
    "ListMembers",
    "ListMyCards",
    "ListTiers",
    "Member",
    "MemberCard",
    "MemberFilter",
    "MemberForOrder",
    "MemberId",
    "MemberJoined",
    "NewMember",
    "NewTier",
    "ReadMember",
    "ReadMyCard",
    "SetTiers",
    "Tier",
    "TierChanged",
    "TierTerms",
    "Tiers",
    "TiersSet",
    "TransferCode",
    "arrive",
    "count_matching",
    "ensure_members",
    "find_member_people",
    "find_members",
    "issued_of",
    "join_member",
    "list_matching",
    "list_members",
    "list_my_cards",
    "list_tiers",
    "lock_points",
    "note_points_changed",
    "note_points_earned",
    "note_points_taken_back",
    "points_of",
    "read_member",
    "read_my_card",
    "read_points",
    "set_tiers",
)
