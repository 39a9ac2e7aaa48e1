"""Compile functions by numba where it is installed.

Does      Wraps numba's decorators so that functions keep their types, and keeps what is compiled.
Units     None.
Method    No fast mathematics and no threads: the same machine code gives the same bytes anywhere.
          numba asks whether the file of a function has changed, not those of what it calls: the
          folder of the cache is named by the contents of all of them. It stands beside the code or,
          where nobody may write there, with the user's caches; else nothing is kept.
          Without numba the functions stay as they are, and run as Python: right, and slow.
Assumes   numpy's rules for division: by zero it gives infinity, it does not raise.
Not here  Whether the engine uses the result: see `oreacle.market.compiled.kinds`.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

numba: Any = None
with suppress(ImportError):  # the extra `fast` is optional
    numba = import_module("numba")

Function = TypeVar("Function", bound=Callable[..., Any])
BESIDE = ("balance", "curves", "levelling", "links", "newton", "stocks", "support")
"""Modules of the market whose constants are compiled in."""
OPTIONS = {"error_model": "numpy", "no_cfunc_wrapper": True}
"""No functions for C: nobody calls them."""


def jitted(function: Function) -> Function:
    """Return the function compiled at its first call."""
    if numba is None:
        return function
    made: Function = numba.njit(**OPTIONS)(function)
    return made


def entry(function: Function) -> Function:
    """Return the function compiled at its first call; the next process finds it in the cache."""
    if FOLDER is None:
        return jitted(function)
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(FOLDER)
    try:
        kept: Function = numba.njit(cache=True, **OPTIONS)(function)
    finally:
        numba.config.CACHE_DIR = before
    return kept


def _folder() -> Path | None:
    """Return the folder of what is compiled; None where there is none."""
    here = Path(__file__).parent
    try:
        files = [*here.glob("*.py"), *(here.parent / f"{name}.py" for name in BESIDE)]
        texts = [path.read_bytes() for path in sorted(files)]
    except OSError:
        return None
    name = "oreacle-kernel-" + hashlib.sha256(b"\0".join(texts)).hexdigest()[:16]
    named = os.environ.get("NUMBA_CACHE_DIR")
    if named:
        places = [Path(named)]
    else:
        home = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
        places = [here / "__pycache__", Path(home).expanduser() / "oreacle"]
    return next((place / name for place in places if _is_writable(place / name)), None)


def _is_writable(folder: Path) -> bool:
    """Return True if files can be written to the folder, which is made if it can be."""
    if not folder.is_absolute():
        return False
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


FOLDER = None if numba is None else _folder()
