"""The accounts' own codes: each carries a parameter, and says who scanned it and who came by it."""

from pathlib import Path

from banyan.books.room import Room
from banyan.reach.scenes.create_code import CreateSceneCode, create_scene_code
from banyan.reach.scenes.invariants import INVARIANTS
from banyan.reach.scenes.read_codes import (
    CodeInFull,
    FindSceneCodes,
    ListSceneCodes,
    ReadSceneCode,
    SceneCodes,
    find_scene_codes,
    list_scene_codes,
    read_scene_code,
)
from banyan.reach.scenes.scan_code import (
    FindTicket,
    FollowByScene,
    ScanScene,
    find_ticket,
    follow_by_scene,
    scan_scene,
)
from banyan.reach.scenes.shorten import (
    Lengthen,
    Lengthened,
    Shorten,
    Shortened,
    lengthen,
    shorten,
)
from banyan.reach.scenes.store import find_codes
from banyan.reach.scenes.types import (
    LIFE,
    CountedCode,
    SceneCode,
    SceneCodeId,
    SceneCounts,
    SceneCreated,
    SceneDay,
    SceneScan,
    SceneScanned,
    SceneToken,
)

ROOM = Room(
    name="scenes",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        create_scene_code,
        list_scene_codes,
        read_scene_code,
        find_scene_codes,
        find_ticket,
        scan_scene,
        follow_by_scene,
        shorten,
        lengthen,
    ),
    events=(SceneCreated, SceneScanned),
    invariants=INVARIANTS,
)

__all__ = (
    "LIFE",
    "ROOM",
    "CodeInFull",
    "CountedCode",
    "CreateSceneCode",
    "FindSceneCodes",
    "FindTicket",
    "FollowByScene",
    "Lengthen",
    "Lengthened",
    "ListSceneCodes",
    "ReadSceneCode",
    "ScanScene",
    "SceneCode",
    "SceneCodeId",
    "SceneCodes",
    "SceneCounts",
    "SceneCreated",
    "SceneDay",
    "SceneScan",
    "SceneScanned",
    "SceneToken",
    "Shorten",
    "Shortened",
    "create_scene_code",
    "find_codes",
    "find_scene_codes",
    "find_ticket",
    "follow_by_scene",
    "lengthen",
    "list_scene_codes",
    "read_scene_code",
    "scan_scene",
    "shorten",
)
