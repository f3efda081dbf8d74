"""What the tests of pages rely on: that code, links and headings are found, and nothing else is taken for them."""

from __future__ import annotations

import pytest

from docs import reference
from tests.markdown import anchors, blocks, links

PAGE = """# A page: with *marks* & `code`

A [link](other.md#there), one in code `[no](code.md)`, ![a
picture](images/a.svg), <img src="b.png" alt="">.

```python
x = [1](2)
```

```text
what it prints
```

## Twice

    make test
    make demo

- a list
  that goes on

      and no command

## Twice
"""


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "page.md"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_blocks_know_their_language_their_place_and_whether_they_are_printed(page):
    python, printed, commands = blocks(page)
    assert (python.language, python.text, python.line, python.section) == ("python", "x = [1](2)\n", 6, 1)
    assert (printed.language, printed.printed) == ("text", True)
    assert (commands.language, commands.text, commands.section) == ("sh", "make test\nmake demo\n", 2)


def test_a_block_that_follows_on_words_is_not_what_python_prints(page):
    page.write_text("```python\n1\n```\n\nword\n\n```\n2\n```\n", encoding="utf-8")
    assert [block.printed for block in blocks(page)] == [False, False]


def test_a_block_at_the_end_of_a_page_ends(page):
    page.write_text("words\n\n    make test", encoding="utf-8")
    assert [block.text for block in blocks(page)] == ["make test"]


def test_a_block_that_does_not_end_is_an_error(page):
    page.write_text("```python\n1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="is not in list"):
        blocks(page)


def test_links_are_those_outside_of_code(page):
    assert links(page) == ["other.md#there", "images/a.svg", "b.png"]


def test_links_may_be_defined_below(page):
    page.write_text("See [the other][o] page.\n\n[o]: other.md#there\n", encoding="utf-8")
    assert links(page) == ["other.md#there"]


def test_a_link_that_is_defined_nowhere_is_an_error(page):
    page.write_text("See [the other][o] page.\n", encoding="utf-8")
    with pytest.raises(KeyError, match="o"):
        links(page)


def test_headings_have_the_anchors_that_github_gives_them(page):
    assert anchors(page) == {"a-page-with-marks--code", "twice", "twice-1"}


def test_a_docstring_becomes_markdown():
    page = next(page for page in reference.PAGES if page.package == "autograd")
    docstring = """Do ``this``, see `Value` and `nothing.known`, and docs/accuracy.md.

    >>> 1 + 1
    2

    >>> 2 + 2
    4
    """
    assert reference._prose(docstring, page) == (
        "Do `this`, see [`Value`](#value) and `nothing.known`, and [docs/accuracy.md](../accuracy.md).\n\n"
        "```pycon\n>>> 1 + 1\n2\n\n>>> 2 + 2\n4\n```"
    )


def test_two_names_that_differ_in_case_have_two_anchors():
    [page] = [page for page in reference.PAGES if page.package == "autograd"]
    known = reference._anchors(page)
    assert known["primitive"] != known["Primitive"]
    assert {known["primitive"], known["Primitive"]} == {"#primitive", "#primitive-1"}
