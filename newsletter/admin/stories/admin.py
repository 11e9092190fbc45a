"""Stories, and who writes them about what."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet, URLField
from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldBooleanSwitchWidget

from newsletter.admin.stories import paste, write
from newsletter.admin.stories.fields import must_be_likely, need_description
from newsletter.admin.stories.rich_text import RichTextWidget
from newsletter.admin.uploads import copies_of, kept_picture, own_copy
from newsletter.content.sanitizing import clean_html
from newsletter.digests import story_ledger
from newsletter.models import Article, Author, Topic
from subscribers.admin.chips import Look, chip
from subscribers.admin.lists import LongList
from subscribers.admin.when import when

# What readers may see of a story; a change is said to whoever has it in a mail.
WORDS = {"kicker", "title", "dek", "body", "picture", "hero_alt", "caption", "credit", "link"}


class SourceFilter(admin.RelatedFieldListFilter):
    """By source, under the name that it has in the menu."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = "source"
        self.empty_value_display = mark_safe("no source")


class StoryForm(forms.ModelForm[Article]):
    """A story; a chosen picture is re-encoded to our own copies."""

    picture = forms.ImageField(
        required=False,
        widget=UnfoldAdminFileFieldWidget,
        help_text="JPEG, PNG or WebP, at most 15 MB. Replaces the picture shown.",
    )
    again = forms.BooleanField(
        label="Worth it again",
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text="It may run once more where it ran before.",
    )

    class Meta:
        model = Article
        fields = ("title", "body")
        widgets = {"body": RichTextWidget}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "dek" in self.fields:
            self.fields["dek"].widget.attrs["rows"] = 3
        for name in {"published_at", "embargo_until"} & self.fields.keys():
            self.fields[name].validators.append(must_be_likely)
        if self.instance.pk:
            self.initial["again"] = story_ledger.may_run_again(self.instance)

    def clean_body(self) -> str:
        """Only what pages and mails may carry."""
        return clean_html(self.cleaned_data["body"])

    def clean_picture(self) -> Any:
        upload = self.cleaned_data["picture"]
        if upload:
            copies_of(upload)
        return upload

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        chosen = bool(self.cleaned_data.get("picture"))
        need_description(self, has_picture=chosen, field="hero_alt")
        return data


@admin.register(Article)
class ArticleAdmin(ModelAdmin):
    """Stories from sources and those written here."""

    form = StoryForm
    when_empty = (
        "There is no story yet. Sources bring them in by themselves; you can also "
        "write one or paste a link."
    )
    add_words = "Write a story"
    list_display = ("title", "origin", "picture_state", "is_good", "published_at")
    list_filter = (when("published_at"), ("feed", SourceFilter), "kind", "good_news", "topics")
    list_select_related = ("feed", "hero")
    search_fields = ("title", "kicker")
    prepopulated_fields = {"slug": ("title",)}
    # Django 6 will read a bare "example.org" so by itself.
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    autocomplete_fields = ("authors", "topics")
    readonly_fields = ("picture_now", "ran")
    show_full_result_count = False
    list_per_page = 50
    fieldsets = (
        (None, {"fields": ("kicker", "title", "dek", "body")}),
        (
            "Picture",
            {"fields": ("picture_now", "picture", "hero_alt", "caption", "credit")},
        ),
        (
            "About it",
            {"fields": ("authors", "topics", "good_news", "published_at", "embargo_until", "slug")},
        ),
        ("Where it ran", {"fields": ("ran", "again")}),
        ("Where it comes from", {"fields": ("kind", "feed", "site", "link", "language")}),
    )

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(f"{name}/", self.admin_site.admin_view(view), name=f"newsletter_article_{name}")
            for name, view in (("paste", paste.paste), ("write", write.write))
        ]
        return [*own, *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        stories: QuerySet[Article] = super().get_queryset(request)
        # The autocomplete and the list show no bodies.
        return stories if "change" in request.path else stories.defer("body")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[LongList]:
        return LongList

    def save_model(self, request: HttpRequest, obj: Article, form: StoryForm, change: Any) -> None:
        upload = form.cleaned_data.get("picture")
        if upload:
            obj.hero = kept_picture(upload)
        if "again" in form.changed_data:
            obj.again_from = timezone.now() if form.cleaned_data["again"] else None
        if change and WORDS & set(form.changed_data):
            obj.changed_at = timezone.now()
        super().save_model(request, obj, form, change)

    @admin.display(description="from", ordering="feed")
    def origin(self, story: Article) -> str:
        return story.source_name or ("elsewhere" if story.is_excerpt else "written here")

    @admin.display(description="picture")
    def picture_state(self, story: Article) -> SafeString:
        if story.hero is None:
            return chip(look=Look("hide_image", "slate"), word="none")
        tone = {"ready": "leaf", "waiting": "amber", "failed": "signal"}[story.hero.state]
        return chip(look=Look("image", tone), word=story.hero.get_state_display())

    @admin.display(description="good news", ordering="good_news", empty_value="")
    def is_good(self, story: Article) -> SafeString | None:
        """Nothing for the rest: a red cross would call every other story an error."""
        return chip(look=Look("check", "leaf"), word="yes") if story.good_news else None

    @admin.display(description="ran in")
    def ran(self, story: Article) -> SafeString | str:
        runs = story_ledger.runs_of(article_ids=[story.pk]).get(story.pk, [])
        lines = format_html_join(
            mark_safe("<br>"),
            '<a class="desk-link" href="{}">{}</a>',
            (
                (reverse("admin:newsletter_digest_change", args=[run.digest_id]), run.in_words)
                for run in runs
            ),
        )
        return lines or "nowhere yet"

    @admin.display(description="picture now")
    def picture_now(self, story: Article) -> SafeString | str:
        if story.hero is None:
            return "none"
        if not story.hero.is_ready:
            return f"{story.hero.get_state_display()} {story.hero.failure}".strip()
        return format_html(
            '<img class="desk-picture" src="{}" width="{}" height="{}" alt="{}">',
            story.hero.small.url,
            story.hero.small_width,
            story.hero.small_height,
            story.hero_alt,
        )


class AuthorForm(forms.ModelForm[Author]):
    """Somebody who writes; of a chosen picture only our own small copy is kept and shown."""

    class Meta:
        model = Author
        fields = ("name", "slug", "biography", "picture")

    def clean_picture(self) -> Any:
        return own_copy(self.cleaned_data["picture"], small=True)


@admin.register(Author)
class AuthorAdmin(ModelAdmin):
    """Reached from a story."""

    form = AuthorForm
    list_display = ("name",)
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}


@admin.register(Topic)
class TopicAdmin(ModelAdmin):
    """Reached from a story."""

    list_display = ("name",)
    search_fields = ("name",)
    prepopulated_fields = {"slug": ("name",)}
