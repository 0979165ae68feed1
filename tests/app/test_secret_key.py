"""The server's own key: made once, kept to ourselves, the same for every process."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from banyan.app.secret_key import KEY_FILE, read_secret_key
from banyan.app.settings import Settings
from banyan.base.errors import Invalid, Trouble
from banyan.base.secret import Secret


def test_it_is_made_once_and_only_we_can_read_it(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data")
    key = read_secret_key(settings).reveal()
    assert len(key) >= 32
    assert read_secret_key(settings).reveal() == key
    assert (tmp_path / "data" / KEY_FILE).stat().st_mode & 0o077 == 0
    assert [path.name for path in (tmp_path / "data").iterdir()] == [KEY_FILE]


def test_rivals_agree_on_one(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    with ThreadPoolExecutor(8) as pool:
        keys = {one.reveal() for one in pool.map(lambda _: read_secret_key(settings), range(32))}
    assert len(keys) == 1


def test_one_that_others_can_read_is_refused(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    read_secret_key(settings)
    (tmp_path / KEY_FILE).chmod(0o644)
    with pytest.raises(Trouble, match=r"settings\.secret_key_open"):
        read_secret_key(settings)


def test_one_that_is_given_is_used_and_must_be_long(tmp_path: Path) -> None:
    given = Settings(data=tmp_path, secret_key=Secret("x" * 32))
    assert read_secret_key(given).reveal() == "x" * 32
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(Invalid, match=r"settings\.secret_key_short"):
        read_secret_key(Settings(data=tmp_path, secret_key=Secret("x" * 31)))
