"""What people are called and look like by themselves."""

from hypothesis import given
from hypothesis import strategies as st

from banyan.base.limits import NAME_MAX
from banyan.parties.people.rules import compute_avatar, compute_initial, compute_nickname
from banyan.parties.people.types import Avatar, Language

ids = st.integers(min_value=1, max_value=2**63 - 1)


@given(ids, st.sampled_from(Language))
def test_everybody_has_a_name_and_a_colour(person_id: int, language: Language) -> None:
    nickname = compute_nickname(person_id, language)
    assert 1 <= len(nickname) <= NAME_MAX
    assert compute_initial(nickname) == {"zh": "客", "en": "G"}[language]
    assert compute_avatar(person_id) in Avatar


def test_neighbours_look_different() -> None:
    assert len({compute_avatar(2**50 + n) for n in range(100)}) == len(Avatar)
    assert len({compute_nickname(2**50 + n, Language.ZH) for n in range(100)}) > 90


def test_an_initial_is_upper_case() -> None:
    assert [compute_initial(one) for one in ("lin", "林", "")] == ["L", "林", ""]
