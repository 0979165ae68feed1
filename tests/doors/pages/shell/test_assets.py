"""Static files: their addresses, what stays inside, and that vendored ones are pinned."""

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from banyan.doors.pages.shell.assets import Assets, pages_folder, root_files
from banyan.doors.pages.shell.icons import draw_icon

_ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="module")
def assets() -> Assets:
    return Assets()


def test_an_address_names_the_version_of_all_files(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a{}")
    before = Assets(tmp_path)
    assert before.address("a.css") == f"/assets/{before.version}/a.css"
    (tmp_path / "a.css").write_text("b{}")
    assert Assets(tmp_path).version != before.version


def test_templates_and_code_stay_inside(assets: Assets) -> None:
    assert assets.find("shell/base.html") is None
    assert assets.find("shell/i18n.py") is None
    assert assets.find("../../../../pyproject.toml") is None
    with pytest.raises(KeyError):
        assets.address("static/css/missing.css")


def test_packed_files_unpack_to_themselves(assets: Assets) -> None:
    found = assets.find("static/vendor/htmx/htmx.min.js")
    assert found is not None
    assert found.packed is not None
    assert gzip.decompress(found.packed) == found.content
    assert len(found.packed) < len(found.content) / 2


def test_files_at_fixed_addresses_are_there(assets: Assets) -> None:
    assert all(assets.find(name) for name in root_files.values())
    manifest = assets.find("static/manifest.webmanifest")
    assert manifest is not None
    icons = [one["src"] for one in json.loads(manifest.content)["icons"]]
    assert set(icons) <= set(root_files)


def test_the_worker_keeps_files_that_exist(assets: Assets) -> None:
    worker = (pages_folder / "static" / "sw.js").read_text()
    kept = re.findall(r'"((?:vendor|css|icons)/[^"]+)"', worker)
    assert kept
    assert [name for name in kept if assets.find(f"static/{name}") is None] == []


def test_vendored_files_are_the_pinned_ones() -> None:
    command = [sys.executable, str(_ROOT / "tools" / "fetch-vendor"), "--check"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_icons_are_drawn_and_unknown_ones_are_our_mistake() -> None:
    drawn = draw_icon("house", "small")
    assert drawn.startswith('<svg class="icon icon-small"')
    assert 'aria-hidden="true"' in drawn
    with pytest.raises(KeyError):
        draw_icon("no-such-icon")
    with pytest.raises(KeyError):
        draw_icon("../../../icons/missing")
