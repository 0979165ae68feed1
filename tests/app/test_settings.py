"""Settings: read from the environment and flags, strict, and described where they are written."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from banyan.app.settings import (
    Settings,
    describe_settings,
    is_loopback,
    read_settings,
    render_environment,
)
from banyan.base.errors import Invalid

LONG = "t" * 32


def test_flags_go_over_the_environment_and_the_environment_over_the_default() -> None:
    environment = {"BANYAN_PORT": "9000", "BANYAN_WORKERS": "3", "HOME": "/"}
    settings = read_settings({"workers": 2, "host": None}, environment)
    assert (settings.host, settings.port, settings.workers) == ("127.0.0.1", 9000, 2)
    assert settings.public_url == "http://127.0.0.1:9000"


def test_what_the_parent_reads_the_workers_read_alike() -> None:
    flags = {
        "data": Path("/somewhere"),
        "sandbox": True,
        "sandbox_token": LONG,
        "database_url": "postgresql://u:p@h/d",
        "base_url": "https://tea.example",
        "log": "json",
    }
    settings = read_settings(flags, {})
    again = read_settings({}, render_environment(settings))
    for name in Settings.__struct_fields__:
        mine, theirs = getattr(settings, name), getattr(again, name)
        if hasattr(mine, "reveal"):
            mine, theirs = mine.reveal(), theirs.reveal()
        assert mine == theirs, name
    assert again.is_secure


@pytest.mark.parametrize(
    "environment",
    [
        {"BANYAN_PORT": "x"},
        {"BANYAN_PORT": "70000"},
        {"BANYAN_POTR": "8000"},
        {"BANYAN_WORKERS": "0"},
        {"BANYAN_ACTOR_TTL_S": "6"},
        {"BANYAN_PROXIES": "-1"},
        {"BANYAN_BASE_URL": "ftp://x"},
        {"BANYAN_SANDBOX": "perhaps"},
        {"BANYAN_LOG": "xml"},
        {"BANYAN_SANDBOX": "true", "BANYAN_PRODUCTION": "true"},
        {"BANYAN_CALLBACKS_PRIVATE": "true", "BANYAN_PRODUCTION": "true"},
        {"BANYAN_CALLBACK_WAIT_S": "16"},
        {"BANYAN_SANDBOX": "true", "BANYAN_WORKERS": "2"},
        {"BANYAN_SANDBOX": "true", "BANYAN_HOST": "0.0.0.0"},
        {"BANYAN_SANDBOX": "true", "BANYAN_HOST": "example.org"},
        {"BANYAN_SANDBOX": "true", "BANYAN_HOST": "::"},
        {"BANYAN_METRICS_TOKEN": LONG[1:]},
    ],
)
def test_what_does_not_fit_is_refused(environment: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        read_settings({}, environment)


def test_a_sandbox_beyond_this_machine_needs_a_token() -> None:
    environment = {"BANYAN_SANDBOX": "true", "BANYAN_HOST": "0.0.0.0"}
    environment["BANYAN_SANDBOX_TOKEN"] = LONG
    assert read_settings({}, environment).sandbox


@pytest.mark.parametrize(
    ("environment", "is_shown"),
    [
        ({}, False),
        ({"BANYAN_DEMO": "true"}, True),
        ({"BANYAN_SANDBOX": "true"}, True),
        ({"BANYAN_DEMO": "true", "BANYAN_PRODUCTION": "true"}, False),
        ({"BANYAN_PRODUCTION": "true"}, False),
    ],
)
def test_only_where_people_are_made_up_a_page_shows_codes(
    environment: dict[str, str], *, is_shown: bool
) -> None:
    assert read_settings({}, environment).shows_codes is is_shown


@pytest.mark.parametrize(
    ("environment", "is_expected"),
    [
        ({}, False),
        ({"BANYAN_BASE_URL": "http://192.0.2.1:8000"}, False),
        ({"BANYAN_PRODUCTION": "true"}, True),
        ({"BANYAN_PROXIES": "1"}, True),
        ({"BANYAN_BASE_URL": "https://tea.example"}, True),
    ],
)
def test_where_a_proxy_is_to_be_expected(environment: dict[str, str], *, is_expected: bool) -> None:
    assert read_settings({}, environment).is_behind_proxy is is_expected


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_loopback_addresses(host: str) -> None:
    assert is_loopback(host)


def test_every_setting_is_described() -> None:
    lines = describe_settings()
    assert {one.variable for one in lines} == {
        f"BANYAN_{name.upper()}" for name in Settings.__struct_fields__
    }
    assert all(one.says.endswith((".", "`")) and "\n" not in one.says for one in lines)


def test_secrets_do_not_show() -> None:
    settings = read_settings({"database_url": "postgresql://u:hidden@h/d"}, {})
    assert "hidden" not in repr(settings)
    assert "hidden" not in str(settings)
    with pytest.raises(TypeError):
        msgspec.json.encode(settings)


def test_servers_in_private_networks_are_called_only_where_everybody_is_made_up() -> None:
    assert not read_settings({}, {}).may_call_private
    assert not read_settings({"production": True}, {}).may_call_private
    assert read_settings({"sandbox": True}, {}).may_call_private
    assert read_settings({"callbacks_private": True}, {}).may_call_private
