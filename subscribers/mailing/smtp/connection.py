"""One connection, one letter after another, pipelined where the relay offers it (RFC 2920).

With PIPELINING the commands of a letter leave in one piece, and those of the next one right behind
the final dot: a letter costs one wait instead of four. Replies come in the order of the commands,
so a queue of those who read them says what each is the answer to. At most one final dot is
unanswered at any time, because the next text waits for the 354 that comes after that answer.
"""

from collections import deque
from collections.abc import Callable
from typing import Protocol

from subscribers.mailing.answers import Answer, Failure
from subscribers.mailing.smtp import verdicts
from subscribers.mailing.smtp.envelope import DOT, Envelope
from subscribers.mailing.smtp.features import Features
from subscribers.mailing.smtp.letters import Fate, Letter
from subscribers.mailing.smtp.replies import Replies, Reply
from subscribers.mailing.smtp.verdicts import Refused
from subscribers.mailing.smtp.wire import Wire


class Office(Protocol):
    """Who gives out letters and is told what became of them."""

    def now(self) -> float:
        """The time of the event loop, in seconds."""

    def take(self, features: Features) -> Envelope | None:
        """The next letter, or None when there is none now."""

    def settle(self, letter: Letter, fate: Fate, failure: Failure | None = None) -> None:
        """The relay has answered for this letter, or never will."""

    def give_back(self, letter: Letter) -> None:
        """This letter has not left."""

    def fail(self, answer: Answer) -> None:
        """No more letters are to leave, over any connection."""

    def ended(self, connection: "Connection", answer: Answer) -> None:
        """This connection is closed."""


