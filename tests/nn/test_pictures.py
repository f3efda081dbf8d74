"""The pictures of a training hold the numbers that they are of, and leave nothing behind."""

import builtins
import io
import sys

import numpy as np
import pytest

from autograd import gradients
from nn import MLP, SGD, Dataset, History, Linear, Neuron, Normal, blobs, fit, predict, wave, wave_truth, xor
from nn.pictures import Watch, decision_boundary, fitted_curve, loss_curves, weights_and_gradients
from tests import needs

matplotlib = needs.package("matplotlib", "pip install '.[demos]'")
matplotlib.use("Agg")


def drawn(figure):
    """The figure, after a look that it can be written."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=40)
    assert file.getvalue().startswith(b"\x89PNG")
    assert "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()
    return figure


def lines(axes):
    """Each line by its label."""
    return {line.get_label(): line for line in axes.lines}


def test_loss_curves():
    first = History(loss=[4.0, 2.0, 0.1], validation_loss=[5.0, 3.0, 2.0])
    second = History(loss=[3.0, 2.5])
    [axes] = drawn(loss_curves({"a": first, "b": second})).axes
    assert list(lines(axes)) == ["a, training", "a, validation", "b, training"]
    line = lines(axes)["a, validation"]
    assert list(line.get_xdata()) == [1, 2, 3]
    assert list(line.get_ydata()) == [5.0, 3.0, 2.0]
    assert axes.get_yscale() == "log"
    [axes] = drawn(loss_curves(History(loss=[1.0, -1.0]))).axes
    assert (list(lines(axes)), axes.get_yscale()) == (["training"], "linear")


@pytest.mark.parametrize(
    ("histories", "error", "message"),
    [
        (History(stopped="interrupted"), ValueError, "no epoch was completed"),
        ({}, ValueError, "at least one"),
        ({"a": [1.0, 2.0]}, TypeError, "History, as fit returns it"),
    ],
)
def test_loss_curves_need_losses(histories, error, message):
    with pytest.raises(error, match=message):
        loss_curves(histories)


def test_a_fitted_curve():
    data, model = wave(20, seed=0), MLP(1, [3, 1], hidden="tanh")
    [axes] = drawn(fitted_curve(model, data, truth=wave_truth, points=50)).axes
    curves = lines(axes)
    x = curves["model"].get_xdata()
    assert x[0] < data.inputs.min() < data.inputs.max() < x[-1]
    assert np.array_equal(curves["model"].get_ydata(), predict(model, x[:, np.newaxis]))
    assert np.array_equal(curves["truth"].get_ydata(), wave_truth(x))
    assert np.array_equal(curves["data"].get_ydata(), data.targets)


def test_several_fitted_curves_are_told_apart_without_their_colours():
    data = wave(20, seed=0)
    models = {"steep": Neuron(1, weights=2.0), "flat": Neuron(1, weights=0.5)}
    [axes] = drawn(fitted_curve(models, data, points=50)).axes
    curves = lines(axes)
    for name, model in models.items():
        assert np.array_equal(curves[name].get_ydata(), predict(model, curves[name].get_xdata()[:, np.newaxis]))
    assert len({(curves[name].get_linestyle(), curves[name].get_color()) for name in models}) == 2
    assert curves["steep"].get_linestyle() != curves["flat"].get_linestyle()
    with pytest.raises(ValueError, match="at least one model"):
        fitted_curve({}, data)


def test_a_notebook_shows_a_figure_although_nobody_imported_pyplot():
    figure = loss_curves(History(loss=[2.0, 1.0]))
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert repr(figure).startswith("<Figure ")


@pytest.mark.parametrize(("label", "threshold"), [(0.0, 0.0), (-1.0, 0.0), (0.0, 0.5)])
def test_a_decision_of_one_output(label, threshold):
    data = xor((label, 1.0))
    [axes, bar] = drawn(decision_boundary(Neuron(2, weights=[1.0, 2.0], bias=-1.0), data, threshold=threshold)).axes
    [boundary] = [
        path
        for each in axes.collections
        for path in each.get_paths()
        if each.get_array() is not None and len(each.get_array()) == 1
    ]
    x, y = boundary.vertices.T
    assert len(x) > 2
    assert np.allclose(x + 2.0 * y - 1.0, threshold)
    assert bar.get_ylabel() == ("output − 0.5" if threshold else "output")
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [f"{label:g}", "1"]


def test_a_decision_of_several_outputs():
    data = blobs(30, seed=0, centres=[[0, 0], [5, 5], [0, 5]])
    model = Linear(2, 3, weights=Normal(), seed=1)
    [axes] = drawn(decision_boundary(model, data)).axes
    points = np.random.default_rng(0).uniform(-1.0, 6.0, (200, 2))
    ranked = np.sort(predict(model, points), axis=1)
    clear = points[ranked[:, 2] - ranked[:, 1] > 0.1]  # and not on the line between two
    classes = predict(model, clear).argmax(axis=1)
    regions = [each.get_paths()[0] for each in axes.collections if each.get_alpha() == 0.3]
    assert len(regions) > 1
    for i, region in zip(sorted(set(classes)), regions, strict=True):
        here = region.contains_points(clear)
        assert np.array_equal(here, classes == i)
    assert len(axes.get_legend().get_texts()) == 3


@pytest.mark.parametrize(
    ("picture", "data", "message"),
    [
        (fitted_curve, xor(), "one input and one target"),
        (decision_boundary, wave(5, seed=0), "two inputs and one target"),
        (decision_boundary, Dataset([[0, 0], [1, 1], [2, 2]], [0, 1, 2]), "one output predicts two classes"),
    ],
)
def test_data_that_do_not_fit(picture, data, message):
    with pytest.raises(ValueError, match=message):
        picture(Neuron(2, weights=1.0), data)


def test_a_watch_keeps_weights_and_gradients():
    model = MLP(2, [2, 1], hidden="tanh")
    watch = Watch(model, "mse", xor(), every=2)
    before = model.layers[0].w[1][0].data
    fit(model, "mse", xor(), SGD(model.parameters(), lr=0.1), 4, callbacks=[watch], progress=False)
    assert watch.epochs == [0, 2, 4]
    assert watch.weights["layers.0.w"][0][2] == before
    assert watch.weights["layers.0.w"][2][2] == model.layers[0].w[1][0].data
    loss = sum((model(x) - t) ** 2 for x, t in xor()) / 4
    expected = gradients(loss, [model.layers[1].b[0]])
    assert watch.gradients["layers.1.b"][2] == pytest.approx(expected, rel=1e-12)
    above, below = drawn(weights_and_gradients(watch)).axes
    assert list(lines(above)) == list(watch.weights)
    sizes = [np.sqrt(np.mean(x**2)) for x in watch.gradients["layers.0.b"]]
    assert np.allclose(lines(below)["layers.0.b"].get_ydata(), sizes)
    assert np.allclose(lines(above)["layers.0.w"].get_ydata(), [np.median(x) for x in watch.weights["layers.0.w"]])


def test_a_watch_that_saw_nothing():
    with pytest.raises(ValueError, match=r"callbacks=\[watch\]"):
        weights_and_gradients(Watch(Neuron(1, weights=1.0), "mse", ([1.0], [1.0])))


def test_without_matplotlib_it_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ImportError, match=r"pip install matplotlib"):
        loss_curves(History(loss=[1.0]))
