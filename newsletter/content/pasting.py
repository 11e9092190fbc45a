"""A pasted link: looked at, with all that its page says, before anything is saved."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from newsletter import wake
from newsletter.content import identity, images, words
from newsletter.content.by_hand import StoryWords, keep
from newsletter.content.webpage.facts import Facts, Page, PageError
from newsletter.content.webpage.reading import read_page
from newsletter.models import Article, Image

NO_ADDRESS = "This is not a web address. It begins with https:// or http://."
IS_ADDRESS = URLValidator(schemes=["http", "https"])
NO_TITLE = "No headline was found on this page, and a story needs one."


@dataclass(frozen=True, slots=True)
class Look:
    """What a look found: the story if it is `there` already, else its page and picture."""

    link: str
    there: Article | None = None
    page: Page | None = None
    picture: Image | None = None


def look(*, url: str, now: datetime) -> Look:
    """Read the page at `url`, and fetch its picture; raises PageError with a sentence for staff.

    Takes up to 20 s, so it must not be called in a transaction. The picture is kept as our own
    copy, and used if its address comes again; a server that is away is asked again by a worker.
    """
    link = address(url)
    if there := known(link):
        return Look(link, there=there)
    page = read_page(url=link)
    if there := known(page.link):
        return Look(page.link, there=there)
    return Look(page.link, page=page, picture=fetched(page.facts.picture, now=now))


def address(url: str) -> str:
    """`url` without what only tells where somebody came from; raises PageError if it is none."""
    try:
        link = identity.without_tracking(url if "://" in url else f"https://{url.strip()}")
    except ValueError:
        raise PageError(NO_ADDRESS) from None
    if len(link) > words.MAX_LINK:
        raise PageError(f"This address has more than {words.MAX_LINK:,} characters.")
    return link


def linked(url: str) -> str:
    """As `address`, of a page that is linked to without being read; checked more strictly."""
    link = address(url)
    try:
        IS_ADDRESS(link)
    except ValidationError:
        raise PageError(NO_ADDRESS) from None
    return link


def known(link: str) -> Article | None:
    """The story that is here already with that link."""
    return Article.objects.filter(link_key=identity.link_key(link)).first()


def fetched(source_url: str, *, now: datetime) -> Image | None:
    """Our copy of the picture at that address, as good as it can be had now."""
    with wake.nobody():
        image = images.wanted(source_url=source_url)
    if image is not None:
        images.fetch_image(image_id=image.pk, now=now)
        image.refresh_from_db()
    return image


def import_page(*, url: str, now: datetime) -> tuple[Article, Look]:
    """Keep the story at `url` as its page tells it, unless it is here; raises PageError."""
    found = look(url=url, now=now)
    if found.there is not None:
        return found.there, found
    facts = found.page.facts if found.page else Facts()
    if not facts.title:
        raise PageError(NO_TITLE)
    usable = found.picture if found.picture and not found.picture.is_failed else None
    story = story_of(facts, now=now)
    article, _ = keep(link=found.link, story=story, picture=usable)
    return article, found


def story_of(facts: Facts, *, now: datetime) -> StoryWords:
    """The words that `facts` make when nobody changes them; a day to come is taken for today."""
    return StoryWords(
        title=facts.title,
        dek=facts.dek or facts.opening,
        alt=facts.alt[:300],
        caption=facts.caption[:300],
        credit=facts.credit[:120],
        language=facts.language or "en",
        site=facts.site[:80],
        people=facts.people,
        published_at=min(facts.published_at or now, now),
    )
