"""Examples on pages, and the picture of the README, are what the tools answer today."""

import re
from xml.etree import ElementTree

import pytest

from docs.examples import EXAMPLE, PAGES, PICTURE, File, answered, files, shortened
from mcp_traces.shaping.tables import TABLES
from tests.docs.fences import ROOT


@pytest.mark.anyio
@pytest.mark.store
async def test_each_example_is_what_the_tools_answer() -> None:
    """Asked anew, of a store made anew, with the same ids and times."""
    found = await files()

    assert [file.path.relative_to(ROOT).as_posix() for file in found] == [*PAGES, PICTURE]
    for file in found:
        assert file.is_true, f"{file.path.name} is not what the tools answer: `make docs` writes it"


@pytest.mark.parametrize(("page", "examples"), [("docs/tools.md", 10), ("docs/questions.md", 20), ("docs/sql.md", 30)])
def test_the_pages_have_their_examples(page: str, examples: int) -> None:
    """A change of their layout must not leave them untested."""
    text = (ROOT / page).read_text(encoding="utf-8")

    assert len(EXAMPLE.findall(text)) == text.count("<!-- example") >= examples


@pytest.mark.parametrize(("page", "heading", "least"), [("questions.md", "###", 20), ("sql.md", "####", 30)])
def test_each_question_has_one_call_and_its_answer(page: str, heading: str, least: int) -> None:
    """As the pages promise."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")

    questions = text.split(f"\n{heading} ")[1:]
    assert len(questions) >= least
    for question in questions:
        title = question.splitlines()[0]
        assert len(EXAMPLE.findall(question)) == 1 == question.count("\nis answered with\n"), title


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


FACTS = {
    "How many requests failed on each day?": r'\["2026-11-16", 11, 2, 0.182, .*\["2026-11-20", 6, 2, 0.333, ',
    "Since when is quote_shipping slow?": r'"2026-11-17", 16, 16, 0, 0.0, 2\d\d, .*"2026-11-18", 9, 9, 0, 0.0, 2\d{3},',
    "Which errors are there": r'acme refused charge <id> for order <id>: HTTP 502", 8, 8, ',
    "What is different about the failures?": r'"different": \[\s+\{[^}]+"value": "acme",\s+"traces": "8 of 14",',
    "Is it only acme?": r'\["acme", 10, 10, 8, 0.8, ',
    "Which sessions have more than three turns?": r'"groups_matching": 6',
    "Which judges fail, and how?": r'\["resolved", 26, 4, 0.133, "JUDGE_TIMEOUT',
    "What did the candidate get wrong": r'"improved": 1,\s+"regressed": 2,\s+"tied": 5',
}
"""What was planted in the sample, by the beginning of the question that finds it."""


@pytest.mark.parametrize(("question", "found"), FACTS.items(), ids=FACTS)
def test_an_answer_finds_what_was_planted(question: str, found: str) -> None:
    """Answers that are made again by a program are the same each time, and so may be wrong each time."""
    text = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
    (section,) = [one for one in text.split("\n### ")[1:] if one.startswith(question)]

    assert re.search(found, section, re.DOTALL)


FACTS_IN_SQL = {
    "How did durations and failures develop": r'\["2026-11-17", 16, 4, 2217.5, .*\["2026-11-18", 9, 2, 4344, ',
    "Is a shipping quote slower": r'\["2.3.0", 30, 2\d\d.*\["2.4.0", 28, 2\d{3}',
    "Which errors are there": r'acme refused charge <id> for order <id>: HTTP 502", 8, 5, ',
    "Do card payments fail with one provider": r'\["acme", 10, 8\]',
    "Which attributes do failed card payments": r'\["payment_provider", "acme", 10, 8\]',
    "Which calls were tried again": r'\["check_stock", 2, 3, 3\]',
    "How often does each judge fail": r'\["resolved", "LLM_JUDGE gpt-4o-mini", 30, 4, "JUDGE_TIMEOUT',
    "Which answers does the second evaluation run": r'"rows": \[\s+\[[^]]+Norway[^]]+\],\s+\[[^]]+Ghent[^]]+\]\s+\]',
}


@pytest.mark.parametrize(("question", "found"), FACTS_IN_SQL.items(), ids=FACTS_IN_SQL)
def test_an_answer_in_sql_finds_what_was_planted(question: str, found: str) -> None:
    """The same facts as above, by another way."""
    text = (ROOT / "docs" / "sql.md").read_text(encoding="utf-8")
    (section,) = [one for one in text.split("\n#### ")[1:] if one.startswith(question)]

    assert re.search(found, section, re.DOTALL)


def test_no_statement_on_the_page_gets_a_note() -> None:
    """What SQLite reads in another way than it is meant is not to be copied."""
    text = (ROOT / "docs" / "sql.md").read_text(encoding="utf-8")

    assert "and returned, coverage, applied" in text
    assert "notes" not in "".join(match[0] for match in EXAMPLE.finditer(text))


def test_the_page_has_each_column_with_its_meaning() -> None:
    """And no other; types are those of the tables."""
    text = (ROOT / "docs" / "sql.md").read_text(encoding="utf-8")

    for table, columns in TABLES.items():
        section = text.split(f"\n### `{table}`\n")[1].split("\n#")[0]
        rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.+) \|$", section, re.MULTILINE)
        assert [(name, kind) for name, kind, _ in rows] == list(columns)
        assert all(meaning.strip() for _, _, meaning in rows)


def test_an_example_shows_the_fields_that_it_names() -> None:
    """And the names of the others; one that is missing means that the tool answers something else by now."""
    shown = answered({"total": 1, "groups": 2, "notes": 3}, None, "groups,notes")

    assert '{"groups": 2, "notes": 3, "…": "and total"}' in shown
    with pytest.raises(ValueError, match="ought to have"):
        answered({"total": 1}, None, "groups")


def test_a_table_keeps_its_columns() -> None:
    """A row that ended early would leave values without the names above them."""
    table = {"columns": ["a", "b", "c"], "rows": [[1, 2, 3], [4, 5, 6], [7, 8, 9]]}

    assert shortened(table, 2) == table | {"rows": [[1, 2, 3], [4, 5, 6], "… 1 more"]}


def test_what_is_left_out_is_said() -> None:
    """An example that ends without a word would be taken for the answer."""
    assert shortened({"a": ["x"] * 5, "b": "y" * 180, "c": "z" * 100}, 3) == {
        "a": ["x", "x", "x", "… 2 more"],
        "b": "y" * 80 + "… 100 more characters",
        "c": "z" * 100,
    }


def test_the_picture_needs_nothing_from_elsewhere() -> None:
    """GitHub shows it without fonts, scripts or images of others; and it loads at once."""
    text = (ROOT / PICTURE).read_text(encoding="utf-8")
    tags = {element.tag.partition("}")[2] for element in ElementTree.fromstring(text).iter()}

    assert tags == {"svg", "style", "rect", "circle", "text"}
    assert "url(" not in text
    assert "@import" not in text
    assert len(text) < 100_000
