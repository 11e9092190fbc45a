"""A letter made ready for one relay: the commands that announce it, and its bytes."""

from dataclasses import dataclass

from subscribers.mailing import mime
from subscribers.mailing.answers import Failure
from subscribers.mailing.smtp.features import Features
from subscribers.mailing.smtp.letters import Letter

# Ends a mail (RFC 5321 section 4.1.1.4); alone it ends one without a word in it.
DOT = b".\r\n"


class CannotCarry(Exception):
    """This relay cannot take this letter; nothing of it has left."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.failure = Failure(reason=reason, detail=detail)


@dataclass(slots=True)
class Envelope:
    """`content` ends with the final dot, `commands` are MAIL, RCPT and DATA."""

    letter: Letter
    commands: bytes
    content: bytes


def envelope(letter: Letter, features: Features) -> Envelope:
    """Write a letter down; raises CannotCarry.

    What is put between the angle brackets was parsed as an address: no sign of it can end a line.
    """
    try:
        recipient = mime.on_the_wire(letter.recipient.address)
        content = letter.mail.write(letter.recipient)
    except ValueError as error:
        raise CannotCarry("bad_address") from error
    size = len(content)
    if features.size and size > features.size:
        detail = f"The mail has {size} bytes, and the relay takes {features.size} at most."
        raise CannotCarry("too_large", detail)
    options = f" SIZE={size}" if features.declares_size else ""
    if not recipient.isascii():
        if not features.smtputf8:
            detail = "The relay takes no address with such letters before the @ (SMTPUTF8)."
            raise CannotCarry("bad_address", detail)
        options += " BODY=8BITMIME SMTPUTF8"
    commands = f"MAIL FROM:<{letter.mail.sender}>{options}\r\nRCPT TO:<{recipient}>\r\nDATA\r\n"
    return Envelope(letter=letter, commands=commands.encode(), content=content + DOT)
