"""A graph as a program over NumPy arrays: each group is an operation on whole arrays, and so is its way back.

All numbers stand in one flat buffer, V, and all numbers of a batch in another, H, which has the batch as its second
axis. Each group has a block of its buffer, and its operands are strided views of the buffers, or gathers where there
is no view. The derivatives stand in dV and dH, in the same places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from math import prod
from string import ascii_lowercase
from typing import Any

import numpy as np

from .. import primitives as rows
from ..primitives import IN_FULL, Primitive
from .derivatives import Derivatives
from .graph import DOT, FEW, SUM, Graph, Group, cut, stack_of
from .kernel import GRAD, Term, kernel, needed_terms, number, operand, shared_terms, telling
from .names import helper
from .own_rows import LANE_SUM
from .products import Product, products
from .views import common_shape, nest, row_breaks
from .writer import Access, buffer, is_name, number_text


class ArrayCode(Derivatives):
    """The program: what each group is forward, and how it hands down derivatives."""

    def __init__(self, graph: Graph, keep: Iterable[int], wrt: Sequence[int] = (), root: int | None = None) -> None:
        """``keep`` are the nodes whose numbers are asked for, ``root`` is differentiated, by the nodes ``wrt``."""
        super().__init__(graph, keep, wrt, root)
        self._plans: dict[int, Callable[[], None]] = {}
        """How to hand down the derivative of each group."""
        self._fixed = np.zeros(len(graph.row) + 1, dtype=bool)
        """What depends on the sizes of batches alone is computed with the buffers; the last entry is for constants."""
        self._fixed[-1] = True
        for g in graph.groups:
            self._fixed[g.members] = g.row is None and g.constants[0] == "size of a batch"
        self._products: dict[int, Product] = {}
        self._groups = list(self._with_products(self._groups))
        self._output_to_spare = {id(g) for g in self._groups if g.row in (DOT, SUM, LANE_SUM)}
        """The groups whose own numbers are not needed on the way back."""
        self._hidden = self._hiding()
        """The groups whose inf and nan may not be seen in a result: tanh(inf) is 1."""
        for n, row in enumerate(graph.row):
            if row is None:
                self.place[n] = self._block(graph.axis[n], 1)
        for g in self._groups:
            self._forward(g)
        if root is not None:
            self._backward(root)

    # --- what is known of nodes ---------------------------------------------------------------------------------------

    def _hiding(self) -> set[int]:
        group, found = np.array(self.graph.group), set[int]()
        for g in reversed(self._groups):
            operands = np.array(g.operands, dtype=np.intp)
            if not telling(g.row, g.constants) or (g.row is not DOT and id(g) in found):
                found.update([id(self.graph.groups[k]) for k in np.unique(group[operands[operands >= 0]])])
        return found

    # --- forward ------------------------------------------------------------------------------------------------------

    def _forward(self, g: Group) -> None:
        assert g.row is not None
        nodes = np.array(g.operands, dtype=np.intp)
        if g.row is DOT:
            self._dot(g, self._products[id(g)])
        elif g.row is SUM:
            self._sum(g, nodes)
        elif g.row is LANE_SUM:
            self._sum_over_batch(g, nodes)
        elif split := stack_of(g.row, g.operands[0], g.constants):
            self._stacked(g, g.row, split, nodes)
        elif self._fixed[np.maximum(nodes, -1)].all():
            self._fixed[g.members] = True
            self._lines = self.setup
            self._elementwise(g, nodes)
            self._lines = self.forward
        else:
            self._elementwise(g, nodes)

    def _flops(self, axis: int, count: float) -> None:
        if axis >= 0:
            self.found.flops_per_sample += count
        else:
            self.found.flops += count

    def _placed(self, g: Group, members: Any, start: int | None = None) -> Access:
        """Give the members places in this order, in a block of their own or from ``start`` on."""
        flat = members.ravel()
        first = self._block(g.axis, len(flat)) if start is None else start
        self.place[flat] = first + np.arange(len(flat))
        return self.access(members)

    def _watch(self, g: Group) -> None:
        """Neither BLAS, if it takes several threads, nor a user's own function says that a number became inf or nan."""
        if id(g) in self._hidden:
            first = int(self.place[g.members].min())
            flat = f"{buffer(g.axis)}[{first}:{first + len(g.members)}]{'.reshape(-1)' * (g.axis >= 0)}"
            self.unwatched.append(self.named(flat, "flat"))

    def _elementwise(self, g: Group, nodes: Any) -> None:
        assert g.row is not None
        count, k = nodes.shape
        batch = g.axis >= 0
        shape = common_shape([self.place[nodes[:, i]] for i in range(k) if nodes[0, i] >= 0], count)
        columns = [self.access(nodes[:, i].reshape(shape)) for i in range(k)]
        shared = self._block_to_share(g, columns)
        out = self._placed(g, np.array(g.members).reshape(shape), shared)
        env = {operand(i): self.read(c, "x", for_batch=batch) for i, c in enumerate(columns)}
        value, partials = kernel(g.row, k, g.constants)
        target = self.view(out, "z" if g.row is rows.add else g.row.name.rstrip("_"))
        chosen = [
            (i, GRAD * d)
            for i, (c, d) in enumerate(zip(columns, partials, strict=True))
            if c.constants is None and number(d) != 0.0 and self._active[c.nodes].any()
        ]
        keep = shared_terms(value, [t for _, t in chosen])
        once = self._fixed[g.members[0]]  # computed with the buffers, and not at every call
        if not once and value not in set(needed_terms([t for _, t in chosen], {})):
            self._output_to_spare.add(id(g))
        kept = self._compute([(value, target)], env, shape, g.axis, keep)
        env = {**env, **kept, value: target} if number(value) is None and value not in env else {**env, **kept}
        if any(t.op.startswith("row ") for t in needed_terms([value], {})):
            self._watch(g)
        self.found.elementwise += 1
        self._flops(g.axis, count * max(1, len(needed_terms([value], env))))

        self._shape_of[id(g)] = shape

        def hand_down() -> None:
            grad = self.view(out, "x", grad=True)
            spread = self._stands_for.get(id(g))
            summed = any(self._summed_over(columns[i], shape, g.axis) for i, _ in chosen)
            if spread is not None and shared is None and not summed:
                grad = spread
            elif spread is not None:
                self._line(f"np.copyto({grad}, {spread})")
            for i, t in chosen:
                self._hand_to(g, columns, i, t, {**env, GRAD: grad}, shape)

        self._plans[id(g)] = hand_down

    def _block_to_share(self, g: Group, columns: Sequence[Access]) -> int | None:
        """Where a sum may stand in the place of one of its terms that nobody else needs: W·x, on the way to W·x + b."""
        if g.row not in (rows.add, rows.sub):
            return None
        for c in columns if g.row is rows.add else columns[:1]:
            if c.constants is not None or c.axis != g.axis:
                continue
            flat = c.places.ravel()
            theirs = self.graph.groups[self.graph.group[int(c.nodes.flat[0])]]
            if (
                id(theirs) in self._output_to_spare
                and len(theirs.members) == len(flat)
                and (np.diff(flat) == 1).all()
                and (self._uses[c.nodes] == 1).all()
            ):
                return int(flat[0])
        return None

    def _summed_over(self, c: Access, shape: Sequence[int], axis: int) -> list[int]:
        """The axes along which an operand is the same, the batch among them."""
        still = [k for k, n in enumerate(shape) if n > 1 and c.view is not None and c.view.strides[k] == 0]
        return [*still, *([len(shape)] if axis >= 0 and c.axis < 0 else [])]

    def _hand_to(
        self, g: Group, columns: Sequence[Access], i: int, t: Term, env: dict[Term, str], shape: Sequence[int]
    ) -> None:
        """Add a term to the derivatives of operand i, summed over the axes along which the operand is the same."""
        c, axis = columns[i], g.axis
        over = self._summed_over(c, shape, axis)
        still = [k for k in over if k < len(shape)]
        few = len(still) == len(over) and prod([shape[k] for k in over]) < FEW
        grad = env[GRAD]
        if not over or (few and self._kept[c.nodes].any()):
            source, members = grad if t is GRAD else None, np.array(g.members)
            self._add_to(g, c, lambda out: self._compute([(t, out)], env, shape, axis), source, users=members)
            return
        nodes = c.nodes[tuple([slice(None) if k not in still else 0 for k in range(len(shape))])]
        target = self.access(np.atleast_1d(nodes))
        drop = np.ndim(nodes) == 0

        def reduced(out: str) -> None:
            if drop:
                out = self.named(f"{out}.reshape(())" if c.axis < 0 else f"{out}[0]", "total")
            along = f"axis={tuple(over) if len(over) > 1 else over[0]}"
            if few:
                self._few(t, env, shape, axis, over[0], out)
            elif t is GRAD or (t.op == "negative" and t.args[0] is GRAD):
                self._line(f"np.add.reduce({grad}, {along}, out={out})")
                if t is not GRAD:
                    self._line(f"np.negative({out}, out={out})")
            elif t.op == "multiply" and t.args[0] is GRAD and t.args[1] in env and is_name(env[t.args[1]]):
                other = columns[t.args[1].args[0]] if t.args[1].op == "operand" else None
                if over == [1] == [len(shape)] and other is not None and other.axis >= 0 and one_row(other):
                    self._line(f"np.matmul({grad}, {self.named(f'{env[t.args[1]]}[0]', 'row')}, out={out})")
                    return
                if over == [0] and len(shape) == 2 and axis < 0 and (row := self._one_column(other)):
                    self._line(f"np.matmul({row}, {grad}, out={out})")
                    return
                letters = ascii_lowercase[: len(shape) + (axis >= 0)]
                left = "".join([x for k, x in enumerate(letters) if k not in over])
                self._line(f"np.einsum('{letters},{letters}->{left}', {grad}, {env[t.args[1]]}, out={out})")
            else:
                whole = self._borrow(shape, axis)
                self._compute([(t, whole)], env, shape, axis)
                self._line(f"np.add.reduce({whole}, {along}, out={out})")
                self._give_back(whole, shape, axis)

        self._add_to(g, target, reduced)

    def _one_column(self, c: Access | None) -> str:
        """The name of the first column of what is the same in all columns; nothing for what is not."""
        if c is None:
            return ""
        if c.constants is None:
            same = c.view is not None and c.view.strides[1] == 0
            return self.named(f"{self.view(c, 'x')}[:, 0]", "column") if same else ""
        first = c.constants[:, :1]
        return self.named(f"np.array({first.ravel().tolist()}, dtype)", "c") if (c.constants == first).all() else ""

    def _few(self, t: Term, env: dict[Term, str], shape: Sequence[int], axis: int, over: int, out: str) -> None:
        """A term summed along an axis as the walk sums it: rounded first, and the newest first."""
        whole = env[GRAD]
        if t is not GRAD:
            whole = self._borrow(shape, axis)
            self._compute([(t, whole)], env, shape, axis)
        newest_first = self.named(f"{whole}[{':, ' * over}::-1]", "back") if shape[over] > 2 else whole
        self._line(f"np.add.reduce({newest_first}, axis={over}, out={out})")
        if t is not GRAD:
            self._give_back(whole, shape, axis)

    def _sum(self, g: Group, nodes: Any) -> None:
        outer = tuple([n for n, _ in nest(self.place[nodes[:, 0]]) or [(len(nodes), 0)]]) or (1,)
        inner = tuple([n for n, _ in nest(self.place[nodes[0]]) or [(nodes.shape[1], 0)]])
        terms = self.access(nodes.reshape(outer + inner))
        if terms.view is None:
            outer, inner = (len(nodes),), (nodes.shape[1],)
            terms = self.access(nodes)
        out = self._placed(g, np.array(g.members).reshape(outer))
        target = self.view(out, "total")
        along = tuple(range(len(outer), len(outer) + len(inner)))
        self._line(f"np.add.reduce({self.read(terms, 'terms')}, axis={along}, out={target})")
        self.found.reductions += 1
        self._flops(g.axis, nodes.size)

        def hand_down() -> None:
            grad = self.view(out, "x", grad=True)
            if len(nodes) == 1:
                spread = grad
            else:
                ends = "None, " * len(inner) + (":, " if g.axis >= 0 else "")
                spread = self.named(f"{grad}[..., {ends.removesuffix(', ')}]", f"{grad}_")
            one, users = len(nodes) == 1, np.repeat(g.members, nodes.shape[1])
            self._add_to(g, terms, lambda to: self._line(f"np.copyto({to}, {spread})"), spread, one, users)

        self._plans[id(g)] = hand_down

    def _sum_over_batch(self, g: Group, nodes: Any) -> None:
        shape = common_shape([self.place[nodes[:, 0]]], len(nodes))
        terms = self.access(nodes[:, 0].reshape(shape))
        out = self._placed(g, np.array(g.members).reshape(shape))
        target = self.view(out, "total")
        self._line(f"np.add.reduce({self.read(terms, 'terms')}, axis={len(shape)}, out={target})")
        self.found.reductions += 1
        self._flops(terms.axis, len(nodes))

        def hand_down() -> None:
            grad = self.view(out, "x", grad=True, for_batch=True)
            one, users = len(nodes) == 1, np.array(g.members)
            self._add_to(g, terms, lambda to: self._line(f"np.copyto({to}, {grad})"), grad, one, users)

        self._plans[id(g)] = hand_down

    def _stacked(self, g: Group, row: Primitive, split: int, nodes: Any) -> None:
        """A row of many operands: its rule is given all of them as one array, with one more axis in front."""
        shape = common_shape(
            [self.place[nodes[:, i]] for i in (0, *range(split, nodes.shape[1])) if nodes[0, i] >= 0], len(nodes)
        )
        operands = self.access(nodes[:, :split].T.reshape(split, *shape))
        others = [self.access(nodes[:, i].reshape(shape)) for i in range(split, nodes.shape[1])]
        out = self._placed(g, np.array(g.members).reshape(shape))
        target = self.view(out, row.name)
        self._output_to_spare.add(id(g))
        given = [self.read(operands, "stack"), *[self.read(c, "x", for_batch=g.axis >= 0) for c in others]]
        name = helper(row.name + IN_FULL)
        self.helpers[name] = row.name + IN_FULL
        call = f"{name}({', '.join([*given, *map(number_text, g.constants)])})"
        active = self._active[operands.nodes].any()
        slopes = self.array((split, *shape), g.axis, "slopes") if active else ""
        self._line(f"{target}[...], {slopes}[...] = {call}" if active else f"{target}[...] = {call}[0]")
        self._watch(g)
        self.found.elementwise += 1
        self._flops(g.axis, nodes.size)

        def hand_down() -> None:
            grad = self.view(out, "x", grad=True)
            users = np.tile(g.members, split)
            self._add_to(g, operands, lambda to: self._line(f"np.multiply({grad}, {slopes}, out={to})"), users=users)

        self._plans[id(g)] = hand_down

    # --- dots ---------------------------------------------------------------------------------------------------------

    def _with_products(self, groups: Iterable[Group]) -> Iterator[Group]:
        """The groups, those of dots cut into products."""
        for g in groups:
            if g.row is not DOT:
                yield g
                continue
            found = products(g)
            parts = cut(self.graph, g, [p.members.ravel().tolist() for p in found]) if len(found) > 1 else [g]
            self._products.update({id(part): p for part, p in zip(parts, found, strict=True)})
            yield from parts

    def _dot(self, g: Group, product: Product) -> None:
        """One contraction of two arrays; or several below one another, if their rows stand in several places."""
        plans = [self._contracted(g, part) for part in self._in_views(product)]
        self._watch(g)
        self._flops(g.axis, 2.0 * len(g.members) * product.left.shape[-1])

        def hand_down() -> None:
            for plan in plans:
                plan()

        self._plans[id(g)] = hand_down

    def _in_views(self, product: Product) -> list[Product]:
        if not product.letters[2].startswith("r") or self.access(product.left).view is not None:
            return [product]
        cuts = row_breaks(self.place[product.left]) if product.left.min() >= 0 else []
        if len(product.left) < FEW * (len(cuts) + 1):
            return [product]
        rows = [slice(start, stop) for start, stop in pairwise([0, *cuts, len(product.left)])]
        return [replace(product, members=product.members[some], left=product.left[some]) for some in rows]

    def _contracted(self, g: Group, product: Product) -> Callable[[], None]:
        """Lines for a contraction; what hands down its derivatives."""
        out = self._placed(g, product.members)
        a, b = self.access(product.left), self.access(product.right)
        target = self.view(out, "z")
        left, right = self.read(a, "W"), self.read(b, "a")
        la, lb, lo = product.letters
        self._contract(la, left, lb, right, lo, target)
        self.found.products.append(product.text)

        def hand_to(mine: Access, x: str, other: str, y: str) -> None:
            if mine.constants is None and self._active[mine.nodes].any():
                grad = self.view(out, "x", grad=True)
                summed = {*lo} - {*x, "z"}
                inner = product.members.shape[lo.index(*summed)] if summed else 0
                self._add_to(g, mine, lambda to: self._contract(lo, grad, y, other, x, to, inner))

        def hand_down() -> None:
            hand_to(a, la, right, lb)
            hand_to(b, lb, left, la)

        return hand_down

    # --- backward -----------------------------------------------------------------------------------------------------

    def _backward(self, root: int) -> None:
        self._lines = self.backward
        self._begin(int(self.place[root]))
        for g in reversed(self._groups):
            if not self._active[g.members].any():
                continue
            self._settle(g.members)
            places = self.place[g.members]
            if not self._written[g.axis][places].any():
                continue
            self._zero(g.axis, places)
            self._plans[id(g)]()
        self._settle()


def one_row(access: Access) -> bool:
    """Whether it is one and the same number everywhere (in each sample)."""
    return access.view is not None and not any(access.view.strides)
