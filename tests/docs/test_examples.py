"""Examples on pages, and the picture of the README, are what the tools answer today."""

from xml.etree import ElementTree

import pytest

from docs.examples import EXAMPLE, PAGES, PICTURE, File, answered, files, shortened
from tests.docs.fences import ROOT


@pytest.mark.anyio
@pytest.mark.store
async def test_each_example_is_what_the_tools_answer() -> None:
    """Asked anew, of a store made anew, with the same ids and times."""
    found = await files()

    assert [file.path.relative_to(ROOT).as_posix() for file in found] == [*PAGES, PICTURE]
    for file in found:
        assert file.is_true, f"{file.path.name} is not what the tools answer: `make docs` writes it"


def test_the_pages_have_their_examples() -> None:
    """A change of their layout must not leave them untested."""
    text = (ROOT / "docs" / "tools.md").read_text(encoding="utf-8")

    assert len(EXAMPLE.findall(text)) == text.count("<!-- example") >= 10


def test_another_answer_is_seen() -> None:
    """But for the version of MLflow, which is of the day."""
    path = ROOT / "docs" / "tools.md"

    assert not File(path, '"returned": 3', '"returned": 4').is_true
    assert File(path, '"sqlite, MLflow 3.17.2"', '"sqlite, MLflow 3.18.0"').is_true


@pytest.mark.parametrize(("answer", "mark"), [("It took too long.", None), ({"traces": []}, "error")])
def test_a_page_is_not_written_with_an_answer_that_it_does_not_mean(answer: object, mark: str | None) -> None:
    """A slow machine would otherwise put its time-out into the reference."""
    with pytest.raises(ValueError, match="ought to be"):
        answered(answer, mark)


def test_what_is_left_out_is_said() -> None:
    """An example that ends without a word would be taken for the answer."""
    assert shortened({"a": ["x"] * 5, "b": "y" * 100}, 3) == {
        "a": ["x", "x", "x", "… 2 more"],
        "b": "y" * 80 + "… 20 more characters",
    }


def test_the_picture_needs_nothing_from_elsewhere() -> None:
    """GitHub shows it without fonts, scripts or images of others; and it loads at once."""
    text = (ROOT / PICTURE).read_text(encoding="utf-8")
    tags = {element.tag.partition("}")[2] for element in ElementTree.fromstring(text).iter()}

    assert tags == {"svg", "style", "rect", "circle", "text"}
    assert "url(" not in text
    assert "@import" not in text
    assert len(text) < 100_000
