"""Cost of capital by place, and an insurance pool that lowers it until claims use it up.

Does      Moves the risk premium of each country with conflicts, defaults, seizures and
          restrictions; writes cover, takes premiums and pays claims; tells investors.
Units     Cost of capital and premiums [1/yr]; money USD.
Method    A place's premium is its published one plus x. x rises with what happens there and fades
          by half-lives. Log share of new projects: -s (x - mean of x - relief + relief of the base
          year), so that shares are drawn to where they are but for change: what a country risks
          as a rule is in its base-year share already. Cover c of a share h of a project takes
          c (h (premium + x) - price of cover) off its cost. The pool writes at most its leverage
          times its capital, is paid expected claims times one plus loading, and is over for good
          when claims exceed what it has. A seizure that stands keeps the premium up, and a club
          that insures takes risk off projects of its members: `.mutual`.
Assumes   Onsets and defaults come independently at rates by hazard class and premium; a country
          without a published premium neither gains nor loses; conflicts here move capital alone.
Not here  What conflicts do to output, and who seizes: see the mechanisms of shocks, and
          `oreacle.engine.act_chances`.

References
----------
Damodaran, A. (2024). Country risk premiums, January 2024 (table `jurisdictions`).
"""

from oreacle.engine.mechanisms.finance.mechanism import FINANCE
from oreacle.engine.mechanisms.finance.places_at_risk import FinanceParameters, FinancePiece

__all__ = ["FINANCE", "FinanceParameters", "FinancePiece"]
