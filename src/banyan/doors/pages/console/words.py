"""How the console names what the rooms know by a word: roles, states, kinds, permissions."""

from __future__ import annotations

from banyan.doors.pages.shell import mark

ROLES = {
    "owner": mark("Owner"),
    "manager": mark("Manager"),
    "cashier": mark("Cashier"),
    "clerk": mark("Stock clerk"),
    "finance": mark("Finance"),
    "analyst": mark("Analyst"),
    "service": mark("Customer service"),
    "reader": mark("Reader"),
}
ROLE_NOTES = {
    "owner": mark("Everything, in all stores"),
    "manager": mark("Runs the business; no keys, no change of the merchant"),
    "cashier": mark("Takes orders and money"),
    "clerk": mark("Goods, prices, stock and codes"),
    "finance": mark("Reads the books, gives money back"),
    "analyst": mark("Reads figures, nothing about single members"),
    "service": mark("Reads members, orders and coupons"),
    "reader": mark("Reads everything but keys"),
}
ORDER_STATES = {
    "unpaid": mark("To pay"),
    "paid": mark("Paid"),
    "part_refunded": mark("Partly refunded"),
    "refunded": mark("Refunded"),
    "expired": mark("Expired"),
    "cancelled": mark("Cancelled"),
}
ORDER_TINTS = {
    "unpaid": "warning",
    "paid": "success",
    "part_refunded": "info",
    "refunded": "danger",
    "expired": "neutral",
    "cancelled": "neutral",
}
ORDER_KINDS = {"take_away": mark("Take away"), "dine_in": mark("Eat in")}
METHODS = {
    "wallet": mark("Wallet"),
    "cash": mark("Cash"),
    "other": mark("Other means"),
    "wechatpay": mark("WeChat Pay"),
    "alipay": mark("Alipay"),
}
MOVEMENTS = {
    "received": mark("Received"),
    "written_off": mark("Written off"),
    "counted": mark("Counted"),
    "carried": mark("Transferred"),
}
PLACE_KINDS = {
    "door": mark("Door"),
    "table": mark("Table"),
    "poster": mark("Poster"),
    "shelf": mark("Shelf"),
    "item": mark("Item"),
    "till": mark("Counter"),
}
LAYOUTS = {"a4": mark("A4 poster"), "a6": mark("A6 card"), "table_card": mark("Table card")}
COUPON_KINDS = {"amount_off": mark("Amount off"), "percent_off": mark("Percentage off")}
COUPON_STATES = {
    "claimed": mark("Can be used"),
    "reserved": mark("Set aside"),
    "redeemed": mark("Used"),
    "expired": mark("Expired"),
}
CHANNEL_KINDS = {
    "service": mark("Service account"),
    "subscription": mark("Subscription account"),
    "miniapp": mark("Mini program"),
    "site": mark("Site"),
    "component": mark("Platform of a provider"),
}
FOLLOWER_STATES = {
    "known": mark("Known"),
    "following": mark("Following"),
    "left": mark("Left"),
}
REPLY_MODES = {"all": mark("Say them all"), "one": mark("Say one of them, in turn")}
RATINGS = {
    "satisfied": mark("Satisfied"),
    "so_so": mark("So-so"),
    "unsatisfied": mark("Not satisfied"),
}
RATING_COLOURS = {"satisfied": "success", "so_so": "warning", "unsatisfied": "danger"}
TALK_ORIGINS = {
    "said": mark("They"),
    "unheard": mark("They"),
    "rule": mark("Rule"),
    "reply": mark("Server"),
    "service": mark("Program"),
}
CONTENT_KINDS = {
    "text": mark("Text"),
    "image": mark("Picture"),
    "voice": mark("Voice"),
    "video": mark("Video"),
    "shortvideo": mark("Video"),
    "location": mark("On the map"),
    "link": mark("Link"),
    "music": mark("Music"),
    "news": mark("Article"),
    "mpnews": mark("Article"),
    "mpnewsarticle": mark("Article"),
    "msgmenu": mark("Menu of answers"),
    "wxcard": mark("Card"),
    "miniprogrampage": mark("Mini program"),
}
BUTTON_KINDS = {"view": mark("Opens a page"), "click": mark("Answers in the chat")}
PUSH_MODES = {
    "plain": mark("None"),
    "compatible": mark("Both open and encrypted"),
    "safe": mark("Encrypted"),
}
PUSH_STATES = {
    "waiting": mark("Waiting"),
    "answered": mark("Told"),
    "failed": mark("Not told"),
}
PUSH_TINTS = {"waiting": "info", "answered": "success", "failed": "danger"}
REMOTE_STATES = {
    "checking": mark("Asking WeChat"),
    "acting": mark("Connected"),
    "refused": mark("Refused by WeChat"),
}
REMOTE_TINTS = {"checking": "info", "acting": "success", "refused": "danger"}
ERRAND_STATES = {
    "waiting": mark("Waiting"),
    "done": mark("Answered"),
    "failed": mark("Failed"),
}
ERRAND_TINTS = {"waiting": "info", "done": "success", "failed": "danger"}
ERRAND_KINDS = {
    "connect": mark("Sign in"),
    "read_tags": mark("Read the tags"),
    "list_followers": mark("List the followers"),
    "read_followers": mark("Read who they are"),
    "create_tag": mark("Make a tag"),
    "rename_tag": mark("Rename a tag"),
    "delete_tag": mark("Delete a tag"),
    "tag": mark("Tag followers"),
    "untag": mark("Take a tag away"),
    "create_code": mark("Draw a QR code"),
    "set_menu": mark("Write the menu"),
    "add_template": mark("Add a template"),
    "delete_template": mark("Delete a template"),
    "send_template": mark("Send a template message"),
    "write": mark("Send a message"),
    "send_many": mark("Send to many"),
}
PUSH_OUTCOMES = {
    "replied": mark("Replied"),
    "acknowledged": mark("Taken"),
    "garbage": mark("Unreadable answer"),
    "bad_status": mark("Wrong status"),
    "timed_out": mark("No answer in time"),
    "unreachable": mark("Out of reach"),
    "forbidden": mark("Private network"),
}
PUSH_KINDS = {
    "text": mark("Words"),
    "image": mark("Picture"),
    "voice": mark("Voice"),
    "video": mark("Video"),
    "shortvideo": mark("Video"),
    "location": mark("Location"),
    "link": mark("Link"),
    "miniprogrampage": mark("Mini program"),
    "subscribe": mark("Followed"),
    "unsubscribe": mark("Left"),
    "scan": mark("Scanned a code"),
    "located": mark("Location"),
    "click": mark("Tapped the menu"),
    "view": mark("Opened a page"),
    "masssendjobfinish": mark("Message sent"),
    "templatesendjobfinish": mark("Template message sent"),
    "component_verify_ticket": mark("Ticket of a platform"),
    "authorized": mark("Authorisation"),
    "updateauthorized": mark("Changed authorisation"),
    "unauthorized": mark("Authorisation taken back"),
}
RESULTS = {
    "delivered": mark("Delivered"),
    "unfollowed": mark("Does not follow"),
    "quota": mark("Monthly quota used up"),
    "unknown": mark("Unknown"),
    "blocked": mark("Blocked"),
    "advertising": mark("Advertising"),
    "politics": mark("Politics"),
    "pornography": mark("Pornography"),
    "social": mark("Insults"),
    "vulgar": mark("Vulgar"),
    "inducement": mark("Forced sharing"),
    "crime": mark("Crime"),
    "fraud": mark("Fraud"),
    "copyright": mark("Copyright"),
    "mutual_promotion": mark("Mutual promotion"),
    "other": mark("Not allowed"),
    "unchecked": mark("Originality unknown"),
    "not_sendable": mark("Reprint not allowed"),
    "reprint": mark("Reprint"),
    "consent_refused": mark("Not consented to"),
    "consent_missing": mark("No answer in time"),
}
MESSAGE_STATES = {
    "waiting": (mark("To go out"), "warning"),
    "sending": (mark("Sending"), "info"),
    "sent": (mark("Sent"), "success"),
    "refused": (mark("Refused"), "danger"),
    "cancelled": (mark("Cancelled"), "neutral"),
    "deleted": (mark("Taken back"), "neutral"),
}
AUDIENCES = {
    "all": mark("All followers"),
    "tag": mark("A tag"),
    "list": mark("A list"),
    "segment": mark("A campaign"),
    "preview": mark("To look at"),
}
MESSAGE_KINDS = {
    "note": mark("Title and text"),
    "text": mark("Plain text"),
    "image": mark("Pictures"),
    "voice": mark("Voice"),
    "video": mark("Video"),
    "news": mark("Articles"),
    "card": mark("Card"),
}
SEND_STATES = {"sending": mark("Sending"), "delivered": mark("Finished")}
PACKET_SPLITS = {"lucky": mark("By luck"), "equal": mark("Equal shares")}
PACKET_STATES = {
    "open": mark("Can be taken"),
    "taken": mark("All taken"),
    "expired": mark("Over"),
}
VOUCHER_STATES = {
    "unactivated": mark("Not started"),
    "running": mark("Running"),
    "paused": mark("Paused"),
    "stopped": mark("Stopped"),
}
MERCHANT_STATES = {
    "unverified": mark("Not verified"),
    "submitted": mark("Under review"),
    "verified": mark("Verified"),
    "rejected": mark("Rejected"),
}
MERCHANT_TINTS = {
    "unverified": "neutral",
    "submitted": "info",
    "verified": "success",
    "rejected": "danger",
}
ACTORS = {
    "person": mark("Person"),
    "staff": mark("Staff"),
    "key": mark("API key"),
    "channel": mark("The account's own program"),
    "platform": mark("A platform's program"),
    "system": mark("Banyan"),
    "nobody": mark("Nobody"),
}
SUBJECTS = {
    "merchants.merchant": mark("Merchant"),
    "stores.store": mark("Store"),
    "scores.scheme": mark("Service paid later"),
    "guides.guide": mark("Guide"),
    "afterpay.page": mark("Page after paying"),
    "staff.staff": mark("Staff"),
    "keys.key": mark("API key"),
    "catalogue.product": mark("Product"),
    "catalogue.category": mark("Category"),
    "catalogue.import": mark("Import of products"),
    "catalogue.store_prices": mark("Store prices"),
    "places.place": mark("Place"),
    "places.code": mark("Code"),
    "members.tiers": mark("Tiers"),
    "coupons.campaign": mark("Coupon"),
    "channels.channel": mark("Official account"),
    "channels.secret": mark("Secret of the official account"),
    "broadcasts.message": mark("Message to followers"),
    "broadcasts.outbox": mark("Sending to many"),
    "channels.menu": mark("Menu of the official account"),
    "labels.tag": mark("Tag of followers"),
    "talks.rule": mark("Rule"),
    "pushes.server": mark("Server of the official account"),
    "platforms.authorization": mark("What a platform may do"),
    "platforms.settings": mark("Settings of a platform"),
    "platforms.option": mark("Option of the official account"),
    "providers.binding": mark("Link between accounts"),
    "campaigns.segment": mark("Segment"),
    "campaigns.send": mark("Sent message"),
    "imports.source": mark("Import of orders"),
    "insight.spend": mark("Advertising cost"),
    "stock.movement": mark("Stock"),
    "orders.refund": mark("Refund"),
    "cards.card": mark("Card"),
    "handouts.pay_rule": mark("Card given after payments"),
    "devices.product": mark("Kind of device"),
    "miniapps.domains": mark("Domains of the mini program"),
    "remotes.account": mark("Account at WeChat"),
    "talks.canned": mark("Ready answer"),
    "tokens.allowed": mark("Addresses that get tokens"),
    "payees.payee": mark("Payee"),
    "payees.bond": mark("Provider"),
    "payees.certificate": mark("Certificate for payments"),
    "payouts.bank_account": mark("Bank account"),
    "gateways.gateway": mark("Account at a payment provider"),
    "gateways.refund": mark("Refund through a payment provider"),
    "tallies.statement": mark("Statement of a payment provider"),
    "tallies.fee": mark("Agreed fee of a payment provider"),
    "tallies.difference": mark("Difference with a payment provider"),
    "split.terms": mark("Profit sharing"),
    "parkings.park": mark("Car park"),
    "vouchers.stock": mark("Stock of vouchers"),
    "alipayapps.app": mark("Alipay app"),
    "busifavors.stock": mark("Stock of merchant coupons"),
    "risk.limit": mark("Limit of payments"),
    "fapiaos.settings": mark("Settings of taxed invoices"),
}
SCOPES = {
    "merchant.read": mark("Read the merchant"),
    "merchant.write": mark("Change the merchant"),
    "staff.read": mark("Read staff"),
    "staff.write": mark("Change staff"),
    "keys.read": mark("Read API keys"),
    "keys.write": mark("Change API keys"),
    "audit.read": mark("Read the audit log"),
    "stores.read": mark("Read stores"),
    "stores.write": mark("Change stores"),
    "places.read": mark("Read places and codes"),
    "places.write": mark("Change places and codes"),
    "catalogue.read": mark("Read products"),
    "catalogue.write": mark("Change products"),
    "stock.read": mark("Read stock"),
    "stock.write": mark("Change stock"),
    "members.read": mark("Read members"),
    "members.write": mark("Change tiers"),
    "coupons.read": mark("Read coupons"),
    "coupons.write": mark("Change coupons"),
    "orders.read": mark("Read orders"),
    "orders.take": mark("Take orders and money"),
    "orders.refund": mark("Refund orders"),
    "channels.read": mark("Read official accounts"),
    "channels.write": mark("Change official accounts"),
    "campaigns.read": mark("Read campaigns"),
    "campaigns.write": mark("Send campaigns"),
    "finance.read": mark("Read the books"),
    "finance.write": mark("Send money to the bank"),
    "insight.read": mark("Read figures"),
}
WEEKDAYS = (
    mark("Monday"),
    mark("Tuesday"),
    mark("Wednesday"),
    mark("Thursday"),
    mark("Friday"),
    mark("Saturday"),
    mark("Sunday"),
)
CURRENCIES = ("CNY", "HKD", "MOP", "TWD", "USD", "EUR", "GBP", "JPY", "KRW", "SGD", "MYR", "THB")
ZONES = (
    "Asia/Shanghai",
    "Asia/Hong_Kong",
    "Asia/Taipei",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Asia/Bangkok",
    "Europe/London",
    "Europe/Berlin",
    "America/New_York",
    "America/Los_Angeles",
    "Australia/Sydney",
    "UTC",
)
CELL_FAULTS = {
    "missing": mark("“{column}” is empty, but something new needs it."),
    "malformed": mark("“{column}” has characters that cannot stand there."),
    "too_long": mark("“{column}” is too long."),
    "too_precise": mark("“{column}” has more decimals than the currency."),
    "out_of_range": mark("“{column}” is larger than any price may be."),
    "duplicate": mark("“{column}” is the same as in another row or variant."),
    "taken": mark("“{column}” already belongs to another variant."),
    "conflict": mark("“{column}” differs from another row of the same product."),
    "other_product": mark("“{column}” names another product than the variant belongs to."),
    "too_many": mark("“{column}” would be one more than there may be."),
    "too_many_variants": mark("The product would have more variants than it may."),
}
"""What is wrong with a cell of an imported file."""
CELL_FAULTS_OF = {
    ("sku_code", "missing"): mark("Every row needs a code in “{column}”."),
    ("price", "malformed"): mark("“{column}” must be a number such as 50 or 12.80."),
    ("barcode", "malformed"): mark("“{column}” must be 4 to 48 digits or letters."),
    ("is_tracked", "malformed"): mark("“{column}” must be yes or no."),
    ("is_on_sale", "malformed"): mark("“{column}” must be yes or no."),
}
"""The same for single columns, of which more can be said."""

AUDIT_STATES = {
    "pending": mark("With the audit"),
    "delayed": mark("Takes longer"),
    "approved": mark("Approved"),
    "released": mark("Was released"),
    "refused": mark("Was refused"),
    "withdrawn": mark("Called back"),
}
AUDIT_TINTS = {
    "pending": "info",
    "delayed": "warning",
    "approved": "success",
    "released": "success",
    "refused": "danger",
    "withdrawn": "neutral",
}
DOMAIN_PURPOSES = {
    "request": mark("Requests"),
    "socket": mark("Sockets"),
    "upload": mark("Uploads"),
    "download": mark("Downloads"),
    "udp": mark("UDP"),
    "tcp": mark("TCP"),
    "web": mark("Pages of the web"),
    "prefetch": mark("Looked up beforehand"),
}
DOMAIN_ORIGINS = {
    "console": mark("Here"),
    "interface": mark("By a program"),
    "direct": mark("By a program, directly"),
}