class Connection:
    """`settled`: letters that the relay answered for; `heard_at`: when it last said something."""

    def __init__(self, *, wire: Wire, features: Features, office: Office) -> None:
        self.features = features
        self.settled = 0
        self.heard_at = office.now()
        self._wire = wire
        self._office = office
        self._replies = Replies()
        self._expected: deque[_Reader] = deque()
        # Commands that leave when the one before them is answered, without PIPELINING.
        self._held: deque[tuple[_Reader, bytes]] = deque()
        self._announced: Envelope | None = None
        # The reader was refused, and DATA is on its way all the same.
        self._is_void = False
        # The letter whose text is on its way, and where on the wire its final dot ends.
        self._unanswered: Letter | None = None
        self._dot_at = 0
        self._needs_reset = False
        wire.on_data = self._hear
        wire.on_lost = lambda why: self.end(verdicts.not_sent(why))

    @property
    def is_busy(self) -> bool:
        """Whether a reply is awaited."""
        return bool(self._expected)

    def offer(self) -> None:
        """Take a letter if this connection can announce one now."""
        if self._announced or self._is_void:
            return
        if self._expected and not self.features.pipelining:
            return
        was_idle = not self._expected
        commands = self._announce()
        if commands:
            if was_idle:
                self.heard_at = self._office.now()
            self._wire.write(commands)

    def end(self, answer: Answer) -> None:
        """Close it. A letter whose dot may have left is unknown, one announced goes back."""
        may_have_left = self._wire.has_left(self._dot_at)
        self._wire.close()
        self._expected.clear()
        announced, self._announced = self._announced, None
        if announced:
            self._office.give_back(announced.letter)
        letter, self._unanswered = self._unanswered, None
        if letter and may_have_left:
            self._never_answered(letter, answer.detail)
        elif letter:
            self._office.give_back(letter)
        self._office.ended(self, answer)

    def quit(self) -> None:
        """Say goodbye, and do not wait for an answer."""
        self._wire.write(b"QUIT\r\n")
        self._wire.close()

    def _announce(self) -> bytes:
        """The commands of the next letter that are to leave now; nothing when there is none."""
        taken = self._office.take(self.features)
        if taken is None:
            return b""
        self._announced = taken
        commands, readers = taken.commands, _ANNOUNCE
        if self._needs_reset:
            self._needs_reset = False
            commands, readers = b"RSET\r\n" + commands, (Connection._after_reset, *_ANNOUNCE)
        if self.features.pipelining:
            self._expected.extend(readers)
            return commands
        self._held.extend(zip(readers, commands.splitlines(keepends=True), strict=True))
        return self._release()

    def _release(self) -> bytes:
        reader, command = self._held.popleft()
        self._expected.append(reader)
        return command

    def _hear(self, data: bytes) -> None:
        self.heard_at = self._office.now()
        for reply in self._replies.feed(data):
            # A word without a question: idle too long, or shutting down.
            read = self._expected.popleft() if self._expected else None
            if read is None or not read(self, reply):
                return self.end(verdicts.to_connection(reply))
        if self._held and not self._expected:
            self._wire.write(self._release())
        return self.offer()

    def _after_mail(self, reply: Reply) -> bool:
        if verdicts.is_good(reply.code):
            return True
        if verdicts.is_refusal(reply.code):
            # About the sender, the account or the hour: no other letter would fare better.
            self._office.fail(verdicts.to_sender(reply))
        return False

    def _after_rcpt(self, reply: Reply) -> bool:
        if verdicts.is_good(reply.code):
            return True
        if not verdicts.is_refusal(reply.code):
            return False
        self._refuse(verdicts.refused(reply, of_mailbox=True))
        self._is_void = not self._held
        self._held.clear()
        return True

    def _after_data(self, reply: Reply) -> bool:
        if self._is_void:
            return self._after_void_data(reply)
        if reply.code == verdicts.GO_AHEAD:
            self._send_text()
            return True
        if not verdicts.is_refusal(reply.code):
            return False
        self._refuse(verdicts.refused(reply, of_mailbox=False))
        return True

    def _after_void_data(self, reply: Reply) -> bool:
        self._is_void = False
        if reply.code == verdicts.GO_AHEAD:
            # A text is waited for although nobody is to get it (RFC 2920 section 3.1).
            self._expected.append(Connection._after_lone_dot)
            self._needs_reset = False
            self._wire.write(DOT)
            return True
        return verdicts.is_refusal(reply.code)

    def _after_text(self, reply: Reply) -> bool:
        letter, self._unanswered = self._unanswered, None
        assert letter is not None  # noqa: S101  (a text was sent)
        if verdicts.is_good(reply.code):
            self._settle(letter, Fate.ACCEPTED)
            return True
        if verdicts.is_refusal(reply.code):
            self._settle_refused(letter, verdicts.refused(reply, of_mailbox=False))
            return True
        if reply.code == verdicts.CLOSING:
            self._office.give_back(letter)
        else:
            self._never_answered(letter, verdicts.said(reply))
        return False

    def _after_lone_dot(self, reply: Reply) -> bool:
        return verdicts.is_good(reply.code) or verdicts.is_refusal(reply.code)

    def _after_reset(self, reply: Reply) -> bool:
        return verdicts.is_good(reply.code)

    def _send_text(self) -> None:
        ready, self._announced = self._announced, None
        assert ready is not None  # noqa: S101  (DATA was sent for it)
        self._unanswered = ready.letter
        # Whatever happens from here on, a letter without an answer is not sent again.
        ready.letter.fate = Fate.UNKNOWN
        self._dot_at = self._wire.written + len(ready.content)
        self._expected.append(Connection._after_text)
        following = self._announce() if self.features.pipelining else b""
        self._wire.write(ready.content, following)

    def _refuse(self, refused: Refused) -> None:
        ready, self._announced = self._announced, None
        assert ready is not None  # noqa: S101  (it was announced)
        self._needs_reset = True
        self._settle_refused(ready.letter, refused)

    def _settle_refused(self, letter: Letter, refused: Refused) -> None:
        self._settle(letter, Fate.RETRY if refused.again else Fate.FAILED, refused.failure)

    def _settle(self, letter: Letter, fate: Fate, failure: Failure | None = None) -> None:
        self.settled += 1
        self._office.settle(letter, fate, failure)

    def _never_answered(self, letter: Letter, why: str) -> None:
        self._office.settle(letter, Fate.UNKNOWN)
        self._office.fail(verdicts.unknown(why))


# Says what a reply means, and whether the connection is of any more use.
_Reader = Callable[[Connection, Reply], bool]
# What is expected for the three commands of a letter.
_ANNOUNCE: tuple[_Reader, ...] = (
    Connection._after_mail,  # noqa: SLF001
    Connection._after_rcpt,  # noqa: SLF001
    Connection._after_data,  # noqa: SLF001
)
