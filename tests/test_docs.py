"""README and docs hold what they say: their code runs and prints it, their commands exist, their links lead somewhere.

Python runs page by page, from top to bottom. Where a block of text follows directly on a block of Python, it is what
the Python prints (``...`` stands for anything). A test that a page defines is run, too.
"""

from __future__ import annotations

import doctest
import importlib.util
import re
import shlex
import subprocess
import sys
import tomllib
from contextlib import redirect_stdout
from io import StringIO
from itertools import chain
from pathlib import Path

import pytest

from docs import reference
from tests.markdown import anchors, blocks, links, prose

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LOOSELY = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


# --- Python -----------------------------------------------------------------------------------------------------------


def run(code: str, page: str, names: dict[str, object]) -> str:
    printed = StringIO()
    before = set(names)
    with redirect_stdout(printed):
        exec(compile(code, page, "exec"), names)
        for name in sorted(set(names) - before):
            if name.startswith("test_") and f"{name}()" not in code:
                names[name]()
    return printed.getvalue()


@every_page
def test_the_code_of_a_page_runs_and_prints_what_stands_there(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a page may write files
    names: dict[str, object] = {"__name__": "__main__"}
    printed = ""
    for block in blocks(page):
        if block.language == "python" and not block.text.startswith("@row"):  # the row stands in the package
            printed = run("\n" * block.line + block.text, str(page.relative_to(ROOT)), names)
        elif block.printed:
            assert doctest.OutputChecker().check_output(block.text, printed, LOOSELY), (
                f"line {block.line}: the page says\n{block.text}\nand this was printed\n{printed}"
            )


@pytest.mark.parametrize("page", reference.pages(), ids=lambda page: page.package)
def test_the_examples_of_a_reference_page_run_with_nothing_but_what_the_page_lists(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    ran, section = 0, None
    for block in blocks(ROOT / "docs" / "reference" / page.file):
        if block.language != "pycon":
            continue
        if block.section != section:
            names, section = {}, block.section
            exec("\n".join(reference.beginning(page)), names)
        test = doctest.DocTestParser().get_doctest(block.text, {}, page.file, page.file, block.line)
        test.globs = names
        results = doctest.DocTestRunner(optionflags=LOOSELY).run(test, clear_globs=False)
        assert not results.failed, f"{page.file}, line {block.line}: see above"
        ran += results.attempted
    assert ran


@every_page
def test_code_says_what_language_it_is_in(page):
    """Python, examples and commands are run; what passes for text must be none of these in disguise."""
    for block in blocks(page):
        assert block.language in {"python", "pycon", "sh", "text"}, f"line {block.line}: {block.language} is not run"
        assert block.language != "pycon" or page.parent.name == "reference", f"line {block.line}: make it python"
        if block.language == "text" and not block.printed and page.parent.name != "reference":  # with its signatures
            assert not is_python(block.text), f"line {block.line} is Python"
            assert not re.search(r"^(>>>|\$|make|pip|python) ", block.text, re.MULTILINE), (
                f"line {block.line} can be run"
            )


def is_python(text: str) -> bool:
    try:
        compile(text, "", "exec")
    except SyntaxError:
        return False
    return True


# --- commands ---------------------------------------------------------------------------------------------------------

SLOW = {"bench", "demos", "pytest", "tests.autograd.accuracy", "tests.mutation", "docs.reference", "docs.images"}
"""What takes its time, or writes into the project: it is only asked whether it is there."""


def commands() -> list[tuple[str, str]]:
    found = {}
    for page in PAGES:
        for block in blocks(page):
            for line in block.text.splitlines() if block.language == "sh" else ():
                command = re.sub(r"\s+#.*| {3,}.*", "", line).strip()
                if command and not command.startswith("#"):
                    found.setdefault(command, str(page.relative_to(ROOT)))
    return sorted(found.items())


@pytest.mark.parametrize(("command", "page"), commands())
def test_a_command_works(command, page, tmp_path):
    words = shlex.split(command)
    if words[:1] == ["make"]:
        assert (
            subprocess.run(["make", "--dry-run", *words[1:]], cwd=ROOT, capture_output=True, check=False).returncode
            == 0
        )
    elif words[:2] == ["pip", "install"]:
        for wanted in [word for word in words[2:] if not word.startswith("-")]:
            assert_can_be_installed(wanted)
    elif words[:2] == ["python", "-m"]:
        assert_module_runs(words[2:])
    elif words[:2] == ["git", "clone"]:
        assert re.fullmatch(r"https://\S+", words[2])
    else:
        assert words[0] == "cd" or (ROOT / words[0]).is_file(), f"{page}: nobody checks {command!r}"


def assert_can_be_installed(wanted: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name, extras = re.fullmatch(r"([\w.-]+)(?:\[([\w,]+)\])?", wanted).groups()
    if name in (".", project["name"]):
        assert set((extras or "").split(",")) - {""} <= set(project["optional-dependencies"])
    else:
        wishes = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
        assert any(wish.startswith(name) for wish in wishes), f"the project does not know {name}"


def assert_module_runs(words: list[str]) -> None:
    module, *arguments = words
    assert importlib.util.find_spec(module), module
    if module.split(".")[0] not in SLOW and module not in SLOW:
        subprocess.run([sys.executable, "-m", module, *arguments], cwd=ROOT, capture_output=True, check=True)
    elif "." not in module:
        subprocess.run([sys.executable, "-m", module, *arguments, "--help"], cwd=ROOT, capture_output=True, check=True)


# --- links and generated pages ----------------------------------------------------------------------------------------


REPOSITORY = "scalar-autograd/scalar-autograd"
IN_THE_TREE = re.compile(
    rf"https://(?:raw\.githubusercontent\.com/{REPOSITORY}|github\.com/{REPOSITORY}/blob)/main/(.+)"
)


def target(page: Path, link: str) -> tuple[Path, str] | None:
    """The file in the tree, and the anchor, that a link leads to; None for a link to another site.

    An absolute link to a file of this repository counts as one into the tree.
    """
    if absolute := IN_THE_TREE.fullmatch(link):
        path, _, anchor = absolute[1].partition("#")
        return ROOT / path, anchor
    if re.match(r"[a-z]+:", link):
        return None
    path, _, anchor = link.partition("#")
    return (page.parent / path).resolve() if path else page, anchor


@every_page
def test_links_lead_somewhere(page):
    for link in links(page):
        if found := target(page, link):  # the tests have no network
            path, anchor = found
            assert path.exists(), f"there is no {link}"
            assert not anchor or anchor in anchors(path), f"{path.name} has no heading for {link}"


def test_the_links_of_the_readme_are_absolute_so_that_they_work_on_pypi_as_well():
    assert [link for link in links(ROOT / "README.md") if not link.startswith(("https://", "#"))] == []
    assert sum(bool(IN_THE_TREE.fullmatch(link)) for link in links(ROOT / "README.md")) > 10


def test_every_page_can_be_reached_from_the_readme():
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        waiting += [found[0] for link in links(page) if (found := target(page, link))]
    assert {*PAGES} <= seen


@pytest.mark.parametrize("page", reference.pages(), ids=lambda page: page.package)
def test_the_reference_is_up_to_date(page):
    there = (ROOT / "docs" / "reference" / page.file).read_text(encoding="utf-8")
    assert reference.written(page) == there, "make docs writes it"


def test_the_reference_has_no_other_pages():
    expected = {page.file for page in reference.pages()}
    assert {path.name for path in (ROOT / "docs" / "reference").iterdir()} == expected


def test_every_public_name_has_its_place_in_the_reference():
    for page in reference.pages():
        there = anchors(ROOT / "docs" / "reference" / page.file)
        for module in reference.modules(page):
            for name in reference.public(module):
                assert name.lower() in there, f"{module.__name__}.{name}"


def test_the_layout_names_what_is_there():
    layout = next(block.text for block in blocks(ROOT / "CONTRIBUTING.md") if block.text.startswith("autograd/"))
    folder = ROOT
    for line in layout.splitlines():
        name = re.match(r" *(\S+)", line)[1]
        if not line.startswith(" "):
            # the packages may be installed
            package = importlib.util.find_spec(name.rstrip("/")) if name in ("autograd/", "nn/") else None
            folder = Path(package.origin).parent if package else ROOT / name
        assert (folder / name if line.startswith(" ") else folder).exists(), name


def test_the_page_for_newcomers_names_modules_that_there_are():
    page = (ROOT / "docs" / "explanation" / "the-engine-in-fifty-lines.md").read_text(encoding="utf-8")
    modules = re.findall(r"`(autograd(?:\.\w+)+)`", page.split("## Where to find it\n")[1])
    assert len(modules) > 5
    assert [module for module in modules if not importlib.util.find_spec(module)] == []


# --- prose ------------------------------------------------------------------------------------------------------------


def test_the_figures_in_the_readme_are_those_of_the_page_on_performance():
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("## Performance\n")[1].split("\n## ")[0]
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    figures = re.findall(r"\d+\.\d+|\d{1,3}(?:,\d{3})+", section)
    assert len(figures) >= 6
    for figure in figures:
        assert re.search(rf"(?<![\d.,]){re.escape(figure)}(?![\d])", page), f"{figure} is not among what was measured"


def test_the_readme_takes_five_minutes():
    read = re.sub(r"^\[[^\]]+\]: .*$|\]\([^)]*\)|\]\[[^\]]*\]", "", prose(ROOT / "README.md"), flags=re.MULTILINE)
    assert len(re.findall(r"\w+", read)) < 1200  # at 240 words a minute; where links lead is not read


def test_what_is_to_be_installed_is_named_by_packages_that_there_are():
    """The package is on no index: pip install 'scalar-autograd[…]' would find nothing, or somebody else's package."""
    written = [page for page in PAGES if page.parent.name != "reference"]
    places = [
        *written,
        *(path for folder in ("autograd", "nn", "demos", "bench") for path in (ROOT / folder).rglob("*")),
    ]
    texts = {path: path.read_text(encoding="utf-8") for path in places if path.suffix in (".md", ".py", ".ipynb")}
    asked = [path.name for path, text in texts.items() if re.search(r"pip install\s+'?scalar-autograd", text)]
    assert asked == []
