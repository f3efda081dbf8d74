"""The page in a browser: headless Chromium, driven by Playwright. Nothing is downloaded and nothing is served."""

from __future__ import annotations

import warnings
from itertools import pairwise

import pytest

from autograd import ancestry, gradients
from autograd.draw import NoRendererError
from autograd.explore import explore
from autograd.explore.page import page as written
from tests.autograd.explore.chromium import CHROMIUM, MISSING, SKIPPED, sync_playwright
from tests.autograd.explore.examples import (
    model_of,
    needs_picture,
    oddly_named,
    reused,
    simulated,
    small_network,
    two_neurons,
)

pytestmark = pytest.mark.skipif(bool(MISSING), reason=SKIPPED)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--disable-extensions",
]
DESK, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
STATE = """() => ({
    data: [...document.querySelectorAll("data[data-data]")].map((e) => [e.dataset.data, e.value]),
    grad: [...document.querySelectorAll("data[data-grad]")].map((e) => [e.dataset.grad, e.value]),
    drawn: [...document.querySelectorAll("tspan")].map((e) => e.textContent),
    classes: [...document.querySelectorAll("[data-node], [data-edge], .step, body")]
        .map((e) => String(e.className.baseVal ?? e.className)),
    shown: [...document.querySelectorAll(".step")].filter((e) => e.offsetParent !== null).map((e) => e.textContent),
    at: document.getElementById("at").value,
})"""


@pytest.fixture(scope="module")
def browser():
    with warnings.catch_warnings(), sync_playwright() as playwright:
        warnings.simplefilter("ignore", DeprecationWarning)  # of the driver's own
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, tmp_path):
    """Open the page of a graph; afterwards, nothing may have gone wrong in it or been asked of the network."""
    contexts, complaints, asked = [], [], []

    def open_page(y, viewport=DESK, *, provoked=False, **options):
        path = explore(y, tmp_path / f"{len(contexts)}.html")
        context = browser.new_context(viewport=viewport, reduced_motion="reduce", **options)
        contexts.append(context)
        page = context.new_page()
        if not provoked:
            page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        assert asked.pop(0) == path.as_uri()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
    assert asked == []


def numbers(state, what):
    """The numbers on the page, by node; each place that shows one shows the same."""
    found = {}
    for i, value in state[what]:
        assert found.setdefault(int(i), value) == value
    return {i: float(value) for i, value in found.items() if value}


def press(page, key, times=1):
    for _ in range(times):
        page.keyboard.press(key)


@pytest.mark.parametrize("graph", [two_neurons, small_network, reused])
def test_the_last_step_has_the_gradients_of_the_engine(visit, graph):
    y = graph()
    order = ancestry(y)[::-1]
    page = visit(y)
    page.click("#last")
    state = page.evaluate(STATE)
    assert numbers(state, "grad") == dict(enumerate(gradients(y, order)))
    assert numbers(state, "data") == dict(enumerate([node.data for node in order]))


@pytest.mark.parametrize("graph", [two_neurons, reused])
def test_every_step_shows_what_is_known_by_then(visit, graph):
    y = graph()
    page, model = visit(y), model_of(written(y))
    for at in range(len(model["steps"])):
        state = page.evaluate(STATE)
        data, grad = simulated(model, at)
        assert (numbers(state, "data"), numbers(state, "grad")) == (data, grad)
        texts = page.evaluate(
            "[...document.querySelectorAll('[data-data]')].map((e) => [e.dataset.data, e.textContent])"
        )
        assert {int(i) for i, text in texts if text} == set(data)
        assert len(state["shown"]) == 1
        assert f"{at + 1} of {len(model['steps'])}" in state["shown"][0]
        press(page, "ArrowRight")


def test_stepping_back_restores_every_state(visit):
    page = visit(two_neurons())
    last = int(page.get_attribute("#at", "max"))
    forward = []
    for _ in range(last):
        forward.append(page.evaluate(STATE))
        press(page, "ArrowRight")
    assert all(before != after for before, after in pairwise(forward))
    for before in reversed(forward):
        press(page, "ArrowLeft")
        assert page.evaluate(STATE) == before


