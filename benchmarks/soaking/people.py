"""Readers: they sign up, confirm, follow links, add a newsletter, leave."""

import random
import threading
from collections import Counter
from dataclasses import dataclass, field

from benchmarks.clients.person import hidden, network_of
from benchmarks.soaking.actor import Diary, now
from benchmarks.soaking.book import Book, Mail
from benchmarks.soaking.browser import Browser
from newsletter.models import Digest


@dataclass
class Readers:
    """What readers were told by the site: it is held to that at the end."""

    port: int
    book: Book
    diary: Diary
    chance: random.Random
    newsletter: str
    newsletter_id: int
    other: str
    other_id: int
    # Told to look in their inbox.
    asked: list[str] = field(default_factory=list)
    # Told that they are in, and when.
    confirmed: dict[str, float] = field(default_factory=dict)
    # Who pressed the button to get no more, and who was told that it is so.
    left: set[str] = field(default_factory=set)
    told_goodbye: set[str] = field(default_factory=set)
    # Who added the other newsletter.
    added: set[str] = field(default_factory=set)
    # Told where a link leads: source of the mail -> moments.
    clicks: dict[str, list[float]] = field(default_factory=dict)
    # Links that were asked for and not answered: counted or not.
    unanswered: Counter[str] = field(default_factory=Counter)
    _number: int = 0
    _form: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def sign_up(self) -> None:
        """One more asks for the newsletter; the form is drawn anew now and then."""
        with self._lock:
            self._number += 1
            number = self._number
        browser = self._browser(number)
        if number % 20 == 1 or not self._form:
            # It is posted by the next ones, seconds later, as a person takes.
            self._form = hidden(browser.get("/").raise_for_status().text)
            return
        address = f"soak{number}@readers.example"
        fields = self._form | {"email": address, "newsletters": self.newsletter, "website": ""}
        answer = browser.post("/subscribe/", data=fields)
        self.diary.answered(answer.status_code)
        if answer.status_code == 200 and "Check your inbox" in answer.text:
            self.asked.append(address)
            self.diary.note("signed up")
        else:
            self.diary.note(f"sign-up answered {answer.status_code}")

    def confirm(self) -> None:
        """Whoever got the mail presses the button in it."""
        for address in [one for one in self.asked if one not in self.confirmed]:
            link = self.book.confirming.get(address)
            if link is None:
                continue
            browser = self._browser(int(address[4:].partition("@")[0]))
            page = browser.get(link).raise_for_status().text
            answer = browser.post(link, data=hidden(page))
            answer.raise_for_status()
            self.confirmed[address] = now()
            self.diary.note("confirmed")
            return

    def click(self) -> None:
        """A few follow links of mails that came."""
        mails = self.book.some(100)
        for mail in self.chance.sample(mails, min(len(mails), 5)):
            ways = [link for link in mail.links if link.startswith("/c/")]
            if ways:
                self._follow(mail, self.chance.choice(ways))

    def _follow(self, mail: Mail, link: str) -> None:
        self.unanswered[mail.source] += 1
        answer = self._browser(sum(mail.address.encode())).get(link)
        if answer.status_code == 302:
            self.unanswered[mail.source] -= 1
            self.clicks.setdefault(mail.source, []).append(now())
            self.diary.note("clicked")

    def leave(self) -> None:
        """One presses the button of his mail program (RFC 8058)."""
        mine = self._mine("/unsubscribe/")
        if mine is None:
            return
        address, link = mine
        self.left.add(address)
        one_click = {"List-Unsubscribe": "One-Click"}
        answer = self._browser(sum(address.encode())).post(link, data=one_click)
        answer.raise_for_status()
        self.told_goodbye.add(address)
        self.diary.note("left")

    def choose(self) -> None:
        """One adds another newsletter on his own page."""
        mine = self._mine("/preferences/")
        if mine is None:
            return
        address, link = mine
        browser = self._browser(sum(address.encode()))
        page = browser.get(f"{link}?add={self.other}").raise_for_status().text
        fields = hidden(page) | {"action": "add", "add": self.other}
        browser.post(link, data=fields).raise_for_status()
        self.added.add(address)
        self.diary.note("chose")

    def _mine(self, place: str) -> tuple[str, str] | None:
        """Somebody with a new mail of the newsletter who has not left; his link to `place`."""
        mails = self.book.some(50)
        self.chance.shuffle(mails)
        sources = self.sources()
        for mail in mails:
            ways = [link for link in mail.links if link.startswith(place)]
            if ways and mail.address not in self.left and mail.source in sources:
                return mail.address, ways[0]
        return None

    def sources(self) -> set[str]:
        """The newsletter's own mails: whoever leaves by the link of another goes on getting it."""
        ids = Digest.objects.filter(newsletter_id=self.newsletter_id).values_list("pk", flat=True)
        return {f"digest:{one}" for one in ids}

    def _browser(self, number: int) -> Browser:
        return Browser(port=self.port, address=network_of(number))
