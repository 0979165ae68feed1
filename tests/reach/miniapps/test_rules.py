"""Configurations are read or refused, and the part of the people that is first stays the same."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.errors import Invalid
from banyan.reach.miniapps import AppConfig, GrayPlan, GrayState, Purpose
from banyan.reach.miniapps.domain_rules import check_domains, covers
from banyan.reach.miniapps.rules import is_in_gray, merge_config, parse_config

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["pages", "window", "extPages", "tabBar", "list", "ext", "web", "pagePath"]
            )
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(_json)
def test_anything_is_a_configuration_or_invalid(told: object) -> None:
    base = AppConfig(pages=["pages/index/index"])
    for read in (parse_config, lambda text: merge_config(base, text, "wx1")[0]):
        try:
            config = read(json.dumps(told))
        except Invalid:
            continue
        assert config.pages


def test_titles_and_pages_are_merged() -> None:
    base = parse_config('{"pages": ["a/a", "b/b"], "window": {"navigationBarTitleText": "店"}}')
    told = {
        "extAppid": "wx1",
        "pages": ["b/b"],
        "extPages": {"b/b": {"navigationBarTitleText": "茶"}},
        "ext": {"shop": 1, "web": {"b/b": "https://www.example.com/tea"}},
    }
    config, ext = merge_config(base, json.dumps(told), "wx1")
    assert config == AppConfig(
        pages=["b/b"],
        title="店",
        titles={"b/b": "茶"},
        web={"b/b": "https://www.example.com/tea"},
    )
    assert ext["shop"] == 1


@pytest.mark.parametrize(
    "text",
    ['{"pages": ["../x"]}', '{"pages": ["a b"]}', '{"pages": [1]}', '{"pages": "a"}', "{}", "[]"],
)
def test_pages_that_cannot_be_are_refused(text: str) -> None:
    with pytest.raises(Invalid):
        parse_config(text)


@given(st.integers(1, 2**62), st.integers(0, 100), st.integers(0, 100))
def test_who_is_first_stays_first(person_id: int, some: int, more: int) -> None:
    plans = [
        GrayPlan(state=GrayState.RUNNING, percentage=one, audit_id=1)
        for one in sorted((some, more))
    ]
    less, full = [is_in_gray(one, 7, person_id, is_tester=False) for one in plans]
    assert full or not less
    everybody = GrayPlan(state=GrayState.RUNNING, percentage=100)
    assert is_in_gray(everybody, 7, person_id, is_tester=False)
    assert not is_in_gray(GrayPlan(percentage=100), 7, person_id, is_tester=True)


def test_domains_have_one_form() -> None:
    names = ["https://A.example.com/", "a.example.com", "https://b.example.com:8443"]
    assert check_domains(Purpose.WEB, names) == [
        "https://a.example.com",
        "https://b.example.com:8443",
    ]
    for wrong in ("", "https://", "https://x", "https://a.b.c/d", "https://u@a.com", "ftp://a.com"):
        with pytest.raises(Invalid):
            check_domains(Purpose.WEB, [wrong])


def test_only_pages_of_a_named_domain_are_covered() -> None:
    domains = {"https://www.example.com"}
    assert covers(domains, "https://WWW.example.com/tea?x=1")
    assert not covers(domains, "https://www.example.com.evil.com/")
    assert not covers(domains, "http://www.example.com/")
    assert not covers(domains, "https://[")
