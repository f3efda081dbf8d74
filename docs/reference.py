"""The reference: one page for each package, written from its docstrings by ``python -m docs.reference``.

What is public is what a package lists in ``__all__``. Its names stand under the modules that define them, each with its
signature, its explanation, its examples and, if it is a class, its attributes and methods.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import autograd
from autograd.interop import NumpyOperand

FOLDER = Path(__file__).parent / "reference"


@dataclass(frozen=True)
class Page:
    """A page of the reference: its package, and the modules in the order in which to read them."""

    package: str
    about: str
    first: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    """Modules that have public names of their own, beside what the package exports."""

    @property
    def file(self) -> str:
        """The page's file."""
        return f"{self.package}.md"


PAGES = [
    Page(
        "autograd",
        "the engine",
        ("value", "recording", "backprop", "functional", "batch", "compiler", "functions", "extend", "primitives",
         "errors"),
    ),
    Page("autograd.proofread", "a formula against the gradient", ("compare", "inputs", "limits", "verdict", "page")),
    Page("autograd.derive", "the chain rule, step by step"),
    Page("autograd.draw", "pictures of a graph", ("drawing", "picture", "render")),
    Page("autograd.explore", "a page that steps through backprop"),
    Page("autograd.compiler", "scalar programs at the speed of arrays"),
    Page("autograd.testing", "property tests", ("checking", "points", "strategies", "networks", "expressions")),
    Page("autograd.expression", "formulas, and how they print", ("tree", "mathml")),
    Page(
        "nn",
        "networks",
        ("layers", "module", "activations", "initialisers", "losses", "optimisers", "schedules", "training",
         "callbacks", "evaluation", "data", "datasets", "saving"),
        beside=("nn.pictures", "nn.documents"),
    ),
]  # fmt: skip


# --- what is public ---------------------------------------------------------------------------------------------------


def public(module: ModuleType) -> list[str]:
    """The names that a module offers: those of its ``__all__``, or those that it defines without an underscore."""
    listed = getattr(module, "__all__", None)
    if listed is not None:
        return list(listed)
    return [name for name, x in vars(module).items() if not name.startswith("_") and _home(x) == module.__name__]


def pages() -> list[Page]:
    """The pages whose packages there are."""
    return [page for page in PAGES if find_spec(page.package)]


def beginning(page: Page) -> list[str]:
    """What the examples of a page take for granted: that the public names are there."""
    return [f"from {name} import *" for name in dict.fromkeys(["autograd", page.package, *page.beside])]


def modules(page: Page) -> list[ModuleType]:
    """The modules of a page."""
    return [import_module(name) for name in (page.package, *page.beside)]


def _home(x: Any) -> str:
    """The module that defines it."""
    return getattr(x, "__module__", None) or type(x).__module__


def explanation(name: str, x: Any) -> str:
    """What is said of a public name: its docstring, or what stands below the definition of a variable."""
    return (not callable(x) and _literal_below(name, x)) or inspect.getdoc(x) or ""


# --- a page -----------------------------------------------------------------------------------------------------------


