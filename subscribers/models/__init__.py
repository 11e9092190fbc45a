"""The tables of this app, one file per subject."""

from subscribers.models.address_change import AddressChange
from subscribers.models.consent import Consent
from subscribers.models.fresh_link import FreshLink
from subscribers.models.heartbeat import Heartbeat
from subscribers.models.leaving_words import LeavingWords
from subscribers.models.lock import SendingLock
from subscribers.models.newsletter import Newsletter
from subscribers.models.notice import Notice
from subscribers.models.outbox import OutboxMail, OutboxTemplate
from subscribers.models.provider import ProviderState
from subscribers.models.staff_act import StaffAct
from subscribers.models.staff_call import StaffCall
from subscribers.models.subscriber import Subscriber
from subscribers.models.subscription import Subscription
from subscribers.models.suppression import SuppressedDomain, Suppression

__all__ = [
    "AddressChange",
    "Consent",
    "FreshLink",
    "Heartbeat",
    "LeavingWords",
    "Newsletter",
    "Notice",
    "OutboxMail",
    "OutboxTemplate",
    "ProviderState",
    "SendingLock",
    "StaffAct",
    "StaffCall",
    "Subscriber",
    "Subscription",
    "SuppressedDomain",
    "Suppression",
]
