"""Forecasts of critical-mineral supply, trade policy and alignment between countries.

Does      Names what a user imports and loads each name on first use (PEP 562).
Units     None.
Method    `_HOME` maps an exported name to the module that defines it.
Assumes   `__all__`, `_HOME` and the imports for type checkers agree (tested).
Not here  Any code that computes: see the packages below `oreacle`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from oreacle.core.errors import (
        CoalitionError,
        DataError,
        MarketError,
        OreacleError,
        RelationsError,
        RunError,
        ScenarioError,
        UnitsError,
    )
    from oreacle.engine.clubs.purposes import (
        read_purposes,
    )
    from oreacle.engine.clubs.question import (
        ClubQuestion,
    )
    from oreacle.engine.clubs.rules import (
        read_rule,
    )
    from oreacle.engine.clubs.search import (
        best_clubs,
        smallest_cover,
    )
    from oreacle.engine.clubs.study import (
        study_club,
    )
    from oreacle.engine.clubs.terms import (
        club_terms,
    )
    from oreacle.engine.relations_history.history import (
        RelationsHistory,
        relations_history,
    )
    from oreacle.forecasting.escalation.pair import (
        pair_outlook,
    )
    from oreacle.forecasting.events.track_record import (
        backtest_events,
    )
    from oreacle.forecasting.opened import (
        Run,
    )
    from oreacle.forecasting.outlook import (
        Outlook,
    )
    from oreacle.forecasting.run import (
        forecast,
        open_run,
        resume_run,
    )
    from oreacle.forecasting.run_comparison import (
        compare_runs,
    )
    from oreacle.forecasting.scoring.scoreboard import (
        scoreboard,
    )
    from oreacle.market.by_products import (
        Markets,
        clear_all,
    )
    from oreacle.market.clear import (
        clear,
    )
    from oreacle.market.outcome import (
        Outcome,
    )
    from oreacle.market.policies import (
        CapacityLoss,
        Certification,
        CorridorOpening,
        DemandShift,
        ExportBan,
        ExportLicensing,
        ExportQuota,
        ExportTax,
        ImportBan,
        ImportTariff,
        LiftMeasure,
        Offtake,
        PriceFloor,
        ProcessingMandate,
        ProductionSubsidy,
        RouteClosure,
        RouteRisk,
        Sanction,
        StockBuild,
        StockRelease,
    )
    from oreacle.market.restraint.calibrate import (
        Restraint,
        restrain,
    )
    from oreacle.market.restraint.ceilings import (
        PriceCeiling,
        ShortageCeiling,
    )
    from oreacle.market.restraint.control import (
        ExportControl,
    )
    from oreacle.scenario.scenario import (
        Scenario,
    )
    from oreacle.world.exposure_summary import (
        Exposure,
        exposure,
    )
    from oreacle.world.geopolrisk_tables import (
        load_geopolrisk,
    )
    from oreacle.world.history import (
        History,
        load_history,
    )
    from oreacle.world.load import (
        load_world,
    )
    from oreacle.world.snapshot import (
        World,
    )

__version__ = "0.1.0"

__all__ = [
    "CapacityLoss",
    "Certification",
    "ClubQuestion",
    "CoalitionError",
    "CorridorOpening",
    "DataError",
    "DemandShift",
    "ExportBan",
    "ExportControl",
    "ExportLicensing",
    "ExportQuota",
    "ExportTax",
    "Exposure",
    "History",
    "ImportBan",
    "ImportTariff",
    "LiftMeasure",
    "MarketError",
    "Markets",
    "Offtake",
    "OreacleError",
    "Outcome",
    "Outlook",
    "PriceCeiling",
    "PriceFloor",
    "ProcessingMandate",
    "ProductionSubsidy",
    "RelationsError",
    "RelationsHistory",
    "Restraint",
    "RouteClosure",
    "RouteRisk",
    "Run",
    "RunError",
    "Sanction",
    "Scenario",
    "ScenarioError",
    "ShortageCeiling",
    "StockBuild",
    "StockRelease",
    "UnitsError",
    "World",
    "__version__",
    "backtest_events",
    "best_clubs",
    "clear",
    "clear_all",
    "club_terms",
    "compare_runs",
    "exposure",
    "forecast",
    "load_geopolrisk",
    "load_history",
    "load_world",
    "open_run",
    "pair_outlook",
    "read_purposes",
    "read_rule",
    "relations_history",
    "restrain",
    "resume_run",
    "scoreboard",
    "smallest_cover",
    "study_club",
]

_HOME = {
    "CapacityLoss": "oreacle.market.policies",
    "Certification": "oreacle.market.policies",
    "ClubQuestion": "oreacle.engine.clubs.question",
    "CoalitionError": "oreacle.core.errors",
    "CorridorOpening": "oreacle.market.policies",
    "DataError": "oreacle.core.errors",
    "DemandShift": "oreacle.market.policies",
    "ExportBan": "oreacle.market.policies",
    "ExportControl": "oreacle.market.restraint.control",
    "ExportLicensing": "oreacle.market.policies",
    "ExportQuota": "oreacle.market.policies",
    "ExportTax": "oreacle.market.policies",
    "Exposure": "oreacle.world.exposure_summary",
    "History": "oreacle.world.history",
    "ImportBan": "oreacle.market.policies",
    "ImportTariff": "oreacle.market.policies",
    "LiftMeasure": "oreacle.market.policies",
    "MarketError": "oreacle.core.errors",
    "Markets": "oreacle.market.by_products",
    "Offtake": "oreacle.market.policies",
    "OreacleError": "oreacle.core.errors",
    "Outcome": "oreacle.market.outcome",
    "Outlook": "oreacle.forecasting.outlook",
    "PriceCeiling": "oreacle.market.restraint.ceilings",
    "PriceFloor": "oreacle.market.policies",
    "ProcessingMandate": "oreacle.market.policies",
    "ProductionSubsidy": "oreacle.market.policies",
    "RelationsError": "oreacle.core.errors",
    "RelationsHistory": "oreacle.engine.relations_history.history",
    "Restraint": "oreacle.market.restraint.calibrate",
    "RouteClosure": "oreacle.market.policies",
    "RouteRisk": "oreacle.market.policies",
    "Run": "oreacle.forecasting.opened",
    "RunError": "oreacle.core.errors",
    "Sanction": "oreacle.market.policies",
    "Scenario": "oreacle.scenario.scenario",
    "ScenarioError": "oreacle.core.errors",
    "ShortageCeiling": "oreacle.market.restraint.ceilings",
    "StockBuild": "oreacle.market.policies",
    "StockRelease": "oreacle.market.policies",
    "UnitsError": "oreacle.core.errors",
    "World": "oreacle.world.snapshot",
    "backtest_events": "oreacle.forecasting.events.track_record",
    "best_clubs": "oreacle.engine.clubs.search",
    "clear": "oreacle.market.clear",
    "clear_all": "oreacle.market.by_products",
    "club_terms": "oreacle.engine.clubs.terms",
    "compare_runs": "oreacle.forecasting.run_comparison",
    "exposure": "oreacle.world.exposure_summary",
    "forecast": "oreacle.forecasting.run",
    "load_geopolrisk": "oreacle.world.geopolrisk_tables",
    "load_history": "oreacle.world.history",
    "load_world": "oreacle.world.load",
    "open_run": "oreacle.forecasting.run",
    "pair_outlook": "oreacle.forecasting.escalation.pair",
    "read_purposes": "oreacle.engine.clubs.purposes",
    "read_rule": "oreacle.engine.clubs.rules",
    "relations_history": "oreacle.engine.relations_history.history",
    "restrain": "oreacle.market.restraint.calibrate",
    "resume_run": "oreacle.forecasting.run",
    "scoreboard": "oreacle.forecasting.scoring.scoreboard",
    "smallest_cover": "oreacle.engine.clubs.search",
    "study_club": "oreacle.engine.clubs.study",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the type of a name is known to type checkers above
    """Load an exported name on first use."""
    if name not in _HOME:
        message = f"module 'oreacle' has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Return the exported names."""
    return sorted(__all__)
