"""The sandbox: plays people and the outside world, moves time and breaks things on purpose."""

from banyan.doors.sandbox.door import SandboxDoor
from banyan.doors.sandbox.faults import Faults, FaultyBank, FaultyResponses, FaultySender
from banyan.doors.sandbox.faulty_courier import FaultyCourier
from banyan.doors.sandbox.faulty_house import FaultyHouse
from banyan.doors.sandbox.ports import Broken, Playground

__all__ = (
    "Broken",
    "Faults",
    "FaultyBank",
    "FaultyCourier",
    "FaultyHouse",
    "FaultyResponses",
    "FaultySender",
    "Playground",
    "SandboxDoor",
)
