"""Draw counts as bars: geometry from pygal, colours and text from the style sheet of the page.

What pygal adds for scripts and styles of its own is taken out, so that a chart needs no script, no
network and no exception from the page's security policy, and turns dark with the page.
"""

import sys
from collections.abc import Sequence
from typing import Any, Final
from xml.etree.ElementTree import Element, tostring

import pygal  # type: ignore[import-untyped] # it has no types
from markupsafe import Markup

# Its finder of plug-ins, of which we have none, makes every import that fails a warning.
sys.meta_path[:] = [one for one in sys.meta_path if type(one) is not pygal.PluginImportFixer]

WIDTH: Final = 340
"""In units of the drawing: about as wide as it is shown, so that its text stays legible."""

ROW_HEIGHT: Final = 28
FRAME_HEIGHT: Final = 12
FONT_SIZE: Final = 14
_SCRIPTED: Final = frozenset({"script", "style", "desc", "title"})
"""Elements that are there for pygal's own scripts and styles."""


def bars(key: str, title: str, counts: Sequence[tuple[str, int]]) -> Markup:
    """Return a drawing of horizontal bars, the first of `counts` on top.

    Args:
        key: Unique in the page: it names the title for whoever does not see the drawing.
        title: What is counted.
        counts: What each bar is called, and how long it is.
    """
    root = _drawn(counts)
    for parent in root.iter():
        for child in list(parent):
            if callable(child.tag) or child.tag in _SCRIPTED:
                parent.remove(child)
        parent.attrib.pop("style", None)
        if parent.tag == "text":
            # Numbers stand behind their bars, names before them.
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
        # Room for a number beyond the longest bar.
        range=(0, max((number for _, number in counts), default=0) * 1.35 or 1),
        spacing=6,
        formatter=lambda number: f"{int(number):,}",
        disable_xml_declaration=True,
        truncate_label=-1,
    )
    # The lowest bar is drawn first.
    chart.x_labels = [name for name, _ in reversed(counts)]
    chart.add("", [number for _, number in reversed(counts)])
    root: Any = chart.render_tree()
    plain: Element = root
    return plain


def _name(root: Element, key: str, title: str, said: str) -> None:
    # pygal gives each drawing an id of its own, and the same figures should be the same page.
    root.attrib.pop("id", None)
    root.attrib.update(
        {"class": "chart", "role": "img", "aria-labelledby": f"{key}-title {key}-desc"}
    )
    for name, text in (("desc", said), ("title", title)):
        node = Element(name, {"id": f"{key}-{name}"})
        node.text = text
        root.insert(0, node)
