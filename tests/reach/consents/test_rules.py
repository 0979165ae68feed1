"""Where people may be sent back to, and what tokens look like."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.errors import Failure
from banyan.base.ids import Id
from banyan.reach.channels import Channel, ChannelId, ChannelKind
from banyan.reach.consents.rules import check_redirect, read_channel_id, render_text


def channel(domain: str) -> Channel:
    """A service account with a domain to send people back to."""
    return Channel(
        merchant_id=Id(1),
        channel_id=ChannelId(2),
        kind=ChannelKind.SERVICE,
        name="x",
        appid="wx0123456789abcdef",
        original_id="gh_0123456789ab",
        welcome_text="",
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        oauth_domain=domain,
    )


@pytest.mark.parametrize(
    ("domain", "redirect", "is_fine"),
    [
        ("shop.example.com", "https://shop.example.com/back?a=1#b", True),
        ("shop.example.com", "http://SHOP.example.com:8080/", True),
        ("127.0.0.1:9000", "http://127.0.0.1:9000/x", True),
        ("127.0.0.1:9000", "http://127.0.0.1:9001/x", False),
        ("shop.example.com", "https://example.com/", False),
        ("shop.example.com", "https://shop.example.com.evil.example/", False),
        ("shop.example.com", "https://evil.example\\@shop.example.com/", False),
        ("shop.example.com", "https://a@shop.example.com/", False),
        ("shop.example.com", "//shop.example.com/", False),
        ("shop.example.com", "ftp://shop.example.com/", False),
        ("shop.example.com", "https://[::1", False),
        ("shop.example.com", "https://shop.example.com:x/", False),
        ("", "https:///x", False),
    ],
)
def test_only_the_domain_of_the_account_is_gone_back_to(
    domain: str,
    redirect: str,
    is_fine: bool,  # noqa: FBT001 - a column of the table
) -> None:
    if is_fine:
        assert check_redirect(channel(domain), redirect) == urlsplit(redirect).netloc
    else:
        with pytest.raises(Failure):
            check_redirect(channel(domain), redirect)


@given(st.text(max_size=300))
def test_whatever_is_typed_goes_nowhere_else(redirect: str) -> None:
    with pytest.raises(Failure):
        check_redirect(channel("shop.example.com"), redirect)


@given(st.integers(0, 2**63 - 1), st.binary(min_size=16, max_size=60))
def test_a_token_names_its_channel(channel_id: int, chance: bytes) -> None:
    assert read_channel_id(render_text(channel_id, chance)) == channel_id


@given(st.text(max_size=250))
def test_no_text_breaks_the_reading_of_tokens(text: str) -> None:
    read_channel_id(text)
