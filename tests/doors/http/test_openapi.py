"""The document that describes a table says what the door does."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from banyan.doors.api import read_document
from banyan.doors.http.openapi import build_openapi
from banyan.doors.http.reference import make_example, render_reference
from banyan.parties.keys import KEY_SCOPES
from tests.doors.http.conftest import TABLE


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return build_openapi(TABLE, version="1.2.3")


def test_every_route_is_there(document: dict[str, Any]) -> None:
    found = {
        (method.upper(), path) for path, methods in document["paths"].items() for method in methods
    }
    assert found == {(one.method, one.path) for one in TABLE}


def test_path_and_body_share_the_fields(document: dict[str, Any]) -> None:
    call = document["paths"]["/v1/teas/{tea_id}/brews"]["post"]
    path = [one for one in call["parameters"] if one.get("in") == "path"]
    assert [one["name"] for one in path] == ["tea_id"]
    assert path[0]["schema"] == {"type": "string", "pattern": "^[0-9]{1,19}$"}
    name = call["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    schema = document["components"]["schemas"][name]
    assert set(schema["properties"]) == {"size", "leaves", "note", "at"}
    assert schema["additionalProperties"] is False
    assert call["requestBody"]["required"] is False
    assert {"201", "401", "409", "422", "429", "503"} <= set(call["responses"])


def test_a_query_is_described_with_its_defaults(document: dict[str, Any]) -> None:
    call = document["paths"]["/v1/teas"]["get"]
    query = {one["name"]: one for one in call["parameters"] if one.get("in") == "query"}
    assert query["limit"]["schema"] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 100,
        "default": 20,
    }
    assert not query["limit"]["required"]
    assert call["security"] == [{}, {"session": []}, {"key": []}]


def test_hidden_fields_are_not_offered(document: dict[str, Any]) -> None:
    schema = document["components"]["schemas"]["VisitedBody"]
    assert set(schema["properties"]) == {"word"}


def test_no_answer_is_204(document: dict[str, Any]) -> None:
    assert "204" in document["paths"]["/v1/teas/{how}"]["delete"]["responses"]


def test_examples_have_the_shape_of_their_schema(document: dict[str, Any]) -> None:
    components = document["components"]["schemas"]
    example = make_example({"$ref": "#/components/schemas/BrewBody"}, components)
    assert example == {"size": "cup", "leaves": [], "note": "", "at": None}
    leaf = make_example(components["Leaf"], components)
    assert leaf == {"name": "", "grams": 1}


def test_the_reference_page_escapes_and_holds_every_call(document: dict[str, Any]) -> None:
    document = {
        **document,
        "info": {**document["info"], "description": "<script>alert(1)</script>"},
    }
    page = render_reference(document)
    assert "<script>alert" not in page
    for route in TABLE:
        assert f'data-path="{route.path}"' in page


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    return read_document()


def test_only_scopes_that_a_key_can_have_are_offered(whole: dict[str, Any]) -> None:
    scopes = whole["components"]["schemas"]["CreateKeyBody"]["properties"]["scopes"]["items"]
    assert scopes == {
        "type": "string",
        "maxLength": 40,
        "enum": sorted(one.value for one in KEY_SCOPES),
    }
    # Titles of invoices, money and shares of it are a person's too: that is no permission.
    kinds = {"TitleKind", "HolderKind", "ReceiverKind"}
    schemas = {
        name: one for name, one in whole["components"]["schemas"].items() if name not in kinds
    }
    told = json.dumps(schemas)
    assert re.findall(r'"(?:system|public|person|staff\.write|keys\.write)"', told) == []


def test_whoever_is_turned_away_was_told(whole: dict[str, Any]) -> None:
    """A key is no person, and can be given no right to make staff or keys."""
    calls = {call["operationId"]: call for one in whole["paths"].values() for call in one.values()}
    session: dict[str, Any] = {"session": []}
    key: dict[str, Any] = {"key": []}
    for name, security in (
        ("orders_list_orders", [session, key]),
        ("orders_pay_orders", [session]),
        ("keys_create_key", [session]),
        ("stores_list_stores", [{}, session, key]),
    ):
        assert calls[name]["security"] == security, name
    assert "403" not in calls["stores_list_stores"]["responses"]


def test_every_failure_is_problem_details(whole: dict[str, Any]) -> None:
    failures = whole["components"]["responses"]
    assert set(failures) >= {"400", "401", "403", "404", "409", "422", "429", "503"}
    for status, one in failures.items():
        assert list(one["content"]) == ["application/problem+json"], status
        for header in one["headers"].values():
            assert header["$ref"].rpartition("/")[2] in whole["components"]["headers"]
    assert {"Retry-After", "X-Request-Id"} == set(failures["429"]["headers"])
