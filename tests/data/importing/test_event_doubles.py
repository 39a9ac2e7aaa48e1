"""A user's event that stands already is refused with its line; a likely one is listed."""

from __future__ import annotations

from dataclasses import replace

from tests.data.importing.files import EVENT, known, row

from oreacle.data.importing.events import check_events
from oreacle.data.importing.known import Known


def past() -> Known:
    return replace(known(), allow_past=True)


def chronicle_event(name: str) -> dict[str, str]:
    events = known().events.set_index("event_id", drop=False)
    found = {str(key): str(value) for key, value in events.loc[name].items()}
    found["minerals"] = found["minerals_raw"]
    return {column: found[column] for column in EVENT}


def test_an_event_of_the_chronicle_under_another_label_is_refused_with_its_line() -> None:
    again = row(chronicle_event("idn_bauxite_ban_2022"), 7, event_id="mine")
    (fault,) = check_events([again], past()).faults
    assert (fault.line, fault.column, fault.value) == (7, "event_id", "mine")
    assert "'idn_bauxite_ban_2022' (in the tables)" in fault.reason


def test_the_same_act_in_own_words_is_listed_and_taken() -> None:
    told = chronicle_event("idn_bauxite_ban_2022") | {"summary": "No bauxite", "source": "Press"}
    checked = check_events([row(told, 7, event_id="mine")], past())
    assert checked.faults == ()
    assert len(checked.frame) == 1
    (warning,) = [text for text in checked.warnings if "idn_bauxite_ban_2022" in text]
    assert warning.startswith("line 7, event_id: 'mine' may be")
    assert "possibly on one day" in warning


def test_a_double_within_a_file_is_refused_beside_all_other_faults() -> None:
    rows = [
        row(EVENT, 2),
        row(EVENT, 3, event_id="again", summary="drc suspends  exports of cobalt"),
        row(EVENT, 4, event_id="wrong", kind="no_kind"),
    ]
    faults = {fault.line: fault for fault in check_events(rows, known()).faults}
    assert set(faults) == {3, 4}
    assert "'cod_stop_2025' (line 2)" in faults[3].reason
    assert faults[4].column == "kind"


def test_a_year_may_be_any_of_its_days_and_all_is_every_mineral() -> None:
    rows = [
        row(EVENT, 2),
        row(EVENT, 3, event_id="some_day", date="2025"),
        row(EVENT, 4, event_id="everything", minerals="all"),
        row(EVENT, 5, event_id="elsewhere", actors="IDN"),
    ]
    warnings = check_events(rows, known()).warnings
    assert any("'some_day' may be 'cod_stop_2025'" in text for text in warnings)
    assert any("'everything' may be 'cod_stop_2025'" in text for text in warnings)
    assert not any("elsewhere" in text for text in warnings)
