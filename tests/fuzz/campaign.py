"""Many programs in a row: what they had in them, what came of them, and what is wrong."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from .generate import program
from .judge import Fault, Judge
from .own import own_rows
from .program import Program, script
from .rows import rows
from .shrink import shrunk

LATER = " (a later call)"
_NAME = re.compile(r"[A-Za-z_]\w*(?=\()|\*\*|(?<= )[-+*/](?= )")


@dataclass
class Failure:
    """A program that shows a fault, as it was made and as small as it gets."""

    seed: int
    number: int
    program: Program
    fault: Fault

    def __str__(self) -> str:
        return (
            f"# program {self.number} of seed {self.seed}: {self.fault}\n{script(self.program)}\n# {self.program!r}\n"
        )


@dataclass
class Summary:
    """What came of a campaign."""

    programs: int = 0
    features: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)

    def __add__(self, other: Summary) -> Summary:
        return Summary(
            self.programs + other.programs,
            self.features + other.features,
            self.counts + other.counts,
            self.failures + other.failures,
        )

    def __str__(self) -> str:
        lines = [f"{self.programs:,} programs", "", "What was in them (programs):"]
        lines += [f"{n:9,}  {name}" for name, n in sorted(self.features.items(), key=lambda item: (-item[1], item[0]))]
        lines += ["", "What came of them:"]
        lines += [f"{n:9,}  {name}" for name, n in sorted(self.counts.items(), key=lambda item: (-item[1], item[0]))]
        kinds = Counter(failure.fault.kind for failure in self.failures)
        lines += ["", f"Failures: {len(self.failures)}"]
        lines += [f"{n:9,}  {kind}" for kind, n in kinds.most_common()]
        return "\n".join(lines)


def run(seed: int, numbers: Iterable[int], *, shrink: bool = True) -> Summary:
    """Judge programs of a seed by their numbers."""
    summary = Summary()
    with own_rows() as own, warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # what NumPy says of a user's constants
        judge = Judge(own)
        for number in numbers:
            made = program(seed, number)
            summary.programs += 1
            summary.features.update(features(made))
            verdict = judge.judge(made)
            summary.counts += verdict.counts
            for fault in verdict.faults[:1]:
                small, seen = smallest(judge, made, fault) if shrink else (made, fault)
                summary.failures.append(Failure(seed, number, small, seen))
    return summary


def smallest(judge: Judge, made: Program, fault: Fault) -> tuple[Program, Fault]:
    """The smallest program with this kind of fault, and how it shows there."""
    kind = fault.kind.removesuffix(LATER)

    def seen(candidate: Program) -> Fault | None:
        try:
            found = judge.judge(candidate).faults
        except Exception:  # a part was taken away that the rest cannot do without
            return None
        return found[0] if found and found[0].kind.removesuffix(LATER) == kind else None

    small = shrunk(made, lambda candidate: seen(candidate) is not None)
    return small, seen(small) or fault


def features(made: Program) -> set[str]:
    """What is in a program: rows, what is asked of it, and what its author says."""
    named = set(_NAME.findall(made.source))
    found = {f"row {name}" for name in named if name in rows} | {f"operator {sign}" for sign in named & set("+-*/")}
    if "**" in named or "**" in made.source:
        found.add("operator **")
    found |= {f"inside: {name}" for name in named & {"vmap", "grad", "jvp", "value_and_grad", "mean", "where"}}
    asked = set(re.findall(r"\b(?:grad|value_and_grad|jacobian|hessian|jvp|hvp|vmap)\b", made.wanted)) or {"f itself"}
    found |= {f"asked: {name}" for name in asked}
    first = made.calls[0].args
    found |= {
        f"argument: {name}" for name in re.findall(r"[a-z_0-9]+(?=\()|(?<=')[a-z0-9]+(?='\))|Line|Other|\{", first)
    }
    return found | set(made.tags) | {f"kind: {made.kind}", f"calls: {len(made.calls)}"}
