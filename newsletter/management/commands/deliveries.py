"""`deliveries DIGEST [--address A] [--json] [--all]`: who got it, who did not, and why."""

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import asdict
from itertools import islice
from typing import Any

from django.core.management.base import CommandError
from django.core.serializers.json import DjangoJSONEncoder

from newsletter.delivery import listing, waves
from newsletter.delivery.counts import Counts, counts
from newsletter.delivery.listing import Differing
from newsletter.delivery.story import story
from newsletter.delivery.waves import WavesStand
from newsletter.models import Digest
from subscribers.addresses import AddressError, normalise
from subscribers.clock import database_now
from subscribers.command import CommandWithExamples
from subscribers.models import Subscriber

SHOWN = 50


class Command(CommandWithExamples):
    help = "What became of a mail: readers by state, then those who differ; or one reader's story."
    examples = (
        ("5", "counts, and who differs"),
        ("5 --address ada@example.org", "what became of one reader's mail"),
        ("5 --all --json > 5.json", "everybody who differs, for programs"),
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("digest", type=int, help="the mail's id")
        parser.add_argument("--address", metavar="A", help="only this reader, in sentences")
        parser.add_argument("--json", action="store_true", help="for programs")
        parser.add_argument(
            "--all", action="store_true", help=f"every reader who differs, not the first {SHOWN}"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        digest = Digest.objects.filter(pk=options["digest"]).first()
        if digest is None:
            raise CommandError(f"There is no mail with the id {options['digest']}.")
        if options["address"]:
            self._tell(digest, _reader(options["address"]), as_json=options["json"])
            return
        found = counts(digest_ids=[digest.pk]).get(digest.pk, Counts())
        every = listing.every(digest_id=digest.pk)
        rows = every if options["all"] else islice(every, SHOWN + 1)
        most = None if options["all"] else SHOWN
        coming = waves.of(digest=digest, now=database_now())
        if options["json"]:
            self._list_as_json(digest, found, coming, rows, most)
        else:
            self._list(found, coming, rows, most)

    def _tell(self, digest: Digest, reader: int, *, as_json: bool) -> None:
        told = story(digest=digest, subscriber_id=reader)
        if as_json:
            said = [{"at": one.at, "sentence": one.sentence} for one in told.sentences]
            self.stdout.write(_json({"digest": digest.pk, **asdict(told), "sentences": said}))
            return
        for one in told.sentences:
            when = f"{one.at:%Y-%m-%d %H:%M:%S %Z}" if one.at else ""
            self.stdout.write(f"{when:<24}{one.sentence}")

    def _list(
        self, found: Counts, coming: WavesStand, rows: Iterable[Differing], most: int | None
    ) -> None:
        for state, number in asdict(found).items():
            self.stdout.write(f"{state}: {number}")
        for wave in coming.all:
            at = f"{wave.at:%Y-%m-%d %H:%M:%S %Z}"
            self.stdout.write(
                f"wave {wave.number} at {at}: {wave.readers} readers, {wave.open} open"
            )
        for number, row in enumerate(rows):
            if number == most:
                self.stdout.write("There are more: --all shows them.")
                break
            when = f"{row.at:%Y-%m-%d %H:%M:%S %Z}" if row.at else ""
            parts = (str(row.subscriber_id), row.state, row.reason, row.detail, when)
            self.stdout.write("\t".join(" ".join(part.split()) for part in parts))

    def _list_as_json(
        self,
        digest: Digest,
        found: Counts,
        coming: WavesStand,
        rows: Iterable[Differing],
        most: int | None,
    ) -> None:
        """Written row by row: there may be a million."""
        states, all_waves = _json(asdict(found)), _json([asdict(wave) for wave in coming.all])
        self.stdout.write(f'{{"digest": {digest.pk}, "states": {states}, "waves": {all_waves},')
        self.stdout.write('"exceptions": [')
        more = False
        for number, row in enumerate(rows):
            if number == most:
                more = True
                break
            self.stdout.write(f"{',' if number else ' '}{_json(asdict(row))}")
        self.stdout.write(f'], "more": {_json(more)}}}')


def _reader(address: str) -> int:
    try:
        reader = Subscriber.objects.filter(address_key=normalise(address)).first()
    except AddressError as error:
        raise CommandError(str(error)) from error
    if reader is None:
        raise CommandError("Nobody with this address has ever signed up, or it was erased.")
    return reader.pk


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder)
