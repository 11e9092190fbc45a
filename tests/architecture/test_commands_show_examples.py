"""Each command of ours ends its --help in examples that it would take."""

import shlex
from argparse import ArgumentParser

import pytest
from django.core.management import get_commands, load_command_class

from subscribers.command import CommandWithExamples

OURS = sorted(
    name
    for name, app in get_commands().items()
    if isinstance(app, str) and app.split(".")[0] in {"config", "newsletter", "subscribers"}
)


def parser_of(name: str) -> tuple[CommandWithExamples, ArgumentParser]:
    command = load_command_class(get_commands()[name], name)
    return command, command.create_parser("manage.py", name)


@pytest.mark.parametrize("name", OURS)
def test_it_shows_how_it_is_called(name: str) -> None:
    command, parser = parser_of(name)
    assert command.examples
    for words, _ in command.examples:
        assert f"manage.py {name} {words}".rstrip() in parser.format_help()
        # Where it goes, and other things of the shell, the command never sees.
        parser.parse_args(shlex.split(words.split(" > ")[0]))
