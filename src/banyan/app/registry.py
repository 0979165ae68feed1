"""Every room of the building, from the ground up; migrations run in this order."""

from banyan.books.room import Room
from banyan.books.rooms import BOOKS

ROOMS: tuple[Room, ...] = (*BOOKS,)
