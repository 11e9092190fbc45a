"""Replies put together from what comes off the wire."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subscribers.mailing.smtp.features import Features, features_of
from subscribers.mailing.smtp.replies import NONSENSE, Replies, Reply

STREAM = b"250-one\r\n250-two\r\n250 three\r\n354 go\r\n221\r\n"
REPLIES = [Reply(250, b"one\ntwo\nthree"), Reply(354, b"go"), Reply(221, b"")]


@given(st.lists(st.integers(min_value=0, max_value=len(STREAM))))
def test_it_does_not_matter_in_which_pieces_they_come(cuts):
    reader, found = Replies(), []
    places = [0, *sorted(cuts), len(STREAM)]
    for start, stop in pairwise(places):
        found += reader.feed(STREAM[start:stop])

    assert found == REPLIES
    assert reader.is_between


@pytest.mark.parametrize("line", [b"what? who?", b"25 short", b"250_", b"", b"abc def", b"+25 x"])
def test_a_line_that_is_no_reply_is_said_to_be_none(line):
    assert [reply.code for reply in Replies().feed(line + b"\r\n")] == [NONSENSE]


def test_half_a_reply_is_none_yet():
    reader = Replies()

    assert reader.feed(b"250-one\r\n25") == []
    assert not reader.is_between


def test_a_line_without_an_end_is_given_up():
    reader = Replies()

    assert [reply.code for reply in reader.feed(b"2" * 10_000)] == [NONSENSE]


def test_odd_lines_in_the_reply_to_ehlo_are_passed_over():
    reply = Reply(250, b"hi\n\nPIPELINING\nSIZE " + b"9" * 5_000)

    assert features_of(reply) == Features(pipelining=True, declares_size=True)
