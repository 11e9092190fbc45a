"""Rules of the house that no linter of ours knows."""

import ast
import re
from collections import Counter

from tests.architecture.source import (
    PACKAGES,
    Function,
    files,
    functions,
    parsed,
    place,
    python_files,
)


def test_public_functions_say_what_they_do() -> None:
    silent = [
        place(path, node.lineno)
        for path in python_files(*PACKAGES)
        for node in parsed(path).body
        if isinstance(node, Function)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not silent


def test_every_function_is_used_by_the_service_itself() -> None:
    """A function that only tests call is dead; decorated ones are called by what registers them."""
    places = [*python_files(*PACKAGES), *files("templates", ".html")]
    words = Counter(
        word for path in places for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))
    )
    dead = [
        place(path, node.lineno)
        for path in python_files(*PACKAGES)
        for node in parsed(path).body
        if isinstance(node, Function) and not node.decorator_list and words[node.name] < 2
    ]
    assert not dead


def test_nothing_prints() -> None:
    """Logs go through structlog, words of a command through its `stdout`."""
    prints = [
        place(path, node.lineno)
        for path in python_files(*PACKAGES)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Name) and node.id == "print"
    ]
    assert not prints


def test_a_function_that_works_with_time_is_given_it() -> None:
    """Only edges (views, pages, tags, tasks, commands, admin) ask for the time; others get `now`.

    `now or timezone.now()` is fine: it can be passed.
    """
    edges = {"views", "pages", "templatetags", "admin", "commands", "mailing"}
    modules = [
        path
        for path in python_files("newsletter", "subscribers")
        if not edges & {*path.parts, path.stem} and path.stem not in {"tasks", "clock"}
    ]
    askers = [place(path, line) for path in modules for line in asks_for_the_time(parsed(path))]
    assert not askers


def asks_for_the_time(tree: ast.Module) -> list[int]:
    """Lines with `timezone.now()` or `datetime.now()`, but for those after `now or`."""
    defaults = {
        id(node.values[-1])
        for node in ast.walk(tree)
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or)
    }
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and id(node) not in defaults
        and ast.unparse(node.func) in {"timezone.now", "datetime.now", "datetime.utcnow"}
    ]


def test_no_work_is_left_for_later() -> None:
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X", "Place" + "holder.")
    left = [
        place(path, number)
        for path in python_files(*PACKAGES, "tests")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if any(mark in line for mark in marks)
    ]
    assert not left


def test_functions_with_many_arguments_take_them_by_name() -> None:
    """More than four in a row are swapped unnoticed; Django's and coordinates are excepted."""
    many = [
        place(path, function.lineno)
        for path in python_files("newsletter", "subscribers")
        if not {"admin", "pictures"} & set(path.parts)
        for function in functions(path)
        if not function.name.startswith("_")
        and len([a for a in function.args.args if a.arg not in {"self", "cls", "request"}]) > 4
    ]
    assert not many
