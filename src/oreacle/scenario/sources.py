"""Where scenario files are, and which of them a file may name.

Does      Finds a preset by its name or a file by its path, and reads it.
Units     None.
Method    What ends in .yaml or .yml, or holds a slash, is a path; anything else is a name.
Assumes   A user may open any file; a file may name presets, and files in its own folder or below.
Not here  Joining files: see `oreacle.scenario.composition`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from oreacle.core.errors import ScenarioError
from oreacle.core.labels import suggestion
from oreacle.core.spelling import shown
from oreacle.scenario.reading import Document, read_document

PRESETS_DIRECTORY = Path(__file__).parent / "presets"
ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True)
class Source:
    """A file that holds a scenario or a part of one.

    Attributes
    ----------
    path
        Where it is.
    title
        How messages call it.
    """

    path: Path
    title: str

    @property
    def identity(self) -> str:
        """The same for one file, however it is spelled."""
        return str(self.path.resolve())

    def read(self) -> Document:
        """Return the values of the file.

        Raises
        ------
        ScenarioError
            ORE-SCN-012 or 013 if it cannot be read.
        """
        return read_document(self.path, name=self.title)


def preset_names() -> tuple[str, ...]:
    """Return the names of the scenarios that the package ships, sorted."""
    return tuple(sorted(path.stem for path in PRESETS_DIRECTORY.glob("*.yaml")))


def source_of(source: str | Path) -> Source:
    """Return the preset or file that a user names.

    Raises
    ------
    ScenarioError
        ORE-SCN-001 on an unknown preset, ORE-SCN-012 on a file that is not YAML by its name.
    """
    text = str(source)
    if not isinstance(source, Path) and not _is_path(text):
        return _preset(text)
    _check_ending(text)
    return Source(Path(source), shown(text))


def source_within(text: str, from_file: Source) -> Source:
    """Return the preset or file that another file names.

    Parameters
    ----------
    text
        Name of a preset, or path from the folder of the file.
    from_file
        The file in which it stands.

    Raises
    ------
    ScenarioError
        As `source_of`; ORE-SCN-077 if it leads out of the folder of the file.
    """
    if not _is_path(text):
        return _preset(text)
    folder = from_file.path.parent.resolve()
    windows, plain = PureWindowsPath(text), PurePosixPath(text)
    named_badly = "\\" in text or "\0" in text or windows.drive or plain.is_absolute()
    leaves = named_badly or ".." in plain.parts
    if leaves or not (folder / text).resolve().is_relative_to(folder):
        raise ScenarioError(
            "ORE-SCN-077",
            f"'{shown(text)}' is outside the folder of '{from_file.title}'.",
            why="a scenario file from somebody else could open any file.",
            fix="name a preset, or a .yaml file in the same folder or below it; `--overlay` takes "
            "a file from anywhere.",
        )
    _check_ending(text)
    return Source(folder / text, shown(text))


def _is_path(text: str) -> bool:
    return "/" in text or "\\" in text or text.endswith(ENDINGS)


def _check_ending(text: str) -> None:
    if not text.endswith(ENDINGS):
        raise ScenarioError(
            "ORE-SCN-012",
            f"'{shown(text)}' is not a scenario file.",
            why="no other kind of file is opened.",
            fix="name a file that ends in .yaml or .yml.",
        )


def _preset(text: str) -> Source:
    if text in preset_names():
        return Source(PRESETS_DIRECTORY / f"{text}.yaml", text)
    near = suggestion(text, preset_names())
    raise ScenarioError(
        "ORE-SCN-001",
        f"unknown scenario '{shown(text)}'.",
        why="there is no scenario of that name to run.",
        fix=f"{near} Use one of {', '.join(preset_names())}, or the path of a .yaml file.".strip(),
    )
