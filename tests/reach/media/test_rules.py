"""What a file is: judged by its bytes, whatever they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.base.errors import Invalid
from banyan.reach.media.rules import check_media, check_picture, media_type_of
from banyan.reach.media.types import MediaKind

_heads = st.sampled_from(
    [b"", b"#!AMR\n", b"ID3", b"\xff\xfb\x90\x00", b"\xff\xd8\xff", b"GIF89a", b"BM", b"0000ftyp"]
)


@given(kind=st.sampled_from(MediaKind), head=_heads, rest=st.binary(max_size=300))
def test_any_bytes_are_taken_or_refused(kind: MediaKind, head: bytes, rest: bytes) -> None:
    try:
        file = check_media(kind, head + rest)
    except Invalid:
        return
    assert media_type_of(file).partition("/")[0] in {"image", "audio", "video"}


def test_a_voice_of_no_length_is_none() -> None:
    for content in (b"#!AMR\n", b"ID3\x03\x00\x00\x00\x00\x00\x00", b"ID3"):
        with pytest.raises(Invalid) as told:
            check_media(MediaKind.VOICE, content)
        assert told.value.code == "media.wrong_type"


def test_a_picture_for_texts_is_no_animation() -> None:
    with pytest.raises(Invalid):
        check_picture(b"GIF89a" + b"\x00" * 20)
