"""The pictures show every contestant in its place, and what is drawn is SVG."""

import re
from xml.etree import ElementTree

import pytest

from bench import picture
from bench.figures import Growth, Measurement
from bench.svg import LogScale

SVG = "{http://www.w3.org/2000/svg}"


def report(*measured):
    return {"suites": {"a": [each.as_json() for each in measured]}}


def drawn(tmp_path, *measured):
    paths = picture.draw(report(*measured), tmp_path)
    return {path.name: ElementTree.parse(path).getroot() for path in paths}


JOB = Measurement(
    "t", "ms", {"PyTorch": [1.0], "autograd, nn.fit": [0.1, 0.2, 0.3], "by <hand>": [0.1]}, key="job float64", threads=1
)
WIDTH = Growth(
    "t",
    "ms",
    "width w",
    [8, 16, 32],
    {"autograd": [[1.0], [2.0], [3.0]], "NumPy by hand": [[1.0]] * 3},
    key="growth width",
)


def texts(page):
    return [each.text for each in page.iter(f"{SVG}text")]


def test_every_contestant_has_a_dot_and_its_time_and_the_fastest_is_on_top(tmp_path):
    page = drawn(tmp_path, JOB)["performance.svg"]
    assert [text for text in texts(page) if not re.search("ms", text)] == [
        "by <hand>", "0.1", "autograd, nn.fit", "0.2", "PyTorch", "1.0", "less is better",
    ]  # fmt: skip
    dots = list(page.iter(f"{SVG}circle"))
    assert [dot.get("class") for dot in dots] == ["peer", "ours", "other"]
    x = [float(dot.get("cx")) for dot in dots]
    assert x[0] < x[1] < x[2]
    assert (x[1] - x[0]) / (x[2] - x[0]) == pytest.approx(0.30103, abs=1e-3)  # log 2 of log 10


def test_a_panel_for_each_work_that_was_measured(tmp_path):
    moons = Measurement("t", "ms", {"autograd": [20.0], "micrograd": [2000.0]}, key="moons", threads=1)
    page = drawn(tmp_path, moons, JOB)["performance.svg"]
    assert [text for text in texts(page) if text in picture.PANELS.values()] == [
        picture.PANELS["job float64"],
        picture.PANELS["moons"],
    ]


def test_curves_rise_with_the_cost(tmp_path):
    page = drawn(tmp_path, WIDTH)["growth.svg"]
    curves = {line.get("class"): line.get("points").split() for line in page.iter(f"{SVG}polyline")}
    ours, hand = ([tuple(map(float, p.split(","))) for p in curves[kind]] for kind in ("ours", "peer"))
    assert [x for x, _ in ours] == [x for x, _ in hand]
    assert ours[0][1] == hand[0][1] == hand[2][1]
    assert ours[0][1] > ours[1][1] > ours[2][1]  # y points down
    assert {"8", "16", "32", "width w"} <= set(texts(page))


def test_everything_stands_on_the_page(tmp_path):
    for page in drawn(tmp_path, JOB, WIDTH).values():
        width, height = float(page.get("width")), float(page.get("height"))
        for text in page.iter(f"{SVG}text"):
            assert 0 < float(text.get("x")) < width
            assert 0 < float(text.get("y")) < height
        for dot in page.iter(f"{SVG}circle"):
            assert 0 < float(dot.get("cx")) < width
            assert 0 < float(dot.get("cy")) < height


def test_a_picture_has_colours_for_light_and_dark(tmp_path):
    style = drawn(tmp_path, JOB)["performance.svg"].find(f"{SVG}style").text
    light, dark = style.split("prefers-color-scheme: dark")
    used = set(re.findall(r"var\((--\w+)\)", style)) | {"--page"}
    for half in light, dark:
        assert used <= set(re.findall(r"(--\w+):", half))


def test_only_what_was_measured_with_one_thread_is_drawn(tmp_path):
    twice = Measurement("t", "ms", {"autograd": [5.0]}, key="job float64", threads=2)
    assert "5.00" not in texts(drawn(tmp_path, JOB, twice)["performance.svg"])
    assert drawn(tmp_path, twice) == {}


def test_a_scale_begins_and_ends_at_powers_of_ten():
    scale = LogScale([0.3, 40.0], 100.0, 400.0)
    assert scale.ticks == [0.1, 1.0, 10.0, 100.0]
    assert [scale(x) for x in scale.ticks] == pytest.approx([100.0, 200.0, 300.0, 400.0])


def test_a_scale_of_one_number_is_a_place():
    assert LogScale([5.0], 10.0, 20.0, round_ends=False)(5.0) == 10.0
