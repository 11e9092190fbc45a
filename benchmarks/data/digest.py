"""The digest that is sent: drawn by the service from eight stories, 40 KB of HTML, 8 KB of text."""

from datetime import timedelta

from config.models import StaffUser
from newsletter.digests import assembly
from newsletter.models import Article, Digest, Image, Item, Revision, Section
from subscribers.clock import database_now
from subscribers.models import Newsletter

STORIES = 8
# Beside the stories, so that twenty links are counted.
PIECES = 10
# What a mail weighs at least and at most before it is this benchmark's mail.
HTML_BYTES = (38_000, 45_000)
TEXT_BYTES = (7_300, 10_000)
LINKS = (20, 25)

_SENTENCES = (
    "The harbour office counted forty boats by noon, more than in any week since the spring.",
    "Nobody had planned for it; the work was done in turns, by people who knew the place.",
    "It costs less than it did, and the council expects to have paid it back within four years.",
    "What comes next depends on the weather, and on a vote that is due before the summer.",
    "“We asked for one thing and were given another,” said the baker, and laughed at it.",
)


def newsletter(*, name: str) -> Newsletter:
    """One that offers another, so that what is promoted differs from reader to reader."""
    values = {"from_name": name, "from_address": "briefing@sender.example", "tagline": "Every day."}
    slug = name.lower().replace(" ", "-")
    other = Newsletter.objects.create(name=f"After {name}", slug=f"after-{slug}", **values)
    return Newsletter.objects.create(name=name, slug=slug, promotes=other, **values)


def sender() -> StaffUser:
    """The person who presses the button."""
    return StaffUser.objects.get_or_create(
        username="bench",
        defaults={"email": "bench@sender.example", "is_staff": True, "is_superuser": True},
    )[0]


def draft(*, of: Newsletter) -> Digest:
    """A new draft with eight new stories, as the schedule would have made it."""
    now = database_now()
    _stories(of)
    digest = assembly.make_digest(
        newsletter=of,
        occurrence=assembly.next_occurrence(newsletter=of, day=now.date()),
        release_at=None,
        now=now,
    )
    _write(digest)
    return digest


def check_weight(digest: Digest) -> dict[str, int]:
    """Bytes and links of its frozen words; raises ValueError when they are not as promised."""
    digest.refresh_from_db()
    found = weight(Revision.objects.get(pk=digest.revision_id))
    wanted = {"html_bytes": HTML_BYTES, "text_bytes": TEXT_BYTES, "links": LINKS}
    for name, (low, high) in wanted.items():
        if not low <= found[name] <= high:
            raise ValueError(f"The mail has {found[name]} {name}; {low} to {high} were promised.")
    return found


def weight(revision: Revision) -> dict[str, int]:
    """Bytes of both parts and links in them."""
    return {
        "html_bytes": len(revision.html.encode()),
        "text_bytes": len(revision.text.encode()),
        "links": revision.html.count('href="http'),
    }


def _stories(of: Newsletter) -> None:
    now = database_now()
    start = Article.objects.count()
    # Stories of earlier mails are too old for this one.
    Article.objects.update(published_at=now - timedelta(days=100))
    for number in range(start, start + STORIES):
        hero = Image(
            state=Image.State.READY,
            small=f"images/{number}-small.jpg",
            small_width=600,
            small_height=338,
            large=f"images/{number}-large.jpg",
            large_width=1200,
            large_height=675,
        )
        Image.objects.bulk_create([hero])
        Article.objects.create(
            title=f"Harbour reopens after storm number {number}",
            slug=f"story-{number}",
            dek=_words(2, number),
            body="<p>The first boat left at six.</p>",
            hero=hero,
            hero_alt="Boats in a harbour at dawn",
            published_at=now - timedelta(minutes=number + 1),
        )


def _write(digest: Digest) -> None:
    """What an editor adds: longer blurbs, and short pieces that lead elsewhere."""
    Digest.objects.filter(pk=digest.pk).update(intro=_words(9, 1))
    for number, item in enumerate(Item.objects.filter(section__digest=digest)):
        Item.objects.filter(pk=item.pk).update(blurb=_words(5, number))
    sections = {section.key: section for section in digest.sections.all()}
    sponsor = {"headline": "A word from the ferry", "kicker": "Ferries"}
    number = {"headline": "of the fleet", "figure": "41 %"}
    Item.objects.bulk_create(
        [
            _item(sections["sponsor"], 0, "https://ferry.example/offer/", **sponsor),
            _item(sections["number"], 0, "https://elsewhere.example/count/", **number),
            *(
                _item(
                    sections["brief"],
                    position,
                    f"https://elsewhere.example/news/{position}/?of={digest.pk}",
                    headline=f"From elsewhere, number {position}",
                )
                for position in range(100, 100 + PIECES)
            ),
        ]
    )


def _item(section: Section, position: int, link: str, **words: str) -> Item:
    blurb = _words(1, position)
    return Item(section=section, position=position, link=link, blurb=blurb, **words)


def _words(sentences: int, start: int) -> str:
    return " ".join(_SENTENCES[(start + n) % len(_SENTENCES)] for n in range(sentences))
