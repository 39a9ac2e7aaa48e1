"""The README is finished and names only commands that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from oreacle.app.cli import app

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"\.venv/bin/oreacle ([a-z]+)", README)))


def test_no_part_is_left_to_fill_in() -> None:
    assert "@@" not in README
    assert "TODO" not in README


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_it_names_has_help(command: str) -> None:
    result = CliRunner().invoke(app, [command, "--help"])
    assert result.exit_code == 0


def test_it_names_the_two_commands_of_a_newcomer() -> None:
    assert "make forecast" in README
    assert "make test" in README
    assert len(COMMANDS) >= 4
