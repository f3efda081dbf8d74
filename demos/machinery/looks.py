"""How things look on a page: a picture, a verdict, a page of claims, a derivation, a table, a page within the page."""

from __future__ import annotations

import re
from base64 import b64encode
from pathlib import Path
from typing import Any

from autograd.derive import Derivation
from autograd.draw import Drawing, NoRendererError
from autograd.explore.html import Markup, element, joined, words
from autograd.proofread import Report, Verdict

from . import figure
from .show import Shown
from .terminal import cell, is_number, is_table


def html(shown: Shown, name: str) -> Markup:
    """A thing as HTML; ``name`` is for the ids in it, which must not occur twice in a page."""
    thing, says = shown.thing, shown.says
    if hasattr(thing, "savefig"):
        return _captioned(_curves(thing, says), says)
    if isinstance(thing, Drawing):
        return _drawing(thing, says, name)
    if isinstance(thing, Path):
        page = element("iframe", srcdoc=thing.read_text(encoding="utf-8"), title=says, class_="page")
        return _captioned(page, says)
    if isinstance(thing, Derivation):
        return _titled(_scrolling(Markup(thing.mathml), f"Derivation: {says}" if says else "Derivation", "math"), says)
    if isinstance(thing, Verdict):
        return _titled(_verdict(thing), says)
    if isinstance(thing, Report):
        return _titled(_claims(thing), says)
    if is_table(thing):
        return _titled(_table(thing), says)
    return _titled(text(str(thing)), says)


def text(printed: str, kind: str = "printed") -> Markup:
    """Plain text as it is."""
    return element("pre", words(printed.rstrip("\n")), class_=kind, tabindex=0)


# --- pictures ---------------------------------------------------------------------------------------------------------


def _curves(thing: Any, says: str) -> Markup:
    data = b64encode(figure.svg(thing).encode()).decode()
    width, height = (round(96 * inches) for inches in thing.get_size_inches())
    source = f"data:image/svg+xml;base64,{data}"
    return Markup(element("img", src=source, alt=says, width=width, height=height).removesuffix("</img>"))


def _drawing(thing: Drawing, says: str, name: str) -> Markup:
    try:
        drawn = thing.svg()
    except NoRendererError:
        why = "As text, because nothing is installed here that draws graphs: pip install '.[draw]'"
        return joined(_captioned(text(thing.text), says), element("p", why, class_="needed"))
    drawn = re.sub(r'\bid="(\w+)"', rf'id="{name}-\1"', drawn)
    drawn = re.sub(r'aria-label="[^"]*"', lambda _: f'aria-label="{words(says)}"', drawn, count=1) if says else drawn
    points = re.search(r'width="(\d+)pt"', drawn)
    width = f"--width: {float(points[1]) * 96 / 72:.0f}px" if points else None
    return _captioned(_scrolling(Markup(drawn), says or "Graph", "graph", style=width), says)


def _captioned(picture: Markup, says: str) -> Markup:
    """The caption is for the eyes: who listens has heard it as the text of the picture."""
    caption = element("figcaption", words(says), aria_hidden="true") if says else Markup("")
    return element("figure", picture, caption)


def _titled(thing: Markup, says: str) -> Markup:
    return joined(element("p", words(says), class_="title"), thing) if says else thing


def _scrolling(thing: Markup, label: str, kind: str, **attributes: Any) -> Markup:
    """What may be wider than a phone scrolls by itself, with the keyboard too."""
    return element("div", thing, class_=f"scrolls {kind}", tabindex=0, role="group", aria_label=label, **attributes)


# --- verdicts ---------------------------------------------------------------------------------------------------------


def _verdict(verdict: Verdict) -> Markup:
    first, *rest = verdict.lines()
    said = [element("p", element("strong", words(first)))]
    said += [element("p", words(line.strip())) for line in rest]
    return element("div", *said, class_=f"verdict {verdict.kind}")


def _claims(report: Report) -> Markup:
    rows: list[Markup] = []
    for line in report.lines:
        verdict, claim = line.verdict, line.claim
        said = [element("span", words(f"{verdict.mark} {verdict.short}"), class_=f"pill {verdict.kind}")]
        if verdict.kind == "wrong":
            said += [element("span", words(reason), class_="reason") for reason in verdict.diagnosis]
        if line.correction is not None:
            said.append(element("span", words(f"right: {claim.corrected}"), class_="reason"))
        rows.append(
            element(
                "tr",
                element("th", words(claim.id), scope="row"),
                element("td", words(claim.says)),
                element("td", *said),
            )
        )
    head = element("tr", *[element("th", words(what), scope="col") for what in ("id", "claim", "verdict")])
    table = element("table", element("thead", head), element("tbody", *rows), class_="claims")
    return joined(table, element("p", words(report.totals), class_="totals"))


def _table(rows: Any) -> Markup:
    headings = list(rows[0])

    def of(tag: str, content: str, heading: str, **attributes: Any) -> Markup:
        return element(tag, words(content), class_="number" if is_number(rows[0][heading]) else None, **attributes)

    head = element("tr", *[of("th", heading, heading, scope="col") for heading in headings])
    body = [element("tr", *[of("td", cell(row[heading]), heading) for heading in headings]) for row in rows]
    table = element("table", element("thead", head), element("tbody", *body), class_="numbers")
    return _scrolling(table, "Table", "rows")
