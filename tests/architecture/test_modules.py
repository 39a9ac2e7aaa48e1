"""Size, names, headers and docstrings of modules and functions."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.source import (
    PROJECT,
    body_lines,
    functions,
    modules,
    public_definitions,
)

MOST_MODULE_LINES = 399
MOST_TEST_LINES = 499
MOST_BODY_LINES = 44
REFUSED_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "tools"}
HEADER_WORDS = ("Does", "Units", "Method", "Assumes", "Not here")
# Numeric kernels that read better in one piece: dotted name -> reason.
LONG_KERNELS: dict[str, str] = {}


def test_modules_stay_below_400_lines() -> None:
    long = {m.name: n for m in modules() if (n := len(m.text.splitlines())) > MOST_MODULE_LINES}
    assert not long, f"split by subject: {long}"


def test_test_modules_stay_below_500_lines() -> None:
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in _tests()}
    long = {str(path): size for path, size in sizes.items() if size > MOST_TEST_LINES}
    assert not long, f"split by subject: {long}"


def test_functions_stay_below_45_lines_of_body() -> None:
    long = {
        name: lines
        for module in modules()
        for name, function in functions(module)
        if (lines := body_lines(module, function)) > MOST_BODY_LINES and name not in LONG_KERNELS
    }
    assert not long, f"split, or add a kernel with its reason to LONG_KERNELS: {long}"


def test_every_excepted_kernel_exists_and_is_long() -> None:
    sizes = {name: body_lines(m, function) for m in modules() for name, function in functions(m)}
    stale = [name for name in LONG_KERNELS if sizes.get(name, 0) <= MOST_BODY_LINES]
    assert not stale, f"remove from LONG_KERNELS: {stale}"


def test_modules_are_named_for_what_they_hold() -> None:
    names = {path: path.stem.split("_") for path in [m.path for m in modules()] + _tests()}
    refused = [str(path) for path, words in names.items() if REFUSED_NAMES & set(words)]
    folders = [str(path) for path in names if REFUSED_NAMES & set(path.parts)]
    assert not refused + folders, f"name the subject instead: {refused + folders}"


def test_every_module_says_what_it_does_assumes_and_leaves_out() -> None:
    faults = []
    for module in modules():
        header = ast.get_docstring(module.tree) or ""
        if module.path.name == "__init__.py" and module.name != "oreacle":
            if not header:
                faults.append(f"{module.name}: no docstring")
            continue
        starts = [line for line in header.splitlines() if line and not line.startswith(" ")]
        missing = [w for w in HEADER_WORDS if not any(s.startswith(f"{w} ") for s in starts)]
        if missing:
            faults.append(f"{module.name}: header lacks {', '.join(missing)}")
    assert not faults, "\n".join(faults)


def test_public_functions_and_classes_have_docstrings() -> None:
    bare = [
        name
        for module in modules()
        for name, node in public_definitions(module)
        if not ast.get_docstring(node)
    ]
    assert not bare, f"say what it returns: {bare}"


def _tests() -> list[Path]:
    return sorted((PROJECT / "tests").rglob("*.py"))
