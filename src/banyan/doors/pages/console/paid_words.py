"""What the console calls states of complaints, of what is paid later, and of parking."""

from banyan.doors.pages.shell import mark

COMPLAINT_STATES = {
    "pending": mark("Not answered"),
    "processing": mark("Being handled"),
    "processed": mark("Settled"),
}
COMPLAINT_TINTS = {"pending": "danger", "processing": "info", "processed": "success"}
GRIEVANCES = {
    "refund": mark("Wants money back"),
    "undelivered": mark("Did not get what was paid for"),
    "other": mark("Something else"),
}
SCORE_FILTERS = {
    "created": mark("Waits for the customer"),
    "doing": mark("In use"),
    "owed": mark("To be paid"),
    "done": mark("Finished"),
    "revoked": mark("Taken back"),
    "expired": mark("Expired"),
}
SCORE_TINTS = {
    "created": "warning",
    "doing": "info",
    "owed": "danger",
    "done": "success",
    "revoked": "neutral",
    "expired": "neutral",
}
DEDUCTION_STATES = {
    "accepted": mark("On its way"),
    "paid": mark("Paid"),
    "failed": mark("To be paid"),
    "closed": mark("Closed"),
}
DEDUCTION_TINTS = {"accepted": "info", "paid": "success", "failed": "danger", "closed": "neutral"}
OBSTACLES = {
    "paused": mark("Paused by its owner"),
    "overdue": mark("Its owner owes"),
    "unknown": mark("Nobody's car"),
}
