"""What is raised for an answer that nobody can read."""


class Unreadable(ValueError):
    """It is not what the protocol says; the sentence says why, without a word of what it was."""
