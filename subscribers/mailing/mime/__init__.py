"""Mails as bytes.

`compiling` turns a mailing into what is the same for everybody and the places where readers differ,
once, so that a reader costs microseconds: that is what is sent. `building` makes one mail with the
standard library, for looking at; the tests hold both to the same headers, text and HTML.
"""

from subscribers.mailing.mime.addresses import mailbox, on_the_wire
from subscribers.mailing.mime.building import build
from subscribers.mailing.mime.compiling import Compiled, compile_mail, compiled
from subscribers.mailing.mime.policy import one_line

__all__ = [
    "Compiled",
    "build",
    "compile_mail",
    "compiled",
    "mailbox",
    "on_the_wire",
    "one_line",
]
