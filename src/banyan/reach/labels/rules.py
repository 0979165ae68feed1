"""Which names and remarks make sense, and what giving and taking tags changes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from banyan.base.errors import Invalid, Refusal
from banyan.base.text import plain
from banyan.reach.labels.types import (
    BLOCKED,
    NAME_BYTES_MAX,
    NO_TAG,
    OPENIDS_MAX,
    REMARK_MAX,
    STARRED,
    TAGS_OF_FOLLOWER_MAX,
    TagId,
)

STARRED_NAME = "星标组"


class Changes(msgspec.Struct, frozen=True):
    """What is to be written when followers' tags change from one state to another."""

    given: list[tuple[str, int]]
    """Pairs of openid and tag."""
    taken: list[tuple[str, int]]
    counts: dict[int, int]
    """By how many followers each tag grows."""
    labelled_count: int
    """By how many those grow who have a tag at all."""


def check_name(typed: str) -> str:
    """Return the name of a tag as it is stored.

    Raises Invalid `labels.name_malformed`, `labels.name_length`.
    """
    name = plain(typed)
    if not name or not name.isprintable():
        raise Invalid("labels.name_malformed")
    if len(name.encode()) > NAME_BYTES_MAX:
        raise Invalid("labels.name_length", bytes_max=NAME_BYTES_MAX)
    return name


def check_remark(typed: str) -> str:
    """Return a remark as it is stored. Raises Invalid `labels.remark_malformed`."""
    remark = plain(typed)
    if len(remark) > REMARK_MAX or not remark.isprintable():
        raise Invalid("labels.remark_malformed", length_max=REMARK_MAX)
    return remark


def check_openids(openids: Sequence[str]) -> list[str]:
    """Return each once, in order. Raises Invalid `labels.too_many_named`."""
    distinct = sorted(set(openids))
    if not 1 <= len(distinct) <= OPENIDS_MAX:
        raise Invalid("labels.too_many_named", openids_max=OPENIDS_MAX)
    return distinct


def check_own(tag_id: TagId) -> None:
    """Accept a tag that the account made. Raises Refusal `labels.system_tag`."""
    if tag_id <= STARRED:
        raise Refusal("labels.system_tag")


def compute_changes(
    before: Mapping[str, Sequence[int]], after: Mapping[str, Sequence[int]]
) -> Changes:
    """Compute what differs between two states of the same followers' tags.

    Raises Refusal `labels.too_many_of_follower`.
    """
    given, taken = [], []
    counts: dict[int, int] = defaultdict(int)
    labelled_count = 0
    for openid in sorted(after):
        had, has = set(before.get(openid, ())), set(after[openid])
        if len(has) > max(TAGS_OF_FOLLOWER_MAX, len(had)):
            raise Refusal(
                "labels.too_many_of_follower", openid=openid, tags_max=TAGS_OF_FOLLOWER_MAX
            )
        given += [(openid, tag_id) for tag_id in sorted(has - had)]
        taken += [(openid, tag_id) for tag_id in sorted(had - has)]
        labelled_count += bool(has) - bool(had)
    for _, tag_id in given:
        counts[tag_id] += 1
    for _, tag_id in taken:
        counts[tag_id] -= 1
    changed = {tag_id: count for tag_id, count in sorted(counts.items()) if count}
    return Changes(given, taken, changed, labelled_count)


def compute_group(tag_ids: Sequence[TagId], *, is_blocked: bool) -> TagId:
    """The one sort of followers that somebody is counted among: that of their latest tag."""
    if is_blocked:
        return BLOCKED
    return tag_ids[-1] if tag_ids else NO_TAG


def compute_regrouped(tag_ids: Sequence[int], to: TagId) -> list[int]:
    """The tags of somebody who is moved from their group to another."""
    if to in {NO_TAG, BLOCKED}:
        return [] if to == NO_TAG else list(tag_ids)
    return [*[one for one in tag_ids[:-1] if one != to], int(to)]
