"""Pages say what the program does: their live parts are fresh, and nothing is left out."""

from __future__ import annotations

import pytest
from docs.live_parts import renewed, stale_pages
from tests.architecture.source import PROJECT
from typer.main import get_command

from oreacle.app.cli import app
from oreacle.data.assumptions import read_assumed
from oreacle.engine.setting import MODEL_TERMS

DOCS = PROJECT / "docs"


def _page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.slow
def test_live_parts_of_pages_are_fresh() -> None:
    names = [page.name for page in stale_pages()]
    assert not names, f"run `python docs/live_parts.py`: {names}"


def test_a_stale_part_is_seen() -> None:
    page = _page("commands.md")
    assert renewed(page) == page
    assert renewed(page.replace("--members", "--numbers")) == page


def test_every_command_has_its_help_on_the_page() -> None:
    tree = get_command(app)
    words = []
    for name, command in tree.commands.items():  # type: ignore[attr-defined]
        words += [name, *(f"{name} {below}" for below in getattr(command, "commands", {}))]
    page = _page("commands.md")
    missing = [text for text in words if f"<!-- live: help {text} -->" not in page]
    assert not missing, f"add to docs/commands.md: {missing}"


@pytest.mark.parametrize("model", sorted(MODEL_TERMS))
def test_every_feature_is_defined_on_the_page(model: str) -> None:
    _, _, section = _page("relations.md").partition(f"### {model}")
    section = section.partition("\n#")[0]
    missing = [term for term in MODEL_TERMS[model] if f"`{term}`" not in section]
    assert not missing, f"define in docs/relations.md: {missing}"


def test_every_source_of_the_tables_is_in_the_list_of_licences() -> None:
    text = (PROJECT / "DATA_LICENSES.md").read_text(encoding="utf-8")
    missing = [name for name in read_assumed("sources")["source"] if f"`{name}`" not in text]
    assert not missing, f"add to DATA_LICENSES.md: {missing}"
