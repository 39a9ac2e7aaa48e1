"""Classes of acts: the one place where a class of events is defined.

Does      Says for each class which kinds of the chronicle it holds, what its unit is, who is at
          risk, and which features its log-odds have.
Units     None.
Method    A class is an act of an actor, of an unordered pair (a demand-side actor and a
          partner), or of an imposer on a target. Clubs of three or more are acts of each party.
Assumes   Every kind of the chronicle is in one class, has a prior rate only, or is no decision:
          `tests/engine/acts` fails otherwise.
Not here  The features: see `.actor_features`, `.pair_features` and `.link_features`; the fit:
          `oreacle.forecasting.events`.
"""

from __future__ import annotations

from dataclasses import dataclass

ACTOR, PAIR, DYAD = "actor", "pair", "dyad"
RIVALRY, COOPERATION = "rivalry", "cooperation"
SUPPLIER, TRADER, HOLDER, PARTNER, TARGET = "supplier", "trader", "holder", "partner", "target"
"""Rules of who is at risk; see `oreacle.engine.acts.risk`."""


@dataclass(frozen=True)
class EventClass:
    """One class of acts.

    Attributes
    ----------
    name
        Identifier; its model is called ``<name>_act``.
    title
        Name in words.
    short
        The same in few words, for a cell.
    sign
        ``rivalry`` or ``cooperation``.
    unit
        ``actor``, ``pair`` (unordered) or ``dyad`` (imposer and target).
    kinds
        Kinds of the chronicle.
    at_risk
        Rule of who can act.
    terms
        Features, in order. ``own.x`` and ``other.x`` are the feature x of the first and of the
        second party.
    """

    name: str
    title: str
    short: str
    sign: str
    unit: str
    kinds: tuple[str, ...]
    at_risk: str
    terms: tuple[str, ...]

    @property
    def model(self) -> str:
        """Name of the fitted model."""
        return f"{self.name}_act"


_PAIR_TERMS = (
    "own.log_gdp",
    "other.largest_share",
    "own.top_supplier",
    "partner_alternative",
    "ideal_distance",
    "log_distance",
    "alliance",
    "trade_agreement",
    "other.stability",
    "own.restricted_supply",
    "import_dependence",
    "pair_acts",
    "own_lead",
)
_DYAD_TERMS = (
    "own.log_gdp",
    "other.log_gdp",
    "other.largest_share",
    "other.stability",
    "import_dependence",
    "export_dependence",
    "ideal_distance",
    "alliance",
    "trade_agreement",
    "pair_acts",
    "received_acts",
    "own_lead",
    "other_lead",
)
EVENT_CLASSES = (
    EventClass(
        "restriction",
        "New export restriction",
        "export restriction",
        RIVALRY,
        ACTOR,
        ("export_ban", "export_quota", "export_tax", "export_licensing"),
        SUPPLIER,
        (
            "largest_share",
            "strongholds",
            "refining_gap",
            "price_momentum",
            "stability",
            "customer_distance",
            "customer_dependence",
            "own_acts",
        ),
    ),
    EventClass(
        "control",
        "Processing mandate, nationalisation or licence revoked",
        "mandate or seizure",
        RIVALRY,
        ACTOR,
        ("local_processing_mandate", "nationalisation", "license_revocation"),
        SUPPLIER,
        (
            "largest_share",
            "strongholds",
            "refining_gap",
            "price_momentum",
            "stability",
            "log_gdp",
            "own_acts",
            "restrictions",
        ),
    ),
    EventClass(
        "trade_barrier",
        "Tariff or import restriction",
        "tariff or import curb",
        RIVALRY,
        DYAD,
        ("tariff", "import_restriction"),
        TARGET,
        _DYAD_TERMS,
    ),
    EventClass(
        "investment_block",
        "Investment block, sanction or entity listing",
        "investment block or sanction",
        RIVALRY,
        DYAD,
        ("investment_screening_block", "sanction", "entity_listing"),
        TARGET,
        _DYAD_TERMS,
    ),
    EventClass(
        "dispute",
        "Dispute filed at the WTO",
        "WTO dispute",
        RIVALRY,
        DYAD,
        ("wto_dispute_filed",),
        TARGET,
        _DYAD_TERMS,
    ),
    EventClass(
        "lifting",
        "Restriction lifted or dispute settled",
        "lifting or settlement",
        COOPERATION,
        ACTOR,
        ("restriction_lifted", "dispute_settlement"),
        HOLDER,
        ("rivalry_acts", "restrictions", "price_momentum", "stability", "log_gdp", "own_acts"),
    ),
    EventClass(
        "agreement",
        "Bilateral minerals agreement",
        "agreement",
        COOPERATION,
        PAIR,
        ("bilateral_mou", "strategic_partnership", "trade_agreement_minerals_chapter"),
        PARTNER,
        _PAIR_TERMS,
    ),
    EventClass(
        "venture",
        "State-backed venture, offtake or financing",
        "state-backed venture",
        COOPERATION,
        PAIR,
        ("joint_venture_state_backed", "offtake_state_backed", "financing_package"),
        PARTNER,
        _PAIR_TERMS,
    ),
    EventClass(
        "club",
        "Club founded or joined",
        "club",
        COOPERATION,
        ACTOR,
        (
            "multilateral_club_founded",
            "club_joined",
            "procurement_club",
            "producer_cartel_talks",
        ),
        TRADER,
        (
            "log_gdp",
            "import_weight",
            "strongholds",
            "stability",
            "supplier_distance",
            "restricted_supply",
            "own_acts",
        ),
    ),
    EventClass(
        "certification",
        "Certification or technology cooperation",
        "standards or technology",
        COOPERATION,
        ACTOR,
        ("certification_regime", "technology_cooperation"),
        TRADER,
        (
            "log_gdp",
            "import_weight",
            "strongholds",
            "stability",
            "supplier_distance",
            "own_acts",
        ),
    ),
)
CLASS_NAMES = tuple(one.name for one in EVENT_CLASSES)
CLASSES = {one.name: one for one in EVENT_CLASSES}
PRIOR_ONLY = (
    "corridor_agreement",
    "joint_stockpile",
    "recycling_cooperation",
    "technology_export_ban",
    "embargo_informal",
)
"""Kinds with too few events for a model: a prior rate, never scored."""
NO_DECISION = ("wto_ruling", "domestic_policy")
"""Kinds that are an outcome, or that concern nobody abroad."""
SCOPE = "restriction_scope"
"""Model of the links that a restriction covers, given that it covers one."""
SCOPE_TERMS = (
    "log_share",
    "concentration",
    "price_change_1",
    "price_change_3",
    "link_refining_gap",
    "past_own",
    "by_product",
    "refined_link",
)
