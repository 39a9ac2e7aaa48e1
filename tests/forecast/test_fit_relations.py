"""The fit of the relations models: laws on a made history, and the tables that it gives."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oreacle.engine.features import (
    links_at_risk,
    restriction_at_risk,
    restriction_features,
    scope_features,
    scope_offset,
)
from oreacle.forecasting.fit import FitSettings, ModelFit, fit_models
from oreacle.forecasting.fit_level import forward_acts
from oreacle.forecasting.fit_marks import (
    decimal_year,
    instrument_shares,
    lifting_rates,
    marks_table,
    measure_spells,
)
from oreacle.forecasting.fit_rates import rates_table
from oreacle.forecasting.fit_rows import TERMS, HistoryCase, history_case
from oreacle.forecasting.fit_scope_level import at_scope_level, links_per_act
from oreacle.forecasting.rolling import score_origins

from oreacle.core.errors import DataError, RelationsError
from oreacle.data.store import read_table
from oreacle.engine.first_inputs import inputs_of_tables
from oreacle.engine.history_panel import PANEL_TABLES
from oreacle.forecasting import fit as fit_module
from oreacle.relations.model import level_from_tables, model_from_tables
from oreacle.relations.sampling import nonempty_inclusion

ACTORS = tuple(f"A{k:02d}" for k in range(24))
MINERALS = ("copper", "gallium", "tin")
SMALL = FitSettings(draws=6)


def made_events(rng: np.random.Generator) -> pd.DataFrame:
    """Acts come from the first six actors, the large suppliers."""
    rows = []
    for year in range(2003, 2025):
        for k, actor in enumerate(ACTORS):
            if rng.random() < (0.3 if k < 6 else 0.01):
                mineral = MINERALS[int(rng.integers(3))]
                rows.append((year, "export_ban", actor, mineral, "ore", "WLD"))
                rows.append((year, "export_tax", actor, mineral, "refined", "A03"))
            partner = ACTORS[int(rng.integers(len(ACTORS)))]
            if k > 18 and partner != actor and rng.random() < 0.4:
                rows.append((year, "bilateral_mou", f"{actor};{partner}", "", "all", ""))
    columns = ["year", "kind", "actors", "minerals", "stage", "targets"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(
        minerals_raw=table["minerals"],
        date=table["year"].astype(str),
        status="in_force",
        end_date="",
    )


def made_tables(seed: int = 0) -> dict[str, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    years = range(1995, 2025)
    size = np.array([0.1] * 6 + [0.02] * 18)
    shares, buys, trade, yearly = [], [], [], []
    for year in years:
        for mineral in MINERALS:
            for stage in ("mined", "refined"):
                output = size * rng.uniform(0.5, 1.5, len(ACTORS))
                bought = size[::-1] * rng.uniform(0.5, 1.5, len(ACTORS))
                for actor, one, two in zip(ACTORS, output, bought, strict=True):
                    shares.append((year, mineral, stage, actor, one / output.sum()))
                    buys.append((year, mineral, stage, actor, two / bought.sum()))
        trade += [(year, one, two, rng.random()) for one in ACTORS for two in ACTORS if one != two]
        yearly += [(actor, year, rng.normal()) for actor in ACTORS]
    columns = ["year", "mineral", "stage", "actor", "share"]
    dyads = pd.DataFrame(
        [(a, b) for a in ACTORS for b in ACTORS if a < b], columns=["country_a", "country_b"]
    )
    table = pd.DataFrame(yearly, columns=["country", "year", "stability"])
    return {
        "countries": pd.DataFrame({"country": ACTORS, "actor": ACTORS, "gdp_usd": 1.0}),
        "minerals": pd.DataFrame(
            {"mineral": MINERALS, "by_product": [0, 1, 0], "integrated": [0, 1, 0]}
        ),
        "history_shares": pd.DataFrame(shares, columns=columns),
        "history_imports": pd.DataFrame(buys, columns=columns),
        "trade_dependence": pd.DataFrame(
            trade, columns=["year", "importer", "exporter", "import_value_kusd"]
        ),
        "price_history": pd.DataFrame(
            [(m, y, float(rng.lognormal()), "made") for m in MINERALS for y in years],
            columns=["mineral", "year", "price_usd_per_t", "series"],
        ),
        "governance": table,
        "idealpoints": table.rename(columns={"stability": "ideal_point"}),
        "gdp": table.assign(gdp_usd=np.exp(table["stability"])),
        "distances": dyads.assign(distance_km=rng.uniform(100.0, 10_000.0, len(dyads))),
        "alliances": dyads.iloc[::7].assign(since=2000, until=2018),
        "trade_agreements": dyads.iloc[::5].assign(since=2004),
        "events": made_events(rng),
    }


@pytest.fixture(scope="module")
def case() -> HistoryCase:
    return history_case(made_tables(), np.arange(2005, 2026))


@pytest.fixture(scope="module")
def fits(case: HistoryCase) -> dict[str, ModelFit]:
    return fit_models(case, SMALL)


def test_large_suppliers_act_more_in_the_model_as_in_the_history(
    fits: dict[str, ModelFit],
) -> None:
    model = fits["restriction_act"].model
    assert model.draws[0, 1 + model.terms.index("largest_share")] > 0.0


def test_a_run_forward_holds_the_level_of_the_last_ten_years(
    case: HistoryCase, fits: dict[str, ModelFit]
) -> None:
    for name in ("restriction_act", "agreement_act"):
        fit = fits[name]
        late = fit.rows.year > 2014
        acts = forward_acts(fit.model, case.inputs[2025], fit.level.path())
        np.testing.assert_allclose(acts, fit.yearly_acts, rtol=1e-3)
        assert acts[0] == pytest.approx(fit.rows.outcome[late].sum() / 10.0, rel=1e-3)


def test_the_same_seed_gives_the_same_draws(case: HistoryCase, fits: dict[str, ModelFit]) -> None:
    again = fit_models(case, SMALL)
    for name, fit in fits.items():
        np.testing.assert_array_equal(fit.model.draws, again[name].model.draws)


def test_every_actor_at_risk_gets_a_probability_and_the_others_none(
    case: HistoryCase, fits: dict[str, ModelFit]
) -> None:
    inputs = case.inputs[2025]
    risk = restriction_at_risk(inputs)
    chance = fits["restriction_act"].model.probability(
        restriction_features(inputs), 3, at_risk=risk
    )
    assert np.all((chance > 0.0) == risk)


def test_base_rates_count_every_unit_year_at_risk(
    case: HistoryCase, fits: dict[str, ModelFit]
) -> None:
    rows = {name: fit.rows for name, fit in fits.items()}
    table = rates_table(case, rows, SMALL.years)
    for name in ("restriction_act", "agreement_act"):
        part = table[table["model"] == name]
        assert part["years"].sum() == len(rows[name].outcome)
        assert part["acts"].sum() == rows[name].outcome.sum()
    assert table["rate"].between(0.0, 1.0).all()


def test_equal_base_rates_and_unequal_positions_give_unequal_probabilities(
    case: HistoryCase, fits: dict[str, ModelFit]
) -> None:
    rows = {name: fit.rows for name, fit in fits.items()}
    table = rates_table(case, rows, SMALL.years)
    quiet = table[(table["model"] == "restriction_act") & (table["acts"] == 0)]
    equal = quiet[quiet["rate"] == quiet["rate"].max()]["unit"].tolist()
    chance = fits["restriction_act"].model.probability(restriction_features(case.inputs[2025]))[0]
    found = [chance[case.panel.actors.index(unit)] for unit in equal]
    assert len(found) > 1
    assert len(set(found)) == len(found)


def test_tables_of_coefficients_and_scaling_give_back_the_model(fits: dict[str, ModelFit]) -> None:
    coefficients = fit_module.coefficients_table(fits)
    scaling = fit_module.scaling_table(fits)
    for name, fit in fits.items():
        built = model_from_tables(name, coefficients, scaling, fit.model.terms)
        assert built.terms == fit.model.terms
        np.testing.assert_allclose(built.draws, fit.model.draws)
    path = level_from_tables("agreement_act", coefficients)
    assert path == fits["agreement_act"].level.path()


def test_scores_are_of_the_year_after_the_origin(case: HistoryCase) -> None:
    board = score_origins(case, [2016, 2017], SMALL)
    assert set(board["model"]) == {"restriction_act", "agreement_act", "restriction_links"}
    late = board[(board["model"] == "restriction_act") & (board["origin"] == 2017)]
    assert late["acts"].item() == case.acts.acts[2018 - 1995].sum()
    assert (
        board[["model_bits", "long_run_bits", "climatology_bits", "frequency_bits"]] <= 0.0
    ).all(axis=None)


def test_instrument_shares_sum_to_one_on_each_link() -> None:
    shares = instrument_shares(made_tables()["events"].query("kind.str.startswith('export')"))
    for link in ("ore", "refined"):
        total = sum(share for (_, where), share in shares.items() if where == link)
        assert total == pytest.approx(1.0)


def measures(rows: list[tuple[str, str, str, str]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["kind", "date", "status", "end_date"])
    return table.assign(actors="AAA", minerals_raw="copper", targets="WLD", stage="ore")


def test_a_renewed_quota_is_one_spell() -> None:
    acts = measures(
        [
            ("export_quota", "2010-01-01", "expired", "2011-01-01"),
            ("export_quota", "2011-01-01", "expired", "2012-01-01"),
            ("export_quota", "2020-01-01", "in_force", ""),
        ]
    )
    spells = measure_spells(acts)
    assert spells["exposure"].tolist() == pytest.approx([2.0, 5.0])
    assert spells["ended"].tolist() == [1.0, 0.0]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(2000, 2023), min_size=1, max_size=12))
def test_lifting_rates_are_positive_and_below_one(starts: list[int]) -> None:
    rows = [("export_ban", f"{year}-01-01", "in_force", "") for year in starts]
    rows.append(("export_tax", "2001-01-01", "withdrawn", "2003-01-01"))
    rates = lifting_rates(measures(rows))
    assert rates.between(0.0, 1.0, inclusive="neither").all()


def test_a_date_in_years_worked_by_hand() -> None:
    assert decimal_year("2011-07") == pytest.approx(2011.5 + 0.5 / 12.0)
    assert decimal_year("2011-07-01") == pytest.approx(2011.5)


def test_marks_cover_every_instrument_and_link() -> None:
    register = pd.DataFrame(columns=["instrument", "link", "strength", "strength_basis"])
    strengths = pd.DataFrame(
        {"instrument": ["export_ban", "export_tax", "export_quota", "export_licensing"]}
    ).assign(strength=0.5, use="default")
    table = marks_table(made_tables()["events"], register, strengths)
    assert len(table) == 8
    assert (table["strength_basis"] == "assumed").all()


def test_an_instrument_without_a_default_strength_is_refused() -> None:
    register = pd.DataFrame(columns=["instrument", "link", "strength", "strength_basis"])
    strengths = pd.DataFrame({"instrument": ["export_ban"], "use": ["keep"], "strength": [0.5]})
    with pytest.raises(DataError) as caught:
        marks_table(made_tables()["events"], register, strengths)
    assert caught.value.code == "ORE-DAT-061"


@pytest.fixture(scope="module")
def shipped() -> HistoryCase:
    tables = {name: read_table(name) for name in PANEL_TABLES}
    return history_case(tables, np.arange(2025, 2026))


@pytest.mark.parametrize("name", ["restriction_act", "agreement_act"])
def test_the_embedded_models_hold_the_level_of_the_last_ten_years(
    shipped: HistoryCase, name: str
) -> None:
    rates = read_table("relations_rates")
    model = model_from_tables(
        name, read_table("relations_coefficients"), read_table("relations_scaling"), TERMS[name]
    )
    point = replace(model, draws=model.draws[:1])
    yearly = {
        "restriction_act": shipped.acts.acts[-10:].sum() / 10.0,
        "agreement_act": shipped.acts.pairs[-10:].sum() / 20.0,
    }[name]
    path = level_from_tables(name, read_table("relations_coefficients"))
    known = inputs_of_tables({table: read_table(table) for table in PANEL_TABLES}, None)
    assert forward_acts(point, known, path)[0] == pytest.approx(yearly, rel=0.05)
    assert rates.loc[rates["model"] == name, "rate"].between(0.0, 1.0).all()


def test_an_embedded_actor_restricts_only_what_it_supplies(shipped: HistoryCase) -> None:
    inputs = shipped.inputs[2025]
    share = np.nan_to_num(inputs.market.share[0])
    assert not (links_at_risk(inputs)[0] & (share == 0.0)).any()
    assert not links_at_risk(inputs)[0][:, inputs.traded_ore == 0.0, 0].any()


def test_an_act_covers_as_many_links_as_in_the_last_ten_years_in_every_draw(
    case: HistoryCase, fits: dict[str, ModelFit]
) -> None:
    target = links_per_act(fits["restriction_scope"].rows, SMALL.level_years)
    inputs = case.inputs[2025]
    act, scope = fits["restriction_act"].model, fits["restriction_scope"].model
    risk = links_at_risk(inputs)
    for draw in range(len(scope.draws)):
        chance = scope.probability(
            scope_features(inputs), draw, at_risk=risk, offset=scope_offset(risk)
        )
        links = nonempty_inclusion(chance[0].reshape(len(case.panel.actors), -1)).sum(axis=-1)
        weight = act.probability(
            restriction_features(inputs), draw, at_risk=restriction_at_risk(inputs)
        )[0]
        assert (weight * links).sum() / weight.sum() == pytest.approx(target, rel=1e-6)


def test_a_larger_target_covers_more_links(case: HistoryCase, fits: dict[str, ModelFit]) -> None:
    act, scope = fits["restriction_act"].model, fits["restriction_scope"].model
    few = at_scope_level(scope, act, case.inputs[2025], 1.2)
    many = at_scope_level(scope, act, case.inputs[2025], 2.0)
    assert (many.draws[:, 0] > few.draws[:, 0]).all()


def test_links_per_act_by_hand_and_without_acts(fits: dict[str, ModelFit]) -> None:
    rows = fits["restriction_scope"].rows
    two = rows.take((rows.year == rows.year.max()) & (rows.unit == rows.unit[-1]))
    assert links_per_act(two, 1) == two.outcome.sum()
    with pytest.raises(RelationsError, match="ORE-REL-011"):
        links_per_act(two, 0)
