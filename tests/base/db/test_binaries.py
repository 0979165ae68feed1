"""Programs that only root can reach are copied, once, to where the server's user can run them."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from banyan.base.db import EmbeddedServer, binaries
from banyan.base.errors import Trouble

from .processes import Child, query, small

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="others run the programs where they are")


@pytest.fixture
def copies(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place for copies, while the wheel seems to lie in a folder closed to others."""
    folder = Path(tempfile.mkdtemp(prefix="banyan-copies-"))
    folder.chmod(0o755)
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    (closed / "package").symlink_to(binaries._package())
    monkeypatch.setattr(binaries, "_package", lambda: closed / "package")
    monkeypatch.setattr(binaries, "copies", folder / "copies")
    yield folder / "copies"
    shutil.rmtree(folder)


def test_the_server_runs_from_a_copy(copies: Path, data: Path) -> None:
    with EmbeddedServer.start(data, small) as server:
        assert query(server, "select 1") == "1"
    made = [path.name for path in copies.iterdir()]
    with EmbeddedServer.start(data, small):
        assert [path.name for path in copies.iterdir()] == made
    assert len(made) == 1


def test_starters_at_once_make_one_whole_copy(copies: Path) -> None:
    makers = [Child(lambda: str(binaries._copy())) for _ in range(3)]
    assert len({maker.wait() for maker in makers}) == 1
    assert len(list(copies.iterdir())) == 1


def test_a_copy_that_others_can_write_to_is_not_run(copies: Path, data: Path) -> None:
    copies.mkdir()
    copies.chmod(0o777)
    with pytest.raises(Trouble, match="programs_unsafe"):
        EmbeddedServer.start(data, small)


def test_a_place_that_cannot_be_written_is_named(copies: Path, data: Path) -> None:
    copies.write_text("a file where the folder should be")
    with pytest.raises(Trouble, match="programs_unreachable"):
        EmbeddedServer.start(data, small)
