"""What we hold, as a page: everything in the export is on it."""

from subscribers.privacy.held import sections


def test_facts_come_first_and_empty_ones_are_left_out():
    export = {"address": "a@mail.example", "name": "", "newsletters": [], "time_zone": None}
    (only,) = sections(export)
    assert (only.heading, only.facts) == ("", [("Address", "a@mail.example")])


def test_records_and_groups_are_sections_of_their_own():
    export = {
        "consents": [{"at": "2026-11-26T05:18:56.98+00:00", "what": "left"}],
        "reader": {"name": "Ada", "opens": [{"links": ["a", 2], "was": True}, "plain"]},
    }
    found = [(one.heading, one.facts, one.records) for one in sections(export)]
    assert found == [
        (
            "What you agreed to, and what you changed",
            [],
            [[("When", "26 November 2026, 5:18 am UTC"), ("What", "left")]],
        ),
        ("You", [("Name", "Ada")], []),
        ("You: Opens", [], [[("Links", "a, 2"), ("Was", "yes")], [("", "plain")]]),
    ]


def test_what_only_looks_like_a_time_stays():
    (only,) = sections({"words": "2026-99-99T99:99 is no time"})
    assert only.facts == [("Words", "2026-99-99T99:99 is no time")]


def test_times_are_told_by_the_readers_own_clock():
    export = {"made_at": "2026-11-26T05:18:56Z", "reader": {"time_zone": "Africa/Lagos"}}
    first = sections(export)[0]
    assert first.facts == [("As of", "26 November 2026, 6:18 am Lagos time")]


def test_names_of_columns_and_kinds_are_said_in_words():
    export = {"subscriptions": [{"frequency": "once_a_week", "own_time": "07:30:00"}]}
    (only,) = sections(export)
    assert only.heading == "Your newsletters"
    assert only.records == [[("How often", "once a week"), ("At what hour", "07:30:00")]]


def test_what_happened_is_told_a_line_each_and_a_day_in_words():
    happened = [
        {"at": "2026-11-26T05:18:56Z", "what": "Prepared for you."},
        {"at": None, "what": "So now: waiting to go."},
    ]
    export = {"newsletters": {"mails": [{"date": "2026-11-26", "what_happened": happened}]}}
    (only,) = sections(export)
    assert only.heading == "Mails that you were to get"
    lines = "26 November 2026, 5:18 am UTC: Prepared for you.\nSo now: waiting to go."
    assert only.records == [[("Date", "26 November 2026"), ("What happened", lines)]]


def test_what_only_looks_like_a_day_stays():
    (only,) = sections({"words": "2026-99-99"})
    assert only.facts == [("Words", "2026-99-99")]
