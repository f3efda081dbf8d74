"""What the tests of pages know of Markdown: its blocks of code, its headings and its links."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^( *)```(\w*)$")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|<(?:a|img|source)\b[^>]*?(?:href|src|srcset)=\"([^\"]+)\"", re.DOTALL)
REFERENCE = re.compile(r"\]\[([^\]]+)\]")
DEFINITION = re.compile(r"^\[([^\]]+)\]: +(\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A block of code: its language, its text, where it stands, and whether it follows on one of Python."""

    language: str
    text: str
    line: int
    section: int
    """How many headings stand above it."""
    printed: bool = False


def blocks(page: Path) -> list[Block]:
    """The blocks of a page. One that is indented, with no fence, counts as commands for a shell."""
    return list(_blocks(page.read_text(encoding="utf-8").split("\n")))


def _blocks(lines: list[str]) -> Iterator[Block]:
    before = ""  # the language of a block that nothing but blank lines has followed
    in_list = False
    i = section = 0
    while i < len(lines):
        line = lines[i]
        if fence := FENCE.match(line):
            end = lines.index(f"{fence[1]}```", i + 1)
            body = textwrap.dedent("\n".join(lines[i + 1 : end])) + "\n"
            language = fence[2] or "text"
            yield Block(language, body, i + 1, section, printed=language == "text" and before == "python")
            before, i = language, end
        elif line.startswith("    ") and not in_list and not lines[i - 1].strip():
            end = next(
                (j for j in range(i, len(lines)) if lines[j].strip() and not lines[j].startswith("    ")), len(lines)
            )
            yield Block("sh", textwrap.dedent("\n".join(lines[i:end])), i + 1, section)
            before, i = "sh", end - 1
        elif line.strip():
            before = ""
            section += line.startswith("#")
            in_list = bool(re.match(r" *([-*]|\d+\.) ", line)) or (in_list and line.startswith(" "))
        i += 1


def prose(page: Path) -> str:
    """The page without its code."""
    text = re.sub(r"^( *)```.*?^\1```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    return text


def links(page: Path) -> list[str]:
    """Where the page's links and pictures lead. A reference (``[text][name]``) that is not defined is a KeyError."""
    text = re.sub(r"`[^`\n]+`", "", prose(page))
    defined = dict(DEFINITION.findall(text))
    referred = [defined[name] for name in REFERENCE.findall(text)]
    return [*(match[1] or match[2] for match in LINK.finditer(text)), *referred]


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to the page's headings."""
    found: dict[str, int] = {}
    for heading in re.findall(r"^#{1,6} +(.+?) *#*$", prose(page), re.MULTILINE):
        shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        plain = re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
        found[plain] = found.get(plain, -1) + 1
        if found[plain]:
            found[f"{plain}-{found[plain]}"] = 0
    return set(found)
