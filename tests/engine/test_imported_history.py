"""Rows that were imported after the base year do not pass for what was known then."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.data.importing.files import EVENT, PRICE, text

from oreacle.data.importing.adding import ImportRequest, import_file
from oreacle.data.store import TABLES_DIRECTORY
from oreacle.engine.history_panel import known_to
from oreacle.engine.run_record import RunRecord
from oreacle.engine.setting import Setting, make_setting
from oreacle.forecasting.preset import baseline
from oreacle.forecasting.summary_notes import notes


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Setting, Setting]:
    folder = tmp_path_factory.mktemp("imported")
    act = {**EVENT, "event_id": "b", "kind": "bilateral_mou", "actors": "USA;AUS", "targets": ""}
    (folder / "events.csv").write_text(text(EVENT, act), encoding="utf-8")
    (folder / "prices.csv").write_text(text({**PRICE, "price": "20000"}), encoding="utf-8")
    out = folder / "out"
    import_file(ImportRequest(folder / "events.csv", "events", out, TABLES_DIRECTORY))
    import_file(ImportRequest(folder / "prices.csv", "prices", out, out))
    old, new = (make_setting(baseline(data), data) for data in (TABLES_DIRECTORY, out))
    return old, new


def test_only_the_register_of_a_run_changes(both: tuple[Setting, Setting]) -> None:
    old, new = both
    np.testing.assert_array_equal(old.price_path, new.price_path)
    np.testing.assert_array_equal(old.traits.shock, new.traits.shock)
    for name, acts in old.acts.by_class.items():
        np.testing.assert_array_equal(acts, new.acts.by_class[name])
        np.testing.assert_array_equal(old.known.memory.acts[name], new.known.memory.acts[name])
    assert old.years[0] == new.years[0] == 2025
    assert {m.cell for m in new.register} - {m.cell for m in old.register} == set()
    added = {(*m.cell, m.instrument) for m in new.register}
    added -= {(*m.cell, m.instrument) for m in old.register}
    assert added == {("COD", "cobalt", "ore", "export_ban")}


def test_a_forecast_says_what_it_does_not_use(both: tuple[Setting, Setting]) -> None:
    for setting, later in zip(both, (False, True), strict=True):
        record = RunRecord(2, "0", {}, setting.world.as_of, 1, 1, 1, "", "numpy", {}, 0, "", 0.0)
        said = notes(setting, record)
        assert said[0].startswith("Nothing after 2024-12-31 was used")
        assert any("simulated, not observed" in line for line in said) is later


def test_later_years_are_cut_and_tables_without_years_stay() -> None:
    tables = {"a": pd.DataFrame({"year": [2024, 2025]}), "b": pd.DataFrame({"since": [2030]})}
    cut = known_to(tables, 2024)
    assert cut["a"]["year"].tolist() == [2024]
    assert cut["b"]["since"].tolist() == [2030]
