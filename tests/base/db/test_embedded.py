"""The embedded server is shared by processes, recovered after kills, and closed to others."""

import os
import random
import shutil
import stat
import subprocess
import tempfile
import time
from pathlib import Path

import asyncpg
import pytest

from banyan.base.db import EmbeddedServer, embedded
from banyan.base.errors import Trouble

from .processes import Child, kill_server, postmaster, query, small

is_root = os.geteuid() == 0
nobody = 65534


def _start_and_leave(data: Path) -> int:
    with EmbeddedServer.start(data, small):
        return postmaster(data)


def _start_and_hang(data: Path, ready: int) -> None:
    EmbeddedServer.start(data, small)
    os.write(ready, b"1")
    time.sleep(60)


def test_postgresqls_own_programs_reach_it(data: Path) -> None:
    with EmbeddedServer.start(data, small) as server:
        assert query(server, "select current_database() || current_user") == "banyanbanyan"
        for program, *options in (["pgbench", "-i", "-q"], ["pgbench", "-t", "5"], ["pg_dump"]):
            command = [str(server.binary(program)), *options, server.dsn]
            subprocess.run(command, check=True, capture_output=True, timeout=60)
        with pytest.raises(Trouble, match="program_missing"):
            server.binary("pg_nonsense")


def test_it_is_durable_utc_and_closed_to_the_network(data: Path) -> None:
    wanted = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "jit": "off"}
    wanted |= {"TimeZone": "UTC", "data_checksums": "on", "listen_addresses": ""}
    with EmbeddedServer.start(data, small) as server:
        found = {name: query(server, f"show {name}") for name in wanted}
        assert found == wanted
        assert query(server, "select count(*) from pg_collation where collname = 'builtin'") == "0"
        assert query(server, "select upper('é')") == "É"


def test_the_last_to_leave_stops_it(data: Path) -> None:
    first = EmbeddedServer.start(data, small)
    second = EmbeddedServer.start(data, small)
    first.stop()
    first.stop()
    assert second.is_running()
    assert query(second, "select 1") == "1"
    second.stop()
    assert not second.is_running()


def test_a_fork_does_not_hold_what_its_parent_uses(data: Path) -> None:
    server = EmbeddedServer.start(data, small)
    child = Child(lambda: time.sleep(60))
    try:
        server.stop()
        assert not server.is_running()
    finally:
        child.kill()


async def test_a_deep_folder_has_a_short_address(data: Path) -> None:
    deep = data / ("deep" * 30)
    deep.mkdir()
    (data / "postgresql").rename(deep / "postgresql")
    with EmbeddedServer.start(deep, small) as server:
        connection = await asyncpg.connect(server.dsn)
        assert await connection.fetchval("select 1") == 1
        await connection.close()


def test_a_killed_server_comes_back_with_its_data(data: Path) -> None:
    with EmbeddedServer.start(data, small) as server:
        query(server, "create table kept as select 42 as answer")
        for _ in range(2):
            kill_server(server, data)
            server.revive()
            assert query(server, "select answer from kept") == "42"
            server.revive()


def test_a_long_statement_that_outlives_the_killed_server_is_ended(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "_orphans_wait_s", 0.5)
    with EmbeddedServer.start(data, small) as server:
        query(server, "create table kept as select 42 as answer")
        busy = "select count(*) from generate_series(1, 1000000) a, generate_series(1, 1000000) b"
        command = [str(server.binary("psql")), server.dsn, "-c", busy]
        with subprocess.Popen(command, stderr=subprocess.DEVNULL) as client:
            counting = "select count(*) from pg_stat_activity where query like '%series%'"
            try:
                while query(server, counting) != "2":
                    time.sleep(0.02)
                kill_server(server, data)
                server.revive()
            finally:
                client.kill()
        assert query(server, "select answer from kept") == "42"


def test_a_server_that_outlives_its_owner_is_used_again(data: Path) -> None:
    heard, ready = os.pipe()
    owner = Child(lambda: _start_and_hang(data, ready))
    assert os.read(heard, 1) == b"1"
    os.close(heard)
    os.close(ready)
    process = postmaster(data)
    owner.kill()
    with EmbeddedServer.start(data, small) as server:
        assert postmaster(data) == process
        assert query(server, "select 1") == "1"
    assert not server.is_running()


def test_many_starters_at_once_share_one_server(data: Path) -> None:
    with EmbeddedServer.start(data, small):
        process = postmaster(data)
        starters = [Child(lambda: _start_and_leave(data)) for _ in range(4)]
        assert [starter.wait() for starter in starters] == [process] * 4


