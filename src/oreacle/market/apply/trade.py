"""Measures on trade: bans, quotas, taxes, licences, mandates, tariffs, sanctions.

Does      Writes caps, quotas and rates on direct links and on ways through entrepots.
Units     t/yr, ad-valorem rates [1], USD/t.
Method    A cap is a share of the year's flow at base prices and the least of several holds; rates
          add. A stop that can be gone round makes the ways round it dearer by the leak cost times
          the share that it stops, and the dearest of several evasions is paid once.
Assumes   Bans and quotas refer to the year's flow at base prices, which is that of the base year in
          a what-if, mandates to output at base prices.
Not here  Which links and ways are touched: see `oreacle.market.apply.places`.
"""

from __future__ import annotations

from functools import reduce

import numpy as np

from oreacle.market.apply.case import Case, Scope, links_of
from oreacle.market.apply.places import Hit, is_everyone
from oreacle.market.policies import (
    ExportBan,
    ExportLicensing,
    ExportMeasure,
    ExportQuota,
    ExportTax,
    ImportBan,
    ImportTariff,
    ProcessingMandate,
    Sanction,
)
from oreacle.market.policies.catalogue import instrument_of

ImportMeasure = ImportBan | ImportTariff


def ban_exports(case: Case, policy: ExportBan) -> None:
    """Cap what a ban on exports stops."""
    for link in links_of(policy.link):
        hit = _export_hit(case, link, policy)
        _stop(case, link, hit, policy.enforcement, policy.leak_cost)


def limit_exports(case: Case, policy: ExportQuota) -> None:
    """Put a quota on all that leaves, or caps on what goes to targets."""
    for link in links_of(policy.link):
        hit = _export_hit(case, link, policy)
        if not is_everyone(policy.targets):
            _stop(case, link, hit, 1.0 - policy.allowed, policy.leak_cost)
            continue
        terms, rows = case.terms(link), case.rows
        base = np.where(hit.direct, terms.reference[rows], 0.0).sum(axis=-1)
        if terms.ways is not None:
            leaving = np.where(hit.ways, terms.ways.reference[rows], 0.0)
            base += leaving @ (terms.ways.tail[:, None] == np.arange(base.shape[1]))
        limit = np.where(hit.direct.any(axis=1), policy.allowed * base, np.inf)
        terms.quota[rows] = np.minimum(terms.quota[rows], limit)


def require_processing(case: Case, policy: ProcessingMandate) -> None:
    """Put a quota on ore: what need not be processed at home, of output at base prices."""
    hit = case.places["ore"].exports(policy.actor, ())
    quota = case.problem.ore.quota
    limit = (1.0 - policy.share) * case.problem.mine_slack[case.rows]
    held = np.where(hit.direct.any(axis=1), limit, np.inf)
    quota[case.rows] = np.minimum(quota[case.rows], held)


def tax_exports(case: Case, policy: ExportTax) -> None:
    """Add a tax to the cost of what leaves."""
    for link in links_of(policy.link):
        hit, terms = _export_hit(case, link, policy), case.terms(link)
        terms.export_rate[case.rows] += policy.rate * hit.direct
        terms.export_specific[case.rows] += policy.specific * hit.direct
        if terms.ways is not None:
            terms.ways.export_rate[case.rows] += policy.rate * hit.ways
            terms.ways.export_specific[case.rows] += policy.specific * hit.ways


def license_exports(case: Case, policy: ExportLicensing) -> None:
    """Add the cost of a licence to the cost of what leaves."""
    for link in links_of(policy.link):
        hit, terms = _export_hit(case, link, policy), case.terms(link)
        terms.licence_rate[case.rows] += policy.cost * hit.direct
        if terms.ways is not None:
            terms.ways.licence_rate[case.rows] += policy.cost * hit.ways


def put_tariff(case: Case, policy: ImportTariff) -> None:
    """Add a tariff to the value at the border."""
    for link in links_of(policy.link):
        hit, terms = _import_hit(case, link, policy), case.terms(link)
        terms.tariff_rate[case.rows] += policy.rate * hit.direct
        if terms.ways is not None:
            terms.ways.tariff_rate[case.rows] += policy.rate * hit.ways


def ban_imports(case: Case, policy: ImportBan) -> None:
    """Cap what a ban on imports stops."""
    for link in links_of(policy.link):
        hit = _import_hit(case, link, policy)
        _stop(case, link, hit, policy.enforcement, policy.leak_cost)


