"""A digest as files, for looking at it without sending it."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from newsletter.models import Digest
from newsletter.rendering import message
from newsletter.rendering.looking import sample
from newsletter.rendering.personal import sample_values
from subscribers.mailing import mime
from subscribers.mailing.messages import Recipient

READER = "reader@mail.example"


def write_files(*, digest: Digest, folder: Path, now: datetime) -> list[Path]:
    """Write digest.html, digest.txt and digest.eml as a made-up reader gets them."""
    revision = message.preview(digest=digest, now=now)
    shown = sample(newsletter=digest.newsletter, words=revision)
    values = sample_values(newsletter=digest.newsletter, revision=revision)
    mailing = replace(message.mailing(revision=revision), html=shown.html, text=shown.text)
    recipient = Recipient(
        subscriber_id=None, address=READER, message_id=values["message_id"], values=values
    )
    contents = {
        "digest.html": shown.html.encode(),
        "digest.txt": shown.text.encode(),
        "digest.eml": mime.build(mailing=mailing, recipient=recipient).as_bytes(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in contents]