def written(page: Page) -> str:
    """The page as Markdown."""
    lines = [f"# {page.package}", "", f"*Generated from the docstrings by `make docs`: {page.about}.*", ""]
    lines += [_prose(inspect.getdoc(import_module(page.package)) or "", page), ""]
    lines += [f"The examples begin after {' and '.join(f'`{line}`' for line in beginning(page))}.", ""]
    for section in _sections(page):
        links = ", ".join(f"[`{name}`](#{section.anchors[name]})" for name in section.names)
        lines += [f"- **{section.title}**: {links}"]
    for section in _sections(page):
        where = f"In `{section.module.__name__}`." if section.module.__name__ in page.beside else ""
        lines += ["", f"## {section.title}"]
        for about in where, section.about:
            lines += ["", _prose(about, page)] if about else []
        for name in section.names:
            lines += ["", *_entry(name, section.module, page)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


@dataclass(frozen=True)
class Section:
    """The public names that one module defines."""

    title: str
    about: str
    module: ModuleType
    """Where they are imported from."""
    names: tuple[str, ...]
    anchors: dict[str, str]


@cache
def _sections(page: Page) -> list[Section]:
    """The sections of a page, each name in the section of the module that defines it."""
    package = import_module(page.package)
    found: dict[str, list[str]] = {}
    for name in public(package):
        home = _home(getattr(package, name))
        found.setdefault(home if home.startswith(package.__name__) else package.__name__, []).append(name)
    order = [f"{package.__name__}.{name}" for name in page.first]
    homes = sorted(found, key=lambda home: (order.index(home) if home in order else len(order), home))
    parts = [(home, package, found[home]) for home in homes]
    parts += [(name, import_module(name), public(import_module(name))) for name in page.beside]
    sections, used = [], {slug(page.package): 0}
    for home, module, names in parts:
        title, about = _headed(import_module(home), names, page)
        anchor(title, used)
        anchors = {}
        for name in names:
            anchors[name] = anchor(name, used)
            for method in _methods(getattr(module, name)):
                anchors[f"{name}.{method}"] = anchor(f"{name}.{method}", used)
        sections.append(Section(title, about, module, tuple(names), anchors))
    return sections


def _headed(home: ModuleType, names: list[str], page: Page) -> tuple[str, str]:
    """A module's docstring as a heading and what stands below it: ``Pictures of a graph: what was …``."""
    if home.__name__ == page.package:  # whose docstring stands at the top of the page
        return "To begin with", ""
    said = (inspect.getdoc(home) or home.__name__).split(">>>")[0].strip()
    before, colon, after = said.partition(": ")
    if colon and before.lower() in map(str.lower, names):  # Value: a number that …
        said = after[:1].upper() + after[1:]
        colon = ""
    match = re.match(r"([^:.]+): (.*)", said, re.DOTALL) if colon else None
    match = match or re.match(r"(.+?)\.(?:\s+(.*)|$)", said, re.DOTALL)
    title, about = (match[1], (match[2] or "").strip()) if match else (said, "")
    return re.sub(r"`+|\n", lambda m: " " * (m[0] == "\n"), title), about[:1].upper() + about[1:]


def slug(heading: str) -> str:
    """The anchor that GitHub gives to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def anchor(heading: str, used: dict[str, int]) -> str:
    """The same on a page that has used some already: the second gets -1, and so on."""
    plain = slug(heading)
    if plain not in used:
        used[plain] = 0
        return plain
    used[plain] += 1
    return f"{plain}-{used[plain]}"


# --- an entry ---------------------------------------------------------------------------------------------------------


def _entry(name: str, module: ModuleType, page: Page) -> Iterator[str]:
    x = getattr(module, name)
    yield f"### {name}"
    yield ""
    if inspect.isclass(x):
        yield from _class(name, x, page)
    elif callable(x):
        yield from _signature(name, x)
        yield _prose(explanation(name, x), page)
    else:
        yield _prose(explanation(name, x), page)


def _class(name: str, x: type, page: Page) -> Iterator[str]:
    if not re.search(r"`\w+` makes (it|one)\b", x.__doc__ or ""):  # which is then the way to get one
        yield from _signature(name, x, keyword="class ")
    bases = [base for base in x.__bases__ if base.__module__.split(".")[0] in ("autograd", "nn")]
    shown = [f"`{base.__name__}`" for base in bases if not base.__name__.startswith("_") and base is not NumpyOperand]
    if shown:
        yield _prose(f"A kind of {' and '.join(shown)}.", page)
        yield ""
    yield _prose(inspect.getdoc(x) or "", page)
    attributes = [(n, text) for n, text in _attributes(x) if not n.startswith("_")]
    members = [(n, member) for n, member in vars(x).items() if not n.startswith("_")]
    properties = [(n, m.__doc__) for n, m in members if isinstance(m, property | cached_property) and m.__doc__]
    if attributes or properties:
        yield ""
        for n, text in [*attributes, *properties]:
            prose, *examples = re.split(r"\n\n(?=>>>)", inspect.cleandoc(text), maxsplit=1)
            yield f"- `{n}`: {_prose(prose, page).replace(chr(10), chr(10) + '  ')}"
            for example in examples:
                yield "\n" + textwrap.indent(_prose(example, page), "  ") + "\n"
    methods = _methods(x)
    for n in methods:
        member = vars(x)[n]
        f = member.__func__ if isinstance(member, classmethod | staticmethod) else member
        yield ""
        yield f"#### {name}.{n}"
        yield ""
        yield from _signature(n, f, method=not isinstance(member, staticmethod))
        yield _prose(inspect.getdoc(f) or "", page)
    same = [f"`{n}`" for n, f in members if _is_function_of_package(f)]
    if same:
        yield ""
        yield f"The functions of these names are methods, too: {', '.join(same)}."


def _methods(x: Any) -> list[str]:
    """The methods of a class that have an explanation of their own."""
    found = []
    for n, member in vars(x).items() if inspect.isclass(x) else ():
        f = member.__func__ if isinstance(member, classmethod | staticmethod) else member
        if not n.startswith("_") and inspect.isfunction(f) and f.__doc__ and not _is_function_of_package(f):
            found.append(n)
    return found


def _is_function_of_package(f: Any) -> bool:
    """Whether a method is one of the functions of autograd, explained there."""
    return inspect.isroutine(f) and f.__doc__ in {row.doc for row in autograd.primitives.table.values()}


class _Written:
    """An annotation or a default, as it stands in a signature."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def _signature(name: str, x: Any, *, keyword: str = "", method: bool = False) -> Iterator[str]:
    try:
        signature = inspect.signature(x)
    except ValueError:  # an exception has none
        return
    if inspect.isclass(x) and issubclass(x, BaseException):
        return
    parameters = list(signature.parameters.values())
    parameters = [
        p.replace(annotation=_annotation(p.annotation), default=_default(p.default, x)) for p in parameters[method:]
    ]
    returns = inspect.Signature.empty if keyword else _annotation(signature.return_annotation)
    if inspect.isgeneratorfunction(inspect.unwrap(x)) and not inspect.isgeneratorfunction(x):
        returns = _Written("AbstractContextManager[None]")
    signature = signature.replace(parameters=parameters, return_annotation=returns)
    line = f"{keyword}{name}{signature}"
    if len(line) > 100:
        cells = str(signature.replace(return_annotation=inspect.Signature.empty))[1:-1]
        tail = "" if returns is inspect.Signature.empty else f" -> {returns!r}"
        line = f"{keyword}{name}(\n    " + ",\n    ".join(_split(cells)) + f",\n){tail}"
    yield "```text"
    yield line
    yield "```"
    yield ""


def _annotation(annotation: Any) -> Any:
    if annotation is inspect.Parameter.empty:
        return annotation
    if isinstance(annotation, str):
        return _Written(annotation)
    return _Written(inspect.formatannotation(annotation))


def _default(default: Any, x: Any) -> Any:
    """The default as it is written; by its name where it is an object."""
    if default is inspect.Parameter.empty or isinstance(default, int | float | str | tuple | None):
        return default
    known = vars(sys.modules[_home(x)])
    return _Written(next((name for name, value in known.items() if value is default), "…"))


def _split(parameters: str) -> list[str]:
    """The parameters one by one: a comma inside of brackets belongs to its parameter."""
    found, depth = [""], 0
    for character in parameters:
        depth += (character in "([{") - (character in ")]}")
        if character == "," and not depth:
            found.append("")
        else:
            found[-1] += character
    return [cell.strip() for cell in found]


# --- what stands in the source ----------------------------------------------------------------------------------------


def _attributes(x: type) -> list[tuple[str, str]]:
    """The attributes of a class that have a line of explanation below them, in the class or in its ``__init__``."""
    try:
        [definition] = ast.parse(textwrap.dedent(inspect.getsource(x))).body
    except (OSError, TypeError, SyntaxError):
        return []
    assert isinstance(definition, ast.ClassDef)
    bodies = [definition.body]
    bodies += [f.body for f in definition.body if isinstance(f, ast.FunctionDef) and f.name == "__init__"]
    return [pair for body in bodies for pair in _explained(body)]


def _explained(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for statement, below in pairwise(body):
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str):
            targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
            for target in targets:
                name = getattr(target, "attr", None) or getattr(target, "id", None)
                if name:
                    yield name, below.value.value


def _literal_below(name: str, x: Any) -> str:
    """The explanation of a module's variable: the string below its definition."""
    for module in list(sys.modules.values()):
        if isinstance(module, ModuleType) and vars(module).get(name) is x and _file(module):
            explained = dict(_explained(_parsed(module).body))
            if name in explained:
                return explained[name]
    return ""


def _file(module: ModuleType) -> bool:
    return module.__name__.split(".")[0] in ("autograd", "nn") and bool(getattr(module, "__file__", None))


@cache
def _parsed(module: ModuleType) -> ast.Module:
    return ast.parse(inspect.getsource(module))


# --- docstrings as Markdown -------------------------------------------------------------------------------------------


def _prose(docstring: str, page: Page) -> str:
    """A docstring as Markdown: examples in blocks, ``code`` and `names` as code, and public names as links."""
    parts = []
    for paragraph in inspect.cleandoc(docstring).split("\n\n"):
        if paragraph.lstrip().startswith(">>>"):
            parts.append(f"```pycon\n{textwrap.dedent(paragraph)}\n```")
        else:
            parts.append(_linked(paragraph, page))
    return re.sub(r"\n```\n\n```pycon\n", "\n\n", "\n\n".join(parts))


def _linked(paragraph: str, page: Page) -> str:
    def code(match: re.Match[str]) -> str:
        twice, once = match[1], match[2]
        if twice is not None:
            return f"`{twice}`"
        where = _anchors(page).get(once)
        return f"[`{once}`]({where})" if where else f"`{once}`"

    linked = re.sub(r"``(.+?)``|`([^`]+)`", code, paragraph, flags=re.DOTALL)
    return re.sub(r"(?<![\w/])docs/([\w./-]+\.md)", r"[docs/\1](../\1)", linked)


@cache
def _anchors(page: Page) -> dict[str, str]:
    """Where each public name is explained: on this page if it is there, else on the first that has it."""
    found: dict[str, str] = {}
    for other in [page, *pages()]:
        file = "" if other is page else other.file
        found.setdefault(other.package, file or f"#{slug(other.package)}")
        for section in _sections(other):
            for name, where in section.anchors.items():
                found.setdefault(name, f"{file}#{where}")
                found.setdefault(f"{section.module.__name__}.{name}", f"{file}#{where}")
    return found


def main() -> None:
    """Write the pages."""
    FOLDER.mkdir(exist_ok=True)
    for page in pages():
        (FOLDER / page.file).write_text(written(page), encoding="utf-8")


if __name__ == "__main__":
    main()
