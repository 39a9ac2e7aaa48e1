"""The answers of `coalition`: one club, the best clubs, the smallest cover.

Does      Runs what is asked with a bar on stderr, and prints a page or JSON.
Units     As in `oreacle.engine.clubs`.
Method    One function for each kind of question.
Assumes   Options go together: see `oreacle.app.coalition_question`.
Not here  The pages: see `oreacle.present.coalition_text` and `.coalition_search_text`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from oreacle.app.coalition_question import SHARE, Asked, read_question
from oreacle.app.output import progress_bar, show, talk, write_json

if TYPE_CHECKING:
    from oreacle.engine.clubs.study import ClubStudy
    from oreacle.world.snapshot import World


def show_study(world: World, asked: Asked, *, as_json: bool, quiet: bool) -> None:
    """Study a club and print what is found."""
    from oreacle.app.coalition_records import study_record
    from oreacle.engine.clubs.question import checked_members
    from oreacle.engine.clubs.study import study_club
    from oreacle.present.coalition_text import coalition_text
    from oreacle.present.shock_text import country_labels

    reading = read_question(world, asked)
    checked_members(world, reading.question)
    with progress_bar("club", quiet=quiet or as_json) as update:
        study = study_club(world, reading.question, progress=update)
    _save(asked.save, study, world)
    if as_json:
        write_json(study_record(study, world, reading.notes))
        return
    show(coalition_text(study, world, country_labels(world), reading.notes))


def show_best(world: World, asked: Asked, *, as_json: bool, quiet: bool) -> None:
    """Search the best clubs around an actor and print them."""
    from oreacle.app.coalition_records import question_record
    from oreacle.engine.clubs.search import best_clubs
    from oreacle.present.coalition_search_text import best_story, best_text
    from oreacle.present.shock_text import country_labels

    reading = read_question(world, asked)
    question, names = reading.question, country_labels(world)
    with progress_bar("clubs", quiet=quiet or as_json) as update:
        found = best_clubs(world, question, reading.around, question.members, progress=update)
    if as_json:
        record = question_record(question, reading.notes)
        write_json({"question": record, "found": found, "story": best_story(found, names)})
        return
    _say(reading.notes, quiet=quiet)
    show(best_text(found, question, world, names))


def show_cover(world: World, asked: Asked, *, as_json: bool, quiet: bool) -> None:
    """Search the smallest club against a threat and print it."""
    from oreacle.app.coalition_records import question_record
    from oreacle.engine.clubs.search import smallest_cover
    from oreacle.present.coalition_search_text import cover_story, cover_text
    from oreacle.present.shock_text import country_labels

    reading = read_question(world, asked)
    question, names = reading.question, country_labels(world)
    share = SHARE if asked.share is None else asked.share
    found = smallest_cover(
        world, question, reading.around, reading.threat, share=share, named=question.members
    )
    if as_json:
        record = question_record(question, reading.notes)
        story = cover_story(found, question, names)
        body = {"found": found, "smallest": found.smallest, "story": story}
        write_json({"question": record, "threat": asked.covers, **body})
        return
    _say(reading.notes, quiet=quiet)
    show(cover_text(found, question, world, names))


def _say(notes: tuple[str, ...], *, quiet: bool) -> None:
    """Say on stderr who stands for whom."""
    if notes and not quiet:
        talk("\n".join(notes))


def _save(path: Path | None, study: ClubStudy, world: World) -> None:
    """Write the charts of a study, and say where."""
    if path is None:
        return
    from oreacle.present.charts.chart_files import save_charts
    from oreacle.present.charts.coalition_charts import coalition_charts
    from oreacle.present.coalition_words import named_list, story
    from oreacle.present.shock_text import country_labels

    names = country_labels(world)
    members = named_list(study.first.values.payoffs.players, names)
    save_charts(
        coalition_charts(study, world, names),
        path,
        title=f"Club of {members}",
        note=" ".join(story(study, names)),
    )
    talk(f"charts: {path}")
