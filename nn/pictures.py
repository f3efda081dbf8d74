"""Pictures of a training: losses, fitted curves, decision boundaries, and the course of weights and gradients.

Each function returns a matplotlib ``Figure``, and has no side effects, since it does not use pyplot. A notebook shows
the figure; ``figure.savefig("loss.png")`` writes it to a file. matplotlib must be installed: ``pip install
matplotlib``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from autograd import gradients

from .callbacks import Callback, Epoch, History
from .checks import finite, whole
from .data import Dataset, dataset
from .evaluation import predict
from .losses import loss as loss_for
from .module import Module, parameter_arrays
from .optimisers import Optimiser

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.image import AxesImage

_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")  # Okabe and Ito's
_CURVES = [_COLOURS[i] for i in (1, 0, 3, 4, 5)]  # 2 is the truth's
_MARKERS = "osD^vPX"
_GRID = 80  # points along each side of the map of a decision


def loss_curves(histories: History | Mapping[str, History]) -> Figure:
    """The loss of each epoch of one training, or of several with names: the training loss solid, the validation loss
    dashed.

    >>> from nn import MLP, SGD, fit, xor
    >>> model = MLP(2, [4, 1], hidden="tanh", seed=1)
    >>> history = fit(model, "mse", xor(), SGD(model.parameters(), lr=0.1), epochs=10)
    >>> figure = loss_curves({"SGD": history})
    >>> [line.get_label() for line in figure.axes[0].lines]
    ['SGD, training']
    """
    named = {"": histories} if isinstance(histories, History) else dict(histories)
    for name, history in named.items():
        if not isinstance(history, History):
            raise TypeError(f"a loss curve needs a History, as fit returns it, and {name!r} is {history!r}")
        if not history.loss:
            raise ValueError(f"no epoch was completed in this training{f' ({name})' * bool(name)}: {history!r}")
    if not named:
        raise ValueError("loss_curves needs at least one History, and none is given")
    figure, axes = _figure()
    everything: list[float] = []
    for i, (name, history) in enumerate(named.items()):
        for what, losses, style in ("training", history.loss, "-"), ("validation", history.validation_loss, "--"):
            if losses:
                label = f"{name}, {what}" if name else what
                epochs = range(1, len(losses) + 1)
                marker = "o" if len(losses) == 1 else ""
                axes.plot(epochs, losses, style, marker=marker, color=_COLOURS[i % len(_COLOURS)], label=label)
                everything += losses
    if 0.0 < 10.0 * min(everything) < max(everything):
        axes.set_yscale("log")
    axes.set(xlabel="epoch", ylabel="loss")
    axes.legend(frameon=False)
    return figure


def fitted_curve(
    models: Callable[[Any], Any] | Mapping[str, Callable[[Any], Any]],
    data: Any,
    *,
    truth: Callable[[Any], Any] | None = None,
    points: int = 300,
) -> Figure:
    """A model of one input, or several models with names, together with the data they were fitted to.

    ``truth`` is the true function, if it is known: a function of an array of inputs, such as `wave_truth`.

    >>> from nn import MLP, wave, wave_truth
    >>> figure = fitted_curve(MLP(1, [4, 1], hidden="tanh", seed=1), wave(20, seed=0), truth=wave_truth)
    >>> [line.get_label() for line in figure.axes[0].lines]
    ['data', 'truth', 'model']
    """
    named = dict(models) if isinstance(models, Mapping) else {"model": models}
    data, points = dataset(data), whole(points, "points")
    if not named:
        raise ValueError("fitted_curve needs at least one model, and none is given")
    if data.width != 1 or data.targets.ndim > 1:
        raise ValueError(f"fitted_curve needs one input and one target, and the data are {data!r}")
    x = data.inputs[:, 0]
    margin = 0.05 * (np.ptp(x) or 1.0)
    grid = np.linspace(x.min() - margin, x.max() + margin, points)
    outputs = {name: predict(model, grid[:, np.newaxis]) for name, model in named.items()}
    for name, heights in outputs.items():
        if heights.ndim > 1:
            raise ValueError(f"fitted_curve needs models with one output, and the {name} has {heights.shape[1]}")
    figure, axes = _figure()
    axes.plot(x, data.targets, "o", color="#666666", markersize=4, alpha=0.6, label="data", markeredgewidth=0)
    if truth is not None:
        axes.plot(grid, truth(grid), "--", color=_COLOURS[2], label="truth")
    for i, (name, heights) in enumerate(outputs.items()):
        colour, style = (
            _CURVES[i % len(_CURVES)],
            ("-", "-.", ":")[i % 3],
        )  # so that both of two equal curves can be seen
        axes.plot(grid, heights, style, color=colour, linewidth=2, label=name)
    axes.set(xlabel="x", ylabel="y")
    axes.legend(frameon=False)
    return figure


def decision_boundary(model: Callable[[Any], Any], data: Any, *, threshold: float = 0.0) -> Figure:
    """The class that a model of two inputs predicts at each point of the plane, with the data.

    As in `accuracy`, the class is the position of the largest of several outputs. One output above ``threshold`` means
    the class with the larger label, and a line shows where the output equals the threshold.

    >>> from nn import MLP, two_moons
    >>> figure = decision_boundary(MLP(2, [4, 1], hidden="tanh", seed=1), two_moons(20, seed=0))
    >>> figure.axes[0].get_xlabel()
    'x₁'
    """
    data, threshold = dataset(data), finite(threshold, "threshold")
    if data.width != 2 or data.targets.ndim > 1:
        raise ValueError(f"decision_boundary needs two inputs and one target, and the data are {data!r}")
    sides = [_side(data.inputs[:, i]) for i in range(2)]
    across, up = np.meshgrid(*sides)
    outputs = predict(model, np.column_stack([across.ravel(), up.ravel()]))
    labels = np.unique(data.targets)
    if outputs.ndim == 1 and len(labels) > 2:
        raise ValueError(f"a model with one output predicts two classes, and the data have {len(labels)}")
    figure, axes = _figure()
    if outputs.ndim == 1:
        height = outputs.reshape(across.shape) - threshold
        shades = _shaded(axes, height, sides)
        if height.min() < 0.0 < height.max():
            axes.contour(across, up, height, [0.0], colors="black", linewidths=1.5)
        figure.colorbar(shades, label="output" + f" − {threshold:g}" * bool(threshold))
    else:
        for i in range(outputs.shape[1]):
            lead = (outputs[:, i] - np.delete(outputs, i, axis=1).max(axis=1)).reshape(across.shape)
            if lead.max() > 0.0:
                axes.contourf(across, up, lead, [0.0, lead.max()], colors=[_COLOURS[i % len(_COLOURS)]], alpha=0.3)
    _points(axes, data, labels, two_sided=outputs.ndim == 1)
    axes.set(xlabel="x₁", ylabel="x₂", xlim=(sides[0][0], sides[0][-1]), ylim=(sides[1][0], sides[1][-1]))
    axes.legend(title="class", loc="best", framealpha=0.9)
    return figure


class Watch(Callback):
    """A callback for `fit` that keeps the weights and gradients of a training, for `weights_and_gradients`.

    After every ``every`` epochs, and before the first (as epoch 0), it computes the gradient of the loss on ``data``
    with the current parameters. This takes as long as a step on all of ``data``.

    >>> from nn import MLP, SGD, fit, xor
    >>> model = MLP(2, [4, 1], hidden="tanh", seed=1)
    >>> watch = Watch(model, "mse", xor(), every=5)
    >>> history = fit(model, "mse", xor(), SGD(model.parameters(), lr=0.1), epochs=10, callbacks=[watch])
    >>> watch.epochs, list(watch.weights), watch.weights["layers.0.w"][0].shape
    ([0, 5, 10], ['layers.0.w', 'layers.0.b', 'layers.1.w', 'layers.1.b'], (8,))
    """

    def __init__(self, model: Module, loss: Any, data: Any, *, every: int = 1) -> None:
        self.model = model
        self.loss, self.data, self.every = loss_for(loss), dataset(data), whole(every, "every")
        self.epochs: list[int] = []
        """The epochs after which weights and gradients were kept."""
        self.weights: dict[str, list[NDArray[np.float64]]] = {}
        """For each array of parameters, its numbers after each of ``epochs``."""
        self.gradients: dict[str, list[NDArray[np.float64]]] = {}
        """For each array of parameters, the derivatives of the loss with respect to them, in the same way."""

    def begin(self, optimiser: Optimiser, history: History, has_validation: bool) -> None:
        """Reset, and keep the weights and gradients before the training."""
        self.epochs, self.weights, self.gradients = [], {}, {}
        self._look(0)

    def __call__(self, epoch: Epoch) -> None:
        """Keep the weights and gradients after every ``every`` epochs."""
        if epoch.number % self.every == 0:
            self._look(epoch.number)

    def _look(self, epoch: int) -> None:
        arrays = {array.name: array.parameters for array in parameter_arrays(self.model)}
        loss = self.loss([self.model(x) for x, _ in self.data], self.data.targets.tolist())
        slopes = gradients(loss, arrays)
        self.epochs.append(epoch)
        for name, parameters in arrays.items():
            self.weights.setdefault(name, []).append(np.array([p.data for p in parameters]))
            self.gradients.setdefault(name, []).append(np.array(slopes[name]))


def weights_and_gradients(watch: Watch) -> Figure:
    """The course of each layer's weights and gradients: above, the median of the weights and the band of their middle
    80 %; below, on a logarithmic scale, the root mean square of the gradients. It is small in a layer that learns no
    more.

    >>> from nn import MLP, SGD, fit, xor
    >>> model = MLP(2, [4, 1], hidden="tanh", seed=1)
    >>> watch = Watch(model, "mse", xor())
    >>> history = fit(model, "mse", xor(), SGD(model.parameters(), lr=0.1), epochs=10, callbacks=[watch])
    >>> len(weights_and_gradients(watch).axes)
    2
    """
    if not watch.epochs:
        raise ValueError("this Watch has no epochs yet: give it to fit, callbacks=[watch]")
    figure, above, below = _two_figures()
    for i, name in enumerate(watch.weights):
        colour, style = _COLOURS[i % len(_COLOURS)], ("-", "--", ":")[i // len(_COLOURS) % 3]
        low, middle, high = np.array([np.quantile(x, [0.1, 0.5, 0.9]) for x in watch.weights[name]]).T
        above.fill_between(watch.epochs, low, high, color=colour, alpha=0.15, linewidth=0)
        above.plot(watch.epochs, middle, style, color=colour, label=name)
        sizes = np.array([np.sqrt(np.mean(x**2)) for x in watch.gradients[name]])
        below.plot(watch.epochs, np.where(sizes > 0.0, sizes, np.nan), style, color=colour, label=name)
    if any(np.any(x) for xs in watch.gradients.values() for x in xs):
        below.set_yscale("log")
    above.set(ylabel="weights")
    below.set(xlabel="epoch", ylabel="size of the gradient")
    above.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    return figure


def _figure() -> tuple[Figure, Axes]:
    figure = _empty(6.4, 4.2)
    axes = figure.subplots()
    _plain(axes)
    return figure, axes


def _two_figures() -> tuple[Figure, Axes, Axes]:
    figure = _empty(7.2, 6.0)
    above, below = figure.subplots(2, 1, sharex=True)
    _plain(above)
    _plain(below)
    return figure, above, below


def _empty(width: float, height: float) -> Figure:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError(
            "pictures of a training need matplotlib, which is not installed: pip install matplotlib"
        ) from error

    class Shown(Figure):
        """A Figure that a notebook shows without pyplot."""

        def _repr_png_(self) -> bytes:
            drawn = BytesIO()
            self.savefig(drawn, format="png")
            return drawn.getvalue()

    Shown.__name__ = Figure.__name__
    return Shown(figsize=(width, height), layout="constrained")


def _plain(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25, linewidth=0.6)


def _side(x: NDArray[np.float64]) -> NDArray[np.float64]:
    margin = 0.1 * (np.ptp(x) or 1.0)
    return np.linspace(x.min() - margin, x.max() + margin, _GRID)


def _shaded(axes: Axes, height: NDArray[np.float64], sides: list[NDArray[np.float64]]) -> AxesImage:
    """The height over the plane as shades of two colours, one for each sign."""
    extreme = float(np.abs(height).max()) or 1.0
    return axes.imshow(
        height,
        extent=(sides[0][0], sides[0][-1], sides[1][0], sides[1][-1]),
        origin="lower",
        aspect="auto",
        interpolation="bilinear",
        cmap="PuOr_r",
        vmin=-extreme,
        vmax=extreme,
        alpha=0.75,
    )


def _points(axes: Axes, data: Dataset, labels: NDArray[np.float64], *, two_sided: bool) -> None:
    """The samples, with a shape and a colour for each class."""
    for i, label in enumerate(labels.tolist()):
        here = data.inputs[data.targets == label]
        colour = ("#5E3C99", "#E66101")[i] if two_sided else _COLOURS[int(label) % len(_COLOURS)]
        axes.scatter(
            here[:, 0],
            here[:, 1],
            s=26,
            marker=_MARKERS[i % len(_MARKERS)],
            color=colour,
            edgecolors="white",
            linewidths=0.7,
            label=f"{label:g}",
            zorder=3,
        )
