"""Which menu fits whom."""

from __future__ import annotations

import pytest

from banyan.base.errors import Invalid
from banyan.reach.menus.rules import check_rule, fits, platform_of
from banyan.reach.menus.types import Platform, Rule, Traits

LIN = Traits(tag_number=101, platform=Platform.IOS, language="zh")


@pytest.mark.parametrize(
    ("rule", "does"),
    [
        (Rule(tag_number=101), True),
        (Rule(tag_number=102), False),
        (Rule(platform=Platform.IOS), True),
        (Rule(platform=Platform.ANDROID), False),
        (Rule(platform=Platform.IOS, tag_number=102), False),
        (Rule(language="zh_CN"), True),
        (Rule(language="zh"), True),
        (Rule(language="en"), False),
        (Rule(sex=1, platform=Platform.IOS), False),
        (Rule(country="中国"), False),
    ],
)
def test_all_that_a_rule_names_must_fit(rule: Rule, does: bool) -> None:  # noqa: FBT001 - a column of the table
    check_rule(rule)
    assert fits(rule, LIN) is does


def test_a_rule_names_something() -> None:
    with pytest.raises(Invalid):
        check_rule(Rule())


@pytest.mark.parametrize(
    ("device", "platform"),
    [
        ("Safari · iPhone", Platform.IOS),
        ("WeChat · Android", Platform.ANDROID),
        ("Chrome · Windows", Platform.OTHER),
        ("", Platform.OTHER),
    ],
)
def test_a_device_runs_something(device: str, platform: Platform) -> None:
    assert platform_of(device) is platform
