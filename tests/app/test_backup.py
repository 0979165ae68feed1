"""A backup brings everything back: money, files, the key; and never over what is in use."""

from __future__ import annotations

import asyncio
import io
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from banyan.app.backup import read_backup, write_backup
from banyan.app.build import open_building
from banyan.app.furnish import furnish
from banyan.app.invariants import check_invariants
from banyan.app.secret_key import KEY_FILE, read_secret_key
from banyan.app.settings import Settings
from banyan.base.db import EmbeddedServer, connect
from banyan.base.errors import Invalid, Refusal, Trouble
from banyan.base.secret import Secret
from banyan.books.work import SYSTEM, Actor
from banyan.parties.people import EnrolPerson, enrol_person
from banyan.pay.wallets import ReadWallet, TopUpWallet, read_wallet, top_up
from banyan.views.insight import export_all
from tests.kit.postgres import fresh_database


@pytest.fixture
async def old(server: EmbeddedServer, tmp_path: Path) -> AsyncIterator[Settings]:
    async with fresh_database(server) as dsn:
        yield Settings(database_url=Secret(dsn), data=tmp_path / "old", pool=4)


@pytest.fixture
async def new(server: EmbeddedServer, tmp_path: Path) -> AsyncIterator[Settings]:
    async with fresh_database(server) as dsn:
        yield Settings(database_url=Secret(dsn), data=tmp_path / "new", pool=4)


async def do_business(settings: Settings, amount_fen: int) -> Actor:
    async with open_building(settings) as building:
        await furnish(building)
        lin = await building.office.run(enrol_person, EnrolPerson(nickname="lin"), SYSTEM)
        actor = Actor(kind="person", actor_id=lin.person_id, person_id=lin.person_id)
        await building.office.run(top_up, TopUpWallet(amount_fen=amount_fen), actor)
    picture = settings.files / "ab" / "abcd.png"
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_bytes(b"picture of %d" % amount_fen)
    return actor


async def read_balance(settings: Settings, actor: Actor) -> int:
    async with open_building(settings) as building:
        wallet = await building.office.run(read_wallet, ReadWallet(), actor)
        assert not await check_invariants(building.pool, building.rooms)
        return wallet.balance_fen


def quiet(_what: str) -> None:
    pass


async def test_there_and_back(old: Settings, new: Settings, tmp_path: Path) -> None:
    actor = await do_business(old, 500)
    archive = tmp_path / "b.tar"
    manifest = await write_backup(old, archive, quiet)
    assert manifest.files_count == 1
    assert archive.stat().st_mode & 0o077 == 0
    await read_backup(new, archive, quiet)
    assert await read_balance(new, actor) == 500
    assert (new.files / "ab" / "abcd.png").read_bytes() == b"picture of 500"
    assert read_secret_key(new).reveal() == read_secret_key(old).reveal()
    # What was restored goes on living: new business gets ids and numbers as before.
    await do_business(new, 7)
    assert await read_balance(new, actor) == 500


