"""What giving and taking tags changes, for any followers and tags."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.errors import Invalid, Refusal
from banyan.reach.labels.rules import (
    check_name,
    check_remark,
    compute_changes,
    compute_group,
    compute_regrouped,
)
from banyan.reach.labels.types import BLOCKED, NO_TAG, STARRED, TagId

_tags = st.lists(st.integers(100, 130), max_size=20, unique=True)
_states = st.dictionaries(st.sampled_from("abcdefgh"), _tags)


@given(before=_states, after=_states)
def test_changes_lead_from_one_state_to_the_other(
    before: dict[str, list[int]], after: dict[str, list[int]]
) -> None:
    changes = compute_changes(before, after)
    pairs = {(openid, tag) for openid in after for tag in before.get(openid, ())}
    pairs = (pairs | set(changes.given)) - set(changes.taken)
    assert pairs == {(openid, tag) for openid, tags in after.items() for tag in tags}
    for tag in {tag for _, tag in pairs} | changes.counts.keys():
        had = sum(tag in before.get(one, ()) for one in after)
        has = sum(tag in tags for tags in after.values())
        assert changes.counts.get(tag, 0) == has - had
    assert changes.labelled_count == sum(map(bool, after.values())) - sum(
        bool(before.get(one)) for one in after
    )


def test_nobody_gets_a_twenty_first_tag() -> None:
    tags = list(range(100, 120))
    compute_changes({"a": tags}, {"a": tags})
    with pytest.raises(Refusal, match=r"labels\.too_many_of_follower"):
        compute_changes({"a": tags}, {"a": [*tags, 120]})


@pytest.mark.parametrize("name", ["", "  ", "a\0", "a\nb"])
def test_a_name_that_nobody_can_see_is_none(name: str) -> None:
    with pytest.raises(Invalid, match=r"labels\.name_malformed"):
        check_name(name)


def test_names_and_remarks_have_an_end() -> None:
    assert check_name(" 十个汉字正好三十字节 ") == "十个汉字正好三十字节"
    with pytest.raises(Invalid, match=r"labels\.name_length"):
        check_name("十个汉字正好三十字节a")
    assert check_remark("备" * 29) == "备" * 29
    with pytest.raises(Invalid, match=r"labels\.remark_malformed"):
        check_remark("备" * 30)


def test_the_group_is_that_of_the_latest_tag() -> None:
    tags = [TagId(100), STARRED, TagId(101)]
    assert compute_group(tags, is_blocked=False) == 101
    assert compute_group(tags, is_blocked=True) == BLOCKED
    assert compute_group([], is_blocked=False) == NO_TAG
    assert compute_regrouped(tags, TagId(105)) == [100, STARRED, 105]
    assert compute_regrouped(tags, TagId(100)) == [STARRED, 100]
    assert compute_regrouped(tags, BLOCKED) == tags
    assert compute_regrouped(tags, NO_TAG) == []