def test_the_steps_end_at_both_ends(visit):
    page = visit(two_neurons())
    start = page.evaluate(STATE)
    press(page, "ArrowLeft", 3)
    assert page.evaluate(STATE) == start
    page.click("#last")
    end = page.evaluate(STATE)
    press(page, "ArrowRight", 3)
    page.locator("#next").dispatch_event(
        "click"
    )  # a person may click on it, though Playwright sees that it is disabled
    assert page.evaluate(STATE) == end
    page.click("#first")
    assert page.evaluate(STATE) == start


def test_buttons_slider_and_arrows_do_the_same(visit):
    page = visit(two_neurons())
    press(page, "ArrowRight", 10)
    by_keys = page.evaluate(STATE)
    page.click("#first")
    for _ in range(10):
        page.click("#next")
    assert page.evaluate(STATE) == by_keys
    page.focus("#at")
    press(page, "Home")
    press(page, "ArrowRight", 10)  # one step each, and not one of the slider's and one of the page's
    assert page.evaluate(STATE) == by_keys
    page.click("#next")
    page.click("#back")
    assert page.evaluate(STATE) == by_keys


@needs_picture
def test_a_backward_step_lights_one_edge_and_its_two_ends(visit):
    y = two_neurons()
    page, model = visit(y), model_of(written(y))
    lit = "([...document.querySelectorAll('svg .{}.is-now')].map((e) => Number(e.dataset.{})))"
    for step in model["steps"]:
        if step["kind"] == "pass":
            assert page.evaluate(lit.format("edge", "edge")) == [step["edge"]]
            assert sorted(page.evaluate(lit.format("node", "node"))) == sorted({step["node"], step["to"]})
        press(page, "ArrowRight")


def test_by_keyboard_alone(visit):
    page = visit(two_neurons())
    reached = []
    for _ in range(40):
        press(page, "Tab")
        focused = page.evaluate(
            """() => {
                const e = document.activeElement, style = getComputedStyle(e);
                const outlined = style.outlineStyle !== "none" && style.outlineWidth !== "0px";
                return [e.id || e.classList[0] || e.localName, outlined];
            }"""
        )
        if focused[0] in ("body", "html"):
            break
        reached.append(focused)
    names = [name for name, _ in reached]
    for name in ("first", "back", "at", "next", "last"):
        assert names.count(name) == 1
    assert names.index("first") < names.index("back") < names.index("at") < names.index("next") < names.index("last")
    assert names.count("chip") == 6
    assert all(visible for _, visible in reached), reached
    page.focus("#next")
    press(page, "Enter", 3)
    press(page, "Space")
    assert page.evaluate(STATE)["at"] == "4"
    page.focus(".chip >> nth=0")
    press(page, "Enter")
    assert page.locator(".chain:visible").count() == 1
    press(page, "Escape")
    assert page.locator(".chain:visible").count() == 0


@needs_picture
def test_a_parameter_shows_its_path_and_its_chain_rule(visit):
    y = two_neurons()
    page = visit(y)
    order = ancestry(y)[::-1]
    for by in ("chip", "picture"):
        for i in (i for i, node in enumerate(order) if not node.operands):
            selector = f".chip[data-node='{i}']" if by == "chip" else f"svg .node[data-node='{i}']"
            page.locator(selector).click()
            on_path = page.evaluate(
                "[...document.querySelectorAll('svg .node.is-on-path')].map((e) => +e.dataset.node)"
            )
            assert sorted(on_path) == [k for k, node in enumerate(order) if any(x is order[i] for x in ancestry(node))]
            edges = page.evaluate("document.querySelectorAll('svg .edge.is-on-path').length")
            assert edges == len(on_path) - 1  # there is one path only
            chain = page.locator(".chain:visible")
            assert chain.get_attribute("data-chain") == str(i)
            assert page.locator(selector).first.get_attribute("aria-pressed") == ("true" if by == "chip" else None)
            page.locator(selector).click()
            assert page.locator(".chain:visible").count() == 0


def test_each_step_is_said(visit):
    y = two_neurons()
    page, model = visit(y), model_of(written(y))
    assert page.get_attribute("#spoken", "aria-live") == "polite"
    assert page.inner_text("#spoken") == ""
    press(page, "ArrowRight")
    assert page.inner_text("#spoken") == model["steps"][1]["says"]
    assert page.get_attribute("#at", "aria-valuetext") == model["steps"][1]["says"]
    page.click("#last")
    assert " times " in page.inner_text("#spoken")
    assert "every grad is complete" in page.inner_text("#spoken")
    page.click(".chip >> nth=0")
    assert page.inner_text("#spoken").startswith("∂L/∂w₁ = ")


