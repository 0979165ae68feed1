"""The camera, a picture or the keyboard: ways to read a code."""
