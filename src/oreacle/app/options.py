"""Options that several commands share.

Does      Names type, spelling and help of each shared option once.
Units     None.
Method    Annotated types of typer.
Assumes   None.
Not here  Options of one command: see its module.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, and nothing else, to stdout.")]
Data = Annotated[
    Path | None,
    typer.Option("--data", help="Folder of tables; default: OREACLE_DATA, or the embedded ones."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no remarks.")]
Overlay = Annotated[
    list[Path] | None,
    typer.Option("--overlay", help="Preset or .yaml file to lay on top; may be repeated."),
]
Sources = Annotated[
    bool, typer.Option("--sources", help="Show year, basis and source of every figure.")
]
