"""Hears what is said in sounds, and writes them as MP3, without asking any service."""

from banyan.engines.speech.ears import BadSound, Ears, Hearer, Unheard
from banyan.engines.speech.models import BadModel, Model, find_models
from banyan.engines.speech.writing import WRITER, Writer

__all__ = (
    "WRITER",
    "BadModel",
    "BadSound",
    "Ears",
    "Hearer",
    "Model",
    "Unheard",
    "Writer",
    "find_models",
)
