"""Turns files of strangers into the samples that models hear: at most a minute, one voice."""

import io

import av
import numpy as np
from av.audio.resampler import AudioResampler

RATE = 16_000
SECONDS_MAX = 60
BYTES_A_SAMPLE = 2
_samples_max = RATE * (SECONDS_MAX + 1)
_forms = ((b"#!AMR", "amr"), (b"RIFF", "wav"))


_mp3_bit_rate = 32_000


class Unreadable(Exception):
    """It is no sound, or longer than we listen."""


def read_samples(content: bytes) -> bytes:
    """The samples of an MP3, AMR or WAV, sixteen bits each. Raises Unreadable."""
    # The form is told, not guessed: of the many that FFmpeg knows these alone may be opened.
    form = next((form for head, form in _forms if content.startswith(head)), "mp3")
    samples = bytearray()
    try:
        with av.open(io.BytesIO(content), mode="r", format=form) as sound:
            resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
            for frame in sound.decode(audio=0):
                for part in resampler.resample(frame):
                    samples += bytes(part.planes[0])[: part.samples * BYTES_A_SAMPLE]
                if len(samples) > _samples_max * BYTES_A_SAMPLE:
                    raise Unreadable
            for part in resampler.resample(None):
                samples += bytes(part.planes[0])[: part.samples * BYTES_A_SAMPLE]
    except (av.FFmpegError, ValueError, IndexError, MemoryError):
        raise Unreadable from None
    if not samples:
        raise Unreadable
    return bytes(samples)


def render_mp3(content: bytes) -> bytes:
    """A sound as MP3, which every phone plays. Raises Unreadable."""
    samples = np.frombuffer(read_samples(content), dtype="<i2")
    written = io.BytesIO()
    with av.open(written, mode="w", format="mp3") as file:
        stream = file.add_stream("mp3", rate=RATE, layout="mono")
        stream.bit_rate = _mp3_bit_rate
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = RATE
        for part in (frame, None):
            file.mux(stream.encode(part))
    return written.getvalue()
