"""The verdict on every claim of the documents: ``python -m nn.documents``."""

from __future__ import annotations

import argparse
import os
import sys

from autograd.proofread import read

from . import TITLES, claims


def main(arguments: list[str] | None = None) -> int:
    """Print the verdicts; the exit status is 0 if every verdict is the expected one, and 1 if not."""
    parser = argparse.ArgumentParser(
        prog="python -m nn.documents", description="Check the claims of the five documents against the engine."
    )
    parser.add_argument("--document", type=int, choices=range(len(TITLES)), help="the claims of one document only")
    parser.add_argument("--claim", metavar="ID", help="one claim, such as D2.9, with its full diagnosis")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="as a Markdown table")
    form.add_argument("--json", action="store_true", help="as JSON")
    given = parser.parse_args(arguments)
    chosen = claims(given.document)
    if given.claim is not None:
        chosen = [claim for claim in chosen if claim.id.lower() == given.claim.lower()]
        if not chosen:
            known = [claim.id for claim in claims(given.document)]
            parser.error(f"there is no claim {given.claim!r}; the claims are {known[0]} to {known[-1]}")
    report = read(chosen)
    if given.json:
        print(report.json)
    elif given.markdown:
        print(report.markdown)
    elif given.claim is not None:
        print(report.lines[0])
    else:
        print(report)
        if not report.as_expected:
            print("not every verdict is the expected one: see above")
    return 0 if report.as_expected else 1


if __name__ == "__main__":
    try:
        status = main()
        sys.stdout.flush()
    except BrokenPipeError:  # as in python -m nn.documents | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    sys.exit(status)
