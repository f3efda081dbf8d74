"""What `fit` returns: how it went."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class History:
    """The course of a training, epoch by epoch; it grows while the training runs.

    >>> from nn import History
    >>> History(loss=[4.0, 1.0], seconds=0.5, stopped="all epochs done")
    History(2 epochs in 0.5 s, loss 4.0 → 1.0, stopped: all epochs done)
    """

    loss: list[float] = field(default_factory=list)
    """The training loss of each epoch, penalty included: that of all batches, each taken before the step that it led
    to. With one batch an epoch, ``loss[0]`` is the loss that the training started from."""
    validation_loss: list[float] = field(default_factory=list)
    """The loss on the validation data *after* the last step of each epoch, without penalty; empty where there are
    none."""
    batch_loss: list[float] = field(default_factory=list)
    """The loss of every batch before its step, through all epochs."""
    lr: list[float] = field(default_factory=list)
    """The learning rate of the last step of each epoch."""
    seconds: float = 0.0
    """How long it took, the compilation included."""
    compiled: bool = False
    """Whether the training was compiled."""
    stopped: str = ""
    """Why it ended: ``all epochs done``, ``interrupted``, or what a callback said."""

    @property
    def epochs(self) -> int:
        """The number of epochs that were completed.

        >>> from nn import History
        >>> History(loss=[4.0, 1.0]).epochs
        2
        """
        return len(self.loss)

    def __repr__(self) -> str:
        if not self.loss:
            return f"History(no epoch completed, stopped: {self.stopped})"
        validation = f", validation loss {self.validation_loss[-1]:.6}" if self.validation_loss else ""
        return (
            f"History({self.epochs} epoch{'s' * (self.epochs != 1)} in {self.seconds:.1f} s, "
            f"loss {self.loss[0]:.6} → {self.loss[-1]:.6}{validation}, stopped: {self.stopped})"
        )
