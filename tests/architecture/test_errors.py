"""Every error code is explained, and every explanation belongs to a code."""

from __future__ import annotations

import re

from tests.architecture.source import PROJECT, modules

CODE = re.compile(r"ORE-[A-Z]{3}-[0-9]{3}")
ENTRY = re.compile(r"^### (ORE-[A-Z]{3}-[0-9]{3})$", flags=re.MULTILINE)
PAGE = PROJECT / "docs" / "errors.md"


def _codes_in_source() -> dict[str, str]:
    """Return each code with one module that names it."""
    return {code: module.name for module in modules() for code in CODE.findall(module.text)}


def _entries() -> list[str]:
    return ENTRY.findall(PAGE.read_text(encoding="utf-8"))


def test_every_code_in_the_source_has_an_entry() -> None:
    used = _codes_in_source()
    missing = {code: used[code] for code in sorted(set(used) - set(_entries()))}
    assert not missing, f"explain in docs/errors.md: {missing}"


def test_every_entry_belongs_to_a_code_in_the_source() -> None:
    stale = sorted(set(_entries()) - set(_codes_in_source()))
    assert not stale, f"no module uses: {stale}"


def test_entries_are_unique_and_sorted() -> None:
    entries = _entries()
    assert entries == sorted(set(entries))


def test_every_entry_says_what_it_means_and_how_to_mend_it() -> None:
    blocks = ENTRY.split(PAGE.read_text(encoding="utf-8"))[1:]
    pairs = zip(blocks[::2], blocks[1::2], strict=True)
    thin = [code for code, text in pairs if "Mend:" not in text or len(text.split()) < 8]
    assert not thin, f"say what it means and how to mend it: {thin}"
