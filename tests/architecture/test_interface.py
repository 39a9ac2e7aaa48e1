"""The public interface changes only on purpose."""

from __future__ import annotations

import difflib
from pathlib import Path

from tests.architecture.snapshot import interface

SNAPSHOT = Path(__file__).with_name("api.txt")


def test_the_public_interface_is_the_one_in_the_snapshot() -> None:
    known = SNAPSHOT.read_text(encoding="utf-8")
    now = interface()
    difference = difflib.unified_diff(known.splitlines(), now.splitlines(), "api.txt", "now", n=0)
    assert known == now, "if meant: `make api` and a changelog line\n" + "\n".join(difference)
