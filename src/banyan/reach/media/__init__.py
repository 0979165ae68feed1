"""Pictures, sounds and films of official accounts, for three days or to keep."""

from pathlib import Path

from banyan.books.room import Room
from banyan.reach.media.add_media import (
    AddMarketingPicture,
    AddMedia,
    AddPicture,
    DeleteMedia,
    DescribeVideo,
    add_marketing_picture,
    add_media,
    add_picture,
    delete_media,
    describe_video,
    take_in,
)
from banyan.reach.media.invariants import INVARIANTS
from banyan.reach.media.ports import PORTS
from banyan.reach.media.read_media import (
    CountKept,
    ListKept,
    ReadMedia,
    count_kept,
    list_kept,
    read_item,
    read_media,
)
from banyan.reach.media.rules import VOICE_BYTES_MAX, check_media, check_sound, media_type_of
from banyan.reach.media.store import find_items
from banyan.reach.media.types import (
    CONTENT_BYTES_MAX,
    Item,
    ItemContent,
    KeptCounts,
    KeptPart,
    MediaAdded,
    MediaDeleted,
    MediaId,
    MediaKind,
    Picture,
)
from banyan.reach.media.types import Content as MediaContent

ROOM = Room(
    name="media",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        add_media,
        add_picture,
        add_marketing_picture,
        describe_video,
        delete_media,
        read_media,
        read_item,
        count_kept,
        list_kept,
    ),
    events=(MediaAdded, MediaDeleted),
    invariants=INVARIANTS,
)

__all__ = (
    "CONTENT_BYTES_MAX",
    "PORTS",
    "ROOM",
    "VOICE_BYTES_MAX",
    "AddMarketingPicture",
    "AddMedia",
    "AddPicture",
    "CountKept",
    "DeleteMedia",
    "DescribeVideo",
    "Item",
    "ItemContent",
    "KeptCounts",
    "KeptPart",
    "ListKept",
    "MediaAdded",
    "MediaContent",
    "MediaDeleted",
    "MediaId",
    "MediaKind",
    "Picture",
    "ReadMedia",
    "add_marketing_picture",
    "add_media",
    "add_picture",
    "check_media",
    "check_sound",
    "count_kept",
    "delete_media",
    "describe_video",
    "find_items",
    "list_kept",
    "media_type_of",
    "read_item",
    "read_media",
    "take_in",
)
