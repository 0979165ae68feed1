"""Whatever a program makes of the OpenAPI document, no call of the API breaks the server."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import GenerationMode, checks

from banyan.base.db import EmbeddedServer
from banyan.doors.api import read_document
from tests.kit.command import Served, serving

EXAMPLES = 8
"""For each of the many calls; `--hypothesis-seed` makes other ones."""

# Those who sign out learn nothing more: the other calls would all end at the door.
schema = schemathesis.openapi.from_dict(read_document()).exclude(
    method="DELETE", path_regex="^/v1/sessions"
)
schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])


CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


class Shop:
    """A server with an owner's shop, whose ids take the place of invented ones now and then."""

    def __init__(self, served: Served) -> None:
        self.url = served.url
        made = self._ask("/sandbox/merchants", "", name="榕树茶馆")
        self.owner: str = made["owner_token"]
        self.ids: dict[str, str] = {"merchant_id": made["merchant"]}
        store = self._ask(
            f"/v1/merchants/{made['merchant']}/stores",
            self.owner,
            name="外滩店",
            address="中山东一路",
        )
        self.ids["store_id"] = store["store_id"]

    def _ask(self, path: str, token: str, **body: object) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = httpx.post(f"{self.url}{path}", json=body, headers=headers, timeout=30)
        assert answer.status_code < 300, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture(scope="module")
def shop(server: EmbeddedServer) -> Iterator[Shop]:
    del server
    with tempfile.TemporaryDirectory() as folder:
        environment = {"BANYAN_RATE_PER_S": "0", "BANYAN_ACCESS_LOG": "false"}
        data = str(Path(folder, "data"))
        with serving(Path(folder), "--sandbox", "--data", data, environment=environment) as served:
            yield Shop(served)
            bugs = [line for line in served.complained.splitlines() if '"bug"' in line]
            assert not bugs, bugs[0]


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
def test_no_call_breaks_the_server(case: schemathesis.Case[Any], shop: Shop) -> None:
    for number, name in enumerate(case.path_parameters or {}):
        if name in shop.ids and (len(repr(case.body)) + number) % 3:
            case.path_parameters[name] = shop.ids[name]
    headers = {"Authorization": f"Bearer {shop.owner}"}
    response = case.call(base_url=shop.url, headers=headers, timeout=30)
    case.validate_response(response, checks=CHECKS)
    if response.status_code >= 400:
        assert response.headers["content-type"] == ["application/problem+json"]
