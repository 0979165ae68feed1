"""Messages to many: checked, sent within quotas now or later, with a result for each recipient."""

from pathlib import Path

from banyan.books.room import Room
from banyan.reach.broadcasts import deliver, let_go
from banyan.reach.broadcasts.deliver import conclude_message, deliver_to_people
from banyan.reach.broadcasts.hooks import HOOKS, CardHead
from banyan.reach.broadcasts.inbox import (
    NOTICE,
    BroadcastSource,
    FindMyBroadcasts,
    MyBroadcast,
    MyBroadcasts,
    find_my_broadcasts,
)
from banyan.reach.broadcasts.invariants import INVARIANTS
from banyan.reach.broadcasts.let_go import take_decision
from banyan.reach.broadcasts.look_up import SUBJECT
from banyan.reach.broadcasts.outboxes import (
    AnswerConsent,
    AudienceSize,
    ChangeOutbox,
    CountAudience,
    ReadOutbox,
    answer_consent,
    change_outbox,
    count_audience,
    read_outbox,
)
from banyan.reach.broadcasts.preview_message import PreviewMessage, preview_message
from banyan.reach.broadcasts.read_messages import (
    Delivery,
    ListDeliveries,
    ListMessages,
    MessageReport,
    ReadMessage,
    ReadNumbered,
    list_deliveries,
    list_messages,
    list_results,
    read_message,
    read_numbered,
    read_results,
)
from banyan.reach.broadcasts.send_message import SendMessage, open_message, send_message
from banyan.reach.broadcasts.take_back import (
    CancelMessage,
    DeleteMessage,
    cancel_message,
    delete_message,
)
from banyan.reach.broadcasts.types import (
    SPEEDS,
    ArticleHead,
    Audience,
    Content,
    ContentKind,
    DeliveryResult,
    Message,
    MessageId,
    MessageRefused,
    MessageSent,
    MessageState,
    MessageTakenBack,
    Outbox,
    OutboxChanged,
    Spoken,
)

ROOM = Room(
    name="broadcasts",
    migrations=Path(__file__).parent / "migrations",
    operations=(
        send_message,
        preview_message,
        cancel_message,
        delete_message,
        list_messages,
        read_message,
        read_numbered,
        list_deliveries,
        read_outbox,
        change_outbox,
        answer_consent,
        count_audience,
        find_my_broadcasts,
    ),
    events=(MessageSent, MessageRefused, MessageTakenBack, OutboxChanged),
    invariants=INVARIANTS,
    timers={**deliver.TIMERS, **let_go.TIMERS},
)

__all__ = (
    "HOOKS",
    "NOTICE",
    "ROOM",
    "SPEEDS",
    "SUBJECT",
    "AnswerConsent",
    "ArticleHead",
    "Audience",
    "AudienceSize",
    "BroadcastSource",
    "CancelMessage",
    "CardHead",
    "ChangeOutbox",
    "Content",
    "ContentKind",
    "CountAudience",
    "DeleteMessage",
    "Delivery",
    "DeliveryResult",
    "FindMyBroadcasts",
    "ListDeliveries",
    "ListMessages",
    "Message",
    "MessageId",
    "MessageRefused",
    "MessageReport",
    "MessageSent",
    "MessageState",
    "MessageTakenBack",
    "MyBroadcast",
    "MyBroadcasts",
    "Outbox",
    "OutboxChanged",
    "PreviewMessage",
    "ReadMessage",
    "ReadNumbered",
    "ReadOutbox",
    "SendMessage",
    "Spoken",
    "answer_consent",
    "cancel_message",
    "change_outbox",
    "conclude_message",
    "count_audience",
    "delete_message",
    "deliver_to_people",
    "find_my_broadcasts",
    "list_deliveries",
    "list_messages",
    "list_results",
    "open_message",
    "preview_message",
    "read_message",
    "read_numbered",
    "read_outbox",
    "read_results",
    "send_message",
    "take_decision",
)
