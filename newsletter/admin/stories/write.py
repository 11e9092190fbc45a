"""Writing a story of our own at the desk."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from newsletter.admin.stories.destination import destination, go, note_new
from newsletter.admin.stories.fields import StoryFields, line, minutes
from newsletter.admin.stories.rich_text import RichTextWidget
from newsletter.content import by_hand
from newsletter.content.sanitizing import clean_html
from newsletter.content.webpage.facts import Person
from newsletter.models import Article

NO_TEXT = "Write at least a sentence."


class WriteForm(StoryFields):
    """A whole story; names are found again however they are written."""

    body = forms.CharField(label="Text", widget=RichTextWidget)
    authors = forms.CharField(
        required=False,
        max_length=600,
        widget=line(),
        help_text="Names with commas between them. A name that is new here becomes an author.",
    )
    topics = forms.CharField(
        required=False, max_length=600, widget=line(), help_text="With commas between them."
    )

    def clean_body(self) -> str:
        """Only what pages and mails may carry."""
        body = clean_html(self.cleaned_data["body"])
        if not body:
            raise forms.ValidationError(NO_TEXT)
        return body

    def written(self) -> by_hand.StoryWords:
        """The story as it was typed."""
        data = self.cleaned_data
        return self.story(
            people=tuple(Person(name) for name in _names(data["authors"])),
            topics=tuple(_names(data["topics"])),
            body=data["body"],
        )


def write(request: HttpRequest) -> HttpResponse:
    """GET shows an empty story; POST saves it and goes back to the mail, or to its page."""
    there = destination(request)
    is_posted = request.method == "POST"
    form = WriteForm(
        request.POST if is_posted else None,
        request.FILES if is_posted else None,
        initial={"published_at": minutes(timezone.now())},
    )
    if form.is_valid():
        article = by_hand.write(story=form.written(), picture=form.own_picture())
        note_new(request, article, there)
        return go(request, article, there)
    return story_page(request, "admin/desk/write.html", "Write a story", form=form, there=there)


def story_page(request: HttpRequest, template: str, title: str, **more: Any) -> HttpResponse:
    """A page that makes a story, in the frame of the admin."""
    context = {
        **admin.site.each_context(request),
        "title": title,
        "opts": Article._meta,  # noqa: SLF001
        **more,
    }
    return TemplateResponse(request, template, context)


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]
