"""The Word file: styles, real tables, captions and links that Word keeps up, and the same bytes every time."""

import dataclasses
import io
import zipfile

import docx
import pytest
from docx.oxml.ns import qn

from stegvis.methods.analysis import run
from stegvis.methods.analysis.report import document
from stegvis.methods.analysis.report.blocks import (
    Cell,
    Link,
    Paragraph,
    Row,
    Section,
    Table,
    figures_in,
    linked,
    tables_in,
)
from stegvis.methods.analysis.report.catalogue import Catalogue
from stegvis.methods.analysis.report.content import content
from stegvis.methods.analysis.report.printer import Printer
from stegvis.methods.analysis.report.word import writing
from stegvis.methods.analysis.report.word.parts import bookmark_name, clean


@pytest.fixture(scope="module")
def whole(forms):
    printer = Printer(forms.written.trial, forms.findings, Catalogue("en"))
    return content(printer, document.sections(printer, "0" * 64))


@pytest.fixture(scope="module")
def word(forms):
    return docx.Document(forms.folder / "out" / "report.docx")


def made(whole, *blocks):
    one = dataclasses.replace(whole, sections=(Section("one", "One", blocks),))
    return docx.Document(io.BytesIO(writing.docx(one, {})))


def test_every_section_is_a_heading_to_navigate_by(word, whole):
    headings = [one.text for one in word.paragraphs if one.style.name == "Heading 1"]
    assert headings == [section.title for section in whole.sections]


def test_every_table_is_a_table_of_word_with_the_same_cells(word, whole):
    tables = tables_in(whole.sections)
    assert len(word.tables) == len(tables)
    for shown, table in zip(word.tables, tables, strict=True):
        assert [cell.text for cell in shown.rows[0].cells] == list(table.columns)
        first = table.rows[0]
        wanted = [cell.text + (f"\n{cell.small}" if cell.small else "") for cell in (first.head, *first.cells)]
        assert [cell.text for cell in shown.rows[1].cells][: len(wanted)] == wanted


def test_heads_are_repeated_and_rows_stay_whole(word):
    for table in word.tables:
        first, *others = table._tbl.tr_lst
        assert first.trPr.find(qn("w:tblHeader")) is not None
        assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in (first, *others))
        assert not any(row.trPr.find(qn("w:tblHeader")) is not None for row in others)


def test_properties_of_a_table_stand_in_the_order_of_the_schema(word):
    order = ["tblW", "jc", "tblBorders", "tblLayout", "tblLook", "tblCaption"]
    for table in word.tables:
        assert [one.tag.rpartition("}")[2] for one in table._tbl.tblPr] == order


def test_captions_are_numbered_by_word(word, whole):
    captions = [one for one in word.paragraphs if one.style.name == "Caption"]
    tables, figures = tables_in(whole.sections), figures_in(whole.sections)
    assert len(captions) == len(tables) + len(figures)
    numbered = [one.text for one in captions if one.text.startswith("Table")]
    assert numbered == [f"Table\u00a0{n}. {table.caption}" for n, table in enumerate(tables, start=1)]
    codes = {code.text.strip() for one in captions for code in one._p.iter(qn("w:instrText"))}
    assert codes == {"SEQ Table \\* ARABIC", "SEQ Figure \\* ARABIC"}


def test_figures_are_told_to_those_who_do_not_see_them(word, whole):
    told = [shape._inline.find(qn("wp:docPr")).get("descr") for shape in word.inline_shapes]
    assert told == [figure.alt for figure in figures_in(whole.sections)]


def test_contents_lead_to_every_section(word, whole):
    places = {one.get(qn("w:name")) for one in word.element.iter(qn("w:bookmarkStart"))}
    lines = [one for one in word.paragraphs if one.style.name == "TOC 1"]
    anchors = [link.get(qn("w:anchor")) for one in lines for link in one._p.iter(qn("w:hyperlink"))]
    assert anchors == [bookmark_name(section.id) for section in whole.sections]
    assert set(anchors) <= places


@pytest.mark.parametrize(("name", "language"), [("report.docx", "en-GB"), ("report.sv.docx", "sv-SE")])
def test_the_language_is_that_of_the_report_and_the_paper_is_a4(forms, name, language):
    file = docx.Document(forms.folder / "out" / name)
    defaults = file.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}")
    assert defaults.get(qn("w:val")) == file.core_properties.language == language
    assert (round(file.sections[0].page_width.mm), round(file.sections[0].page_height.mm)) == (210, 297)


def test_the_warning_stands_on_the_first_page_and_in_the_foot_with_the_page(word):
    sentence = "Made up, tuned to these figures; shows nothing about the treatment and validates no method."
    before = [one.text for one in word.paragraphs][: [one.style.name for one in word.paragraphs].index("Heading 1")]
    assert sentence in before
    foot = word.sections[0].footer.paragraphs[0]
    assert foot.text == f"{sentence}\tPage 1 of 1"
    assert [code.text.strip() for code in foot._p.iter(qn("w:instrText"))] == ["PAGE", "NUMPAGES"]


def test_real_data_bear_no_such_warning(whole):
    one = dataclasses.replace(whole, made_up="", foot=whole.kind, sections=(Section("one", "One", ()),))
    file = docx.Document(io.BytesIO(writing.docx(one, {})))
    assert not [paragraph for paragraph in file.paragraphs if paragraph.style.name == "Warning"]


def test_every_form_is_the_same_bytes_again(forms, tmp_path):
    again = run.analyse(forms.folder / "x", forms.folder / "sap.toml", tmp_path / "again")
    ends = {path.suffix for path in again.files}
    assert ends == {".html", ".pdf", ".docx", ".png", ".svg", ".csv", ".json"}
    for path in again.files:
        name = path.relative_to(tmp_path / "again")
        assert path.read_bytes() == (forms.folder / "out" / name).read_bytes(), name


def test_no_part_of_the_file_bears_the_time_of_day(forms):
    with zipfile.ZipFile(forms.folder / "out" / "report.docx") as file:
        assert {part.date_time for part in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [part for part in file.namelist() if "thumbnail" in part]
        assert b"2027-01-04T09:00:00Z" in file.read("docProps/core.xml")


def test_what_xml_cannot_hold_is_shown_as_missing_and_costs_no_other_letter(whole):
    assert clean("a\x00b\x0bc\ud800d") == "a\ufffdb\ufffdc\ufffdd"
    file = made(whole, Paragraph("<b>&\x07 å"))
    assert "<b>&\ufffd å" in [one.text for one in file.paragraphs]


def test_a_cell_leads_to_the_sections_that_it_names(whole):
    row = Row(Cell("1a"), (linked([Link("One", "one"), Link("Two", "two")], small="and more"),))
    file = made(whole, Table("where", "Where", ("Item", "Where"), (row,)))
    (table,) = file.tables
    assert [link.get(qn("w:anchor")) for link in table._tbl.iter(qn("w:hyperlink"))] == ["s_one", "s_two"]
    assert table.cell(1, 1).text == "One, Two\nand more"


@pytest.mark.parametrize("formats", [("html",), ("docx",), ("pdf",), ("png",)])
def test_only_what_is_wanted_is_made(tmp_path, forms, formats):
    made = run.analyse(
        forms.folder / "x", forms.folder / "sap.toml", tmp_path / "out", languages=("en",), formats=formats
    )
    ends = {path.suffix.removeprefix(".") for path in made.files}
    assert ends == {*formats, "csv", "svg", "json"}
