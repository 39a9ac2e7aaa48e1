"""Disruptions of one mineral in the year after the as-of date, as draws."""

from oreacle.engine.disruptions.draws import DisruptionDraws, distinct
from oreacle.engine.disruptions.in_force import disrupted, market_in_force
from oreacle.engine.disruptions.sampling import disruption_draws, from_policies
from oreacle.engine.disruptions.settings import DisruptionSettings
from oreacle.engine.disruptions.summary import DisruptionSummary, disruption_summary

__all__ = [
    "DisruptionDraws",
    "DisruptionSettings",
    "DisruptionSummary",
    "disrupted",
    "disruption_draws",
    "disruption_summary",
    "distinct",
    "from_policies",
    "market_in_force",
]
