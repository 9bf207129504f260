"""Colours of the page's charts and marks, for both schemes. Lightness is chosen for contrast: tests compute it after WCAG 2.2."""

from typing import TypedDict


class Theme(TypedDict):
    """`paper`, `ink`: as the page's own (a test compares). `series`: told apart from the paper by 3:1. `few`, `many`: ends of the map."""

    paper: str
    ink: str
    soft: str
    line: str
    faint: str
    series: list[str]
    few: str
    many: str


LIGHT: Theme = {
    "paper": "#ffffff",
    "ink": "#1f2933",
    "soft": "#52606d",
    "line": "#d9e2ec",
    "faint": "#8794a1",
    "series": ["#0072b2", "#c45500", "#00805d", "#b5508a", "#5d3a9b", "#8a6100", "#882255", "#4d7a1f"],
    "few": "#bfe3d4",
    "many": "#064e38",
}
DARK: Theme = {
    "paper": "#12181f",
    "ink": "#e4e7eb",
    "soft": "#9aa5b1",
    "line": "#323f4b",
    "faint": "#6b7885",
    "series": ["#56b4e9", "#f29f4b", "#2fbf9b", "#e39cc6", "#b7a6ff", "#e0c04c", "#f08fa8", "#9fd356"],
    "few": "#1e5a47",
    "many": "#8df0c8",
}
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross")
"""Vega's; series beyond the number of colours take the next shape."""
