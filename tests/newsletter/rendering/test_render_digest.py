"""The command `render_digest`."""

from email import message_from_bytes, policy

import pytest
from django.core.management import CommandError, call_command

from tests.newsletter.rendering.samples import briefing

pytestmark = pytest.mark.django_db


def test_it_writes_the_mail_in_three_forms(tmp_path):
    digest = briefing()

    call_command("render_digest", str(digest.pk), "-o", str(tmp_path / "out"))

    html = (tmp_path / "out" / "digest.html").read_text(encoding="utf-8")
    assert "Good morning, Ada." in html
    assert "@@" not in html
    assert "Good morning, Ada." in (tmp_path / "out" / "digest.txt").read_text(encoding="utf-8")
    mail = message_from_bytes((tmp_path / "out" / "digest.eml").read_bytes(), policy=policy.default)
    assert mail["Subject"] == digest.subject
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_it_says_that_a_digest_is_not_there():
    with pytest.raises(CommandError, match="no mail with the id 999"):
        call_command("render_digest", "999")


def test_it_says_why_it_cannot_write(tmp_path):
    (tmp_path / "taken").write_text("a file where the folder should be")
    with pytest.raises(CommandError, match="taken cannot be written: File exists"):
        call_command("render_digest", str(briefing().pk), "-o", str(tmp_path / "taken"))
