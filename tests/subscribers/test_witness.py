"""Whether this database may send: it was not restored, copied or put behind what went out."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from redis.exceptions import ConnectionError as AwayError

from subscribers import notice_queue, notice_sending, witness
from subscribers.clock import database_now
from subscribers.models import Notice, OutboxMail, SendingLock
from subscribers.witness import testimony, whereabouts
from subscribers.witness.testimony import Word
from tests.factories import NOW, make_newsletter, make_reader

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def file(settings):
    return settings.VAR_DIR / testimony.FILE


@pytest.fixture(autouse=True)
def _redis_is_awake(monkeypatch) -> None:
    monkeypatch.setattr(testimony, "_redis", testimony._Redis())


def _place() -> str:
    return whereabouts.read().place


def _queue() -> Notice:
    return notice_queue.add(
        kind=Notice.Kind.ALREADY,
        subscriber=make_reader(),
        context={"newsletter_ids": [make_newsletter().pk]},
        now=database_now(),
    )


def _is_locked() -> bool:
    return witness.check(now=NOW) is None and witness.locked() is not None


def _only_the_file_says(counter: int, file, *, place: str | None = None) -> None:
    cache.clear()
    file.write_text(json.dumps({"place": place or _place(), "counter": counter}))


def _only_redis_says(counter: int, file) -> None:
    file.unlink(missing_ok=True)
    cache.set(testimony.KEY, json.dumps({"place": _place(), "counter": counter}), timeout=None)


def test_a_fresh_install_writes_down_where_it_is_and_may_send():
    assert witness.check(now=NOW) == 1

    row = SendingLock.objects.get()
    assert (row.identity, row.locked_at) == (_place(), None)


def test_it_counts_up_and_tells_both_witnesses(file):
    fence = witness.begin(now=NOW)
    assert fence == 2
    assert witness.begin(now=NOW) == 3

    told = Word(place=_place(), counter=3)
    assert testimony.read() == [told, told]
    assert [one.name for one in file.parent.iterdir() if "witness" in one.name] == [file.name]


def test_a_restart_changes_nothing():
    for count in range(2, 6):
        connection.close()
        assert witness.begin(now=NOW) == count


def test_a_count_that_is_rolled_back_is_told_to_nobody():
    witness.begin(now=NOW)
    with transaction.atomic():
        witness.begin(now=NOW)
        transaction.set_rollback(True)

    assert {word.counter for word in testimony.read()} == {2}
    assert not _is_locked()


def test_a_crash_between_the_count_and_the_witnesses_does_not_lock(monkeypatch):
    witness.begin(now=NOW)
    monkeypatch.setattr(testimony, "write", lambda _: None)
    witness.begin(now=NOW)
    monkeypatch.undo()

    assert not _is_locked()
    assert {word.counter for word in testimony.read()} == {2}


@pytest.mark.parametrize("tell", [_only_the_file_says, _only_redis_says])
def test_a_witness_that_is_ahead_locks(tell, file):
    witness.begin(now=NOW)
    tell(3, file)

    assert _is_locked()
    lock = witness.locked()
    assert lock.locked_at == NOW
    assert lock.reason == witness.BEHIND


def test_a_database_that_was_written_elsewhere_is_locked():
    witness.begin(now=NOW)
    SendingLock.objects.update(identity="postgresql 7 16384 20000")

    assert _is_locked()
    assert witness.locked().reason == witness.MOVED


@pytest.mark.parametrize("words", ["", "{", "[]", '{"place": 3}', '"x"', "\x00", '{"counter": 9}'])
def test_a_witness_that_cannot_be_read_does_not_lock(words, file):
    witness.begin(now=NOW)
    cache.set(testimony.KEY, words)
    file.write_text(words)

    assert not _is_locked()
    assert witness.begin(now=NOW) == 3
    assert len(testimony.read()) == 2


def test_no_witness_at_all_does_not_lock(file):
    witness.begin(now=NOW)
    cache.clear()
    file.unlink()

    assert not _is_locked()


def test_what_a_witness_knows_of_another_database_is_no_evidence(file):
    witness.begin(now=NOW)
    _only_the_file_says(900, file, place="sqlite 7 /elsewhere/newsletter.sqlite3")

    assert not _is_locked()
    witness.begin(now=NOW)
    assert testimony.read()[-1] == Word(place=_place(), counter=3)


def test_a_witness_that_knows_more_keeps_it(file):
    testimony.write(Word(place="here", counter=7))
    testimony.write(Word(place="here", counter=6))

    assert [word.counter for word in testimony.read()] == [7, 7]


def test_a_folder_that_cannot_be_written_keeps_nobody_from_sending(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "missing"

    assert witness.begin(now=NOW) == 2
    assert [word.counter for word in testimony.read()] == [2]


def test_redis_that_is_away_keeps_nobody_from_sending_and_is_then_left_alone(monkeypatch, file):
    asked = []

    class Away:
        def get(self, key):
            asked.append(key)
            raise AwayError("Connection refused")

        set = get

    monkeypatch.setattr(testimony, "cache", Away())

    assert witness.begin(now=NOW) == 2
    assert witness.begin(now=NOW) == 3
    assert asked == [testimony.KEY]
    assert json.loads(file.read_text())["counter"] == 3


def test_an_empty_database_where_another_one_had_been_is_a_fresh_install(file):
    _only_the_file_says(40, file)

    assert witness.check(now=NOW) == 41


def test_a_backup_from_before_the_first_mail_is_locked(file):
    make_reader()
    _only_the_file_says(40, file)

    assert _is_locked()


def test_nothing_is_counted_or_told_while_it_is_locked(file):
    fence = witness.begin(now=NOW)
    SendingLock.objects.update(locked_at=NOW, reason="because")

    assert witness.begin(now=NOW) is None
    assert witness.advance(fence=fence) is None
    assert SendingLock.objects.get().counter == 2
    assert json.loads(file.read_text())["counter"] == 2


def test_many_workers_at_once_count_each_and_lock_nobody():
    def work(_: int) -> list[int | None]:
        try:
            return [witness.begin(now=NOW) for _ in range(15)]
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        fences = [fence for some in pool.map(work, range(6)) for fence in some]

    assert None not in fences
    assert sorted(fences) == list(range(2, 92)), "one count each, none twice"
    assert not _is_locked()
    # A slow worker may have the last word; it is never ahead of what was committed.
    assert all(word.counter <= 91 for word in testimony.read())


def test_notices_wait_while_it_is_locked_and_go_when_it_is_released():
    waiting = _queue()
    witness.check(now=NOW)
    SendingLock.objects.update(identity="elsewhere")

    assert notice_sending.send_due() == 0
    assert notice_sending.send_due() == 0
    later = _queue()
    assert not OutboxMail.objects.exists()
    assert set(Notice.objects.values_list("state", flat=True)) == {"pending"}

    assert witness.release(now=NOW)
    assert notice_sending.send_due() == 2
    assert {waiting.pk, later.pk} == set(
        Notice.objects.filter(state="accepted").values_list("pk", flat=True)
    )


def test_a_tick_without_a_notice_counts_nothing():
    for _ in range(3):
        notice_sending.send_due()

    assert SendingLock.objects.get().counter == 1


def test_a_run_that_has_begun_claims_nothing_from_a_database_that_was_put_back(monkeypatch):
    """The lock is looked for at the start of a run; the claim itself notices what came after."""
    first, second = _queue(), _queue()
    send = notice_sending._send

    def send_then_restore(**arguments):
        send(**arguments)
        # The backup knows nothing of what this run has counted.
        SendingLock.objects.update(counter=1)

    monkeypatch.setattr(notice_sending, "_send", send_then_restore)
    notice_sending.send_due()

    assert sorted(Notice.objects.values_list("state", flat=True)) == ["accepted", "pending"]
    assert notice_sending.send_due() == 0
    assert witness.locked().reason == witness.BEHIND
    assert OutboxMail.objects.filter(source__in=[f"notice:{first.pk}", f"notice:{second.pk}"])


def test_released_it_is_ahead_of_every_witness_and_at_home_here(file):
    witness.begin(now=NOW)
    _only_the_file_says(500, file)
    assert _is_locked()

    assert witness.release(now=NOW)

    assert not _is_locked()
    row = SendingLock.objects.get()
    assert row.identity == _place()
    assert row.counter == 500 + witness.JUMP
    assert {word.counter for word in testimony.read()} == {row.counter}
    assert not witness.release(now=NOW), "a second time there is nothing to release"


def test_the_verdict_of_a_worker_that_was_slow_does_not_lock_what_was_released(file):
    witness.begin(now=NOW)
    _only_the_file_says(500, file)
    seen = whereabouts.read()
    assert _is_locked()
    witness.release(now=NOW)

    witness._lock(seen, witness.BEHIND, NOW)

    assert witness.locked() is None
