"""What each kind of event weighs in the network of relations, and whom it reaches.

Does      Names the weight of each kind and how an act without a named target is spread.
Units     Acts [1].
Method    Two steps: 1 for what binds or moves money or goods, 1/2 for talks, statements,
          procedures, screening and mild or reversible measures. Draws multiply each kind by a
          factor of its own.
Assumes   All weights are assumed. The intensity of the chronicle was coded with hindsight and is
          not used.
Not here  Dyads of an event: see `.coding`.
"""

from __future__ import annotations

FULL = 1.0
HALF = 0.5
COOPERATION = {
    "bilateral_mou": HALF,
    "certification_regime": HALF,
    "club_joined": FULL,
    "corridor_agreement": FULL,
    "dispute_settlement": HALF,
    "financing_package": FULL,
    "joint_stockpile": FULL,
    "joint_venture_state_backed": FULL,
    "multilateral_club_founded": FULL,
    "offtake_state_backed": FULL,
    "procurement_club": FULL,
    "producer_cartel_talks": HALF,
    "recycling_cooperation": HALF,
    "restriction_lifted": HALF,
    "strategic_partnership": FULL,
    "technology_cooperation": HALF,
    "trade_agreement_minerals_chapter": FULL,
}
RIVALRY = {
    "embargo_informal": FULL,
    "entity_listing": FULL,
    "export_ban": FULL,
    "export_licensing": HALF,
    "export_quota": FULL,
    "export_tax": HALF,
    "import_restriction": FULL,
    "investment_screening_block": HALF,
    "license_revocation": HALF,
    "local_processing_mandate": HALF,
    "nationalisation": FULL,
    "sanction": FULL,
    "tariff": HALF,
    "technology_export_ban": FULL,
    "wto_dispute_filed": HALF,
    "wto_ruling": HALF,
}
WEIGHTS = {**COOPERATION, **RIVALRY}
"""Weight of an event by kind [acts]; assumed."""
KIND_SPREAD = 2.0
"""Factor that most draws of a kind's weight stay within: 10 to 90 % between 1/2 and 2 [1]."""
DIRECTED = frozenset({*RIVALRY, "restriction_lifted"})
"""Kinds that one side does to another; in all others actors and targets are parties."""
ON_IMPORTS = frozenset({"import_restriction", "tariff"})
"""Kinds that hit those who sell to the actor; other acts on everyone hit those who buy from it."""
JOINING = "club_joined"
"""Kind in which actors join targets that are in already."""
