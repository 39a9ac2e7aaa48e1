"""The history answers from what is dated up to its year, and says what it does not know."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.world.history_sample import TIN, write_sample

from oreacle.core.errors import DataError
from oreacle.world.history import LAST_YEAR, History, load_history

YEARS = st.integers(1989, 2030)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    return load_history(write_sample(tmp_path_factory.mktemp("tables")))


QUESTIONS: dict[str, Callable[[History], pd.DataFrame | xr.DataArray]] = {
    "trade": lambda h: h.trade("tin", "ore"),
    "trade by actor": lambda h: h.trade("copper", "refined", by="actor"),
    "trade of a split code": lambda h: h.trade("cobalt", "ore"),
    "import shares": lambda h: h.import_shares("copper", "refined", 2010),
    "import shares of a later year": lambda h: h.import_shares("copper", "refined", 2022),
    "export shares": lambda h: h.export_shares("tin", "mined", 2015),
    "output": lambda h: h.output("tin", "mined"),
    "output of the total": lambda h: h.output("rare_earths_light", "mined"),
    "prices": lambda h: h.prices("tin"),
    "unit values": lambda h: h.unit_values(TIN),
    "governance": lambda h: h.governance("PER"),
    "ideal points": lambda h: h.ideal_points("PER"),
    "events": lambda h: h.events(),
    "shares": lambda h: h.table("history_shares"),
}


@pytest.mark.parametrize("year", [2015, 2018, 2023])
@pytest.mark.parametrize("question", QUESTIONS)
def test_a_view_answers_as_if_later_rows_were_deleted(
    history: History, tmp_path: Path, question: str, year: int
) -> None:
    shortened = load_history(write_sample(tmp_path, last_year=year)).until(year)
    seen = QUESTIONS[question](history.until(year))
    rebuilt = QUESTIONS[question](shortened)
    if isinstance(seen, xr.DataArray):
        xr.testing.assert_identical(seen, rebuilt)
    else:
        assert isinstance(rebuilt, pd.DataFrame)
        pd.testing.assert_frame_equal(seen, rebuilt)
        assert seen.attrs == rebuilt.attrs


@given(YEARS, YEARS)
def test_views_of_views_show_what_both_show(one: int, two: int) -> None:
    whole = History(Path())
    assert whole.until(one).until(one) == whole.until(one)
    assert whole.until(one).until(two) == whole.until(min(one, two))
    assert whole.until(one).last_year <= LAST_YEAR


@settings(deadline=None, max_examples=20)
@given(st.integers(1996, 2024), st.integers(1996, 2024))
def test_a_later_view_never_shows_less(one: int, two: int) -> None:
    folder = _shared_folder()
    early, late = sorted((one, two))
    for name in ("trade_history", "production_history", "price_history"):
        few = load_history(folder).until(early).table(name)
        many = load_history(folder).until(late).table(name)
        assert len(few.merge(many)) == len(few)


_FOLDERS: list[Path] = []


@pytest.fixture(scope="module", autouse=True)
def _folder(history: History) -> None:
    _FOLDERS.append(history.directory)


def _shared_folder() -> Path:
    return _FOLDERS[-1]


def test_trade_inside_the_union_is_left_out_by_actor_and_kept_by_country(history: History) -> None:
    by_country = history.trade("tin", "ore", 2015)
    by_actor = history.trade("tin", "ore", 2015, by="actor")
    assert by_country["value_kusd"].sum() == pytest.approx(620.0)
    assert by_actor["value_kusd"].sum() == pytest.approx(120.0)
    assert set(by_actor["importer"]) == {"CHN", "EU"}
    assert by_actor.attrs["units"] == {"value_kusd": "kUSD/yr", "quantity_t": "t/yr"}


def test_a_sum_with_an_unreported_part_is_no_quantity(history: History) -> None:
    rows = history.trade("tin", "ore", 2015, by="actor").set_index(["exporter", "importer"])
    assert rows["quantity_t"].to_dict()["PER", "CHN"] == 6.0
    assert np.isnan(rows["quantity_t"].to_dict()["PER", "EU"])
    pooled = history.trade("tin", "ore", 2016, by="actor").set_index("exporter")
    assert pooled["value_kusd"].to_dict() == {"PER": 80.0, "ROW": 120.0}
    assert pooled["quantity_t"].to_dict()["ROW"] == 11.0


def test_a_code_of_ore_and_metal_is_split_by_what_its_exporter_does(history: History) -> None:
    assert set(history.trade("cobalt", "ore", 2015)["exporter"]) == {"COD"}
    assert set(history.trade("cobalt", "refined", 2015)["exporter"]) == {"AUS"}


def test_years_without_data_are_named_and_shares_of_them_are_missing(history: History) -> None:
    rows = history.trade("copper", "refined", [2001, 2010])
    assert set(rows["year"]) == {2010}
    assert rows.attrs["years_without_data"] == (2001,)
    assert history.import_shares("copper", "refined", 2001).isnull().all()
    assert history.export_shares("copper", "refined", 2001).isnull().all()


def test_shares_of_an_importer_add_to_one_over_the_listed_exporters(history: History) -> None:
    shares = history.import_shares("tin", "mined", 2015)
    assert shares.sum("exporter").values == pytest.approx(1.0)
    assert float(shares.sel(importer="CHN", exporter="PER")) == pytest.approx(0.75)
    exports = history.export_shares("tin", "mined", 2015)
    assert float(exports.sum()) == pytest.approx(1.0)
    assert float(exports.sel(exporter="PER")) == pytest.approx(100 / 120)


def test_a_pair_that_a_short_list_leaves_out_is_missing_and_in_a_full_list_zero(
    history: History,
) -> None:
    short = history.import_shares("copper", "refined", 2010)
    assert np.isnan(short.sel(importer="USA", exporter="AUS"))
    full = history.import_shares("copper", "refined", 2022)
    assert float(full.sel(importer="USA", exporter="AUS")) == 0.0
    assert float(full.sel(importer="USA", exporter="TWN")) == 1.0


def test_countries_that_the_source_lacks_are_missing_not_zero(history: History) -> None:
    shares = history.import_shares("copper", "refined", 2010)
    assert shares.sel(exporter="TWN").isnull().all()
    assert shares.sel(importer="NAM").isnull().all()
    rows = history.trade("copper", "refined", [2010, 2022])
    assert rows.attrs["missing_countries"] == ("NAM", "TWN")
    assert history.trade("copper", "refined", 2022).attrs["missing_countries"] == ()


def test_a_stage_without_a_trade_code_is_refused_with_the_stages_that_have_one(
    history: History,
) -> None:
    with pytest.raises(DataError) as caught:
        history.trade("lithium", "ore")
    assert caught.value.code == "ORE-DAT-077"
    assert "no trade data for lithium, mined" in caught.value.what
    assert "refined" in caught.value.fix


@pytest.mark.parametrize(
    ("question", "nearest"),
    [
        (lambda h: h.trade("coper", "ore"), "copper"),
        (lambda h: h.trade("copper", "metal"), "ore"),
        (lambda h: h.trade("copper", "ore", by="bloc"), "country"),
        (lambda h: h.import_shares("copper", "used", 2010), "mined"),
        (lambda h: h.output("tinn", "mined"), "tin"),
        (lambda h: h.prices("cobolt"), "cobalt"),
        (lambda h: h.unit_values("260901"), "260900"),
        (lambda h: h.governance("EU"), "PER"),
        (lambda h: h.governance("ROW"), "PER"),
        (lambda h: h.ideal_points("TWN"), "PER"),
        (lambda h: h.table("price_histories"), "price_history"),
        (lambda h: h.until(1950), "1990"),
        (lambda h: h.output("tin", "mined", "2018"), "range(2010, 2016)"),
        (lambda h: h.trade("tin", "ore", [2015.5]), "range(2010, 2016)"),
    ],
)
def test_an_unknown_name_is_refused_with_a_known_one(
    history: History, question: Callable[[History], object], nearest: str
) -> None:
    with pytest.raises(DataError) as caught:
        question(history)
    assert caught.value.code == "ORE-DAT-079"
    assert nearest in caught.value.fix


def test_missing_years_of_standing_stay_missing(history: History) -> None:
    risk = history.governance("PER")
    assert risk.sel(year=1996) == 0.6
    assert np.isnan(risk.sel(year=1997))
    assert history.ideal_points("PER").sel(year=[1990, 1991, 1992]).isnull().values.tolist() == [
        False,
        True,
        False,
    ]


def test_events_are_found_by_whole_names_and_hide_how_they_ended_later(history: History) -> None:
    assert list(history.events(actor="CHN")["event_id"]) == ["E1"]
    assert list(history.events(mineral="tin", sign="rivalry")["event_id"]) == ["E1"]
    assert len(history.events(kind="agreement", actor="PER")) == 0
    early, late = history.until(2016).events(actor="PER"), history.until(2018).events(actor="PER")
    assert (early["end_date"].tolist(), late["end_date"].tolist()) == ([""], ["2017-05-01"])
    assert early["status"].tolist() == [""]
    assert history.events(actor="PER")["status"].tolist() == ["ended"]


def test_prices_and_unit_values_carry_their_units(history: History) -> None:
    assert history.prices("tin").attrs["units"] == {"price_usd_per_t": "USD/t"}
    assert history.prices("lithium").empty
    assert history.unit_values(TIN)["upper"].tolist() == [1e4, 1e4]
