"""Commands whose --help ends in examples, as somebody types them who has not read the handbook."""

from argparse import RawDescriptionHelpFormatter
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandParser, DjangoHelpFormatter


class _KeepsLines(DjangoHelpFormatter, RawDescriptionHelpFormatter):
    """The examples stay one a line."""


class CommandWithExamples(BaseCommand):
    """A management command with examples below its options."""

    # What follows the command's name, and what it is for: ("5 --dry-run", "only look").
    examples: ClassVar[tuple[tuple[str, str], ...]] = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """With the examples as its last lines."""
        calls = [
            (f"{prog_name} {subcommand} {words}".rstrip(), why) for words, why in self.examples
        ]
        width = max((len(call) for call, _ in calls), default=0)
        lines = [f"  {call:<{width}}  {why}" for call, why in calls]
        told = {"epilog": "\n".join(["examples:", *lines])} if lines else {}
        return super().create_parser(
            prog_name, subcommand, formatter_class=_KeepsLines, **told, **kwargs
        )
