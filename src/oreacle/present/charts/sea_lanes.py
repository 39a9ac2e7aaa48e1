"""Where lines at sea bend on a map: corners in open water, joined by lanes.

Does      Bends a line from port to port round the land, through given passages in order.
Units     Degrees; lengths in km of great circles.
Method    Shortest way over about 150 corners (Dijkstra 1959, Numerische Mathematik 1, 269-271),
          from one passage to the next, round those that the way does not use.
Assumes   Corners are placed by eye, for drawing alone: no distance, cost or choice of a way uses
          them. Each port joins its nearest corner.
Not here  Which passages a way goes through, and its length: see `oreacle.world.routing`.
"""

from __future__ import annotations

import functools
import heapq
import itertools
import math
from collections.abc import Sequence

Place = tuple[float, float]

LANES = """
northcape 25 72|norway 3 63|northsea 3 57|dover 1.6 51.2|channel -4 49.3|finisterre -10 43.6
finisterre|vincent -9.6 36.8|gibraltar -5.6 35.95|algiers 3 37.6|sicily 11 37.7|crete 23 34.3
crete|suez_north 32.4 31.7|suez 32.5 29.9|red 38.3 20.5|bab 43.3 12.6|aden 51.5 13
aden|maldives 72.8 7.7|lanka 80.5 5.6|aceh 95 6.1|malacca 101.3 2.7|singapore 104.4 1.3
singapore|vietnam 110 9|luzon 117.5 19|taiwan 119.7 24.1
taiwan|shanghai 123 31|yellow 123 37|bohai 119.5 38.8
shanghai|korea 127.5 33|busan 129.5 34.8|eastsea 133 40|vladivostok 132.3 42.7
korea|kyushu 130 30.5|honshu 137 33.4|tokyo 141.2 35|sakhalin 152 46|kamchatka 163 51
taiwan|kyushu
luzon|bashi 121 20.8|honshu
northsea|skaw 10.6 57.9|oresund 12.7 55.9|baltic 18 55.5|gotland 20.5 58|finland 26 59.8
crete|aegean 25 37.4|dardanelles 26 39.9|bosporus 29.1 41.2
bosporus|blacksea 34 43.3|novorossiysk 37.6 44.5
sicily|adriatic 18.6 40.3
hormuz 56.6 26.2|oman 60 22.7|aden
gulf 51.5 27|hormuz
oman|mumbai 72 18.6|malabar 75.5 9|lanka
lanka|bengal 86 15|calcutta 88.5 20.8
channel|azores -28 44|newfoundland -52 42.5|halifax -63 43|newyork -72.5 40|hatteras -74.5 35
channel|lawrence -57 47.5|quebec -64 49.2
hatteras|florida -79.6 26.5|keys -82 24.2|gulfmex -90 27|houston -94.3 28.9
florida|windward -74.1 20|jamaica -76 16|colon -79.8 9.6|balboa -79.5 8.2|azuero -81 6.5
newyork|windward
vincent|mona -67.9 18.5|colon
channel|mona
vincent|canaries -16 28.5|dakar -18.3 14.7|liberia -11 5|palmas -7.5 4|lagos 3.4 4.3|gabon 8 -1
gabon|lobito 12.8 -12.3|walvis 13.8 -23|cape 17.9 -34.5|agulhas 20.5 -35.6|durban 32 -30.5
dakar|cape
palmas|cape
durban|maputo 35.5 -26|beira 37.5 -20|mozambique 41.8 -14|dar 40.5 -7
dar|mombasa 42 -3|somalia 52 8|aden
durban|fortdauphin 47.5 -27|mauritius 60 -22|chagos 78 -13|sunda_west 103.5 -7
agulhas|fortdauphin
agulhas|perth 114.8 -32
mauritius|lanka
sunda_west|sunda 105.7 -6|java 107 -4.5|singapore
java|vietnam
sunda_west|lombok_south 115.6 -10
lombok_south|lombok 115.8 -8.7|makassar 118.3 -1|celebes 121.5 4
celebes|mindanao 127.5 6|philippine 130 18|kyushu
philippine|honshu
lombok_south|nwcape 113.3 -21.5|perth|leeuwin 114.6 -34.8
leeuwin|bight 130 -36.5|bass 144 -39.4|sydney 152 -34
sydney|brisbane 154.2 -26.5|coral 155 -14|solomon 154 -5.5|micronesia 146 12|honshu
sydney|tasman 165 -39|cook 174.4 -40.9|kiwi_east 180 -41
darwin 128.5 -10.8|lombok_south
darwin|torres 142.3 -10.4|coral
nwcape|lombok
hedland 118.4 -19.6|nwcape
hedland|darwin
brisbane|noumea 163.5 -22.5|fiji 180 -20
mona|guiana -50 6.5|natal -34.5 -5.5|rio -40.5 -23.5|santos -46 -25|plate -54 -36
natal|dakar
natal|vincent
rio|cape
plate|patagonia -64 -48|horn -66.5 -56.8|fuego -76 -51.5|valdivia -74.8 -40|valparaiso -72.3 -33
patagonia|magellan -70.5 -52.7|fuego
horn|cape
valparaiso|antofagasta -71.1 -23.5|callao -77.8 -12.4|guayaquil -81.8 -4|azuero
azuero|costarica -86.5 9|guatemala -92 13|manzanillo -105 18.3
manzanillo|baja -112.5 25|losangeles -119.5 33.4
losangeles|sanfrancisco -123.8 37.7|seattle -125.5 48.5|haida -134 54
haida|alaska -150 58|unimak -165 53.8
unimak|aleutians -180 51.2|kamchatka
seattle|unimak
losangeles|hawaii -157.5 22|micronesia
losangeles|npacific -160 44|tokyo
azuero|hawaii
azuero|tahiti -150 -19|kiwi_east
azuero|fiji
antofagasta|kiribati -150 -12|fiji|solomon
callao|hawaii
hawaii|tokyo
unimak|bering -168.8 65.8|chukchi 178 70.5|vilkitsky 103 78|kara 70 77|northcape
"""
EARTH_KM = 6371.0
AT_PASSAGE_KM = 300.0
"""A corner this near to a passage stands for it [km]."""
ROUND_KM = 1e5
"""Detour that is taken rather than to draw a line through a passage that is not used [km]."""


