"""The report in a browser: headless Chromium, from disk. Nothing is downloaded and nothing is served."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from itertools import pairwise

import pytest

from demos.__main__ import NAMES
from tests.autograd.explore.chromium import CHROMIUM, MISSING, SKIPPED, sync_playwright

needs_browser = pytest.mark.skipif(bool(MISSING), reason=SKIPPED)
SIZES = {"desk": (1280, 800), "tablet": (820, 1180), "phone": (390, 844), "small phone": (320, 568)}


@pytest.fixture(scope="module")
def browser():
    with warnings.catch_warnings(), sync_playwright() as playwright:
        warnings.simplefilter("ignore", DeprecationWarning)  # of the driver's own
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, everything):
    """Open the report; afterwards, nothing may have gone wrong in it or been asked of the network."""
    contexts, complaints, asked = [], [], []

    def open_page(size="desk", **options):
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        address = everything[1].as_uri()
        page.goto(address)
        assert asked.pop(0) == address
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith("data:")] == []


@needs_browser
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_wider_than_the_page(visit, size):
    page = visit(size)
    for opened in (False, True):
        wider = page.evaluate(
            """(opened) => {
                for (const e of document.querySelectorAll("details")) e.open = opened;
                const room = document.documentElement.clientWidth;
                const free = (e) => !e.closest(".scrolls, pre, svg");
                return [...document.querySelectorAll("body *")]
                    .filter((e) => free(e) && e.getBoundingClientRect().right > room + 0.5)
                    .map((e) => `${e.localName}.${e.className} ${e.textContent.slice(0, 60)}`);
            }""",
            opened,
        )
        assert wider == []
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


@needs_browser
def test_no_picture_is_missing(visit):
    page = visit()
    images = page.evaluate("[...document.images].map((e) => [e.complete, e.naturalWidth, e.alt])")
    assert len(images) >= 12
    assert all(complete and width > 100 and len(alt) > 30 for complete, width, alt in images)
    graphs = page.locator(".graph > svg")
    assert graphs.count() >= 2
    for graph in graphs.all():
        assert graph.bounding_box()["width"] > 300
        assert graph.get_attribute("aria-label")
        assert graph.locator("text").count() > 10


@needs_browser
def test_the_stepper_steps_inside_of_the_report(visit):
    page = visit()
    stepper = page.frame_locator("iframe.page")
    assert "step by step" in stepper.locator("h1").inner_text()
    stepper.locator("#last").click()
    assert "backward" in stepper.locator("body").get_attribute("class")


@needs_browser
def test_every_demo_has_its_section_and_headings_go_down_one_at_a_time(visit):
    page = visit()
    links = page.evaluate("[...document.querySelectorAll('nav a')].map((e) => e.getAttribute('href'))")
    assert links == [f"#{name}" for name in NAMES]
    assert page.evaluate("[...document.querySelectorAll('section')].map((e) => e.id)") == list(NAMES)
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3, h4')].map((e) => Number(e.localName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert levels.count(2) == len(NAMES)
    assert all(below - above <= 1 for above, below in pairwise(levels))
    ids = Counter(page.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)"))
    assert [name for name, times in ids.items() if times > 1] == []
    assert page.get_attribute("html", "lang") == "en"


@needs_browser
def test_light_and_dark(visit):
    def contrast(scheme):
        style = visit(color_scheme=scheme).evaluate(
            "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
        )
        paper, ink = (sum(map(int, re.findall(r"\d+", colour)[:3])) for colour in style)
        return ink - paper

    assert contrast("light") < -400
    assert contrast("dark") > 400


def test_the_page_is_one_file(everything):
    _, page = everything
    text = page.read_text(encoding="utf-8")
    outside = re.sub(r'srcdoc="[^"]*"', "", text)
    for address in re.findall(r'(?:src|href)="([^"]*)"', outside):
        assert address.startswith(("data:", "#"))
    assert not re.search(r"@import|url\((?!['\"]?(data:|#))", outside)
    assert page.stat().st_size < 4e6
    assert [path.name for path in page.parent.iterdir()] == ["report.html"]


def test_what_the_demos_found_stands_in_the_report(everything):
    text = everything[1].read_text(encoding="utf-8")
    assert "a₁ stands where the gradient has σ′(z₁)" in text
    assert "DeadNeuronError: w1 has no solution" in text
    assert "3 matrix products" in text
    assert text.count("<math") >= 5
    assert "Traceback" not in text
    assert "{{" not in re.sub(r'srcdoc="[^"]*"', "", text)
