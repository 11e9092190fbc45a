"""The files of this repository, for tests that hold all of them to one rule."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("config", "newsletter", "subscribers")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def files(*patterns: str) -> tuple[Path, ...]:
    """Tracked and new files that match git's `patterns`, without ignored ones."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *patterns]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
        names = [name for name in listed.stdout.split("\0") if name]
        paths = [ROOT / name for name in names]
    except (OSError, subprocess.CalledProcessError):  # an unpacked archive, without git
        paths = [path for pattern in patterns for path in ROOT.glob(f"**/{pattern}")]
    return tuple(sorted({path for path in paths if path.is_file() and ".venv" not in path.parts}))


def python_files(*packages: str) -> list[Path]:
    """Python files of `packages` but for migrations, which Django writes."""
    return [
        path
        for path in files("*.py")
        if path.relative_to(ROOT).parts[0] in packages and "migrations" not in path.parts
    ]


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of `path`."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[Function]:
    """Every function and method in `path`, nested ones too."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, Function):
            yield node


def place(path: Path, line: int = 0) -> str:
    """`path:line` as an editor opens it."""
    return f"{path.relative_to(ROOT)}:{line}" if line else str(path.relative_to(ROOT))
