"""`audit_deliveries`: a line for each invariant, and an end that a program can read."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from newsletter.models import Digest
from subscribers.models import OutboxMail
from tests.newsletter.delivery.broken import ids

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("audit_deliveries", *arguments, stdout=out)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_the_command_says_ok_for_each_invariant_and_ends_with_0(sent: Digest):
    status, said = run()
    assert status == 0
    lines = said.splitlines()
    assert lines[0] == f"digest {sent.pk}: 3 readers (3 accepted)"
    assert [line.split()[-2] for line in lines[1:] if line.endswith(" ok")] == [
        *("I1", "I2", "I3", "I4", "I5", "I7", "I8", "I6"),
    ]


def test_the_command_ends_with_1_and_names_ids_but_no_address(sent: Digest):
    gone = ids(sent)[2]
    OutboxMail.objects.filter(subscriber_id=gone).delete()
    status, said = run(str(sent.pk))
    assert status == 1
    assert f"digest {sent.pk} I3: " in said
    assert f"1 ({gone}) BROKEN" in said
    assert "@" not in said


def test_the_command_takes_a_record_of_the_provider(sent: Digest, tmp_path):
    file = tmp_path / "sink.txt"
    file.write_text("\n".join(str(one) for one in ids(sent)))
    assert run(str(sent.pk), "--provider-record", str(file))[0] == 0
    file.write_text(str(ids(sent)[0]))
    assert run(str(sent.pk), "--provider-record", str(file))[0] == 1


def test_the_command_refuses_what_it_cannot_do(sent: Digest, tmp_path):
    for arguments in (["999999"], ["--provider-record", str(tmp_path)]):
        with pytest.raises(CommandError):
            run(*arguments)
    with pytest.raises(CommandError):
        run(str(sent.pk), "--provider-record", str(tmp_path / "none"))
