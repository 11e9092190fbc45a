"""A benchmark runs from beginning to end, with the settings that the service asks for today."""

import subprocess
import sys

import pytest

from benchmarks.servers.processes import ROOT

pytestmark = pytest.mark.needs_server


@pytest.mark.parametrize("job", ["batch", "smtp"])
def test_a_small_digest_goes_out_to_everybody(job: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", job, "--readers", "300", "--limit", "100"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
        timeout=150,
    )

    assert done.returncode == 0, done.stdout[-1_000:] + done.stderr[-2_000:]
    figures = dict(
        line.rsplit(None, 2)[:2] for line in done.stdout.splitlines() if "readers" in line
    )
    assert figures["lost"] == figures["doubled"] == figures["unknown"] == "0"
