"""
How the pages are built. The rule pages are written by `_tables.py` out of the tables in the source.
"""

import re
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

project = "leadmodel"
author = "leadmodel contributors"
project_copyright = "leadmodel contributors"
release = metadata.version("leadmodel")

extensions = ["_contract", "_tables", "myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "jupyter_execute"]

html_theme = "furo"
html_title = "leadmodel"
smartquotes_action = "D"  # dashes only: a text in quotes is often a value
html_static_path = ["_static"]
html_css_files = ["tables.css"]
html_show_sphinx = False
html_copy_source = False
pygments_style = "friendly"
pygments_dark_style = "monokai"

# Pages
myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3

# Tutorials run when they are built; an example that fails, fails the build.
nb_execution_mode = "force"
nb_execution_in_temp = True  # a tutorial may write files
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True

# Docstrings
default_role = "py:obj"  # a name in backticks is a link where there is something to link to
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_default_options = {"members": True, "exclude-members": "own_problems"}
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_custom_sections = [("Rule", "returns_style")]
add_module_names = False


_TABLES = {"AuthorRules": "author_rules", "Pipeline": "pipelines", "Statuses": "statuses"}
_told: dict[str, list[str]] = {}


def _sign(*given: Any) -> tuple[str, str] | None:
    """
    Show the default of an argument by its name: what the `repr` of a table or an empty mapping says is no Python.
    """
    *_, signature, returns = given
    if signature is None:
        return None
    signature = signature.replace("FrozenMap(0 keys: )", "{}")
    signature = re.sub(r"<(?:function|bound method) ([\w.]+)(?: of <.*?>| at \w+)?>", r"\1", signature)
    preset = re.compile(r"(\w+)\((?:name|key)='(\w+)', \d+ \w+\)")
    return preset.sub(lambda found: f"{_TABLES[found[1]]}.{found[2].upper()}", signature), returns


def _before_napoleon(_: object, what: str, name: str, __: object, ___: object, lines: list[str]) -> None:
    if what in {"attribute", "data"}:
        _told[name] = list(lines)


def _after_napoleon(_: object, __: str, name: str, ___: object, ____: object, lines: list[str]) -> None:
    lines[:] = _told.pop(name, lines)


def setup(app: Any) -> None:
    """
    Keep what is said of a field as it is: napoleon would take everything before a colon for its type.
    """
    app.connect("autodoc-process-signature", _sign)
    app.connect("autodoc-process-docstring", _before_napoleon, priority=400)
    app.connect("autodoc-process-docstring", _after_napoleon, priority=600)
