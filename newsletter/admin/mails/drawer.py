"""The drawer: stories to add to a mail, found by words and filters, beside its fields or alone."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, QueryDict
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from newsletter.admin.mails import views
from newsletter.admin.mails.access import mail_or_404, person
from newsletter.digests.adding import add_story
from newsletter.digests.candidates import Wanted, candidates, start_of
from newsletter.digests.edits import EditConflict, NotEditable
from newsletter.digests.queries import sections_of
from newsletter.models import Article, Digest, Feed, Section, Topic

AGES = (("3", "3 days"), ("1", "today"), ("7", "a week"), ("all", "of any age"))
MAKERS = (
    ("newsletter_article_paste", "Paste a link", "link"),
    ("newsletter_article_write", "Write a story", "edit_note"),
)


class StoriesForm(forms.Form):
    """What somebody looks for; what cannot be understood is not asked for."""

    q = forms.CharField(
        required=False,
        label="Words",
        widget=UnfoldAdminTextInputWidget(attrs={"type": "search", "autocomplete": "off"}),
    )
    age = forms.ChoiceField(
        required=False, label="From", choices=AGES, widget=UnfoldAdminSelectWidget
    )
    feed = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, label="Source", widget=UnfoldAdminSelectWidget
    )
    topic = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, widget=UnfoldAdminSelectWidget
    )
    good = forms.BooleanField(required=False, label="Good news")
    picture = forms.BooleanField(required=False, label="With a picture")
    new = forms.BooleanField(required=False, label="Not run yet")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found: Any = self.fields
        found["feed"].choices = [
            ("", "all"),
            *Feed.objects.order_by("name").values_list("pk", "name"),
        ]
        topics = Topic.objects.order_by("name").values_list("pk", "name")
        found["topic"].choices = [("", "all"), *topics]

    def wanted(self, *, digest: Digest, now: datetime) -> Wanted:
        """For `digests.candidates`."""
        self.is_valid()
        data = self.cleaned_data
        age = data.get("age") or AGES[0][0]
        return Wanted(
            words=data.get("q", ""),
            feed_id=data.get("feed"),
            topic_id=data.get("topic"),
            good_news=data.get("good", False),
            has_picture=data.get("picture", False),
            not_run=data.get("new", False),
            since=None if age == "all" else start_of(days=int(age), digest=digest, now=now),
        )


def stories(request: HttpRequest, pk: int) -> HttpResponse:
    """The stories alone: a page of their own, or with `part` what the script puts in place."""
    digest = mail_or_404(request, pk, permission="view")
    sections = sections_of(digest=digest)
    found = context(request, digest, sections)
    if "part" in request.GET:
        return TemplateResponse(
            request, "admin/desk/stories_list.html", {"digest": digest, **found}
        )
    return views.page(request, "admin/desk/stories.html", digest, **found)


def add(request: HttpRequest, pk: int) -> HttpResponse:
    """POST puts a story at the end of a section; what others write meanwhile stays."""
    digest = mail_or_404(request, pk)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    story = get_object_or_404(Article.objects.defer("body"), pk=_number(request, "add"))
    section = get_object_or_404(Section, digest=digest, pk=_number(request, f"to-{story.pk}"))
    try:
        added = add_story(
            section=section, article_id=story.pk, by=person(request), now=timezone.now()
        )
    except (NotEditable, EditConflict) as refusal:
        messages.warning(request, str(refusal))
    else:
        said = "Added to {}." if added else "It stands in {} already."
        messages.success(request, said.format(section.name))
    return views.back_to(digest)


def context(request: HttpRequest, digest: Digest, sections: list[Section]) -> dict[str, Any]:
    """A page of stories and the form that looks for others; four statements."""
    now = timezone.now()
    form = StoriesForm(_asked(request, digest))
    after = request.GET.get("after", "")
    found = candidates(
        digest=digest, wanted=form.wanted(digest=digest, now=now), after=after, now=now
    )
    more = request.GET.copy()
    more["after"] = found.after
    more.pop("part", None)
    return {
        "stories_form": form,
        "found": found,
        "more": more.urlencode() if found.after else "",
        "sections": sections,
        "may_change": request.user.has_perm("newsletter.change_digest"),
        "makers": makers(digest, sections),
    }


def _asked(request: HttpRequest, digest: Digest) -> QueryDict:
    """What the address asks for; a weekly mail looks a week back if nothing else is asked."""
    asked = request.GET.copy()
    if digest.is_weekly:
        asked.setdefault("age", "7")
    return asked


def makers(digest: Digest, sections: list[Section]) -> list[tuple[str, str, str]]:
    """Address, words and icon of the pages that make a new story for this mail."""
    section = f"&section={sections[0].pk}" if sections else ""
    return [
        (f"{reverse(f'admin:{name}')}?mail={digest.pk}{section}", label, icon)
        for name, label, icon in MAKERS
    ]


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0
