"""Files are kept whole, once, under the names of their contents, and nowhere else."""

import asyncio
import hashlib
from pathlib import Path

import pytest

from banyan.base.errors import Trouble
from banyan.outside.storage import FolderFiles

CONTENT = b"what is in the file"
NAME = f"{hashlib.sha256(CONTENT).hexdigest()}.png"


async def test_what_is_put_is_found(tmp_path: Path) -> None:
    files = FolderFiles(tmp_path / "files")
    assert await files.find(NAME) is None
    await asyncio.gather(*(files.put(NAME, CONTENT) for _ in range(10)))
    assert await files.find(NAME) == CONTENT
    left = [path.name for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert left == [NAME]


async def test_what_is_kept_is_never_changed(tmp_path: Path) -> None:
    files = FolderFiles(tmp_path)
    await files.put(NAME, CONTENT)
    await files.put(NAME, b"something else")
    assert await files.find(NAME) == CONTENT


@pytest.mark.parametrize(
    "name", ["", "..", "../secret.key", "a/b", f"../{NAME}", f"{NAME}/", f"/{NAME}", f"{NAME}\0"]
)
async def test_names_that_lead_elsewhere_find_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.key").write_bytes(b"secret")
    files = FolderFiles(tmp_path / "files")
    await files.put(NAME, CONTENT)
    assert await files.find(name) is None
    with pytest.raises(AssertionError):
        await files.put(name, CONTENT)


async def test_a_folder_that_can_not_be_written_is_trouble(tmp_path: Path) -> None:
    (tmp_path / "files").write_bytes(b"a file where the folder should be")
    with pytest.raises(Trouble, match=r"storage\.unwritable"):
        await FolderFiles(tmp_path / "files").put(NAME, CONTENT)
