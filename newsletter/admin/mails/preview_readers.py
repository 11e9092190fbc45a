"""As whom a mail is looked at: Ada, nobody in particular, or a reader; without their links."""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from unfold.widgets import UnfoldAdminTextInputWidget

from newsletter.models import Digest
from newsletter.rendering.personal import Person, ada
from subscribers.addresses import AddressError, normalise
from subscribers.models import Subscriber, Subscription

MAY_SEE = "subscribers.view_subscriber"
NAMELESS, BOTH = "nameless", "both"


class ReaderForm(forms.Form):
    """Whose mail to look at."""

    address = forms.CharField(
        label="As a reader, by address",
        max_length=254,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "email", "autocomplete": "off"}),
    )


@dataclass(frozen=True, slots=True)
class SeenBy:
    """A reader to look as. `key` stands in addresses, "" for the usual one; `says`: who it is."""

    key: str
    person: Person
    says: str


def shown_as(request: HttpRequest, digest: Digest) -> SeenBy:
    """The reader that an address asks for; raises PermissionDenied, Http404."""
    key = request.GET.get("reader", "")
    usual = ada(digest.newsletter)
    if key == NAMELESS:
        person = Person(confirmed_at=usual.confirmed_at, page=usual.page)
        return SeenBy(key, person, "a reader who gave no name")
    if key == BOTH:
        person = Person(usual.name, usual.confirmed_at, usual.page, gets_promoted=True)
        return SeenBy(key, person, f"a reader who also gets {digest.newsletter.promotes}")
    if not key:
        return SeenBy("", usual, "a reader called Ada")
    if not request.user.has_perm(MAY_SEE):
        raise PermissionDenied
    return _reader(key, digest)


def found(request: HttpRequest, form: ReaderForm) -> str:
    """The key of the reader who has the typed address, else "" and an error on the form."""
    if not request.user.has_perm(MAY_SEE):
        raise PermissionDenied
    try:
        reader = Subscriber.objects.filter(
            address_key=normalise(form.cleaned_data["address"])
        ).first()
    except AddressError as refusal:
        form.add_error("address", str(refusal))
        return ""
    if reader is None:
        form.add_error("address", "No reader has this address.")
        return ""
    return str(reader.pk)


def _reader(key: str, digest: Digest) -> SeenBy:
    known = key.isdecimal() and len(key) < 19
    reader = Subscriber.objects.filter(pk=key).first() if known else None
    if reader is None:
        raise Http404
    mine = Subscription.objects.filter(subscriber=reader, state=Subscription.State.ACTIVE)
    gets = {one.newsletter_id: one for one in mine}
    own = gets.get(digest.newsletter_id)
    person = Person(
        name=reader.name,
        confirmed_at=own.confirmed_at if own else None,
        page=own.page if own else "",
        gets_promoted=digest.newsletter.promotes_id in gets,
    )
    says = f"reader {reader.pk}{f', {reader.name}' if reader.name else ''}"
    return SeenBy(key, person, says if own else f"{says}, who does not get {digest.newsletter}")
