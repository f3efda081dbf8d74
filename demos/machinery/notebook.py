"""What is shown in a notebook."""

from __future__ import annotations

from typing import Any

from .looks import html
from .show import Shown
from .terminal import named, text


def display(shown: Shown) -> None:
    """Hand a thing to the notebook: as it shows itself, or else as HTML."""
    from IPython.display import HTML
    from IPython.display import display as hand_over

    thing: Any = shown.thing
    if any(hasattr(thing, f"_repr_{form}_") for form in ("mimebundle", "html", "png")):
        if shown.says:
            print(shown.says)
        hand_over(thing)
    else:
        hand_over(HTML(html(shown, "shown"), metadata={"text": text(shown, named)}))
