"""The export control whose strength is asked.

Does      Makes a quota or tax of a given strength, and the ban that it stands beside.
Units     Strength of a quota: share of exports at base prices that no longer leaves [1]; of
          a tax: its rate over the price at the tail [1]. Both are 0 without a control.
Method    None: a record.
Assumes   A ban stops what bans of the register do where nothing else is said.
Not here  Which strength is safe: see `oreacle.market.restraint.calibrate`.
"""

from __future__ import annotations

from dataclasses import dataclass

from oreacle.core.errors import MarketError
from oreacle.market.policies import ExportBan, ExportQuota, ExportTax

KINDS = ("quota", "tax")
DIGITS = 12
"""Digits of a quota: a strength of 0.1 allows 0.9 and not 0.9 less a rounding error."""
STRONGEST = {"quota": 1.0, "tax": 5.0}
"""Strength at the end of the range of each instrument [1]: no exports, and a tax of 500 %."""


@dataclass(frozen=True)
class ExportControl:
    """A quota or tax on exports without its number.

    Attributes
    ----------
    actor, mineral, targets, link, extraterritorial
        As for `oreacle.market.policies.ExportQuota`.
    kind
        ``quota`` or ``tax``.
    """

    actor: str
    mineral: str
    kind: str = "quota"
    targets: tuple[str, ...] = ()
    link: str | None = None
    extraterritorial: bool = False

    def __post_init__(self) -> None:
        """Refuse other instruments (ORE-MKT-055)."""
        if self.kind not in KINDS:
            raise MarketError(
                "ORE-MKT-055",
                f"a control of kind {self.kind!r:.40} cannot be calibrated.",
                why="only a quota and a tax on exports have a strength that can be searched.",
                fix="ask for a quota or a tax.",
            )

    @property
    def strongest(self) -> float:
        """Strength at the end of the range [1]."""
        return STRONGEST[self.kind]

    def policy(self, strength: float) -> ExportQuota | ExportTax:
        """Return the control at a strength.

        Examples
        --------
        >>> ExportControl("CHN", "gallium").policy(0.25).allowed
        0.75
        """
        if self.kind == "tax":
            return ExportTax(
                self.actor,
                self.mineral,
                strength,
                self.targets,
                self.link,
                extraterritorial=self.extraterritorial,
            )
        return ExportQuota(
            self.actor,
            self.mineral,
            round(1.0 - strength, DIGITS),
            self.link,
            self.targets,
            extraterritorial=self.extraterritorial,
        )

    def ban(self) -> ExportBan:
        """Return the blunt measure: a ban on the same exports."""
        return ExportBan(
            self.actor,
            self.mineral,
            self.targets,
            link=self.link,
            extraterritorial=self.extraterritorial,
        )
