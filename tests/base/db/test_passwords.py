"""Addresses of databases with and without a password."""

from __future__ import annotations

import pytest

from banyan.base.db import hide_password


@pytest.mark.parametrize(
    ("dsn", "bare", "password"),
    [
        ("postgresql://u:p@h/d", "postgresql://u@h/d", "p"),
        ("postgresql://u:p%40%2F@h:1/d?sslmode=require",
         "postgresql://u@h:1/d?sslmode=require", "p@/"),
        ("postgresql://u:p@h1:1,h2:2/d", "postgresql://u@h1:1,h2:2/d", "p"),
        ("postgresql://h/d?user=u&password=p%20q", "postgresql://h/d?user=u", "p q"),
        ("postgresql:///d?host=/run&user=u&password=p", "postgresql:///d?host=%2Frun&user=u", "p"),
        ("postgresql://u:p@[::1]:5432/d", "postgresql://u@[::1]:5432/d", "p"),
    ],
)  # fmt: skip
def test_the_password_goes_into_the_environment(dsn: str, bare: str, password: str) -> None:
    assert hide_password(dsn) == (bare, {"PGPASSWORD": password})


@pytest.mark.parametrize(
    "dsn",
    ["postgresql://u@h/d", "postgresql://banyan@/banyan?host=%2Ftmp%2Fx%20y", "postgres:///d"],
)
def test_an_address_without_one_stays_as_it_is(dsn: str) -> None:
    assert hide_password(dsn) == (dsn, {})
