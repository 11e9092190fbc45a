"""Pictures: fetched once, kept as our own copies, tried again when their server was away."""

import hashlib
from datetime import datetime, timedelta

import structlog
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from newsletter import wake
from newsletter.content import fetching
from newsletter.content.fetching import FetchError
from newsletter.content.pictures import is_address
from newsletter.content.reencoding import PictureError, reencode
from newsletter.models import Image

MAX_TRIES = 6
MAX_ADDRESS = 1000
# Longer than a fetch may take; whoever fetches holds the image for so long.
LEASE = timedelta(minutes=2)
FIRST_WAIT = timedelta(minutes=5)

log = structlog.get_logger(__name__)


def known(*, source_url: str) -> Image | None:
    """The image of that address, if it is here."""
    if not _is_usable(source_url):
        return None
    return Image.objects.filter(source_url=source_url).first()


def wanted(*, source_url: str) -> Image | None:
    """The image of that address, made and sent for if it is new; None for what is no address.

    Nor is there one for an address that is too long.
    """
    if not _is_usable(source_url):
        return None
    found = known(source_url=source_url)
    if found is not None:
        return found
    try:
        with transaction.atomic():
            image = Image.objects.create(source_url=source_url)
    except IntegrityError:  # another import was first
        return Image.objects.filter(source_url=source_url).first()
    wake.send(wake.FETCH_IMAGE, image_id=image.pk)
    return image


def fetch_image(*, image_id: int, now: datetime | None = None) -> None:
    """Fetch a waiting image and store its copies; does nothing if it is not waiting or is held.

    A server that is away is asked again up to six times, 5 min * 3^n apart; anything else that
    goes wrong is final, with its sentence in `failure`. `now` defaults to the clock.
    """
    now = now or timezone.now()
    image = _claim(image_id=image_id, now=now)
    if image is None:
        return
    if image.tries > MAX_TRIES:  # each time its worker died before it could say why
        _fail(image=image, reason=f"The picture could not be finished in {MAX_TRIES} tries.")
        return
    try:
        fetched = fetching.fetch(image.source_url, headers={"Accept": "image/*"})
    except FetchError as error:
        _not_fetched(image=image, error=error, now=now)
        return
    store(image=image, data=fetched.body)


def store(*, image: Image, data: bytes) -> None:
    """Make the copies of `data` for `image` and save it as READY, or as FAILED with the reason."""
    try:
        copies = reencode(data)
    except PictureError as error:
        _fail(image=image, reason=error.message)
        return
    # Named by content: nobody can guess it from the story, and a new picture is a new address.
    name = hashlib.sha256(copies.large).hexdigest()[:32]
    image.small.save(f"{name}-600.jpg", ContentFile(copies.small), save=False)
    image.large.save(f"{name}-1200.jpg", ContentFile(copies.large), save=False)
    image.state = Image.State.READY
    image.failure = ""
    image.save()
    log.info("image_ready", image=image.pk)


def waiting(*, now: datetime, limit: int = 100) -> list[int]:
    """Ids of images due for a try: those put off, and those whose wake-up was lost."""
    lost = Q(next_try_at=None, created_at__lte=now - LEASE)
    due = Image.objects.filter(lost | Q(next_try_at__lte=now), state=Image.State.WAITING)
    return list(due.exclude(source_url="").order_by("pk").values_list("pk", flat=True)[:limit])


def _is_usable(source_url: str) -> bool:
    return len(source_url) <= MAX_ADDRESS and is_address(source_url)


def _claim(*, image_id: int, now: datetime) -> Image | None:
    """The waiting image, held for the length of a fetch so that nobody else fetches it too."""
    free = Q(next_try_at=None) | Q(next_try_at__lte=now)
    held = Image.objects.filter(free, pk=image_id, state=Image.State.WAITING).update(
        next_try_at=now + LEASE, tries=F("tries") + 1
    )
    return Image.objects.get(pk=image_id) if held else None


def _not_fetched(*, image: Image, error: FetchError, now: datetime) -> None:
    if not error.temporary or image.tries >= MAX_TRIES:
        _fail(image=image, reason=error.message)
        return
    image.failure = error.message[:200]
    image.next_try_at = now + FIRST_WAIT * 3 ** (image.tries - 1)
    image.save(update_fields=["failure", "next_try_at"])


def _fail(*, image: Image, reason: str) -> None:
    image.state = Image.State.FAILED
    image.failure = reason[:200]
    image.save()
    log.info("image_failed", image=image.pk)