def sea_way(
    start: Place, end: Place, through: Sequence[Place] = (), avoided: Sequence[Place] = ()
) -> tuple[Place, ...]:
    """Return the corners of a line at sea, both ends included [degree].

    Parameters
    ----------
    start, end
        Ports.
    through
        Passages in order.
    avoided
        Passages that the way does not use; one is drawn all the same if there is no way round.
    """
    corners, _ = _lanes()
    stops = [_nearest(place) for place in (start, *through, end)]
    near = {_nearest(place): place for place in avoided}
    shunned = frozenset(
        name for name, place in near.items() if great_circle(corners[name], place) < AT_PASSAGE_KM
    ) - set(stops)
    names = [stops[0]]
    for one, other in itertools.pairwise(stops):
        names += _shortest(one, other, shunned)[1:]
    return _without_repeats([start, *(corners[name] for name in names), end])


def _without_repeats(places: Sequence[Place]) -> tuple[Place, ...]:
    kept: list[Place] = []
    for place in places:
        if not kept or kept[-1] != place:
            kept.append(place)
    return tuple(kept)


@functools.cache
def _lanes() -> tuple[dict[str, Place], dict[str, dict[str, float]]]:
    """Return corners by name, and lengths of lanes between them [km]."""
    corners: dict[str, Place] = {}
    chains: list[list[str]] = []
    for line in LANES.strip().splitlines():
        chain = []
        for part in line.split("|"):
            name, *numbers = part.split()
            if numbers:
                corners[name] = (float(numbers[0]), float(numbers[1]))
            chain.append(name)
        chains.append(chain)
    joined: dict[str, dict[str, float]] = {name: {} for name in corners}
    for chain in chains:
        for one, other in itertools.pairwise(chain):
            length = great_circle(corners[one], corners[other])
            joined[one][other] = joined[other][one] = length
    return corners, joined


@functools.lru_cache(maxsize=4096)
def _shortest(start: str, end: str, shunned: frozenset[str]) -> list[str]:
    _, joined = _lanes()
    waiting: list[tuple[float, list[str]]] = [(0.0, [start])]
    seen: set[str] = set()
    while waiting:
        length, names = heapq.heappop(waiting)
        if names[-1] == end:
            return names
        if names[-1] in seen:
            continue
        seen.add(names[-1])
        for other, more in joined[names[-1]].items():
            if other not in seen:
                far = length + more + (ROUND_KM if other in shunned else 0.0)
                heapq.heappush(waiting, (far, [*names, other]))
    raise AssertionError(f"no lane joins {start} and {end}: mend LANES")


def _nearest(place: Place) -> str:
    corners, _ = _lanes()
    return min(corners, key=lambda name: (great_circle(place, corners[name]), name))


def great_circle(start: Place, end: Place) -> float:
    """Return the length of the shortest way on the globe [km].

    Examples
    --------
    >>> round(great_circle((0.0, 0.0), (180.0, 0.0)))
    20015
    """
    lon, lat, lon2, lat2 = (math.radians(x) for x in (*start, *end))
    half = math.sin((lat2 - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(lat2) * math.sin((lon2 - lon) / 2) ** 2
    return 2.0 * EARTH_KM * math.asin(math.sqrt(min(1.0, half)))
