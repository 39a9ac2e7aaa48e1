"""The end of a registered measure.

Does      Defines the policy that lifts a measure which shaped the base year.
Units     None.
Method    None: a record; `oreacle.market.apply` takes the limit away.
Assumes   The register names its measures.
Not here  The register: see `oreacle.world.register`.
"""

from __future__ import annotations

from dataclasses import dataclass

from oreacle.market.policies.checks import Policy


@dataclass(frozen=True)
class LiftMeasure(Policy):
    """End a measure of the policy register.

    Attributes
    ----------
    measure_id
        Row of the register; `oreacle world mineral` lists them.
    mineral
        What the measure is on.
    """

    measure_id: str
    mineral: str
