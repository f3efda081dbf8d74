"""The five documents: their models, their training, and their claims with the proofreader's verdict on each.

Each claim is coded as it is printed, even if it is wrong; a wrong claim is followed by the correct formula.
``python -m nn.documents`` prints the verdicts.

>>> from nn.documents import claims
>>> [claim.id for claim in claims(4)][:3]
['D4.1', 'D4.2', 'D4.3']
"""

from __future__ import annotations

from importlib import import_module

from autograd.proofread import Claim

TITLES = {
    "relu_neuron": "one ReLU neuron, solved in closed form",
    "house_prices": "house prices",
    "neuron": "a neuron, then two in a row",
    "deep_networks": "a homework on deep networks",
    "two_neurons": "two neurons in a row, two losses",
}
"""The titles of documents 0 to 4, by the names of their modules."""


def claims(document: int | None = None) -> list[Claim]:
    """The claims of one document, or of all.

    >>> from nn.documents import claims
    >>> claim = claims(4)[0]
    >>> claim.id, claim.check().kind
    ('D4.1', 'constant')
    """
    if document is not None and document not in range(len(TITLES)):
        raise LookupError(f"there is no document {document}; there are 0 to {len(TITLES) - 1}")
    chosen = list(TITLES) if document is None else [list(TITLES)[document]]
    found: list[Claim] = []
    for name in chosen:
        found += import_module(f"{__name__}.{name}").CLAIMS
    return found
