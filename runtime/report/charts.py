"""Bar charts by pygal, with the colours and fonts of the page's style sheet.

The scripts and styles that pygal adds are removed, so a chart needs no script, no network and no
exception from the page's security policy, and follows its dark mode.
"""

import sys
from collections.abc import Sequence
from typing import Any, Final
from xml.etree.ElementTree import Element, tostring

import pygal  # type: ignore[import-untyped] # it has no types
from markupsafe import Markup

# Its plug-in finder turns every failed import into a warning; we use no plug-ins.
sys.meta_path[:] = [one for one in sys.meta_path if type(one) is not pygal.PluginImportFixer]

WIDTH: Final = 340
"""Width in units of the drawing; close to the displayed width, so that its text stays legible."""

ROW_HEIGHT: Final = 28
FRAME_HEIGHT: Final = 12
FONT_SIZE: Final = 14
_SCRIPTED: Final = frozenset({"script", "style", "desc", "title"})
"""Elements that serve pygal's own scripts and styles."""


def bars(key: str, title: str, counts: Sequence[tuple[str, int]]) -> Markup:
    """Return a chart of horizontal bars, the first of `counts` on top.

    Args:
        key: Id, unique in the page, that links the chart to its text alternative.
        title: Title of the chart.
        counts: Name and length of each bar.
    """
    root = _drawn(counts)
    for parent in root.iter():
        for child in list(parent):
            if callable(child.tag) or child.tag in _SCRIPTED:
                parent.remove(child)
        parent.attrib.pop("style", None)
        if parent.tag == "text":
            # Numbers are placed after their bars, names before them.
            parent.set("text-anchor", "start" if parent.get("class") == "value" else "end")
    _name(root, key, title, "; ".join(f"{name}: {number:,}" for name, number in counts))
    return Markup(tostring(root, encoding="unicode"))  # noqa: S704 - the texts are escaped by it


def _drawn(counts: Sequence[tuple[str, int]]) -> Element:
    style = pygal.style.Style(
        label_font_size=FONT_SIZE, value_font_size=FONT_SIZE, value_label_font_size=FONT_SIZE
    )
    chart = pygal.HorizontalBar(
        width=WIDTH,
        height=FRAME_HEIGHT + ROW_HEIGHT * len(counts),
        style=style,
        js=[],
        show_legend=False,
        show_x_labels=False,
        show_x_guides=False,
        print_values=True,
        print_values_position="top",
        print_zeroes=True,
        margin=4,
        # Leave room for a number after the longest bar.
        range=(0, max((number for _, number in counts), default=0) * 1.35 or 1),
        spacing=6,
        formatter=lambda number: f"{int(number):,}",
        disable_xml_declaration=True,
        truncate_label=-1,
    )
    # pygal draws the lowest bar first.
    chart.x_labels = [name for name, _ in reversed(counts)]
    chart.add("", [number for _, number in reversed(counts)])
    root: Any = chart.render_tree()
    plain: Element = root
    return plain


def _name(root: Element, key: str, title: str, said: str) -> None:
    # Remove pygal's random id, so that equal figures give equal pages.
    root.attrib.pop("id", None)
    root.attrib.update(
        {"class": "chart", "role": "img", "aria-labelledby": f"{key}-title {key}-desc"}
    )
    for name, text in (("desc", said), ("title", title)):
        node = Element(name, {"id": f"{key}-{name}"})
        node.text = text
        root.insert(0, node)
