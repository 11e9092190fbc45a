"""What the provider reports of mails: delivered, bounced, complained; also twice and broken."""

import base64
import random
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from benchmarks.soaking.actor import Diary
from benchmarks.soaking.book import Book, Mail
from benchmarks.soaking.browser import Browser

SECRET = "soaking:soaking-soaking-soaking"
_PATH = "/anymail/sendgrid/tracking/"
_HARD = {"event": "bounce", "type": "bounce", "status": "5.1.1", "reason": "550 5.1.1 no such user"}
_SOFT = {"event": "bounce", "type": "blocked", "status": "4.2.0", "reason": "451 4.2.0 try later"}


@dataclass
class Reports:
    """Answered with 2xx: from then on the service must act on them."""

    port: int
    book: Book
    diary: Diary
    chance: random.Random
    # Whose mailbox does not exist, or who complained.
    suppressed: set[str] = field(default_factory=set)
    # Reported, but the answer was lost: may be suppressed.
    perhaps: set[str] = field(default_factory=set)

    def report(self) -> None:
        """One post of some events, one in ten of them broken; one in four is posted twice."""
        mails = self.book.some(100)
        if not mails:
            return
        chosen = self.chance.sample(mails, min(len(mails), 6))
        events = [self._event(mail) for mail in chosen]
        hard = {one["email"] for one in events if one["event"] == "spamreport" or _is_hard(one)}
        self.perhaps |= hard
        for _ in range(self.chance.choice([1, 1, 1, 2])):
            self._post(events)
            self.suppressed |= hard
            self.diary.note("reported", len(events))
        if self.chance.random() < 0.1:
            self._post_nonsense()

    def _event(self, mail: Mail) -> dict[str, Any]:
        # Few enough that no brake pauses a mail.
        kind = self.chance.choices(
            [{"event": "delivered"}, _SOFT, _HARD, {"event": "spamreport"}], [960, 30, 8, 2]
        )[0]
        return {
            **kind,
            **mail.known,
            "email": mail.address,
            "timestamp": int(time.time()),
            "sg_event_id": uuid.uuid4().hex,
        }

    def _post(self, events: list[dict[str, Any]]) -> None:
        self._browser().post(_PATH, json=events, headers=_headers()).raise_for_status()

    def _post_nonsense(self) -> None:
        words = self.chance.choice(["[{", "{}", '[{"event": 3}]', "[]", '["bounce"]', "null"])
        answer = self._browser().post(_PATH, content=words.encode(), headers=_headers())
        self.diary.note(f"nonsense answered {answer.status_code}")
        self.diary.answered(answer.status_code)

    def _browser(self) -> Browser:
        return Browser(port=self.port, address="11.255.0.7")


def _is_hard(event: dict[str, Any]) -> bool:
    return bool(event.get("status") == _HARD["status"])


def _headers() -> dict[str, str]:
    return {
        "Authorization": f"Basic {base64.b64encode(SECRET.encode()).decode()}",
        "Content-Type": "application/json",
    }
