"""What the architecture tests read: modules, functions and files of the project."""

from __future__ import annotations

import ast
import gzip
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = PROJECT / "src" / "oreacle"
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
DefinitionNode = FunctionNode | ast.ClassDef


@dataclass(frozen=True)
class Module:
    """One module of the package: its dotted name, file, text and syntax tree."""

    name: str
    path: Path
    text: str
    tree: ast.Module


@cache
def modules() -> tuple[Module, ...]:
    """Return every module of the package, sorted by name."""
    return tuple(_module(path) for path in sorted(PACKAGE.rglob("*.py")))


def _module(path: Path) -> Module:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    text = path.read_text(encoding="utf-8")
    return Module(name, path, text, ast.parse(text))


def functions(module: Module) -> Iterator[tuple[str, FunctionNode]]:
    """Yield each function of a module with its dotted name, also nested ones and methods."""
    yield from _functions(module.tree, module.name)


def _functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, FunctionNode]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, DefinitionNode):
            name = f"{prefix}.{child.name}"
            if not isinstance(child, ast.ClassDef):
                yield name, child
            yield from _functions(child, name)
        else:
            yield from _functions(child, prefix)


def public_definitions(module: Module) -> Iterator[tuple[str, DefinitionNode]]:
    """Yield public functions and classes of a module, and public methods of those classes."""
    for node in module.tree.body:
        if not isinstance(node, DefinitionNode) or node.name.startswith("_"):
            continue
        yield f"{module.name}.{node.name}", node
        if isinstance(node, ast.ClassDef):
            for child in node.body:
                if isinstance(child, FunctionNode) and not child.name.startswith("_"):
                    yield f"{module.name}.{node.name}.{child.name}", child


def body_lines(module: Module, function: FunctionNode) -> int:
    """Return how many lines of code a function has below its signature and docstring."""
    has_docstring = ast.get_docstring(function) is not None
    body = function.body[1:] if has_docstring else function.body
    if not body:
        return 0
    lines = module.text.splitlines()[body[0].lineno - 1 : function.end_lineno]
    return sum(1 for line in lines if line.strip() and not line.strip().startswith("#"))


@cache
def project_files() -> tuple[Path, ...]:
    """Return the files that are, or would be, committed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=PROJECT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = [name for name in listed.stdout.decode().split("\0") if name]
        found = [PROJECT / name for name in names]
    else:  # a copy without git history
        folders = ("src", "tests", "docs", "benchmarks", "examples", "scenarios", ".ci")
        found = [path for folder in folders for path in (PROJECT / folder).rglob("*")]
        found += list(PROJECT.glob("*"))
        found = [path for path in found if not {"__pycache__", "_build"} & set(path.parts)]
    return tuple(sorted(path for path in found if path.is_file()))


def text_of(path: Path) -> str:
    """Return the text of a file, unpacked if it is gzipped."""
    raw = path.read_bytes()
    if path.suffix == ".gz":
        raw = gzip.decompress(raw)
    return raw.decode("utf-8", errors="replace")
