"""The mail as it is sent: how big it is, and whether it says what the law wants."""

from collections.abc import Iterator

from config.publisher import publisher
from newsletter.release.readiness.material import Material
from newsletter.release.readiness.problem import Problem, note, stop
from newsletter.rendering import looking
from newsletter.rendering.drawing import postal_address
from newsletter.rendering.placeholders import placeholders

# Gmail cuts a mail off there; the look aims lower.
KB = 1024
GMAIL, AIM = 102 * KB, 90 * KB


def problems(found: Material) -> Iterator[Problem]:
    """What only the drawn mail shows."""
    yield from _postal(found)
    if found.drawn is None:
        yield stop(
            "not_drawn",
            f"It cannot be drawn: {found.fault}",
            "Tell whoever looks after the layouts.",
        )
        return
    for name, part in (("mail", found.drawn.html), ("text part", found.drawn.text)):
        if "unsubscribe_url" not in placeholders(part):
            yield stop(
                "no_way_out",
                f"The {name} has no link to unsubscribe.",
                "Put it back into the layout.",
                about=name,
            )
    yield from _size(found)


def _postal(found: Material) -> Iterator[Problem]:
    if not publisher().postal_address.strip():
        yield stop(
            "no_postal_address",
            "The postal address is missing: the law asks for one in every mail.",
            "Set POSTAL_ADDRESS.",
        )
    elif found.drawn is not None:
        wanted = _signs(postal_address())
        for name, part in (("mail", found.drawn.html), ("text part", found.drawn.text)):
            if wanted not in _signs(part):
                yield stop(
                    "no_postal_address",
                    f"The {name} does not show the postal address.",
                    "Put it back into the layout.",
                    about=name,
                )


def _signs(text: str) -> str:
    """Without what breaks lines or is written as an entity in HTML."""
    plain = text.replace("&amp;", "&").replace("&#x27;", "'").replace("&quot;", '"')
    return "".join(plain.split())


def _size(found: Material) -> Iterator[Problem]:
    assert found.drawn is not None  # noqa: S101  (looked at before)
    size = looking.sent_size(newsletter=found.digest.newsletter, words=found.drawn)
    if size > AIM:
        tail = "Gmail cuts it off" if size > GMAIL else "Gmail cuts off at 102 KB"
        yield note(
            "size", f"It has {size // KB} KB: {tail}.", "Take a story out.", where=found.page
        )
