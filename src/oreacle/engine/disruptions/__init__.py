"""Disruptions of one mineral in the year after the as-of date, as draws."""

from oreacle.engine.disruptions.draws import DisruptionDraws, distinct
from oreacle.engine.disruptions.settings import DisruptionSettings

__all__ = ["DisruptionDraws", "DisruptionSettings", "distinct"]
