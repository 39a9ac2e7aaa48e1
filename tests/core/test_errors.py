"""Errors carry code, reason and fix, and survive a trip between processes."""

from __future__ import annotations

import pickle

from oreacle.core.errors import DataError
from oreacle.core.labels import nearest, suggestion


def test_an_error_pickles_with_all_its_fields() -> None:
    error = DataError("ORE-DAT-001", "a fault.", why="a reason.", fix="a way out.")
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(again, DataError)
    assert again.as_dict() == error.as_dict()
    assert str(again) == str(error)


def test_the_nearest_name_is_offered_and_none_is_made_up() -> None:
    assert nearest("galium", ["gallium", "tin"]) == ["gallium"]
    assert suggestion("xyzzy", ["gallium", "tin"]) == ""
