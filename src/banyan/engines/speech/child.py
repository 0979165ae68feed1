"""The process that listens: takes sounds, says what it heard in them, or writes them as MP3.

It is one of its own because it may be ended at any time: libraries that read what strangers send
can hang or crash, and hearing takes a core for seconds.
"""

import os
import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from banyan.engines.speech.messages import (
    LENGTH_BYTES,
    Outcome,
    Task,
    Writing,
    Written,
    write_message,
)
from banyan.engines.speech.models import Model
from banyan.engines.speech.sound import RATE, Unreadable, read_samples, render_mp3

if TYPE_CHECKING:
    from pocketsphinx import Decoder

_niceness = 5
_frame_s = 0.03
_speech_frames_min = 6
_between_chinese = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")


class Listener:
    """Hears with PocketSphinx; each language is loaded when it is first wanted."""

    def __init__(self, models: Mapping[str, Model]) -> None:
        self._models = models
        self._decoders: dict[str, Decoder] = {}

    def hear(self, content: bytes, language: str) -> str:
        """What is said in a sound; empty where nobody speaks. Raises Unreadable."""
        samples = read_samples(content)
        if not is_spoken(samples):
            return ""
        decoder = self._open(language)
        decoder.start_utt()
        # As a whole: what is heard then does not depend on what was heard before.
        decoder.process_raw(samples, no_search=False, full_utt=True)
        decoder.end_utt()
        found = decoder.hyp()
        return _between_chinese.sub("", found.hypstr) if found is not None else ""

    def _open(self, language: str) -> "Decoder":
        if language not in self._decoders:
            from pocketsphinx import Config, Decoder  # noqa: PLC0415 - where it is installed

            model = self._models[language]
            config = Config(
                hmm=model.acoustic, lm=model.language, dict=model.dictionary, loglevel="FATAL"
            )
            self._decoders[language] = Decoder(config)
        return self._decoders[language]


def is_spoken(samples: bytes) -> bool:
    """Whether there is a voice: of silence a model would make words all the same."""
    from pocketsphinx import Vad  # noqa: PLC0415 - where it is installed

    judge = Vad(Vad.LOOSE, RATE, _frame_s)
    step = judge.frame_bytes
    frames = (samples[at : at + step] for at in range(0, len(samples) - step + 1, step))
    return sum(bool(judge.is_speech(one)) for one in frames) >= _speech_frames_min


def serve(incoming: BinaryIO, outgoing: BinaryIO, listener: Listener) -> None:
    """Hear or write one sound after the other until whoever asks has gone."""
    while len(head := incoming.read(LENGTH_BYTES)) == LENGTH_BYTES:
        body = incoming.read(int.from_bytes(head, "big"))
        task = msgspec.msgpack.decode(body, type=Task | Writing)
        outgoing.write(write_message(_do(task, listener)))
        outgoing.flush()


def _do(task: Task | Writing, listener: Listener) -> Outcome | Written:
    try:
        if isinstance(task, Writing):
            return Written(render_mp3(task.content))
        return Outcome(listener.hear(task.content, task.language))
    except Unreadable:
        return Written(None) if isinstance(task, Writing) else Outcome(None)


def main() -> None:
    """Serve with the models that the command line names."""
    models = msgspec.json.decode(sys.argv[1], type=dict[str, Model])
    # Whatever libraries print must not come between our messages.
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    os.nice(_niceness)
    serve(sys.stdin.buffer, outgoing, Listener(models))


if __name__ == "__main__":
    main()
