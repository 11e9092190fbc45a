"""The form of one section: what it looks like, and the rule that fills it."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from newsletter.digests.rules import age_in_words
from newsletter.models import Feed, Schedule, SectionPlan, Topic
from newsletter.models.section import MOST_ITEMS

Style = SectionPlan.Style

# What no rule can write.
BY_HAND: dict[str, str] = {
    Style.NUMBER: "a number",
    Style.QUOTE: "a quotation",
    Style.SPONSOR: "an advertisement",
    Style.TEXT: "a few words",
}
LONGEST = 500


def _number(least: int) -> UnfoldAdminTextInputWidget:
    return UnfoldAdminTextInputWidget(attrs={"type": "number", "min": least})


def _amount(label: str, *, least: int = 0, most: int = MOST_ITEMS) -> Any:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        widget=_number(least),
        error_messages={
            "required": "Give a number.",
            "invalid": "Give a whole number.",
            "min_value": f"Give {least} or more.",
            "max_value": f"Give at most {most}.",
        },
    )


def _many(label: str, queryset: Any, help_text: str) -> Any:
    return forms.ModelMultipleChoiceField(
        queryset,
        label=label,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=help_text,
        error_messages={
            "invalid_choice": "One of them is gone by now; what is left is shown here."
        },
    )


class SectionForm(forms.ModelForm[SectionPlan]):
    """A section of a newsletter whose mails follow `rule`."""

    style = forms.ChoiceField(
        choices=[(style.value, style.label.capitalize()) for style in Style],
        widget=UnfoldAdminSelectWidget,
    )
    at_least = _amount("At least")
    at_most = _amount("At most", least=1)
    words_at_least = _amount("Words, at least", most=LONGEST)
    words_at_most = _amount("Words, at most", least=1, most=LONGEST)
    feeds = _many("Sources", Feed.objects.order_by("name"), "None ticked: stories of all sources.")
    topics = _many("Topics", Topic.objects.order_by("name"), "None ticked: stories about anything.")
    max_age_hours = forms.IntegerField(
        label="At most so old (hours)",
        required=False,
        min_value=1,
        widget=_number(1),
        error_messages={"min_value": "Give 1 or more, or leave it empty."},
    )
    inserts_at = forms.ChoiceField(
        label="Put what comes later",
        choices=SectionPlan.Side.choices,
        widget=UnfoldAdminSelectWidget,
        help_text="Among the stories that stand there already.",
    )

    class Meta:
        model = SectionPlan
        fields = (
            "heading",
            "style",
            "at_least",
            "at_most",
            "words_at_least",
            "words_at_most",
            "shows_pictures",
            "is_automatic",
            "only_good_news",
            "prefers_image",
            "needs_image",
            "all_or_nothing",
            "max_age_hours",
            "inserts_at",
            "feeds",
            "topics",
        )
        widgets = {
            "heading": UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
            **dict.fromkeys(
                (
                    "shows_pictures",
                    "is_automatic",
                    "only_good_news",
                    "prefers_image",
                    "needs_image",
                    "all_or_nothing",
                ),
                forms.CheckboxInput,
            ),
        }
        labels = {
            "only_good_news": "Only good news",
            "prefers_image": "A story with a picture first, if there is one",
            "needs_image": "Only stories with a picture",
            "all_or_nothing": "Leave it out when there are too few",
            "is_automatic": "Fill it by itself",
            "shows_pictures": "Show pictures",
        }
        help_texts = {
            "heading": "Stands above it in the mail. Empty: nothing stands there.",
            "only_good_news": "What an editor, or its source, says is good news.",
            "is_automatic": "From new stories, by the rules below. Else it waits for an editor.",
        }

    def __init__(self, *args: Any, rule: Schedule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rule = rule
        oldest = age_in_words(rule.max_age_hours)
        self.fields["max_age_hours"].help_text = f"Empty: {oldest}, as all of this newsletter."
        if self.instance.is_weekly:
            self._choose_what_ran()

    def _choose_what_ran(self) -> None:
        """In a weekly mail age is no rule: what ran comes in the order in which it mattered."""
        del self.fields["max_age_hours"], self.fields["inserts_at"]
        self.fields[
            "is_automatic"
        ].help_text = "From what ran that week, by the rules below. Else it waits for an editor."

    @property
    def is_wrong_inside(self) -> bool:
        """Whether what is behind "Advanced" needs a look."""
        behind = self.Meta.fields[self.Meta.fields.index("is_automatic") :]
        return any(name in self.errors for name in behind)

    def clean_max_age_hours(self) -> int | None:
        hours: int | None = self.cleaned_data["max_age_hours"]
        if hours is not None and hours > self._rule.max_age_hours:
            raise forms.ValidationError(
                f"This newsletter takes nothing older than {self._rule.max_age_hours} hours. "
                "Give less, or change that with its schedule first."
            )
        return hours

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self._in_order("at_least", "at_most")
        self._in_order("words_at_least", "words_at_most")
        style = data.get("style")
        if style == Style.PICTURE:
            # It shows nothing else.
            data["shows_pictures"] = data["needs_image"] = True
        if data.get("is_automatic") and style in BY_HAND:
            self.add_error(
                "is_automatic",
                f"No rule can write {BY_HAND[style]}: untick this, and an editor fills it, "
                "or choose another style.",
            )
        return data

    def _in_order(self, low: str, high: str) -> None:
        least, most = self.cleaned_data.get(low), self.cleaned_data.get(high)
        if least is not None and most is not None and least > most:
            self.add_error(high, f"That is less than the least: give {least} or more.")
