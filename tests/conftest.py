"""Settings of all tests: nothing hangs on how fast a machine is, nor on chance.

A test draws the same examples in every run, so that a change is what makes it fail. To look for
new ones: `pytest --hypothesis-profile exploring`.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.register_profile("exploring", UNHURRIED)
settings.register_profile("steady", UNHURRIED, derandomize=True)
settings.load_profile("steady")