async def test_a_file_that_comes_while_others_are_packed_spoils_nothing(
    old: Settings, new: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor = await do_business(old, 500)
    (old.files / "ab" / ".draft-x").write_bytes(b"half")
    add = tarfile.TarFile.add

    def upload_and_add(
        archive: tarfile.TarFile,
        path: Path,
        name: str,
        recursive: bool = True,  # noqa: FBT001, FBT002 - as the library has it
        *,
        filter: None = None,  # noqa: A002 - as the library has it
    ) -> None:
        (old.files / "ab" / "late.png").write_bytes(b"late")
        add(archive, path, name, recursive, filter=filter)

    monkeypatch.setattr(tarfile.TarFile, "add", upload_and_add)
    archive = tmp_path / "b.tar"
    assert (await write_backup(old, archive, quiet)).files_count == 1
    await read_backup(new, archive, quiet)
    assert await read_balance(new, actor) == 500
    assert [path.name for path in new.files.rglob("*.*")] == ["abcd.png"]


async def test_business_is_not_overwritten_unless_forced(
    old: Settings, new: Settings, tmp_path: Path
) -> None:
    lin = await do_business(old, 500)
    wu = await do_business(new, 900)
    await write_backup(old, tmp_path / "b.tar", quiet)
    with pytest.raises(Refusal, match=r"backup\.not_empty"):
        await read_backup(new, tmp_path / "b.tar", quiet)
    assert await read_balance(new, wu) == 900
    await read_backup(new, tmp_path / "b.tar", quiet, is_forced=True)
    assert await read_balance(new, lin) == 500
    assert await read_balance(new, wu) == 0
    (before,) = new.data.glob("files.before-*")
    assert (before / "ab" / "abcd.png").read_bytes() == b"picture of 900"


async def test_a_database_in_use_is_left_alone(
    old: Settings, new: Settings, tmp_path: Path
) -> None:
    await do_business(old, 500)
    await write_backup(old, tmp_path / "b.tar", quiet)
    async with open_building(new):
        with pytest.raises(Trouble, match=r"backup\.in_use"):
            await read_backup(new, tmp_path / "b.tar", quiet, is_forced=True)


async def test_an_archive_is_never_overwritten(old: Settings, tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_bytes(b"precious")
    with pytest.raises(Refusal, match=r"backup\.exists"):
        await write_backup(old, tmp_path / "b.tar", quiet)
    assert (tmp_path / "b.tar").read_bytes() == b"precious"


async def test_an_unreachable_database_leaves_no_half_archive(tmp_path: Path) -> None:
    settings = Settings(database_url=Secret("postgresql://127.0.0.1:1/x"), data=tmp_path / "d")
    (tmp_path / "out").mkdir()
    with pytest.raises(Trouble):
        await write_backup(settings, tmp_path / "out" / "b.tar", quiet)
    assert list((tmp_path / "out").iterdir()) == []


async def test_a_folder_that_is_not_there_is_not_made(old: Settings, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"backup\.no_folder"):
        await write_backup(old, tmp_path / "slip" / "b.tar", quiet)
    assert not (tmp_path / "slip").exists()


async def test_insight_is_written_again_after_a_restore(
    old: Settings, new: Settings, tmp_path: Path
) -> None:
    await do_business(old, 500)
    async with open_building(old) as building:
        await furnish(building)
        passed = await export_all(building.office)
    await write_backup(old, tmp_path / "b.tar", quiet)
    await read_backup(new, tmp_path / "b.tar", quiet)
    async with open_building(new) as building:
        await furnish(building)
        assert not await check_invariants(building.pool, building.rooms)
        assert await export_all(building.office) == passed > 0


def damage(source: Path, target: Path, how: str) -> None:
    """Copy an archive so that it is no longer whole."""
    content = source.read_bytes()
    with tarfile.open(source) as archive:
        dump = archive.getmember("database.dump")
        picture = archive.getmember("files/ab/abcd.png")
    if how == "cut in the dump":
        content = content[: dump.offset_data + dump.size // 2]
    elif how == "cut between two files":
        content = content[: picture.offset]
    else:
        place = dump.offset_data + dump.size // 2
        content = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
    target.write_bytes(content)


@pytest.mark.parametrize("how", ["cut in the dump", "cut between two files", "one bit flipped"])
async def test_a_damaged_archive_leaves_all_as_it_was(
    old: Settings, new: Settings, tmp_path: Path, how: str
) -> None:
    await do_business(old, 500)
    wu = await do_business(new, 900)
    await write_backup(old, tmp_path / "b.tar", quiet)
    damage(tmp_path / "b.tar", tmp_path / "damaged.tar", how)
    with pytest.raises(Invalid, match=r"backup\.unreadable") as caught:
        await read_backup(new, tmp_path / "damaged.tar", quiet, is_forced=True)
    assert "\n" not in str(caught.value.fields["why"])
    assert await read_balance(new, wu) == 900


async def test_an_archive_of_a_later_version_leaves_all_as_it_was(
    old: Settings, new: Settings, tmp_path: Path
) -> None:
    await do_business(old, 500)
    wu = await do_business(new, 900)
    db = await connect(old.database_url.reveal())
    await db.execute(
        "insert into base.migrations values ('people', 9000, '9000_later', 'x', now())"
    )
    await db.close()
    await write_backup(old, tmp_path / "b.tar", quiet)
    with pytest.raises(Trouble, match=r"database\.newer_than_code"):
        await read_backup(new, tmp_path / "b.tar", quiet, is_forced=True)
    assert await read_balance(new, wu) == 900


async def test_a_dump_that_cannot_be_put_back_leaves_all_as_it_was(
    old: Settings, new: Settings, tmp_path: Path
) -> None:
    await do_business(old, 500)
    wu = await do_business(new, 900)
    await write_backup(old, tmp_path / "b.tar", quiet)
    with tarfile.open(tmp_path / "b.tar") as archive:
        archive.extractall(tmp_path / "x", filter="data")
    # A flaw that no digest shows, as in the archive of a version that told none.
    dump = (tmp_path / "x" / "database.dump").read_bytes()
    assert b"CREATE TABLE wallets." in dump
    (tmp_path / "x" / "database.dump").write_bytes(
        dump.replace(b"CREATE TABLE wallets.", b"CREATE TABLE nowhere.")
    )
    manifest = msgspec.json.decode((tmp_path / "x" / "banyan.json").read_bytes())
    del manifest["database_sha256"]
    (tmp_path / "x" / "banyan.json").write_bytes(msgspec.json.encode(manifest))
    with tarfile.open(tmp_path / "flawed.tar", "w") as archive:
        for name in ("banyan.json", "database.dump", "files"):
            archive.add(tmp_path / "x" / name, name)
    with pytest.raises(Trouble, match=r"backup\.failed") as caught:
        await read_backup(new, tmp_path / "flawed.tar", quiet, is_forced=True)
    assert "\n" not in str(caught.value.fields["why"])
    assert await read_balance(new, wu) == 900
    assert (new.files / "ab" / "abcd.png").read_bytes() == b"picture of 900"


async def test_no_program_is_started_with_the_password(
    old: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = old.database_url.reveal()
    secret = bare.replace("banyan@", "banyan:open-sesame@", 1)
    assert secret != bare
    settings = msgspec.structs.replace(old, database_url=Secret(secret))
    started: list[tuple[str, ...]] = []
    start = asyncio.create_subprocess_exec

    async def watch(*command: str, **options: Any) -> asyncio.subprocess.Process:  # noqa: ANN401
        started.append(command)
        assert options["env"].get("PGPASSWORD", "open-sesame") == "open-sesame"
        return await start(*command, **options)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", watch)
    await write_backup(settings, tmp_path / "b.tar", quiet)
    await read_backup(settings, tmp_path / "b.tar", quiet)
    assert {Path(command[0]).name for command in started} == {"pg_dump", "pg_restore", "psql"}
    assert not [one for command in started for one in command if "open-sesame" in one]


@pytest.mark.parametrize("name", ["../outside", "/tmp/banyan-outside", "link"])
async def test_an_archive_that_reaches_out_is_refused(
    new: Settings, tmp_path: Path, name: str
) -> None:
    with tarfile.open(tmp_path / "evil.tar", "w") as archive:
        member = tarfile.TarInfo(name)
        if name == "link":
            member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(member, io.BytesIO())
    with pytest.raises(Invalid, match=r"backup\.unreadable"):
        await read_backup(new, tmp_path / "evil.tar", quiet)
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("content", [b"", b"no archive", b"\0" * 10_240])
async def test_what_is_no_archive_is_refused(new: Settings, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "b.tar").write_bytes(content)
    with pytest.raises(Invalid, match=r"backup\.unreadable"):
        await read_backup(new, tmp_path / "b.tar", quiet)
    assert not (new.data / KEY_FILE).exists()
