"""The explorer's page: one file (HTML, UTF-8) that needs no other and may reach none.

Texts of articles stand in blocks of JSON only, in which nothing can end the block, and the scripts write them as text nodes. The page's
policy lets only its own scripts run, names each of them by its hash, and forbids every connection."""

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources

from asknews_ner.recipe import Recipe
from asknews_ner.report.explorer.colours import DARK, LIGHT, Theme
from asknews_ner.report.explorer.data import ExplorerData, details_json, index_json
from asknews_ner.report.section import Section, fragment, template

_SCRIPTS = ("state.js", "charts.js", "lists.js", "article.js", "main.js")
_CHARTS = ("map", "atlas", "scores", "rejects", "changes", "curves")
VEGA_LITE = "6.4"
TINT = 0.2
"""Share of a series' colour in the ground of an entity."""


def explorer_page(data: ExplorerData, sections: Sequence[Section], recipe: Recipe) -> str:
    """The page. `sections`: other reports, shown below; their scripts, if they had any, would not run."""
    charts = {name: json.loads(_text(f"charts/{name}.vl.json")) for name in _CHARTS if _has_rows(data, name)}
    script = "(() => {\n'use strict';\n" + "\n".join(_text(name) for name in _SCRIPTS) + "})();\n"
    style = "\n".join([_text("../shell.css"), _text("explorer.css"), _entity_styles()])
    library = vega()
    inside = [style, *(found for section in sections for found in re.findall(r"<style[^>]*>(.*?)</style>", section.html, flags=re.DOTALL))]
    return template("explorer/explorer.html.jinja").render(
        name=recipe.name,
        description=recipe.description,
        data=data,
        languages=len({row.language for row in data.articles}),
        sections=sections,
        evidence=fragment("explorer/evidence", data=data, charts=charts),
        policy=_policy(scripts=[library, script], styles=list(dict.fromkeys(inside))),
        style=style,
        index=index_json(data, charts, recipe.explorer),
        details=details_json(data),
        library=library,
        script=script,
        vega_lite=VEGA_LITE,
    )


def explorer_section(data: ExplorerData) -> str:
    """The inside of the explorer's section on a page with other reports."""
    return fragment("explorer/section", data=data)


@cache
def vega() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script (0.9 MB), with the interpreter that needs no `eval`."""
    import vl_convert

    notice = f"/*! Vega, Vega-Lite {VEGA_LITE}, Vega-Embed: BSD 3-Clause, copyright University of Washington Interactive Data Lab */\n"
    return notice + vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", VEGA_LITE).replace("</script", "<\\/script")


def _has_rows(data: ExplorerData, chart: str) -> bool:
    rows: Sequence[object] = {
        "scores": data.scores,
        "rejects": data.rejects,
        "changes": [row for row in data.changes if row.language != "all" and row.change != "unchanged"],
        "curves": data.curves,
    }.get(chart, data.articles)
    return bool(rows)


def _policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    """`style-src-attr`: attributes of SVG pictures and of the tooltip's place; with `default-src 'none'` they can fetch nothing."""
    ours = " ".join(_hash(script) for script in scripts)
    looks = " ".join(_hash(style) for style in styles)
    return (
        f"default-src 'none'; script-src {ours}; style-src {looks}; style-src-elem {looks}; style-src-attr 'unsafe-inline'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def _entity_styles() -> str:
    """Ground and line of entities by the number of their type, for both schemes."""
    rules = []
    for number, (light, dark) in enumerate(zip(LIGHT["series"], DARK["series"], strict=True)):
        grounds = f"light-dark({mixed(light, LIGHT)}, {mixed(dark, DARK)})"
        rules.append(f".e{number} {{ background: {grounds}; border-color: light-dark({light}, {dark}); }}")
    return "\n".join(rules)


def mixed(colour: str, theme: Theme) -> str:
    """A colour laid thinly over the theme's paper, as #rrggbb."""
    pairs = zip(_channels(colour), _channels(theme["paper"]), strict=True)
    return "#" + "".join(f"{round(TINT * one + (1 - TINT) * other):02x}" for one, other in pairs)


def _channels(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def _text(name: str) -> str:
    folder = resources.files("asknews_ner.report")
    return (folder.joinpath(name[3:]) if name.startswith("../") else folder.joinpath("explorer", name)).read_text(encoding="utf-8")
