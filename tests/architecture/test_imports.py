"""Imports point left; the contracts are in pyproject.toml under `tool.importlinter`."""

import os

import pytest
from importlinter.cli import lint_imports

from tests.architecture.source import ROOT


def test_the_import_contracts_hold(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.syspath_prepend(os.fspath(ROOT))
    status = lint_imports(config_filename="pyproject.toml", no_cache=True)
    assert status == 0, capsys.readouterr().out
