"""Who people are: profile, language, phone; the only room that keeps personal data."""

from pathlib import Path

from banyan.books.room import Room
from banyan.parties.ids import PersonId
from banyan.parties.people.add_people import (
    EnrolPerson,
    add_people,
    add_phones,
    enrol_person,
    welcome_person,
)
from banyan.parties.people.change_profile import ChangeProfile, change_profile
from banyan.parties.people.invariants import INVARIANTS
from banyan.parties.people.read_profile import ReadProfile, read_profile
from banyan.parties.people.store import (
    find_added,
    find_people,
    find_phone_of,
    find_phones,
    find_phones_of,
)
from banyan.parties.people.types import (
    Avatar,
    Language,
    NewPerson,
    Nickname,
    Person,
    PersonAdded,
    PersonJoined,
    Profile,
    ProfileChanged,
)

ROOM = Room(
    name="people",
    migrations=Path(__file__).parent / "migrations",
    operations=(enrol_person, change_profile, read_profile),
    events=(PersonAdded, PersonJoined, ProfileChanged),
    invariants=INVARIANTS,
)

__all__ = (
    "ROOM",
    "Avatar",
    "ChangeProfile",
    "EnrolPerson",
    "Language",
    "NewPerson",
    "Nickname",
    "Person",
    "PersonAdded",
    "PersonId",
    "PersonJoined",
    "Profile",
    "ProfileChanged",
    "ReadProfile",
    "add_people",
    "add_phones",
    "change_profile",
    "enrol_person",
    "find_added",
    "find_people",
    "find_phone_of",
    "find_phones",
    "find_phones_of",
    "read_profile",
    "welcome_person",
)
