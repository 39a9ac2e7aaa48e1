"""`oreacle shock --share`: what is shown, recorded and refused."""

from __future__ import annotations

import json

import pytest

from oreacle.app.cli import main

BAN = "CHN bans exports of antimony"


def asked(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str, str]:
    """Return the exit code, output and talk of a what-if."""
    code = main(["shock", BAN, "--draws", "0", *options])
    found = capsys.readouterr()
    return code, found.out, found.err


def test_a_division_and_stocks_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = asked(capsys, "--share", "defence first", "--club", "USA")
    assert code == 0
    assert "Antimony, divided: defence first" in out
    assert "defence aerospace" in out
    assert "Stocks drawn and filled" in out


def test_a_division_and_stocks_are_recorded(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = asked(capsys, "--share", "pro rata", "--club", "USA,JPN", "--json")
    assert code == 0
    record = json.loads(out)
    record = record.get("result", record)
    shared = record["shared"][0]
    assert shared["rule"] == "pro rata"
    assert shared["units"]["received"] == "t/yr"
    given = sum(row["received"] for row in shared["rows"])
    assert given == pytest.approx(sum(row["market"] for row in shared["rows"]), rel=1e-9)
    stocks = record["markets"][0]["stocks"]
    assert stocks["units"]["cover"] == "months"
    assert any(row["private_metal"] > 0 for row in stocks["rows"] if row["private_metal"])


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--share", "pro rata"), "--club or --supplier"),
        (("--club", "USA"), "without --share"),
        (("--share", "pro rata", "--supplier", "CHN", "--allies", "USA"), "allies first"),
        (("--share", "allies first", "--supplier", "CHN"), "--allies"),
        (("--share", "defence frist", "--club", "USA"), "defence first"),
    ],
)
def test_options_that_say_nothing_together_are_refused(
    capsys: pytest.CaptureFixture[str], options: tuple[str, ...], says: str
) -> None:
    code, out, err = asked(capsys, *options)
    assert code != 0
    assert says in out + err
