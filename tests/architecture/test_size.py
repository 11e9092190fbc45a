"""A file has one job and fits on a few screens; a function fits on one."""

import ast

from tests.architecture.source import PACKAGES, Function, functions, parsed, place, python_files

FILE_LINES = 300
FUNCTION_LINES = 40


def test_no_python_file_is_longer_than_300_lines() -> None:
    long = {
        place(path): count
        for path in python_files(*PACKAGES, "tests", "docs", "benchmarks")
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > FILE_LINES
    }
    assert not long


def test_no_function_is_longer_than_40_lines() -> None:
    long = {
        place(path, function.lineno): count
        for path in python_files(*PACKAGES, "tests", "docs", "benchmarks")
        for function in functions(path)
        if (count := lines_of(function)) > FUNCTION_LINES
    }
    assert not long


def lines_of(function: Function) -> int:
    """Its length without its docstring, which may say as much as it needs."""
    first = function.body[0]
    has_docstring = ast.get_docstring(function) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if has_docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def test_no_module_is_a_grab_bag() -> None:
    names = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}
    bags = [
        place(path)
        for path in python_files(*PACKAGES, "tests")
        if {path.stem, path.parent.name} & names
    ]
    assert not bags


def test_every_file_that_defines_something_says_what_it_is_for() -> None:
    silent = [
        place(path)
        for path in python_files(*PACKAGES)
        if parsed(path).body
        and not ast.get_docstring(parsed(path))
        and any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in parsed(path).body)
        and "commands" not in path.parts
    ]
    assert not silent
