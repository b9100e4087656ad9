"""Write docs/magics.md from the magics themselves: `make pages`. The suite checks that they agree."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from mcp_notebook.magics.commands import MCPMagics
from mcp_notebook.magics.connections import MCPConnectionMagics
from mcp_notebook.magics.kernel import MCPKernelMagics

PAGE = Path(__file__).with_name("magics.md")
CLASSES = (MCPConnectionMagics, MCPMagics, MCPKernelMagics)
HEAD = """# The magics

Made from the code by `make pages`; don't edit it by hand. `%load_ext mcp_notebook` registers them all,
`%unload_ext mcp_notebook` stops every thread, server and child process that they started.
"""


def page() -> str:
    """Return the whole page."""
    parts = [HEAD]
    for magics in CLASSES:
        kinds = magics.magics
        for name in dict.fromkeys((*kinds["line"], *kinds["cell"])):
            marks = [mark + name for kind, mark in (("line", "%"), ("cell", "%%")) if name in kinds[kind]]
            parts.append(section(marks, getattr(magics, name)))
    return "\n".join([*parts, defaults()])


def section(marks: list[str], magic: Any) -> str:
    """Return what one magic is called, what it says of itself, and its options."""
    parser = getattr(magic, "parser", None)
    words = inspect.cleandoc((parser.description if parser is not None else magic.__doc__) or "")
    options = table(parser) if parser is not None else ""
    return f"## {', '.join(f'`{mark}`' for mark in marks)}\n\n```text\n{words.strip()}\n```\n{options}"


def table(parser: Any) -> str:
    """Return the options of a magic as a table."""
    rows = [
        (", ".join(f"`{option}`" for option in action.option_strings), (action.help or "").replace("%%", "%"))
        for action in parser._actions  # noqa: SLF001 - argparse tells them nowhere else
        if action.option_strings
    ]
    return "\n| option | does |\n|---|---|\n" + "".join(f"| {names} | {words} |\n" for names, words in rows)


def defaults() -> str:
    """Return what `%config MCPMagics` knows."""
    rows = [
        f"| `{name}` | `{trait.default_value!r}` | {trait.help} |\n"
        for name, trait in sorted(MCPMagics.class_traits(config=True).items())
    ]
    return "## `%config MCPMagics`\n\n| setting | at first | means |\n|---|---|---|\n" + "".join(rows)


if __name__ == "__main__":
    PAGE.write_text(page())
