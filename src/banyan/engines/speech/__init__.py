"""Hears what is said in sounds, without asking any service."""

from banyan.engines.speech.ears import BadSound, Ears, Hearer, Unheard
from banyan.engines.speech.models import BadModel, Model, find_models

__all__ = ("BadModel", "BadSound", "Ears", "Hearer", "Model", "Unheard", "find_models")
