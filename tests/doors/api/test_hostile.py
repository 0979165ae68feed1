"""Every line of the API refuses what is malformed, oversized or hostile, and nothing changes."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import pytest
import structlog

from banyan.app.actors import Actors
from banyan.commerce.catalogue import PORTS
from banyan.doors.api import ROUTES
from banyan.doors.http import JsonDoor, Route, SignIn
from banyan.doors.http.route import JSON
from banyan.doors.papers.posters import ORIGIN
from banyan.outside.storage import FolderFiles
from tests.journeys.test_strangers import collect_ids, furnish
from tests.kit import parties
from tests.kit.emptying import list_tables
from tests.kit.hostile import Hostile, ask, hostile_requests
from tests.kit.world import World

_volatile = frozenset({"sessions.sessions", "sessions.counts", "keys.keys"})
"""Who was seen last and who asked how often changes with every call, also with one refused."""

_blind = frozenset({401, 429})
"""Answers that would only show that the request was never looked at."""
_few = 30
"""Of the doubtful requests for a drawing every thirtieth will do: each takes long."""
_known = {"time_zone": "Asia/Shanghai", "currency": "CNY"}

SIGNS_OUT = frozenset({"/v1/sessions", "/v1/sessions/{session_id}", "/v1/sessions/current"})

TABLES: dict[str, list[Route]] = defaultdict(list)
for _route in ROUTES:
    TABLES[(_route.tags or (_route.operation.room,))[0]].append(_route)


async def digest(world: World) -> dict[str, str | None]:
    """Every row of every table, in short."""
    async with world.building.pool.acquire() as db:
        return {
            f"{one.schema}.{one.name}": await db.fetchval(
                f"select md5(string_agg(t::text, ';' order by t::text)) from {one.quoted} as t"
            )
            for one in await list_tables(db)
            if f"{one.schema}.{one.name}" not in _volatile
        }


def judge(route: Route, request: Hostile, status: int, body: bytes) -> str:
    """What is wrong with the answer; nothing if it is as it should be."""
    where = f"{route.method} {route.path} [{request.label}]"
    if status >= 500 or status in _blind:
        return f"{where}: {status} {body[:200]!r}"
    if status < 400:
        return f"{where}: {status}, not refused" if request.is_forbidden else ""
    problem = json.loads(body)
    if not problem.get("code") or problem.get("status") != status:
        return f"{where}: refused without a code: {body[:200]!r}"
    return ""


def open_door(world: World) -> JsonDoor:
    """The API as the server serves it, but without limits."""
    return JsonDoor(
        ROUTES,
        office=world.office,
        sign_in=SignIn(Actors(world.office).find, ttl_s=5),
        limiter=None,
        log=structlog.get_logger("banyan.tests"),
    )


@pytest.mark.parametrize("table", TABLES)
async def test_hostile_requests_are_refused(world: World, tmp_path: Path, table: str) -> None:
    PORTS.connect(files=FolderFiles(tmp_path))
    ORIGIN.connect("https://banyan.test")
    await furnish(world)
    given = _known | await collect_ids(world, "merchant_id", world.merchant_id)
    complaints = []
    door = open_door(world)
    for route in TABLES[table]:
        requests = list(hostile_requests(route, given))
        token = await parties.sign_in(world, "mei")
        await world.settle()
        before = await digest(world)
        complaints += [
            judge(route, request, *await ask(door, request, token))
            for request in requests
            if request.is_forbidden
        ]
        after = await digest(world)
        changed = [name for name in after if after[name] != before[name]]
        if changed:
            complaints.append(f"{route.method} {route.path}: changed {changed}")
        doubtful = [request for request in requests if not request.is_forbidden]
        for request in doubtful[:: 1 if route.media_type == JSON else _few]:
            # One of them may have signed her out.
            token = await parties.sign_in(world, "mei") if route.path in SIGNS_OUT else token
            complaints.append(judge(route, request, *await ask(door, request, token)))
    found = [one for one in complaints if one]
    assert not found, "\n".join(found[:60])


def test_the_judge_can_complain() -> None:
    (route,) = (one for one in ROUTES if one.path == "/v1/touches")
    forbidden = Hostile("x", "POST", "/v1/touches")
    doubtful = Hostile("x", "POST", "/v1/touches", is_forbidden=False)
    coded = json.dumps({"code": "request.invalid", "status": 422}).encode()
    assert not judge(route, forbidden, 422, coded)
    assert not judge(route, doubtful, 201, b"{}")
    assert judge(route, forbidden, 201, b"{}")
    assert judge(route, forbidden, 422, b"{}")
    assert judge(route, forbidden, 409, coded)
    assert judge(route, doubtful, 500, coded)
    assert judge(route, forbidden, 429, coded)


def test_every_field_of_a_command_is_tried_with_everything() -> None:
    (route,) = (one for one in ROUTES if one.path == "/v1/touches")
    found = {request.label: request for request in hostile_requests(route, {})}
    for name in ("token", "visitor", "device"):
        for label in ("nul", "lone surrogate", "sql", "html", "path", "number nan", "number 2^64"):
            request = found[f"{name}: {label}"]
            assert request.is_forbidden == (label not in {"sql", "html", "path"})
    assert found["device: nul"].body is not None
    assert b'"a\\u0000b"' in found["device: nul"].body
    assert len(found) > 100
