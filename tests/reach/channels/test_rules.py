"""Menus within their limits, links that lead somewhere safe, and the merchant's own calendar."""

from datetime import UTC, date, datetime

import pytest

from banyan.base.errors import Invalid
from banyan.reach.channels.rules import (
    check_link,
    check_menu,
    compute_day,
    list_actions,
)
from banyan.reach.channels.types import ButtonKind, LeafButton, MenuButton

VIEW = MenuButton(name="点单", kind=ButtonKind.VIEW, url="https://example.com/order")


def leaf(number: int = 1) -> LeafButton:
    return LeafButton(name=f"第 {number} 项", kind=ButtonKind.CLICK, key=f"item-{number}")


def opens(count: int) -> MenuButton:
    return MenuButton(name="更多", buttons=[leaf(number) for number in range(count)])


def test_three_by_five_buttons_are_a_menu() -> None:
    menu = [VIEW, opens(1), opens(5)]
    check_menu(menu)
    assert len(list_actions(menu)) == 7


@pytest.mark.parametrize(
    ("buttons", "code", "place"),
    [
        ([], "menu_size", None),
        ([VIEW] * 4, "menu_size", None),
        ([MenuButton(name="六个字的名字", kind=ButtonKind.CLICK, key="k")], "name_length", "1"),
        ([MenuButton(name="  ", kind=ButtonKind.CLICK, key="k")], "name_length", "1"),
        ([MenuButton(name="空")], "kind_missing", "1"),
        ([VIEW, MenuButton(name="空", kind=ButtonKind.CLICK)], "field_missing", "2"),
        ([MenuButton(name="空", kind=ButtonKind.VIEW, key="k")], "field_missing", "1"),
        (
            [MenuButton(name="程序", kind=ButtonKind.MINIPROGRAM, url="/x", appid="wx1")],
            "field_missing",
            "1",
        ),
        ([MenuButton(name="长", kind=ButtonKind.CLICK, key="键" * 43)], "key_length", "1"),
        (
            [MenuButton(name="长", kind=ButtonKind.VIEW, url="/" + "路" * 342)],
            "url_length",
            "1",
        ),
        (
            [MenuButton(name="坏", kind=ButtonKind.VIEW, url="javascript:alert(1)")],
            "link_malformed",
            "1",
        ),
        (
            [
                VIEW,
                MenuButton(
                    name="更多",
                    buttons=[leaf(), LeafButton(name="字" * 21, kind=ButtonKind.CLICK, key="k")],
                ),
            ],
            "name_length",
            "2.2",
        ),
    ],
)
def test_what_is_wrong_with_a_menu_is_said_with_its_place(
    buttons: list[MenuButton], code: str, place: str | None
) -> None:
    with pytest.raises(Invalid, match=code) as caught:
        check_menu(buttons)
    assert caught.value.fields.get("button") == place


@pytest.mark.parametrize(
    "link", ["/m/1", "https://example.com", "http://example.com/茶", "/orders?from=menu#top"]
)
def test_web_addresses_and_paths_are_links(link: str) -> None:
    check_link(link)


@pytest.mark.parametrize(
    "link",
    [
        "",
        "m/1",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://",
        "https://a b",
        "https://a\n",
        "HTTPS:/a",
        "\u202e/x",
        "ftp://example.com",
    ],
)
def test_everything_else_is_not(link: str) -> None:
    with pytest.raises(Invalid, match="link_malformed"):
        check_link(link)


def test_a_day_begins_where_the_merchant_is() -> None:
    last_hour = datetime(2026, 2, 28, 17, tzinfo=UTC)
    assert compute_day(last_hour, "Asia/Shanghai") == date(2026, 3, 1)
    assert compute_day(last_hour, "America/New_York") == date(2026, 2, 28)
