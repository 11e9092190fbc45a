"""The files of this repository, for tests that hold all of them to one rule."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("config", "newsletter", "subscribers")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def files(folder: str, suffix: str) -> list[Path]:
    """Files under `folder` of the repository whose names end in `suffix`, in order."""
    return sorted((ROOT / folder).rglob(f"*{suffix}"))


def python_files(*folders: str) -> list[Path]:
    """Python files under `folders` but for migrations, which Django writes."""
    return [
        path
        for folder in folders
        for path in files(folder, ".py")
        if "migrations" not in path.parts
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
