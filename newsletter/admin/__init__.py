"""The desk's pages about stories, newsletters and mails."""

from newsletter.admin import newsletters, sources, stories
from newsletter.admin.mails import admin as mails

__all__ = ["mails", "newsletters", "sources", "stories"]
