"""The smallest program that still shows a fault: parts are taken away for as long as it does."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import replace

from .program import Program

Shows = Callable[[Program], bool]


def shrunk(program: Program, shows: Shows, tries: int = 2000) -> Program:
    """A program that still ``shows`` the fault, and none of whose parts can be taken away (or time is up)."""
    left, free = tries, _free(program)
    progress = True
    while progress and left > 0:
        progress = False
        for candidate in _smaller(program):
            left -= 1
            if left <= 0:
                break
            if (
                _size(candidate) < _size(program)
                and _free(candidate) <= free
                and not _folds(candidate)
                and shows(candidate)
            ):
                program, progress = candidate, True
                break
    return program


def _size(program: Program) -> tuple[int, ...]:
    """What is smaller: fewer calls, a shorter text, rounder numbers."""
    calls = "".join(call.args for call in program.calls)
    numbers = sum(len(repr(x)) for call in program.calls for x in (*call.captured, *call.theta))
    return (len(program.calls), len(_parts(program)), len(program.source) + len(program.wanted) + len(calls) + numbers)


def _free(program: Program) -> set[str]:
    """The names that a program uses and does not define."""
    names = [part for part in _parts(program) if isinstance(part, ast.Name | ast.arg | ast.FunctionDef)]
    bound = {n.arg if isinstance(n, ast.arg) else n.name for n in names if not isinstance(n, ast.Name)}
    bound |= {n.id for n in names if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return {n.id for n in names if isinstance(n, ast.Name)} - bound


def _folds(program: Program) -> bool:
    """Whether it has arithmetic of constants: Python's own, with its own errors."""
    sides = [(part.left, part.right) for part in ast.walk(ast.parse(program.source)) if isinstance(part, ast.BinOp)]
    return any(isinstance(a, ast.Constant) and isinstance(b, ast.Constant) for a, b in sides)


def _parts(program: Program) -> list[ast.AST]:
    text = "\n".join([program.source, program.wanted, *[f"[{call.args}]" for call in program.calls]])
    return list(ast.walk(ast.parse(text)))


def _smaller(program: Program) -> Iterator[Program]:
    for i in range(len(program.calls)):
        if len(program.calls) > 1:
            yield replace(program, calls=(*program.calls[:i], *program.calls[i + 1 :]))
    for wanted in ("f", "grad(f)", "value_and_grad(f)", *_variants(program.wanted, "eval")):
        yield replace(program, wanted=wanted)
    for source in _variants(program.source, "exec"):
        yield replace(program, source=source)
    for i, call in enumerate(program.calls):
        for args in _variants(f"[{call.args}]", "eval"):
            if args.startswith("["):
                now = call._replace(args=args[1:-1])
                yield replace(program, calls=(*program.calls[:i], now, *program.calls[i + 1 :]))
        for name in ("captured", "theta"):
            numbers = getattr(call, name)
            for k, x in enumerate(numbers):
                for simple in (0.0, 1.0, 2.0, float(round(x, 1)) if x == x and abs(x) < 1e9 else x):
                    now = call._replace(**{name: (*numbers[:k], simple, *numbers[k + 1 :])})
                    yield replace(program, calls=(*program.calls[:i], now, *program.calls[i + 1 :]))


def _variants(text: str, mode: str) -> Iterator[str]:
    """The text with one statement or one expression fewer, or with a rounder number, the largest parts first."""
    tree = ast.parse(text, mode=mode)
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if isinstance(value, list):
                for i, child in enumerate(value):
                    for new in _instead(child, alone=len(value) == 1):
                        value[i : i + 1] = new
                        yield ast.unparse(ast.fix_missing_locations(tree))
                        value[i : i + len(new)] = [child]
            elif isinstance(value, ast.expr):
                for [new] in _instead(value, alone=True):
                    setattr(parent, field, new)
                    yield ast.unparse(ast.fix_missing_locations(tree))
                    setattr(parent, field, value)


def _instead(node: ast.AST, *, alone: bool) -> Iterator[list[ast.AST]]:
    """What may stand in the place of a statement, an argument or an expression."""
    if isinstance(node, ast.stmt | ast.arg) and not alone and not isinstance(node, ast.Return):
        yield []
    if not isinstance(node, ast.expr) or isinstance(getattr(node, "ctx", None), ast.Store):
        return
    if not alone:
        yield []
    if isinstance(node, ast.Constant):
        if isinstance(node.value, float):
            for simple in (0.0, 1.0, 2.0, 0.5, float(round(node.value)), round(node.value, 1)):
                if simple != node.value:
                    yield [ast.Constant(simple)]
        return
    if not isinstance(node, ast.Name):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                yield [child]
            for grandchild in ast.iter_child_nodes(child):
                if isinstance(grandchild, ast.expr):
                    yield [grandchild]
    yield [ast.Constant(1.0)]
    yield [ast.Constant(0.5)]
