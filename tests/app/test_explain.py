"""Every code in use is explained, in the program and in the documentation alike."""

from __future__ import annotations

import re

import pytest
from tests.architecture.source import PROJECT, modules

from oreacle.app.explain import TEXTS, error_texts

CODE = re.compile(r"ORE-[A-Z]{3}-[0-9]{3}")


def _codes() -> set[str]:
    return {code for module in modules() for code in CODE.findall(module.text)}


def test_the_program_explains_what_the_documentation_does() -> None:
    page = PROJECT / "docs" / "errors.md"
    same = TEXTS.read_text(encoding="utf-8") == page.read_text(encoding="utf-8")
    assert same, "cp docs/errors.md src/oreacle/app/errors.md"


def test_every_code_in_use_has_a_text() -> None:
    missing = sorted(_codes() - set(error_texts()))
    assert not missing, f"explain in docs/errors.md: {missing}"


@pytest.mark.parametrize("code", sorted(error_texts()))
def test_a_text_says_what_it_means_and_how_to_mend_it(code: str) -> None:
    text = error_texts()[code]
    assert "Mend:" in text
    assert "### " not in text
