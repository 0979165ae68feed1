"""Which line of a table answers a method and a path."""

from __future__ import annotations

import pytest

from banyan.base.errors import Invalid, NotFound
from banyan.doors.http.match import Matcher

TABLE = Matcher(
    [
        ("GET", "/v1/teas", "list"),
        ("POST", "/v1/teas", "add"),
        ("GET", "/v1/teas/{tea_id}", "read"),
        ("GET", "/v1/teas/best", "best"),
        ("GET", "/v1/teas/{tea_id}/cups/{cup_id}", "cup"),
        ("GET", "/v1/teas/best/price", "price"),
    ]
)


@pytest.mark.parametrize(
    ("path", "target", "values"),
    [
        ("/v1/teas", "list", []),
        ("/v1/teas/5", "read", ["5"]),
        ("/v1/teas/best", "best", []),
        ("/v1/teas/best/price", "price", []),
        ("/v1/teas/best/cups/3", "cup", ["best", "3"]),
        ("/v1/teas/a b/cups/茶", "cup", ["a b", "茶"]),
    ],
)
def test_an_exact_segment_goes_before_a_name(path: str, target: str, values: list[str]) -> None:
    assert TABLE.find("GET", path) == (target, values)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/v1",
        "/v1/",
        "/v1/teas/",
        "/v1/teas/5/",
        "//v1/teas",
        "/v2/teas",
        "/v1/teas/5/cups",
    ],
)
def test_other_paths_lead_nowhere(path: str) -> None:
    with pytest.raises(NotFound, match=r"request\.not_found"):
        TABLE.find("GET", path)


def test_a_path_of_thousands_of_segments_costs_nothing() -> None:
    with pytest.raises(NotFound):
        TABLE.find("GET", "/v1/teas" + "/x" * 100_000)


def test_the_methods_that_are_taken_are_named() -> None:
    with pytest.raises(Invalid) as caught:
        TABLE.find("DELETE", "/v1/teas")
    assert caught.value.fields == {"method": "DELETE", "allow": ["GET", "HEAD", "OPTIONS", "POST"]}


def test_two_routes_of_one_shape_are_our_mistake() -> None:
    with pytest.raises(AssertionError):
        Matcher([("GET", "/a/{x}", 1), ("GET", "/a/{y}", 2)])