def test_many_starters_of_nothing_make_it_once(empty: Path) -> None:
    starters = [Child(lambda: _start_and_leave(empty)) for _ in range(4)]
    for starter in starters:
        starter.wait()
    with EmbeddedServer.start(empty, small) as server:
        assert query(server, "select 1") == "1"


def test_a_lock_file_that_names_another_living_server_is_stale(
    server: EmbeddedServer, data: Path
) -> None:
    # PostgreSQL's own check believes any living process of the same user.
    stranger = server._cluster.postmaster()
    with EmbeddedServer.start(data, small) as ours:
        query(ours, "create table kept as select 42 as answer")
        kill_server(ours, data)
        for name in ("postmaster.pid", ".s.PGSQL.5432.lock"):
            path = data / "postgresql/cluster" / name
            lines = path.read_text().splitlines()
            path.write_text("\n".join([str(stranger), *lines[1:]]) + "\n")
        ours.revive()
        assert query(ours, "select answer from kept") == "42"
        assert server.is_running()
    assert server.is_running()


def test_a_starter_killed_at_any_moment_leaves_a_folder_that_starts(empty: Path) -> None:
    chance = random.Random(7)
    for _ in range(4):
        starter = Child(lambda: _start_and_leave(empty))
        time.sleep(chance.uniform(0, 0.6))
        starter.kill()
    with EmbeddedServer.start(empty, small) as server:
        assert query(server, "select 1") == "1"
    assert not (empty / "postgresql/cluster.new").exists()


def test_files_of_another_major_version_are_refused(data: Path) -> None:
    version = data / "postgresql/cluster/PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(Trouble, match="other_version"):
        EmbeddedServer.start(data, small)
    version.write_text("18\n")


def test_a_server_that_cannot_start_says_why(data: Path) -> None:
    began = time.monotonic()
    with pytest.raises(Trouble, match=r"not_started.*no_such_setting"):
        EmbeddedServer.start(data, {"no_such_setting": "1"})
    assert time.monotonic() < began + 5


def test_a_start_takes_well_under_three_seconds(data: Path) -> None:
    began = time.monotonic()
    with EmbeddedServer.start(data):
        assert time.monotonic() < began + 3


def test_an_ordinary_user_runs_it_too() -> None:
    folder = Path(tempfile.mkdtemp(prefix="banyan-user-"))
    folder.chmod(0o777)
    user = nobody if is_root else None

    def start_twice() -> list[str]:
        answers = []
        for _ in range(2):
            with EmbeddedServer.start(folder / "data", small) as server:
                answers.append(query(server, "select current_user"))
        return answers

    try:
        assert Child(start_twice, user).wait() == ["banyan", "banyan"]
        if is_root:
            # Root then works on the user's server without taking it away from him.
            with EmbeddedServer.start(folder / "data", small) as server:
                assert query(server, "select 1") == "1"
            assert Child(start_twice, user).wait() == ["banyan", "banyan"]
    finally:
        shutil.rmtree(folder)


@pytest.mark.skipif(not is_root, reason="only root has folders that the server's user cannot enter")
class TestAsRoot:
    def test_no_permission_of_a_folder_above_is_changed(self, empty: Path) -> None:
        empty.chmod(0o700)
        inner = empty / "closed" / "to" / "others"
        inner.mkdir(parents=True, mode=0o700)
        above = [inner, *inner.parents]
        before = [_mode(folder) for folder in above]
        with EmbeddedServer.start(inner, small) as server:
            assert query(server, "select 1") == "1"
            assert Path(f"/proc/{postmaster(inner)}").stat().st_uid not in {0, nobody}
            assert [_mode(folder) for folder in above] == before
        owners = {path.lstat().st_uid for path in (inner / "postgresql/cluster").rglob("*")}
        assert len(owners) == 1
        assert owners.isdisjoint({0, nobody})

    def test_a_stranger_cannot_connect(self, data: Path) -> None:
        data.chmod(0o755)
        with (
            EmbeddedServer.start(data, small) as server,
            pytest.raises(AssertionError, match="CalledProcessError"),
        ):
            Child(lambda: query(server, "select 1"), nobody).wait()

    def test_a_users_folder_that_is_roots_is_refused(self, data: Path) -> None:
        data.chmod(0o755)
        with pytest.raises(AssertionError, match="not_ours"):
            Child(lambda: EmbeddedServer.start(data, small), nobody).wait()


def _mode(folder: Path) -> tuple[int, int, int]:
    found = folder.stat()
    return stat.S_IMODE(found.st_mode), found.st_uid, found.st_gid
