"""Hears what is said in sounds, without asking any service."""

from banyan.engines.speech.ears import BadSound, Ears, Hearer, Unheard
from banyan.engines.speech.models import BadModel, Model, find_models
from banyan.engines.speech.writing import write_mp3

__all__ = ("BadModel", "BadSound", "Ears", "Hearer", "Model", "Unheard", "find_models", "write_mp3")
