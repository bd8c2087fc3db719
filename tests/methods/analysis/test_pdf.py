"""The PDF and the figures as PNG: tagged, complete, the same bytes, and nothing in the data is taken for markup."""

import dataclasses
import io
import struct

import pytest
from pypdf import PdfReader

from stegvis.methods.analysis.report import document, typesetting
from stegvis.methods.analysis.report.blocks import (
    Cell,
    Figure,
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
from stegvis.methods.analysis.report.measures import shares, size_mm
from stegvis.methods.analysis.report.printer import Printer

MARKUP = '*b* _i_ #panic("x") $x^2$ @ref <label> \\n // /* [ ] { } `raw` = - + ~ --'


@pytest.fixture(scope="module")
def printed(forms):
    return {name: PdfReader(forms.folder / "out" / f"report{name}.pdf") for name in ("", ".sv")}


@pytest.fixture(scope="module")
def whole(forms):
    """The content of the report in English."""
    printer = Printer(forms.written.trial, forms.findings, Catalogue("en"))
    return content(printer, document.sections(printer, "0" * 64))


def text_of(reader):
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def made(whole, *blocks):
    return typesetting.pdf(dataclasses.replace(whole, sections=(Section("one", "One", blocks),)))


def drawing(inside="", width=100, height=50):
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f'<rect width="{width}" height="{height}" fill="#fff"/>{inside}</svg>'
    )


@pytest.mark.parametrize(("name", "language"), [("", "en-GB"), (".sv", "sv-SE")])
def test_a_pdf_is_tagged_in_its_language_and_says_which_standards_it_keeps(printed, name, language):
    root = printed[name].trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].lower() == language.lower()
    about = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in about.replace("\n", "")
    assert "<pdfuaid:part>1</pdfuaid:part>" in about


def test_a_pdf_bears_the_time_of_the_extract_and_no_other(printed):
    assert {printed[""].metadata["/CreationDate"], printed[""].metadata["/ModDate"]} == {"D:20270104090000Z"}


def test_every_section_is_in_the_outline_and_every_table_and_figure_has_its_caption(printed, whole):
    outline = [one.title for one in printed[""].outline if not isinstance(one, list)]
    assert outline == [section.title for section in whole.sections]
    text = text_of(printed[""])
    for label, given in (("Table", tables_in(whole.sections)), ("Figure", figures_in(whole.sections))):
        assert all(f"{label} {number}. " in text for number, _ in enumerate(given, start=1))
        assert f"{label} {len(given) + 1}. " not in text


def test_the_numbers_on_paper_are_those_of_the_page(printed, whole):
    text = "".join(text_of(printed[""]).split())
    for section in whole.sections:
        for table in (block for block in section.blocks if isinstance(block, Table)):
            shown = [cell.text for row in table.rows for cell in row.cells if cell.finding and cell.text]
            assert all("".join(one.split()) in text for one in shown), table.name


def test_warnings_stand_on_the_first_page_and_at_the_foot_of_every_page(printed):
    sentence = "Made up, tuned to these figures; shows nothing about the treatment and validates no method."
    first, *others = (" ".join(page.extract_text().split()) for page in printed[""].pages)
    assert first.count(sentence) == 2
    assert all(sentence in one for one in others)


def test_fonts_come_along_and_are_none_of_the_machine(printed):
    fonts = {
        str(font.get_object()["/BaseFont"]).partition("+")[2]
        for page in printed[""].pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert {name.split("-")[0] for name in fonts} <= {"SourceSans3", "DejaVuSansMono", "LibertinusSerif"}


def test_a_long_table_has_its_head_on_every_page(whole):
    rows = tuple(Row(Cell(f"Row {number}"), (Cell(str(number)),)) for number in range(150))
    reader = PdfReader(_file(made(whole, Table("long", "Long", ("The head", "n"), rows))))
    pages = [page.extract_text() for page in reader.pages if "Row " in page.extract_text()]
    assert len(pages) > 2
    assert all("The head" in page for page in pages)


def test_nothing_in_the_data_is_taken_for_markup(whole):
    row = Row(Cell(MARKUP), (Cell(MARKUP, small=MARKUP),))
    table = Table("odd", MARKUP, (MARKUP, MARKUP), (row,), (MARKUP,))
    odd = Figure("odd", MARKUP, drawing(), MARKUP)
    found = PdfReader(_file(made(whole, Paragraph(MARKUP), table, odd)))
    text = "".join("".join(page.extract_text() for page in found.pages).split())
    assert text.count("".join(MARKUP.split())) >= 8


def test_a_cell_leads_to_the_section_that_it_names(whole):
    row = Row(Cell("1a"), (linked([Link("One", "one")]),))
    reader = PdfReader(_file(made(whole, Table("where", "Where", ("Item", "Where"), (row,)))))
    targets = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    assert len([one for one in targets if one["/Subtype"] == "/Link"]) >= 2  # the contents, and the cell


def test_a_figure_as_png_has_300_dots_an_inch_at_its_width(forms):
    for path in sorted((forms.folder / "out" / "figures").glob("*.png")):
        content = path.read_bytes()
        width, height = struct.unpack(">II", content[16:24])
        dots, unit = struct.unpack(">I4xB", content[41:45] + content[45:50])
        assert (dots, unit) == (11811, 1), path.name
        assert min(width, height) > 200


def test_every_drawing_is_there_as_svg_and_as_png_in_both_languages(forms):
    for folder in ("figures", "figures/sv"):
        names = [{path.stem for path in (forms.folder / "out" / folder).glob(f"*.{end}")} for end in ("svg", "png")]
        assert names[0] == names[1]
        assert len(names[0]) == 9


@pytest.mark.parametrize(
    ("width", "height", "wide", "size"),
    [(440, 320, False, (82, 59.64)), (800, 400, True, (170, 85)), (560, 280, True, (119, 59.5)), (800, 4000, True, (43, 215))],
)  # fmt: skip
def test_a_figure_is_never_wider_or_higher_than_a_page(width, height, wide, size):
    assert size_mm(Figure("f", "", drawing(width=width, height=height), "", wide)) == size


def test_a_column_of_text_gets_more_room_than_one_of_numbers():
    row = Row(Cell("A method"), (Cell("12"), Cell("a long definition " * 12, numeric=False)))
    head, number, text = shares(Table("t", "", ("Name", "n", "What"), (row,)))
    assert number < head < text
    assert sum((head, number, text)) == pytest.approx(1, abs=0.001)


def _file(made):
    return io.BytesIO(made)
