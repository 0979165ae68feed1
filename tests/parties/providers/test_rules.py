"""A unionid says nothing about a person, and is the same wherever it is asked for."""

import re

from hypothesis import given
from hypothesis import strategies as st

from banyan.parties.providers.rules import compute_unionid

people = st.integers(min_value=1, max_value=2**63 - 1)
salts = st.binary(min_size=32, max_size=32)


@given(salts, people, people)
def test_people_have_one_unionid_each(salt: bytes, one: int, other: int) -> None:
    told = compute_unionid(salt, one)
    assert re.fullmatch(r"o[A-Za-z0-9_-]{27}", told)
    assert told == compute_unionid(salt, one)
    assert (told == compute_unionid(salt, other)) == (one == other)


@given(salts, salts, people)
def test_providers_cannot_compare_people(salt: bytes, other: bytes, person: int) -> None:
    is_same = compute_unionid(salt, person) == compute_unionid(other, person)
    assert is_same == (salt == other)
