"""What is written with every visit finds its row by an index, however many sessions there are."""

from datetime import UTC, datetime

import pytest

from banyan.base.db import Connection
from banyan.parties.sessions import store


@pytest.mark.parametrize("statement", [store._set_seen, store._expire_session])
async def test_a_session_is_found_by_its_id(untouched: Connection, statement: str) -> None:
    by_id = [1] if "any($1)" in statement else 1
    await untouched.execute("set enable_seqscan = off")
    rows = await untouched.fetch(f"explain {statement}", by_id, datetime(2026, 1, 1, tzinfo=UTC))
    plan = "\n".join(row[0] for row in rows)
    assert "Seq Scan" not in plan, plan
    assert "sessions_session" in plan, plan