@needs_picture
def test_every_control_and_the_picture_have_names(visit):
    page = visit(two_neurons())
    tree = page.locator("body").aria_snapshot()
    for name in ("To the start", "One step back", "One step on", "To the end"):
        assert f'button "{name}"' in tree
    assert 'slider "Step"' in tree
    assert 'navigation "Steps"' in tree
    assert page.locator(".picture svg").get_attribute("role") == "img"
    assert page.locator(".picture svg").get_attribute("aria-label")
    assert page.locator(".picture svg title").count() > 0
    assert page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize("graph", [two_neurons, small_network, oddly_named])
def test_no_width_scrolls_sideways(visit, graph):
    page = visit(graph())
    for width in (320, 390, 820, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        wider = page.evaluate(
            """() => {
                const at = document.getElementById("at"), page = document.documentElement, wider = [];
                for (const chip of [null, ...document.querySelectorAll(".chip")]) {
                    chip?.click();
                    for (let step = 0; step <= Number(at.max); step += chip ? 20 : 1) {
                        at.value = step;
                        at.dispatchEvent(new Event("input"));
                        if (page.scrollWidth > page.clientWidth) wider.push([step, chip?.textContent]);
                    }
                }
                return wider;
            }"""
        )
        assert wider == [], width


def test_on_a_phone_the_controls_are_in_sight_and_large_enough(visit):
    page = visit(two_neurons(), PHONE, has_touch=True)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    for name in ("first", "back", "next", "last"):
        box = page.locator(f"#{name}").bounding_box()
        assert min(box["width"], box["height"]) >= 44
        assert box["y"] + box["height"] <= PHONE["height"]


def test_odd_names_do_nothing(visit):
    page = visit(oddly_named())
    page.click("#last")
    assert page.title() == "Backprop from </title><script>alert(2)</script>, step by step"
    assert page.evaluate("document.scripts.length") == 2
    assert page.evaluate("document.querySelectorAll('img, b').length") == 0
    assert "손실 🙂 ∂" in page.inner_text(".ledger")


def test_the_policy_is_in_force(visit):
    page = visit(two_neurons(), provoked=True)
    refused = page.evaluate(
        """() => new Promise((done) => {
            const refused = [];
            document.addEventListener("securitypolicyviolation", (event) => {
                refused.push(event.effectiveDirective);
                if (event.effectiveDirective === "img-src") done(refused);
            });
            const script = document.createElement("script"), image = document.createElement("img");
            try {
                script.text = "document.title = 'run'";
                document.body.append(script);
            } catch {
                refused.push("a string as a script");
            }
            image.src = "data:image/gif;base64,R0lGODlhAQABAAAAACw=";
            document.body.append(image);
        })"""
    )
    assert page.title() != "run"
    assert "a string as a script" in refused


def test_light_and_dark(visit):
    def colours(scheme):
        page = visit(two_neurons(), color_scheme=scheme)
        return page.evaluate("[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]")

    light, dark = colours("light"), colours("dark")
    assert light[0] != dark[0]
    assert light[1] != dark[1]


def test_without_script_everything_is_there(visit):
    y = two_neurons()
    page = visit(y, java_script_enabled=False)
    assert page.locator(".step:visible").count() == len(model_of(written(y))["steps"])
    assert page.locator(".chain:visible").count() == 6
    assert page.locator("#next:visible").count() == 0


def test_without_a_picture_the_table_is_stepped_through(visit, monkeypatch):
    def refuse(source, form):
        raise NoRendererError("nothing here draws")

    monkeypatch.setattr("autograd.draw.drawing.render", refuse)
    y = two_neurons()
    page = visit(y)
    assert "no picture" in page.inner_text(".graph")
    page.click("#last")
    assert numbers(page.evaluate(STATE), "grad") == dict(enumerate(gradients(y, ancestry(y)[::-1])))
    assert page.locator(".graph tr.is-now").count() == 2
