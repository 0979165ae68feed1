"""Messages of a fixed form that accounts send to one follower, whenever there is a reason."""

from pathlib import Path

from banyan.books.room import Room
from banyan.reach.templates.invariants import INVARIANTS
from banyan.reach.templates.keep_templates import (
    DeleteTemplate,
    ListTemplates,
    ReadIndustries,
    SetIndustries,
    TakeTemplate,
    Templates,
    WriteTemplate,
    delete_template,
    list_templates,
    read_own_industries,
    set_industries,
    take_template,
    write_template,
)
from banyan.reach.templates.send_template import SendTemplate, SentTemplate, send_template
from banyan.reach.templates.types import (
    Industries,
    Industry,
    IndustrySet,
    SendId,
    Template,
    TemplateAdded,
    TemplateDeleted,
    TemplateSent,
    Value,
)

ROOM = Room(
    name="templates",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        set_industries,
        read_own_industries,
        take_template,
        write_template,
        delete_template,
        list_templates,
        send_template,
    ),
    events=(IndustrySet, TemplateAdded, TemplateDeleted, TemplateSent),
    invariants=INVARIANTS,
)

__all__ = (
    "ROOM",
    "DeleteTemplate",
    "Industries",
    "Industry",
    "IndustrySet",
    "ListTemplates",
    "ReadIndustries",
    "SendId",
    "SendTemplate",
    "SentTemplate",
    "SetIndustries",
    "TakeTemplate",
    "Template",
    "TemplateAdded",
    "TemplateDeleted",
    "TemplateSent",
    "Templates",
    "Value",
    "WriteTemplate",
    "delete_template",
    "list_templates",
    "read_own_industries",
    "send_template",
    "set_industries",
    "take_template",
    "write_template",
)
