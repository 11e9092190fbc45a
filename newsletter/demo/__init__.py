"""Demo data: a fictional publisher with stories, pictures, readers, staff and mails already sent.

Nothing of it leaves the machine: every address ends in `.example`, and it loads only where mail
goes to the outbox or to an SMTP server on this machine.
"""

from newsletter.demo.loading import DemoResult, load, more
from newsletter.demo.safety import DemoRefused
from newsletter.demo.soon import Soon, soon

__all__ = ["DemoRefused", "DemoResult", "Soon", "load", "more", "soon"]