def sanction(case: Case, policy: Sanction) -> None:
    """Cap trade between senders and target in both directions."""
    for link in links_of(policy.link):
        hit = _sanction_hit(case, link, policy)
        _stop(case, link, hit, policy.enforcement, policy.leak_cost)


def idle_export(scope: Scope, policy: ExportMeasure) -> str:
    """Return why a measure on exports would touch nothing, or ""."""
    if any(scope.carries(link, _export_hit(scope, link, policy)) for link in links_of(policy.link)):
        return ""
    if _is_own(policy.actor, policy.targets):
        return _own_target(policy, "exports", "leaves")
    to = _listed(" to ", policy.targets)
    called = instrument_of(policy).called
    return f"{policy.actor} exports no {_good(policy)}{to} that {called} could touch"


def idle_import(scope: Scope, policy: ImportMeasure) -> str:
    """Return why a measure on imports would touch nothing, or ""."""
    if any(scope.carries(link, _import_hit(scope, link, policy)) for link in links_of(policy.link)):
        return ""
    if _is_own(policy.actor, policy.origins):
        return _own_target(policy, "imports", "enters")
    origins = _listed(" from ", policy.origins)
    called = instrument_of(policy).called
    return f"{policy.actor} imports no {_good(policy)}{origins} that {called} could touch"


def idle_mandate(scope: Scope, policy: ProcessingMandate) -> str:
    """Return why a duty to process would touch nothing, or ""."""
    if scope.carries("ore", scope.places["ore"].exports(policy.actor, ())):
        return ""
    return f"{policy.actor} exports no {policy.mineral} ore that could be processed at home"


def idle_sanction(scope: Scope, policy: Sanction) -> str:
    """Return why a sanction would touch nothing, or ""."""
    hits = {link: _sanction_hit(scope, link, policy) for link in links_of(policy.link)}
    if any(scope.carries(link, hit) for link, hit in hits.items()):
        return ""
    senders = " and ".join(policy.senders)
    return f"{senders} and {policy.target} trade no {_good(policy)} with each other"


def _export_hit(scope: Scope, link: str, policy: ExportMeasure) -> Hit:
    follows = policy.extraterritorial
    return scope.places[link].exports(policy.actor, policy.targets, follows=follows)


def _import_hit(scope: Scope, link: str, policy: ImportMeasure) -> Hit:
    follows = policy.rules_of_origin
    return scope.places[link].imports(policy.actor, policy.origins, follows=follows)


def _sanction_hit(scope: Scope, link: str, policy: Sanction) -> Hit:
    places, follows = scope.places[link], policy.extraterritorial
    hits = [places.between(name, policy.target, follows=follows) for name in policy.senders]
    return reduce(Hit.joined, hits)


def _stop(case: Case, link: str, hit: Hit, stopped: float, leak_cost: float | None) -> None:
    """Cap what is hit at what is not stopped, and make the ways round it dearer."""
    terms, rows = case.terms(link), case.rows
    left = 1.0 - stopped
    limit = np.where(hit.direct, left * terms.reference[rows], np.inf)
    terms.cap[rows] = np.minimum(terms.cap[rows], limit)
    ways = terms.ways
    if ways is None:
        return
    limit = np.where(hit.ways, left * ways.reference[rows], np.inf)
    ways.cap[rows] = np.minimum(ways.cap[rows], limit)
    drawn = ways.leak_cost if isinstance(ways.leak_cost, float) else ways.leak_cost[rows]
    cost = drawn if leak_cost is None else leak_cost
    leak = np.where(hit.around, max(stopped, 0.0) * cost, 0.0)
    ways.leak_rate[rows] = np.maximum(ways.leak_rate[rows], leak)


def _is_own(actor: str, others: tuple[str, ...]) -> bool:
    return not is_everyone(others) and {name.upper() for name in others} == {actor.upper()}


def _own_target(policy: ExportMeasure | ImportMeasure, trade: str, crosses: str) -> str:
    called = instrument_of(policy).called
    return (
        f"{policy.actor} is the actor and the only target of {called} of {policy.mineral}; a "
        f"measure on {trade} touches what {crosses} the territory, not trade inside it"
    )


def _good(policy: ExportMeasure | ImportMeasure | Sanction) -> str:
    mineral = policy.mineral
    names = {"ore": f"{mineral} ore", "refined": f"refined {mineral}"}
    return names.get(policy.link or "", mineral)


def _listed(word: str, names: tuple[str, ...]) -> str:
    return "" if is_everyone(names) else word + ", ".join(dict.fromkeys(names))
