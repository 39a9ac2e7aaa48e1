"""Sentences: what is written is read back; what cannot be read is refused with a way out."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.app.small_world import small_world

from oreacle.core.errors import ScenarioError
from oreacle.core.labels import SECTORS
from oreacle.market.policies import (
    CapacityLoss,
    Certification,
    CorridorOpening,
    DemandShift,
    ExportBan,
    ExportLicensing,
    ExportQuota,
    ExportTax,
    ImportBan,
    ImportTariff,
    LiftMeasure,
    Offtake,
    Policy,
    PriceFloor,
    ProcessingMandate,
    ProductionSubsidy,
    RouteClosure,
    RouteRisk,
    Sanction,
    StockBuild,
    StockRelease,
)
from oreacle.market.policies.catalogue import INSTRUMENTS, overlaps
from oreacle.scenario.names import name_book
from oreacle.scenario.sentence import parse_sentence, parse_share, policy_sentence

NAMES = name_book(small_world())
ACTORS = st.sampled_from(["CHN", "COD", "EU", "USA"])
MINERALS = st.sampled_from(["gallium", "cobalt", "rare_earths_heavy"])
LINKS = st.sampled_from(["ore", "refined", None])
PLACES_AIMED = st.sampled_from(["AUS", "IDN", "JPN", "ROW"])
TARGETS = st.lists(st.sampled_from(["USA", "JPN", "EU", "ROW", "CIV"]), unique=True).map(tuple)


def shares(high: float) -> st.SearchStrategy[float]:
    return st.floats(0.0, high, allow_subnormal=False).filter(lambda v: v == 0.0 or v > 1e-12)


PLACES = st.sampled_from(["CHN", "DEU", "EU", "ROW"])
STAGES = st.sampled_from(["mined", "refined"])
MONEY, TONNES = shares(1e9), shares(1e9)
LEAKS = st.none() | shares(5.0)
SEVERAL = st.lists(PLACES, min_size=1, max_size=3, unique=True).map(tuple)
SENDERS = st.lists(ACTORS, min_size=1, max_size=3, unique=True).map(tuple)
FLAG = st.booleans()


def release(size: str, values: st.SearchStrategy[float]) -> st.SearchStrategy[StockRelease]:
    return st.builds(StockRelease, PLACES, MINERALS, **{size: values})


ROUTES = st.sampled_from(["malacca", "suez", "babelmandeb", "LOBITO", "NSC-DURBAN", "AGO-1"])
POLICIES: st.SearchStrategy[Policy] = st.one_of(
    st.builds(ExportBan, ACTORS, MINERALS, TARGETS, shares(1.0), LINKS, FLAG, LEAKS),
    st.builds(ExportQuota, ACTORS, MINERALS, shares(2.0), LINKS, TARGETS, FLAG, LEAKS),
    st.builds(ExportTax, ACTORS, MINERALS, shares(5.0), TARGETS, LINKS, MONEY, FLAG),
    st.builds(ExportLicensing, ACTORS, MINERALS, shares(5.0), TARGETS, LINKS, FLAG),
    st.builds(ProcessingMandate, ACTORS, MINERALS, shares(1.0)),
    st.builds(ImportTariff, ACTORS, MINERALS, shares(5.0), TARGETS, LINKS, FLAG),
    st.builds(ImportBan, ACTORS, MINERALS, TARGETS, shares(1.0), LINKS, FLAG, LEAKS),
    st.builds(Sanction, SENDERS, PLACES_AIMED, MINERALS, shares(1.0), LINKS, FLAG, LEAKS),
    st.builds(CapacityLoss, PLACES, MINERALS, STAGES, shares(1.0)),
    st.builds(ProductionSubsidy, PLACES, MINERALS, STAGES, MONEY),
    st.builds(PriceFloor, PLACES, MINERALS, STAGES, MONEY),
    st.builds(PriceFloor, PLACES, MINERALS, STAGES, st.none(), shares(100.0)),
    release("tonnes", TONNES),
    release("days", shares(3650.0)),
    st.builds(StockBuild, PLACES, MINERALS, TONNES, st.floats(1.01, 100.0)),
    st.builds(Offtake, PLACES, PLACES, MINERALS, TONNES, st.sampled_from(["ore", "refined"])),
    st.builds(
        Certification,
        MINERALS,
        SEVERAL,
        SEVERAL,
        shares(1.0),
        shares(1.0),
        MONEY,
        shares(1.0),
        MONEY,
    ),
    st.builds(
        DemandShift,
        MINERALS,
        shares(100.0),
        st.none() | PLACES,
        st.none() | st.sampled_from(SECTORS),
    ),
    st.just(LiftMeasure("CHN-2023-gallium", "gallium")),
    st.builds(RouteClosure, MINERALS, ROUTES, shares(12.0)),
    st.builds(RouteRisk, MINERALS, ROUTES, shares(5.0), shares(12.0)),
    st.builds(CorridorOpening, MINERALS, ROUTES, st.none() | st.floats(1.0, 1e9)),
)


@settings(deadline=None)
@given(POLICIES)
def test_a_policy_written_as_a_sentence_is_read_back_the_same(policy: Policy) -> None:
    assert parse_sentence(policy_sentence(policy), NAMES) == (policy,)


@settings(deadline=None)
@given(
    st.lists(POLICIES, min_size=1, max_size=4).filter(lambda found: not overlaps(found)),
    st.sampled_from([" ; ", " and ", ", and "]),
)
def test_sentences_that_are_joined_are_read_in_order(policies: list[Policy], joint: str) -> None:
    text = joint.join(policy_sentence(policy) for policy in policies)
    assert parse_sentence(text, NAMES) == tuple(policies)


def test_and_between_names_and_between_clauses_is_told_apart() -> None:
    for text in ("USA, JPN and EU ban imports of gallium", "CHN bans exports of gallium and tin"):
        with pytest.raises(ScenarioError, match=r"ORE-SCN-00[23]"):
            parse_sentence(text, NAMES)
    text = (
        "CHN bans exports of gallium to JPN and EU and EU bans imports of cobalt from CHN and COD"
    )
    assert parse_sentence(text, NAMES) == (
        ExportBan("CHN", "gallium", ("JPN", "EU")),
        ImportBan("EU", "cobalt", ("CHN", "COD")),
    )


def test_a_sentence_that_can_be_cut_in_two_ways_is_refused() -> None:
    text = "CHN bans exports of gallium to IDN and JPN and EU sanction CHN gallium"
    with pytest.raises(ScenarioError) as caught:
        parse_sentence(text, NAMES)
    assert caught.value.code == "ORE-SCN-021"
    assert 'by ";"' in caught.value.fix
    assert parse_sentence(text.replace(" and JPN", "; JPN"), NAMES) == (
        ExportBan("CHN", "gallium", ("IDN",)),
        Sanction(("JPN", "EU"), "CHN", "gallium"),
    )


def test_a_fault_in_one_of_two_clauses_is_the_one_that_is_named() -> None:
    with pytest.raises(ScenarioError, match="galium"):
        parse_sentence("CHN bans exports of gallium and EU bans imports of galium", NAMES)


def test_every_instrument_is_among_the_random_ones() -> None:
    found: set[type[Policy]] = set()

    @settings(deadline=None, max_examples=600, database=None, derandomize=True)
    @given(POLICIES)
    def collect(policy: Policy) -> None:
        found.add(type(policy))

    collect()
    assert found == {one.kind for one in INSTRUMENTS}


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_and_never_crashes(text: str) -> None:
    with contextlib.suppress(ScenarioError):
        assert parse_sentence(text, NAMES)


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        ("CHN bans exports of gallium to USA", ExportBan("CHN", "gallium", ("USA",))),
        ("China bans exports of Gallium to the U.S.", ExportBan("CHN", "gallium", ("USA",))),
        ("China bans exports of Gallium to US.", ExportBan("CHN", "gallium", ("USA",))),
        ("chn ban export of cobalt ore", ExportBan("CHN", "cobalt", (), link="ore")),
        (
            "CHN bans exports of gallium to USA, Japan and EU with enforcement 0.9",
            ExportBan("CHN", "gallium", ("USA", "JPN", "EU"), 0.9),
        ),
        ("CHN bans exports of gallium to everyone", ExportBan("CHN", "gallium")),
        ("CHN taxes exports of gallium by 25 %", ExportTax("CHN", "gallium", 0.25)),
        (
            "CHN limits exports of heavy rare earths to 60%",
            ExportQuota("CHN", "rare_earths_heavy", 0.6),
        ),
        (
            "CHN licences exports of refined gallium to Côte d'Ivoire at 15 percent",
            ExportLicensing("CHN", "gallium", 0.15, ("CIV",), "refined"),
        ),
        ("DRC loses 30 % of mined cobalt", CapacityLoss("COD", "cobalt", "mined", 0.3)),
        (
            "Democratic Republic of the Congo loses 30 % of mined cobalt",
            CapacityLoss("COD", "cobalt", "mined", 0.3),
        ),
        ("lift CHN-2023-gallium on gallium", LiftMeasure("CHN-2023-gallium", "gallium")),
        (
            "CHN limits exports of gallium to USA to 60 %",
            ExportQuota("CHN", "gallium", 0.6, targets=("USA",)),
        ),
        (
            "CHN bans exports of gallium to USA extraterritorially with enforcement 80 %",
            ExportBan("CHN", "gallium", ("USA",), 0.8, extraterritorial=True),
        ),
        (
            "CHN bans exports of gallium to USA, at a leak cost of 25 %, extraterritorially",
            ExportBan("CHN", "gallium", ("USA",), extraterritorial=True, leak_cost=0.25),
        ),
        ("CHN taxes exports of gallium by 500 USD/t", ExportTax("CHN", "gallium", specific=500.0)),
        (
            "CHN taxes exports of gallium by 10 % and 500 dollars per tonne",
            ExportTax("CHN", "gallium", 0.1, specific=500.0),
        ),
        (
            "Indonesia requires 60% of cobalt ore to be processed at home",
            ProcessingMandate("IDN", "cobalt", 0.6),
        ),
        (
            "USA puts a tariff of 25% on refined gallium from CHN",
            ImportTariff("USA", "gallium", 0.25, ("CHN",), "refined"),
        ),
        (
            "USA taxes imports of gallium from CHN by 25 % under rules of origin",
            ImportTariff("USA", "gallium", 0.25, ("CHN",), rules_of_origin=True),
        ),
        ("EU bans imports of gallium from China", ImportBan("EU", "gallium", ("CHN",))),
        ("EU bans imports of gallium", ImportBan("EU", "gallium")),
        ("USA sanctions CHN gallium", Sanction(("USA",), "CHN", "gallium")),
        (
            "USA, JPN and EU sanction Democratic Republic of the Congo cobalt ore",
            Sanction(("USA", "JPN", "EU"), "COD", "cobalt", link="ore"),
        ),
        (
            "AUS subsidizes cobalt ore by 2000 USD/t",
            ProductionSubsidy("AUS", "cobalt", "mined", 2000),
        ),
        (
            "USA guarantees 110000 USD/t for refined heavy rare earths",
            PriceFloor("USA", "rare_earths_heavy", "refined", 110_000.0),
        ),
        (
            "AUS guarantees 1.5 times the base price for mined cobalt",
            PriceFloor("AUS", "cobalt", "mined", multiple=1.5),
        ),
        ("JPN releases 0.2 kt of gallium", StockRelease("JPN", "gallium", 200.0)),
        ("JPN releases 30 days of gallium", StockRelease("JPN", "gallium", days=30.0)),
        ("USA stockpiles 500 t of cobalt", StockBuild("USA", "cobalt", 500.0)),
        (
            "USA buys 500 t of cobalt up to 3 times the base price",
            StockBuild("USA", "cobalt", 500.0, 3.0),
        ),
        ("USA contracts 500 t of cobalt from CHN", Offtake("USA", "CHN", "cobalt", 500.0)),
        (
            "EU requires certified cobalt from AUS and IDN at 500 USD/t",
            Certification("cobalt", ("AUS", "IDN"), ("EU",), cost=500.0),
        ),
        (
            "demand for gallium in electronics rises 50%",
            DemandShift("gallium", 1.5, None, "electronics"),
        ),
        (
            "demand for gallium in USA in EV storage falls by 20 %",
            DemandShift("gallium", 0.8, "USA", "ev_storage"),
        ),
        ("use of gallium in Germany grows 0.1", DemandShift("gallium", 1.1, "DEU")),
    ],
)
def test_sentences_that_people_write(text: str, policy: Policy) -> None:
    assert parse_sentence(text, NAMES) == (policy,)


@pytest.mark.parametrize(
    ("text", "code", "in_fix"),
    [
        ("CHN bans exports of galium", "ORE-SCN-002", "gallium"),
        ("Chna bans exports of gallium", "ORE-SCN-003", "China"),
        ("CHN bans exports of gallium to Jpan", "ORE-SCN-003", "Japan"),
        ("CHN taxes exports of gallium by 600 %", "ORE-SCN-004", "5"),
        ("COD loses -5 % of mined cobalt", "ORE-SCN-004", "0.4"),
        ("lift CHN-2023-galium on gallium", "ORE-SCN-008", "CHN-2023-gallium"),
        ("Congo loses 30 % of mined cobalt", "ORE-SCN-014", "COD or COG"),
        ("Germany bans exports of gallium", "ORE-SCN-015", "EU"),
        ("CHN bans exports of gallium to Germany", "ORE-SCN-015", "EU"),
        ("CHN bans exports of gallium to Fiji", "ORE-SCN-015", "ROW"),
        ("ROW bans exports of gallium", "ORE-SCN-015", "world info"),
        (
            "CHN bans exports of gallium; CHN bans exports of gallium to USA",
            "ORE-SCN-020",
            "targets",
        ),
        ("", "ORE-SCN-021", "bans exports of"),
        (" ; ", "ORE-SCN-021", "bans exports of"),
        ("CHN forbids gallium", "ORE-SCN-021", "bans exports of"),
        ("CHN taxs exports of gallium by 5 %", "ORE-SCN-021", "taxes exports of"),
        ("CHN taxes gallium by 5 %", "ORE-SCN-021", "taxes exports of"),
        ("CHN bans exports of gallium under rules of origin", "ORE-SCN-021", "bans exports of"),
        (
            "CHN taxes exports of gallium by 5 % with enforcement 80 %",
            "ORE-SCN-021",
            "leave it out",
        ),
        ("USA bans import gallium", "ORE-SCN-021", "bans imports of"),
        ("USA sanctions CHN", "ORE-SCN-021", "sanctions RUS palladium"),
        ("USA sanctions CHN galium", "ORE-SCN-002", "gallium"),
        ("USA sanctions Chna gallium", "ORE-SCN-003", "China"),
        ("AUS subsidises cobalt by 5 USD/t", "ORE-SCN-021", "mined cobalt or refined cobalt"),
        ("AUS subsidises mined cobalt by 5", "ORE-SCN-021", "2000 USD/t"),
        ("AUS subsidises mined cobalt by 2,000 USD/t", "ORE-SCN-022", "110000"),
        ("USA buys 500 t of cobalt from CHN", "ORE-SCN-021", "contracts"),
        ("USA buys 500 t of cobalt ore", "ORE-SCN-021", "write cobalt"),
        ("USA buys 500 of cobalt", "ORE-SCN-021", "500 t"),
        ("USA buys 500 MT of cobalt", "ORE-SCN-021", "500 t"),
        ("IDN requires 60 % of refined cobalt processed at home", "ORE-SCN-021", "cobalt ore"),
        ("demand for gallium in ev_storag rises 50 %", "ORE-SCN-003", "ev_storage"),
        ("demand for gallium in USA in CHN rises 50 %", "ORE-SCN-021", "a clause for each"),
        ("demand for gallium falls 150 %", "ORE-SCN-004", "0 to 100"),
        ("CHN bans exports of gallium from 2027 to 2029", "ORE-SCN-021", "scenario file"),
        ("CHN bans exports of gallium in 2027", "ORE-SCN-021", "scenario file"),
        ("USA buys 5 t of gallium; USA releases 1 t of gallium", "ORE-SCN-020", "places"),
        ("x" * 3000, "ORE-SCN-021", "scenario file"),
        ("CHN taxes exports of gallium by 25", "ORE-SCN-022", "25 %"),
        ("CHN taxes exports of gallium by 0,25", "ORE-SCN-022", "dot"),
    ],
)
def test_a_sentence_that_cannot_be_right_is_refused(text: str, code: str, in_fix: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_sentence(text, NAMES)
    assert caught.value.code == code
    assert in_fix in caught.value.fix


def test_one_is_a_clear_enforcement_but_not_a_clear_tax() -> None:
    assert parse_share("1", may_be_one=True) == 1.0
    with pytest.raises(ScenarioError, match="ORE-SCN-022"):
        parse_share("1")


def test_a_message_carries_no_signs_that_steer_a_terminal() -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_sentence("CHN bans exports of \x1b[31mgallium", NAMES)
    assert "\x1b" not in str(caught.value)
