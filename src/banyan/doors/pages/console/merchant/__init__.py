"""The merchant itself: its name, its clock, and the proof of who it is."""
