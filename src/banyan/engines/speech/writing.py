"""Writes sounds in a form that every phone plays."""

from banyan.engines.speech.ears import BadSound


def write_mp3(content: bytes) -> bytes:
    """An MP3 of an MP3, AMR or WAV of a minute at most; takes a while. Raises BadSound."""
    from banyan.engines.speech import sound  # noqa: PLC0415 - large, and seldom needed

    try:
        return sound.render_mp3(content)
    except sound.Unreadable:
        raise BadSound from None
