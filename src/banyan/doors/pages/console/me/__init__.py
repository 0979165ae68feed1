"""Oneself: the name that colleagues see, the language, the devices signed in."""
