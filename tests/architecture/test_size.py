"""A file has one job and fits on a few screens; a function fits on one."""

import ast

from tests.architecture.source import PACKAGES, functions, parsed, place, python_files

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
        if (count := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION_LINES
    }
    assert not long


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
