"""The desk's pages about stories, newsletters and mails."""

from newsletter.admin import newsletters, schedules, sources
from newsletter.admin.mails import admin as mails
from newsletter.admin.stories import admin as stories

__all__ = ["mails", "newsletters", "schedules", "sources", "stories"]
