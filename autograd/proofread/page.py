"""A whole page of notes: its claims, each with an id, checked at once and returned as a table."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from .markup import html, markdown
from .verdict import HEADLINES, Kind, Verdict


@dataclass(frozen=True)
class Claim:
    """One claim of a page: what it says, how it is checked, and what is known of it already.

    ``check`` is called without arguments and returns the verdict, as in ``lambda: proofread(f, "w", formula)``. Where
    the claim is wrong, ``corrected`` says what is right and ``check_corrected`` checks that.

    >>> from autograd.proofread import Claim, proofread
    >>> cube = lambda x: x**3
    >>> claim = Claim("(7)", "(x³)′ = 3x", lambda: proofread(cube, "x", lambda x: 3 * x), expected="wrong")
    >>> claim.check().kind == claim.expected
    True
    """

    id: str
    says: str
    check: Callable[[], Verdict]
    expected: Kind = "agrees"
    corrected: str = ""
    check_corrected: Callable[[], Verdict] | None = None


@dataclass(frozen=True)
class Line:
    """A claim with its verdict, and the verdict on its correction if it has one."""

    claim: Claim
    verdict: Verdict
    correction: Verdict | None

    @property
    def as_expected(self) -> bool:
        """Whether the verdict is the recorded one, and the correction right."""
        return self.verdict.kind == self.claim.expected and (self.correction is None or bool(self.correction))

    def __str__(self) -> str:
        said = [f"{self.claim.id}  {self.claim.says}", *[f"  {line}" for line in self.verdict.lines()]]
        if self.correction is not None:
            said += [f"  corrected: {self.claim.corrected}", *[f"  {line}" for line in self.correction.lines()]]
        if not self.as_expected:
            said.append(f"  (recorded: {HEADLINES[self.claim.expected]})")
        return "\n".join(said)


@dataclass(frozen=True)
class Report:
    """The verdicts on the claims of a page; prints as a table in a terminal, in a notebook and as Markdown.

    >>> from autograd.proofread import Claim, proofread, read
    >>> report = read([Claim("(1)", "(x²)′ = x", lambda: proofread(lambda x: x * x, "x", lambda x: x))])
    >>> print(report)
    (1)  (x²)′ = x
         ∝ agrees up to the constant 2 (recorded: agrees)
    <BLANKLINE>
    1 claim: 1 agrees up to a constant factor
    >>> report.as_expected
    False
    """

    lines: tuple[Line, ...]

    @property
    def as_expected(self) -> bool:
        """Whether every verdict is the recorded one."""
        return all(line.as_expected for line in self.lines)

    @property
    def totals(self) -> str:
        """How many claims there are of each kind."""
        counts = Counter(line.verdict.kind for line in self.lines)
        return f"{len(self.lines)} claim{'s' * (len(self.lines) != 1)}: " + ", ".join(
            f"{counts[k]} {HEADLINES[k]}" for k in HEADLINES if counts[k]
        )

    def _cells(self) -> Iterator[tuple[str, str, str]]:
        for line in self.lines:
            verdict = line.verdict
            reason = f": {'; '.join(verdict.diagnosis)}" if verdict.kind == "wrong" and verdict.diagnosis else ""
            right = f" — right: {line.claim.corrected}" if line.correction else ""
            surprise = "" if line.as_expected else f" (recorded: {HEADLINES[line.claim.expected]})"
            yield line.claim.id, line.claim.says, f"{verdict.mark} {verdict.short}{reason}{right}{surprise}"

    def __str__(self) -> str:
        cells = list(self._cells())
        first = max((len(i) for i, _, _ in cells), default=0)
        said = [f"{i:<{first}}  {says}\n{'':<{first}}  {verdict}" for i, says, verdict in cells]
        return "\n".join([*said, "", self.totals])

    __repr__ = __str__  # so that it shows itself at the prompt

    @property
    def markdown(self) -> str:
        """The table for a page."""
        rows = [list(map(markdown, cells)) for cells in self._cells()]
        table = ["| id | claim | verdict |", "|---|---|---|", *[f"| {' | '.join(row)} |" for row in rows]]
        return "\n".join([*table, "", self.totals])

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr>{''.join(f'<td>{html(c)}</td>' for c in cells)}</tr>" for cells in self._cells())
        head = "<tr><th>id</th><th>claim</th><th>verdict</th></tr>"
        return f"<table>{head}{rows}</table><p>{html(self.totals)}</p>"

    @property
    def json(self) -> str:
        """The verdicts as data."""
        return json.dumps(
            [
                {
                    "id": line.claim.id,
                    "says": line.claim.says,
                    **line.verdict.data,
                    "as_recorded": line.as_expected,
                    "corrected": line.claim.corrected or None,
                    "correction": None if line.correction is None else line.correction.data,
                }
                for line in self.lines
            ],
            ensure_ascii=False,
            indent=2,
        )


def read(claims: Iterable[Claim]) -> Report:
    """Check the claims of a page.

    >>> from autograd.proofread import Claim, proofread
    >>> square = lambda x: x * x
    >>> claims = [Claim("1", "(x²)′ = 2·x", lambda: proofread(square, "x", lambda x: 2 * x))]
    >>> print(read(claims).totals)
    1 claim: 1 agrees
    """
    return Report(tuple(_line(claim) for claim in claims))


def _line(claim: Claim) -> Line:
    return Line(claim, claim.check(), claim.check_corrected() if claim.check_corrected is not None else None)
