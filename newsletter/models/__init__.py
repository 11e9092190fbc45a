"""The tables of this app, one file per subject."""

from newsletter.models.approval import Agreement, Overruling
from newsletter.models.article import Article, Author, Topic
from newsletter.models.batch import Attempt, Batch, Slot
from newsletter.models.delivery import Delivery, DeliveryException, ExceptionChange, Lane
from newsletter.models.digest import Digest, DigestChange, Presence
from newsletter.models.escalation import Escalation
from newsletter.models.event import (
    ClickCursor,
    LinkClicks,
    LooseClick,
    ReaderReport,
    ReportPost,
)
from newsletter.models.feed import Feed
from newsletter.models.image import Image
from newsletter.models.looked_up import DomainCheck, LinkCheck
from newsletter.models.revision import Revision
from newsletter.models.schedule import Schedule, ScheduleDay
from newsletter.models.section import (
    Item,
    ItemContent,
    Section,
    SectionPlan,
    SectionShape,
    TakenOut,
)
from newsletter.models.tally import Tally

__all__ = [
    "Agreement",
    "Article",
    "Attempt",
    "Author",
    "Batch",
    "ClickCursor",
    "Delivery",
    "DeliveryException",
    "Digest",
    "DigestChange",
    "DomainCheck",
    "Escalation",
    "ExceptionChange",
    "Feed",
    "Image",
    "Item",
    "ItemContent",
    "Lane",
    "LinkCheck",
    "LinkClicks",
    "LooseClick",
    "Overruling",
    "Presence",
    "ReaderReport",
    "ReportPost",
    "Revision",
    "Schedule",
    "ScheduleDay",
    "Section",
    "SectionPlan",
    "SectionShape",
    "Slot",
    "TakenOut",
    "Tally",
    "Topic",
]
