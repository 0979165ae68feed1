"""The console's words for what is sent, shared and enrolled."""

from banyan.doors.pages.shell import mark

ENROLMENT_STATES = {
    "auditing": mark("To be decided"),
    "rejected": mark("To be mended"),
    "signing": mark("To be signed"),
    "finished": mark("Finished"),
    "cancelled": mark("Taken back"),
}
RECEIVER_RELATIONS = {
    "SERVICE_PROVIDER": mark("Service provider"),
    "STORE": mark("Store"),
    "STAFF": mark("Staff"),
    "STORE_OWNER": mark("Shopkeeper"),
    "PARTNER": mark("Partner"),
    "HEADQUARTER": mark("Headquarters"),
    "BRAND": mark("Brand"),
    "DISTRIBUTOR": mark("Distributor"),
    "USER": mark("Customer"),
    "SUPPLIER": mark("Supplier"),
    "PLATFORM": mark("Platform"),
    "OTHERS": mark("Others"),
    "CUSTOM": mark("Own"),
}
REMITTANCE_STATES = {
    "waiting": mark("Waits for the person"),
    "processing": mark("On its way"),
    "done": mark("Arrived"),
    "failed": mark("Failed"),
    "cancelled": mark("Taken back"),
}
SHARE_FAIL_REASONS = {"NO_RELATION": mark("Was not a receiver")}
