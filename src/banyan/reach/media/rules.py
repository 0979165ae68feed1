"""What a file is, judged by its bytes alone, and how large and long it may be."""

import hashlib
import io
import wave
from collections.abc import Iterator
from datetime import timedelta

from banyan.base.errors import Invalid
from banyan.reach.media.types import MediaKind

LIFE = timedelta(days=3)
"""How long a temporary file is there."""
PICTURE_BYTES_MAX = 1 << 20
MARKETING_BYTES_MAX = 2 << 20
"""Largest picture for texts."""
VOICE_S_MAX = 60
VOICE_BYTES_MAX = 2 << 20
KEPT_MAX = {
    MediaKind.IMAGE: 100_000,
    MediaKind.VOICE: 1_000,
    MediaKind.VIDEO: 1_000,
    MediaKind.THUMB: 100_000,
}
"""How many files of a kind an account may keep."""

MEDIA_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "amr": "audio/amr",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
}
_bytes_max = {
    MediaKind.IMAGE: 10 << 20,
    MediaKind.VOICE: VOICE_BYTES_MAX,
    MediaKind.VIDEO: 10 << 20,
    MediaKind.THUMB: 64 << 10,
}
_endings = {
    MediaKind.IMAGE: {"png", "jpg", "gif", "bmp"},
    MediaKind.VOICE: {"amr", "mp3"},
    MediaKind.VIDEO: {"mp4"},
    MediaKind.THUMB: {"jpg"},
}
_amr_head = b"#!AMR\n"
_amr_sizes = (13, 14, 16, 18, 20, 21, 27, 32, 6, 1, 1, 1, 1, 1, 1, 1)
"""Bytes of a frame of 20 ms, by its mode."""
_bitrates = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0),
}
"""Thousands of bits a second of layer 3, of MPEG 1 and of its halved versions."""
_rates = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_layer_3 = 1
_version_1 = 3


def check_media(kind: MediaKind, content: bytes) -> str:
    """Accept a file of this kind, and return the name under which its bytes are kept.

    Raises Invalid `media.empty`, `media.too_large`, `media.wrong_type`, `media.too_long`.
    """
    ending = _check(content, _bytes_max[kind], _endings[kind], kind.value)
    if kind is MediaKind.VOICE:
        _check_length(content, ending)
    return _name(content, ending)


def check_sound(content: bytes, bytes_max: int) -> str:
    """Accept a voice that is to be heard, and return the name under which its bytes are kept.

    Raises Invalid `media.empty`, `media.too_large`, `media.wrong_type`, `media.too_long`.
    """
    ending = _check(content, bytes_max, {"amr", "mp3", "wav"}, MediaKind.VOICE.value)
    _check_length(content, ending)
    return _name(content, ending)


def check_picture(content: bytes, bytes_max: int = PICTURE_BYTES_MAX) -> str:
    """Accept a picture for texts, and return the name under which its bytes are kept.

    Raises Invalid `media.empty`, `media.too_large`, `media.wrong_type`.
    """
    ending = _check(content, bytes_max, {"png", "jpg"}, MediaKind.IMAGE.value)
    return _name(content, ending)


def media_type_of(file: str) -> str:
    """What a file is, by the name under which it is kept."""
    return MEDIA_TYPES[file.rpartition(".")[2]]


def _check(content: bytes, bytes_max: int, endings: set[str], kind: str) -> str:
    if not content:
        raise Invalid("media.empty")
    if len(content) > bytes_max:
        raise Invalid("media.too_large", kind=kind, bytes_max=bytes_max)
    ending = _ending_of(content)
    if ending not in endings:
        raise Invalid("media.wrong_type", kind=kind)
    return ending


def _check_length(content: bytes, ending: str) -> None:
    compute = {"amr": _amr_ms, "mp3": _mp3_ms, "wav": _wav_ms}[ending]
    length_ms = compute(content)
    if not length_ms:
        raise Invalid("media.wrong_type", kind=MediaKind.VOICE.value)
    if length_ms > VOICE_S_MAX * 1_000:
        raise Invalid("media.too_long", seconds_max=VOICE_S_MAX)


def _name(content: bytes, ending: str) -> str:
    return f"{hashlib.sha256(content).hexdigest()}.{ending}"


def _ending_of(content: bytes) -> str:
    heads = (
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"\xff\xd8\xff", "jpg"),
        (b"GIF87a", "gif"),
        (b"GIF89a", "gif"),
        (_amr_head, "amr"),
        (b"ID3", "mp3"),
    )
    found = next((ending for head, ending in heads if content.startswith(head)), "")
    if found:
        return found
    if content[:2] == b"BM" and int.from_bytes(content[2:6], "little") == len(content):
        return "bmp"
    if content[4:8] == b"ftyp":
        return "mp4"
    if content.startswith(b"RIFF") and content[8:12] == b"WAVE":
        return "wav"
    return "mp3" if _read_frame(content, 0) is not None else ""


def _amr_ms(content: bytes) -> int:
    at, frames = len(_amr_head), 0
    while at < len(content):
        at += _amr_sizes[content[at] >> 3 & 0x0F]
        frames += 1
    return frames * 20


def _mp3_ms(content: bytes) -> int:
    return round(sum(samples / rate * 1_000 for samples, rate in _list_frames(content)))


def _wav_ms(content: bytes) -> int:
    try:
        with wave.open(io.BytesIO(content)) as sound:
            return int(sound.getnframes() * 1_000 // sound.getframerate())
    except (wave.Error, EOFError, ZeroDivisionError, RuntimeError):
        return 0


def _list_frames(content: bytes) -> Iterator[tuple[int, int]]:
    at = 0
    if content.startswith(b"ID3"):
        sevens = zip(content[6:10], (21, 14, 7, 0), strict=False)
        at = 10 + sum((byte & 0x7F) << shift for byte, shift in sevens)
    while at + 4 <= len(content):
        frame = _read_frame(content, at)
        if frame is None:
            return
        samples, rate, size_bytes = frame
        yield samples, rate
        at += size_bytes


def _read_frame(content: bytes, at: int) -> tuple[int, int, int] | None:
    """Samples, samples a second, and bytes of the frame of layer 3 that begins here."""
    head = int.from_bytes(content[at : at + 4], "big")
    version, layer = head >> 19 & 3, head >> 17 & 3
    if head >> 21 != 0x7FF or version not in _rates or layer != _layer_3:  # noqa: PLR2004 - eleven bits
        return None
    rates = _rates[version]
    place = head >> 10 & 3
    is_first = version == _version_1
    bits = _bitrates[is_first][head >> 12 & 0x0F] * 1_000
    if place >= len(rates) or not bits:
        return None
    samples = 1_152 if is_first else 576
    return samples, rates[place], samples // 8 * bits // rates[place] + (head >> 9 & 1)
