"""Units that are converted, and nothing else.

Does      Turns prices into USD per tonne and quantities into tonnes.
Units     In: as named. Out: USD/t; t.
Method    Exact factors: 1 lb is 0.45359237 kg, 1 troy ounce is 31.1034768 g (both by
          definition); a tonne is 1000 kg, a short ton 2000 lb.
Assumes   The unit is of contained element, as the table says; content is not converted.
Not here  Currencies: a price must be in US dollars.
"""

from __future__ import annotations

KG_PER_LB = 0.45359237
"""International pound [kg]."""
KG_PER_TROY_OUNCE = 0.0311034768
"""Troy ounce [kg]."""
KG_PER_T = 1000.0
"""Tonne [kg]."""
PRICE_UNITS = {
    "USD/t": 1.0,
    "USD/kg": KG_PER_T,
    "USD/g": 1000.0 * KG_PER_T,
    "USD/lb": KG_PER_T / KG_PER_LB,
    "cents/lb": KG_PER_T / KG_PER_LB / 100.0,
    "USD/oz (troy)": KG_PER_T / KG_PER_TROY_OUNCE,
    "USD/short ton": KG_PER_T / KG_PER_LB / 2000.0,
}
"""USD per tonne of one such unit [USD/t]."""
QUANTITY_UNITS = {
    "t": 1.0,
    "kt": 1000.0,
    "Mt": 1_000_000.0,
    "kg": 1.0 / KG_PER_T,
    "lb": KG_PER_LB / KG_PER_T,
    "short ton": 2000.0 * KG_PER_LB / KG_PER_T,
    "oz (troy)": KG_PER_TROY_OUNCE / KG_PER_T,
}
"""Tonnes of one such unit [t]."""
