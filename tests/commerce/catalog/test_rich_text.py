"""Rich text: what people wrote stays, what could run does not."""

import pytest

from commerce.catalog.rich_text import clean_blocks, plain_text
from commerce.core.errors import InvalidInput
from commerce.importing.html_blocks import blocks_from_html


def paragraph(text):
    return {"type": "paragraph", "data": {"text": text}}


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("Just text & more", [paragraph("Just text &amp; more")]),
        ("<p>One</p><p>Two <b>bold</b></p>", [paragraph("One"), paragraph("Two <b>bold</b>")]),
        ("<h2>Head</h2>after", [{"type": "header", "data": {"text": "Head", "level": 2}}, paragraph("after")]),
        (
            "<ul><li>a</li><li>b <i>c</i></li></ul>",
            [{"type": "list", "data": {"style": "unordered", "items": ["a", "b <i>c</i>"]}}],
        ),
        ("<ol><li>a</ol>", [{"type": "list", "data": {"style": "ordered", "items": ["a"]}}]),
        ("<blockquote>q</blockquote>", [{"type": "quote", "data": {"text": "q"}}]),
        ("a<hr>b", [paragraph("a"), {"type": "delimiter", "data": {}}, paragraph("b")]),
        ("<table><tr><td>1<td>2</table>", [paragraph("1 2")]),
        ("a &lt;b&gt; c", [paragraph("a &lt;b&gt; c")]),
    ],
)
def test_html_becomes_blocks(html, blocks):
    assert blocks_from_html(html) == {"blocks": blocks}


@pytest.mark.parametrize(
    "html", ["", "   ", "<p></p>", "<script>x()</script>", "<img src=x onerror=y()>", "<!-- a -->"]
)
def test_html_without_anything_to_read_is_nothing(html):
    assert blocks_from_html(html) is None


@pytest.mark.parametrize(
    "html",
    [
        "<a href='javascript:x()'>l</a>",
        "<a href=' java\tscript:x()'>l</a>",
        "<p style='background:url(javascript:x)'>l</p>",
        "<b onmouseover=x()>l</b>",
        "l<iframe src='https://evil.example'></iframe>",
        "l<math><mtext><style><img src=x onerror=x()>",
        "&lt;script&gt;x()&lt;/script&gt;l",
    ],
)
def test_nothing_that_could_run_comes_through(html):
    text = str(blocks_from_html(html))
    assert "l" in text
    for word in ("javascript:", "onmouseover", "<script", "<iframe", "<img", "style="):
        assert word not in text


def test_links_in_blocks_of_their_own_are_judged_by_their_scheme():
    block = {"type": "image", "data": {"file": {"url": "javascript:x()"}, "caption": "<u>ok</u><script>"}}
    kept = {"type": "image", "data": {"file": {"url": "https://a.example/b.png"}}}
    cleaned = clean_blocks({"blocks": [block, kept], "version": "2"})
    assert cleaned["blocks"][0]["data"] == {"file": {"url": ""}, "caption": "<u>ok</u>"}
    assert cleaned["blocks"][1] == kept


@pytest.mark.parametrize(
    "document",
    [[], "text", {}, {"blocks": {}}, {"blocks": ["x"]}, {"blocks": [{"data": {}}]}, {"blocks": [paragraph("")] * 2001}],
)
def test_another_shape_is_refused(document):
    with pytest.raises(InvalidInput):
        clean_blocks(document)


def test_a_document_without_bottom_is_refused():
    data = {}
    for _ in range(50):
        data = {"deeper": data}
    with pytest.raises(InvalidInput):
        clean_blocks({"blocks": [{"type": "x", "data": data}]})


def test_plain_text_is_what_a_reader_sees():
    assert plain_text(blocks_from_html("<p>One<br><b>two</b></p><ul><li>three</li></ul>")) == "One two three"
    assert plain_text(None) == ""
