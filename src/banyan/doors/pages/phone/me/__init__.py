"""Oneself: profile, language, the devices signed in."""
