"""Ids, structs and events of what accounts call their followers."""

import msgspec

from banyan.base.ids import Id
from banyan.books.journal import Event
from banyan.reach.channels import Follower

TAGS_MAX = 100
"""Most tags that an account makes, beside those that it has anyway."""
TAGS_OF_FOLLOWER_MAX = 20
"""Most tags of one follower."""
NAME_BYTES_MAX = 30
"""Most bytes of a tag's name."""
REMARK_MAX = 29
"""Most characters of a remark."""
OPENIDS_MAX = 100
"""Most followers that one command names."""
PART_MAX = 10_000
"""Most openids of one part of a long list."""
LARGE = 100_000
"""A tag of more followers than this cannot be deleted at one stroke."""


class TagId(Id):
    """A tag of one account: a small number, 0 to 2 being the same for all accounts."""


NO_TAG = TagId(0)
"""Whoever has no tag at all."""
BLOCKED = TagId(1)
"""Whomever the account has blocked."""
STARRED = TagId(2)
"""The tag that every account has from the beginning."""


class Tag(msgspec.Struct, frozen=True, kw_only=True):
    """A tag, and how many followers have it."""

    tag_id: TagId
    name: str
    followers_count: int


class LabelledFollower(Follower, frozen=True, kw_only=True):
    """A follower, and what the account calls them."""

    remark: str
    tag_ids: list[TagId]
    """In the order in which they were given."""
    is_blocked: bool


class TagSizes(msgspec.Struct, frozen=True, kw_only=True):
    """How many followers there are of each sort."""

    untagged_count: int
    """Neither tagged nor blocked."""
    blocked_count: int
    tags: list[Tag]


class OpenidPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a long list of openids, and how many there are in all."""

    total: int
    openids: list[str]


class TagCreated(Event, frozen=True, kw_only=True, tag="labels.tag_created"):
    """An account has one more tag."""

    tag_id: TagId
    name: str


class TagRenamed(Event, frozen=True, kw_only=True, tag="labels.tag_renamed"):
    """A tag is called otherwise."""

    tag_id: TagId
    name: str


class TagDeleted(Event, frozen=True, kw_only=True, tag="labels.tag_deleted"):
    """An account has a tag no more, and nobody has it."""

    tag_id: TagId
    followers_count: int


class FollowersTagged(Event, frozen=True, kw_only=True, tag="labels.tagged"):
    """Followers were given a tag that they did not have."""

    tag_id: TagId
    openids: list[str]


class FollowersUntagged(Event, frozen=True, kw_only=True, tag="labels.untagged"):
    """A tag was taken from followers who had it."""

    tag_id: TagId
    openids: list[str]
