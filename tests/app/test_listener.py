"""Folders of speech models are looked at before anything starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from banyan.app.furnish import check_outside
from banyan.app.listener import open_ears
from banyan.app.settings import read_settings
from banyan.base.errors import Invalid
from tests.kit.voices import lay_models


def test_a_folder_of_models_must_be_there_and_whole(tmp_path: Path) -> None:
    assert set(open_ears(read_settings({}, {})).languages) == {"en_US"}
    models = lay_models(tmp_path)
    settings = read_settings({}, {"BANYAN_SPEECH_MODELS": str(models)})
    assert set(open_ears(settings).languages) == {"en_US", "zh_CN"}
    (models / "zh_TW").mkdir()
    with pytest.raises(Invalid, match=r"settings\.speech_model_incomplete"):
        check_outside(settings)
    (models / "zh_TW").rename(models / "chinese")
    with pytest.raises(Invalid, match=r"settings\.speech_model_misnamed"):
        check_outside(settings)
    with pytest.raises(Invalid, match=r"settings\.speech_models_missing"):
        check_outside(read_settings({"speech_models": str(models / "none")}, {}))
