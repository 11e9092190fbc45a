"""The desk's page of who got a mail, who did not, and why; linked from the mail's own page."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminTextInputWidget

from newsletter.admin.mails.access import mail_or_404
from newsletter.admin.mails.looks import UNKNOWN
from newsletter.delivery.counts import Counts, counts
from newsletter.delivery.listing import Differing, differing
from newsletter.delivery.story import Story, in_words, story
from newsletter.delivery.why import why_in_words
from newsletter.models import DeliveryException, Digest
from subscribers.addresses import AddressError, normalise
from subscribers.admin.chips import Look, chip
from subscribers.models import Subscriber

State = DeliveryException.State

PAGE = 50
NOBODY = "Nobody with this address has ever signed up, or it was erased."

LOOKS = {
    "pending": Look("schedule", "sea"),
    "claimed": Look("schedule", "sea"),
    "submitting": Look("send", "sea"),
    "accepted": Look("check", "leaf"),
    "retry": Look("schedule", "sea"),
    "failed": Look("error", "signal"),
    "left": Look("logout", "slate"),
    "unknown": UNKNOWN,
    "cancelled": Look("close", "slate"),
}
# For those whose batch is all that is known of them.
_SHORT = {"pending": "waiting", "claimed": "waiting", "submitting": "being handed over"}


class SearchForm(forms.Form):
    """One reader, by address."""

    address = forms.CharField(
        label="A reader's address",
        max_length=254,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "email", "autocomplete": "off"}),
    )
    reader: Subscriber

    def clean_address(self) -> str:
        """The reader who has it; a sentence for whoever typed it when there is none."""
        address: str = self.cleaned_data["address"]
        try:
            reader = Subscriber.objects.filter(address_key=normalise(address)).first()
        except AddressError as error:
            raise forms.ValidationError(str(error)) from error
        if reader is None:
            raise forms.ValidationError(NOBODY)
        self.reader = reader
        return address


@dataclass(frozen=True, slots=True)
class Line:
    """A reader who differs, as the list shows him."""

    row: Differing
    name: str
    chip: SafeString
    why: str


def deliveries(request: HttpRequest, pk: int) -> HttpResponse:
    """GET lists those who differ, or tells of one `reader`. POST finds a reader by address.

    By POST, so that no address gets into an address, and so into a log of the web server's.
    """
    digest = mail_or_404(request, pk, permission="view")
    if not request.user.has_perm("subscribers.view_subscriber"):
        raise PermissionDenied
    here = reverse("admin:newsletter_digest_deliveries", args=[pk])
    form = SearchForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return HttpResponseRedirect(f"{here}?reader={form.reader.pk}#story")
    return _page(request, digest, {"form": form, **_found(request, digest)})


def _found(request: HttpRequest, digest: Digest) -> dict[str, Any]:
    if reader_id := _number(request.GET.get("reader", "")):
        return _one(digest, reader_id)
    state = request.GET.get("state", "")
    state = state if state in State.values else ""
    after = _number(request.GET.get("after", ""))
    rows = differing(digest_id=digest.pk, state=state, after=after, limit=PAGE + 1)
    return {
        "lines": _lines(rows[:PAGE]),
        "state": state,
        "after": after,
        # Keyset paging: where the next page begins, instead of how many rows to pass over.
        "next": rows[PAGE - 1].subscriber_id if len(rows) > PAGE else None,
        "unknown": in_words("unknown") if state == State.UNKNOWN else "",
    }


def _one(digest: Digest, reader_id: int) -> dict[str, Any]:
    told: Story = story(digest=digest, subscriber_id=reader_id)
    reader = Subscriber.objects.filter(pk=reader_id).first()
    return {
        "story": told,
        "reader": reader,
        "reader_name": str(reader) if reader else f"reader {reader_id}",
        "chip": _chip(told.state) if told.state else "",
    }


def _lines(rows: list[Differing]) -> list[Line]:
    readers = Subscriber.objects.in_bulk([row.subscriber_id for row in rows])
    return [
        Line(
            row=row,
            name=str(readers.get(row.subscriber_id, f"reader {row.subscriber_id}")),
            chip=_chip(row.state),
            why=why_in_words(row.reason),
        )
        for row in rows
    ]


def _chip(state: str) -> SafeString:
    word = "unknown" if state == State.UNKNOWN else _SHORT.get(state, in_words(state))
    return chip(look=LOOKS[state], word=word)


def _number(text: str) -> int:
    """An id from the address; 0 for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _page(request: HttpRequest, digest: Digest, found: dict[str, Any]) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": f"Readers of {digest.subject or digest}",
        "opts": Digest._meta,  # noqa: SLF001
        "original": digest,
        "digest": digest,
        "counts": counts(digest_ids=[digest.pk]).get(digest.pk, Counts()),
        "states": [(state.value, _chip(state.value)) for state in State],
        **found,
    }
    return TemplateResponse(request, "admin/desk/deliveries.html", context)
