"""What a person is called and looks like before they say so themself."""

from banyan.parties.people.types import Avatar, Language

_guests = {Language.ZH: "客人", Language.EN: "Guest"}
_avatars = tuple(Avatar)
_spread = 2_654_435_761  # ids of one moment are close to each other; their names need not be


def compute_nickname(person_id: int, language: Language) -> str:
    """The name of somebody who gave none; it says nothing about their phone."""
    return f"{_guests[language]} {person_id * _spread % 2**32 % 10_000:04}"


def compute_avatar(person_id: int) -> Avatar:
    """The colour of somebody who chose none."""
    return _avatars[person_id * _spread % 2**32 % len(_avatars)]


def compute_initial(nickname: str) -> str:
    """The character that stands for a nickname in its circle."""
    return nickname[:1].upper()
