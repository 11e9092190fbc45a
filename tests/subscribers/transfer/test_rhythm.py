"""How often and at what hour, on the way out and in again."""

from datetime import time

import pytest

from newsletter.models import Schedule
from subscribers import explaining
from subscribers.models import Consent, Newsletter, Subscriber, Subscription
from subscribers.transfer.exporting import as_csv
from tests.factories import make_newsletter, make_reader, make_schedule
from tests.subscribers.transfer.files import bring_in, told


@pytest.fixture
def newsletter(db: None) -> Newsletter:
    newsletter = make_newsletter()
    make_schedule(newsletter, weekdays="1234567", weekly_day=6)
    return newsletter


def kept() -> list[tuple[str, time | None]]:
    rows = Subscription.objects.order_by("subscriber__address_key")
    return list(rows.values_list("frequency", "own_time"))


def test_what_readers_chose_comes_back_from_an_export(newsletter: Newsletter) -> None:
    chosen = [("every_day", None), ("once_a_week", time(9, 30)), ("weekdays_only", time(0))]
    for number, (frequency, own_time) in enumerate(chosen):
        reader = make_reader(newsletter, address=f"{number}@example.org")
        mine = Subscription.objects.filter(subscriber=reader)
        mine.update(frequency=frequency, own_time=own_time)
    text = "".join(as_csv())
    assert ",once_a_week,09:30\r\n" in text
    Subscription.objects.all().delete()
    Subscriber.objects.all().delete()
    report = bring_in(newsletter, text)
    assert (told(report), report.remarks) == ({"IMPORTED": 3}, [])
    assert kept() == chosen
    assert list(explaining.differences()) == []


def test_each_choice_has_a_proof_of_its_own(newsletter: Newsletter) -> None:
    line = "ana@example.org,once_a_week,07:30\n"
    bring_in(newsletter, f"address,frequency,own_time\n{line}")
    acts = list(Consent.objects.order_by("pk").values_list("act", "detail", "method"))
    assert acts[1:] == [("once_a_week", "", "import"), ("own_time", "07:30", "import")]


def test_nobody_comes_in_with_a_wish_that_brings_no_mails(newsletter: Newsletter) -> None:
    Schedule.objects.update(weekly_day=None)
    newsletter.refresh_from_db()
    report = bring_in(newsletter, "address,frequency\nana@example.org,once_a_week\n")
    assert kept() == [("every_day", None)]
    assert report.remarks == [
        (2, "The newsletter does not come as often as the file says; it will each time.")
    ]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ("daily,", "How often is not every_day, weekdays_only or once_a_week; left out."),
        ("\x01,", "How often is not every_day, weekdays_only or once_a_week; left out."),
        (",7.30", "The time of day is not a full or half hour such as 07:30; left out."),
        (",07:10", "The time of day is not a full or half hour such as 07:30; left out."),
    ],
)
def test_what_is_odd_is_left_out_and_named(newsletter: Newsletter, cells: str, words: str) -> None:
    report = bring_in(newsletter, f"address,frequency,own_time\nana@example.org,{cells}\n")
    assert told(report) == {"IMPORTED": 1}
    assert [sentence for _, sentence in report.remarks] == [words]
    assert kept() == [("every_day", None)]
