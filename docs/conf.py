"""Configuration of the documentation build."""

from __future__ import annotations

import sys
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.util import logging

import oreacle

sys.path.insert(0, str(Path(__file__).parent))
from live_parts import stale_pages

project = "oreacle"
author = "the oreacle authors"
project_copyright = author
version = release = oreacle.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"oreacle {release}"
html_show_sphinx = False
highlight_language = "none"

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 4

autodoc_typehints = "signature"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_param = False
napoleon_use_rtype = False

# References are checked (-n). Names of other projects are not looked up: the build uses no
# network. Names inside oreacle that are not exported have no page of their own.
nitpick_ignore_regex = [
    (r"py:.*", r"(numpy|np|pandas|pd|xarray|xr|pathlib|collections|typing|datetime|enum)(\..*)?"),
    (
        r"py:.*",
        r"(Path|Any|Callable|Iterable|Iterator|Mapping|Sequence|DataFrame|DataArray|Dataset)",
    ),
    (r"py:.*", r"oreacle\.[a-z_]+\..*"),
]


def warn_of_stale_pages(_app: Sphinx) -> None:
    """Warn (an error in the strict build) of parts that no longer match program and tables."""
    for page in stale_pages():
        logging.getLogger(__name__).warning(
            "%s has a stale part: run `python docs/live_parts.py`", page.name
        )


def setup(app: Sphinx) -> None:
    """Check the live parts before the pages are read."""
    app.connect("builder-inited", warn_of_stale_pages)
