"""What the claims of one drain carry: a revision is read once, however many batches it goes in."""

from dataclasses import dataclass

from newsletter.models import Revision
from newsletter.rendering import message
from subscribers.mailing.messages import Mailing
from subscribers.models import Newsletter


@dataclass(frozen=True, slots=True)
class Letter:
    """A frozen revision, its newsletter, and what of it is handed to a provider."""

    revision: Revision
    newsletter: Newsletter
    mailing: Mailing

    @property
    def domain(self) -> str:
        """Of the sender, for Message-IDs."""
        return self.newsletter.from_address.rpartition("@")[2]


class Letters:
    """Read when they are first asked for. Revisions never change; a drain lives for seconds."""

    def __init__(self) -> None:
        self._known: dict[int, Letter] = {}

    def get(self, revision_id: int) -> Letter:
        """The letter of a revision; two statements the first time, none after."""
        letter = self._known.get(revision_id)
        if letter is None:
            revisions = Revision.objects.select_related("digest__newsletter").defer("page")
            revision = revisions.get(pk=revision_id)
            letter = self._known[revision_id] = Letter(
                revision=revision,
                newsletter=revision.digest.newsletter,
                mailing=message.mailing(revision=revision),
            )
        return letter
