"""Finds models of languages: the English one that comes with PocketSphinx, and the operator's."""

import re
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import msgspec

ENGLISH = "en_US"
_name = re.compile(r"[a-z]{2,3}_[A-Z]{2}")
_lm_endings = (".lm.bin", ".lm", ".lm.dmp", ".lm.gz")
_dictionary_endings = (".dict", ".dic")
_of_sounds = "-phone.lm"
"""In the name of a model of sounds, not of words; some bundles hold both."""


class BadModel(Exception):
    """A folder that is none of a language, or in which something is missing."""

    def __init__(self, folder: Path, lacks: str) -> None:
        """`lacks` names the missing file; empty if the folder is not named for a language."""
        super().__init__(f"{folder}: {lacks}")
        self.folder = folder
        self.lacks = lacks


class Model(msgspec.Struct, frozen=True):
    """What must be known to hear a language: its sounds, its sentences and its words."""

    acoustic: str
    language: str
    dictionary: str


def find_models(folder: Path | None = None) -> Mapping[str, Model]:
    """The models by language, such as `zh_CN`; each subfolder is named for one.

    Those of the folder come before ours. None at all where PocketSphinx is not installed. Raises
    BadModel.
    """
    spec = find_spec("pocketsphinx")
    if spec is None or spec.origin is None:
        return {}
    found = {ENGLISH: _read(Path(spec.origin).parent / "model" / "en-us")}
    folders = sorted(folder.iterdir()) if folder is not None else []
    for one in folders:
        if not one.is_dir():
            continue
        if not _name.fullmatch(one.name):
            raise BadModel(one, "")
        found[one.name] = _read(one)
    return found


def _read(folder: Path) -> Model:
    inside = sorted(folder.iterdir())
    places = [folder, *(one for one in inside if one.is_dir())]
    acoustic = next((one for one in places if (one / "mdef").exists()), None)
    if acoustic is None:
        raise BadModel(folder, "mdef")
    language = _find(inside, _lm_endings)
    if language is None:
        raise BadModel(folder, "*.lm")
    dictionary = _find(inside, _dictionary_endings)
    if dictionary is None:
        raise BadModel(folder, "*.dic")
    return Model(str(acoustic), str(language), str(dictionary))


def _find(files: list[Path], endings: tuple[str, ...]) -> Path | None:
    fitting = [one for one in files if one.name.endswith(endings) and _of_sounds not in one.name]
    return fitting[0] if fitting else None
