"""Pages say what the program does: their live parts are fresh, and nothing is left out."""

from __future__ import annotations

import pytest
from docs.live_parts import renewed, stale_pages
from tests.architecture.source import PROJECT
from typer.main import get_command

from oreacle.app.cli import app
from oreacle.data.assumptions import read_assumed
from oreacle.engine.acts.actor_features import ACTOR_FEATURES
from oreacle.engine.acts.classes import CLASS_NAMES, PRIOR_ONLY
from oreacle.engine.acts.feature import Feature
from oreacle.engine.acts.link_features import LINK_FEATURES
from oreacle.engine.acts.pair_features import PAIR_FEATURES
from oreacle.forecasting.events.origins import HORIZONS
from oreacle.forecasting.events.rows import LINKS

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


@pytest.mark.parametrize(
    ("axis", "features"),
    [("actor", ACTOR_FEATURES), ("pair", PAIR_FEATURES), ("link", LINK_FEATURES)],
)
def test_every_feature_is_defined_on_the_page(axis: str, features: dict[str, Feature]) -> None:
    _, _, section = _page("event_features.md").partition(f"<!-- live: event-features {axis} -->")
    section = section.partition("<!-- end -->")[0]
    missing = [
        name
        for name, feature in features.items()
        if f"| `{name}` | {feature.definition} |" not in section
    ]
    assert not missing, f"run `python docs/live_parts.py`: {missing}"


def test_every_class_and_every_rarer_kind_is_on_the_page() -> None:
    page = _page("relations.md")
    missing = [name for name in (*CLASS_NAMES, *PRIOR_ONLY) if f"\n| `{name}` |" not in page]
    assert not missing, f"run `python docs/live_parts.py`: {missing}"


@pytest.mark.parametrize("class_name", [*CLASS_NAMES, LINKS])
def test_every_class_is_on_the_scoreboard_with_late_and_all_windows(class_name: str) -> None:
    rows = [
        line
        for line in _page("event_scores.md").splitlines()
        if line.startswith(f"| `{class_name}` |")
    ]
    assert len(rows) == 2 * len(HORIZONS), "gains and calibration at each horizon"


def test_a_loss_on_the_scoreboard_is_in_the_list_of_losses() -> None:
    page = _page("event_scores.md")
    lost = sum("| **worse** |" in line for line in page.splitlines())
    _, _, section = page.partition("<!-- live: event-losses -->")
    told = section.partition("<!-- end -->")[0].count("loses to ")
    assert told >= lost > 0


def test_every_source_of_the_tables_is_in_the_list_of_licences() -> None:
    text = (PROJECT / "DATA_LICENSES.md").read_text(encoding="utf-8")
    missing = [name for name in read_assumed("sources")["source"] if f"`{name}`" not in text]
    assert not missing, f"add to DATA_LICENSES.md: {missing}"
