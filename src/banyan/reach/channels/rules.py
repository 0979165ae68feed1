"""Which menus and links make sense, and which calendar a quota runs by."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from banyan.base.errors import Invalid
from banyan.reach.channels.types import ButtonKind, LeafButton, MenuButton

TOP_BUTTONS_MAX = 3
TOP_NAME_BYTES_MAX = 16
LEAF_NAME_BYTES_MAX = 60
KEY_BYTES_MAX = 128
URL_BYTES_MAX = 1024

_needs = {
    ButtonKind.VIEW: ("url",),
    ButtonKind.MINIPROGRAM: ("url", "appid", "pagepath"),
    ButtonKind.MEDIA_ID: ("media_id",),
    ButtonKind.VIEW_LIMITED: ("media_id",),
    ButtonKind.ARTICLE_ID: ("article_id",),
    ButtonKind.ARTICLE_VIEW_LIMITED: ("article_id",),
}
"""What the kinds of buttons do with; all others need a key."""


def check_menu(buttons: Sequence[MenuButton]) -> None:
    """Accept one to three buttons, each doing something or opening one to five that do.

    Raises Invalid `channels.menu_size`, `channels.menu_name_length`, `channels.menu_kind_missing`,
    `channels.menu_field_missing`, `channels.menu_key_length`, `channels.menu_url_length` or
    `channels.link_malformed`, each with `button`, the place of the button.
    """
    if not 1 <= len(buttons) <= TOP_BUTTONS_MAX:
        raise Invalid("channels.menu_size", buttons_max=TOP_BUTTONS_MAX)
    for number, button in enumerate(buttons, start=1):
        place = str(number)
        _check_name(button.name, TOP_NAME_BYTES_MAX, place)
        if not button.buttons:
            _check_action(button, place)
        for inner, leaf in enumerate(button.buttons, start=1):
            _check_name(leaf.name, LEAF_NAME_BYTES_MAX, f"{place}.{inner}")
            _check_action(leaf, f"{place}.{inner}")


def check_link(url: str, **fields: str) -> None:
    """Accept a web address, or a path inside the phone app.

    Raises Invalid `channels.link_malformed`.
    """
    is_path = url.startswith("/") and not url.startswith(("//", "/\\"))
    is_web = url.startswith(("https://", "http://")) and len(url) > len("https://x")
    is_plain = url.isprintable() and " " not in url
    if not (is_plain and (is_path or is_web)):
        raise Invalid("channels.link_malformed", **fields)


def list_actions(buttons: Sequence[MenuButton]) -> list[MenuButton | LeafButton]:
    """Return the buttons of a menu that do something."""
    actions: list[MenuButton | LeafButton] = []
    for button in buttons:
        actions += button.buttons or [button]
    return actions


def compute_day(now: datetime, time_zone: str) -> date:
    """Return the day of an instant where the merchant is."""
    return now.astimezone(ZoneInfo(time_zone)).date()


def _check_name(name: str, bytes_max: int, place: str) -> None:
    if not name.strip() or not name.isprintable() or len(name.encode()) > bytes_max:
        raise Invalid("channels.menu_name_length", button=place, bytes_max=bytes_max)


def _check_action(button: MenuButton | LeafButton, place: str) -> None:
    if button.kind is None:
        raise Invalid("channels.menu_kind_missing", button=place)
    for field in _needs.get(button.kind, ("key",)):
        if not getattr(button, field):
            raise Invalid("channels.menu_field_missing", button=place, field=field)
    if len(button.key.encode()) > KEY_BYTES_MAX:
        raise Invalid("channels.menu_key_length", button=place)
    if len(button.url.encode()) > URL_BYTES_MAX:
        raise Invalid("channels.menu_url_length", button=place)
    if button.url:
        check_link(button.url, button=place)
