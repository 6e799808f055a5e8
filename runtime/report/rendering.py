"""Write pages and the file that stands alone, from templates in this folder."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from runtime.report.counting import Report
from runtime.report.links import Links
from runtime.report.showing import glance, head, topics
from runtime.report.wording import words

FOLDER: Final = Path(__file__).parent


@cache
def _templates() -> Environment:
    found = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals["words"] = words
    return found


@cache
def style() -> str:
    """Return the one style sheet."""
    return (FOLDER / "static" / "report.css").read_text("utf-8")


def page(name: str, **said: Any) -> str:
    """Return a page, made of the template of that name; every value is escaped."""
    return _templates().get_template(f"{name}.html").render({"alone": False, **said})


def overview(report: Report, titles: Mapping[str, str], links: Links, **more: Any) -> str:
    """Return the overview; one whose links stand `alone` has every table and the style in it."""
    said = {
        "report": head(report),
        "glance": glance(report, links),
        "topics": topics(report, titles, links),
        **more,
    }
    return page("overview", alone=links.alone, css=style() if links.alone else "", **said)
