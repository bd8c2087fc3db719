"""The design system: what components render, what fields take, what the frame shows, and what the browser is sent."""

import gzip
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, QueryDict
from django.template import Context, Template, engines
from django.test import RequestFactory
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from stegvis.methods.instruments import pain_map
from stegvis.methods.programme.blocks import Paced, PacedStep
from stegvis.web import forms as steg
from stegvis.web.components import autosaving, bodymap, charts, errors, guide, times
from stegvis.web.components.shapes import Day, Goal, Point, Share
from stegvis.web.components.shell import Reading, Shell, Tab, current_key
from stegvis.web.errors import form_expired
from stegvis.web.templatetags.steg import register

WEB = Path(steg.__file__).parent
STATIC = WEB / "static"


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def page(**query):
    return guide.guide(RequestFactory().get("/en/guide/", query)).content.decode()


def render(source, **context):
    request = context.pop("request", None) or RequestFactory().get("/en/guide/")
    template = engines["django"].from_string("{% load steg %}" + source)
    return template.render({"request": request, **context}, request)


class Answers(steg.StegForm):
    name = forms.CharField(label="Name")
    pain = steg.NumberRowField(label="Pain", low="None", high="Worst")
    line = steg.LineField(label="Line", low="None", high="Worst", required=False)
    places = steg.BodyMapField(label="Places", required=False)
    born = steg.DayField(label="Born", required=False)
    when = forms.ChoiceField(label="When", widget=steg.Chips, choices=[("a", "Morning"), ("b", "Evening")])


def answers(**changed):
    data = QueryDict(mutable=True)
    data.update({"name": "Kim", "pain": "0", "when": "a"})
    for name, value in changed.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return Answers(data)


# Every page ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("part", guide.PARTS)
def test_every_part_of_the_guide_knows_all_its_names(part):
    assert "MISSING VARIABLE" not in page(part=part)


@pytest.mark.parametrize("part", guide.PARTS)
def test_no_page_carries_inline_style_or_script_or_asks_another_host(part):
    html = page(part=part)

    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", html)
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', html)


def test_a_paced_guide_says_all_its_steps_without_a_script():
    guide = Paced("round", "The round", (PacedStep(60, "Hands"), PacedStep(60, "Jaw")), 1)
    html = render("{% paced guide %}", guide=guide)
    assert "about 2 minutes" in html
    assert html.count("<li ") == 2
    assert "(60 seconds)" in html
    assert "data-paced-stage hidden" in html


def test_an_id_stands_only_once_on_a_page():
    for part in guide.PARTS:
        ids = re.findall(r'\sid="([^"]+)"', page(part=part))
        assert len(ids) == len(set(ids)), part


def test_every_label_and_description_leads_to_something():
    for part in ("forms", "errors", "map", "line", "staff-forms"):
        html = page(part=part)
        ids = set(re.findall(r'\sid="([^"]+)"', html))
        named = re.findall(r'\s(?:for|aria-describedby|aria-controls)="([^"]+)"', html)
        assert {one for many in named for one in many.split()} <= ids, part


def test_every_icon_that_a_page_names_is_drawn():
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons.svg").read_text()))
    named = {name for path in WEB.rglob("*.html") for name in re.findall(r'{% icon "([\w-]+)"', path.read_text())}
    shown = {name for part in guide.PARTS for name in re.findall(r'icons\.svg#([\w-]*)"', page(part=part))}

    assert named | shown <= drawn


def test_the_readme_lists_every_component():
    readme = (WEB / "components" / "README.md").read_text()

    missing = [name for name in [*register.tags, *register.filters] if not re.search(rf"\b{name}\b", readme)]

    assert missing == []


def test_participants_fetch_little():
    def packed(paths):
        return sum(len(gzip.compress(path.read_bytes())) for path in paths)

    scripts = set(re.findall(r'src="/static/(js/[\w-]+\.js)"', page(part="today")))
    assert "js/reply.js" not in scripts
    assert packed(STATIC / name for name in scripts) < 30_000
    assert packed([STATIC / "base.css", STATIC / "stegvis.css"]) < 20_000
    assert packed(STATIC.glob("fonts/s*.woff2")) + packed(STATIC.glob("fonts/l*.woff2")) < 85_000


def test_the_component_base_brings_no_letters_and_no_pictures_of_others():
    base = (STATIC / "base.css").read_text()

    assert "@font-face" not in base
    assert "url(" not in base
    assert "crown" not in base.replace("Crown copyright", "")


# Forms --------------------------------------------------------------------------------------------------------------
def test_an_untouched_question_is_missing_and_zero_is_an_answer():
    form = answers(line="")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["line"] is None
    assert form.cleaned_data["pain"] == 0

    assert answers(line="0").fields["line"].clean("0") == 0
    assert Answers({"name": "Kim", "when": "a"}).errors["pain"] == ["Choose a number from 0 to 10."]


@pytest.mark.parametrize("value", ["101", "-1", "5.5", "much"])
def test_the_line_refuses_what_is_not_on_it(value):
    assert answers(line=value).errors["line"][0] == "Write a whole number from 0 to 100."


def test_an_empty_map_is_missing_and_no_pain_is_an_answer():
    def marked(*places):
        form = answers(places=list(places))
        return form.cleaned_data["places"] if form.is_valid() else form.errors["places"][0]

    assert marked() is None
    assert marked(pain_map.NO_PAIN) == [pain_map.NO_PAIN]
    assert marked("b-neck", "f-knee-l") == ["f-knee-l", "b-neck"]
    assert "Keep the one that is right" in marked(pain_map.NO_PAIN, "b-neck")
    assert "not on this map" in marked("f-tail")


def test_what_the_map_gives_can_be_counted():
    form = answers(places=["f-knee-l", "b-neck"])
    assert form.is_valid()
    assert pain_map.wpi(form.cleaned_data["places"]) == 2


def test_a_day_is_written_in_three_boxes():
    def born(day, month, year):
        form = answers(born_day=day, born_month=month, born_year=year)
        return form.cleaned_data["born"] if form.is_valid() else form.errors["born"][0]

    assert born("27", "3", "1971") == date(1971, 3, 27)
    assert born("", "", "") is None
    assert "not a day in the calendar" in born("31", "2", "1971")
    assert "not a day in the calendar" in born("27", "", "1971")
    assert "four numbers" in born("27", "3", "71")


@given(st.text(max_size=6), st.text(max_size=6), st.text(max_size=6))
def test_nothing_typed_as_a_day_breaks_the_page(day, month, year):
    form = answers(born_day=day, born_month=month, born_year=year)
    assert form.is_valid() or form.errors["born"]
    str(form["born"])


def test_answers_are_kept_when_the_form_comes_back():
    form = answers(name="", pain="7", line="61", places=["b-neck"], born_day="31", born_month="2", born_year="1971")
    html = render("{% fields form %}", form=form)

    assert re.search(r'name="pain" value="7"[^>]* checked', html)
    assert re.search(r'name="line"[^>]*value="61"', html)
    assert re.search(r'value="b-neck"[^>]* checked', html)
    assert re.search(r'name="born_day" value="31"', html)


def test_the_error_summary_leads_to_every_answer_in_the_order_of_the_form():
    form = Answers({"name": "", "born_day": "31", "born_month": "2", "born_year": "1971"})
    form.add_error(None, "This occasion is closed.")
    html = render("{% problem form %}{% fields form %}", form=form)
    summary, rest = html.split("<form", 1) if "<form" in html else html.split("</div></div>", 1)

    links = re.findall(r'href="#([^"]+)"', summary)
    assert links == ["id_name", "id_pain_0", "id_born_day", "id_when_0"]
    assert all(f'id="{link}"' in rest for link in links)
    assert "This occasion is closed." in summary


def test_a_form_without_errors_has_no_summary():
    assert render("{% problem form %}", form=Answers()).strip() == ""


def test_a_page_with_errors_answers_422_and_another_200(rf):
    request = rf.post("/")
    context = {"shell": Shell(), "example": Answers()}

    assert (
        steg.answer(request, "guide/errors.html", answers(name=""), {**context, "parts": (), "part": ""}).status_code
        == 422
    )
    assert steg.answer(request, "guide/errors.html", answers(), {**context, "parts": (), "part": ""}).status_code == 200


def test_what_is_missing_is_said_kindly_unless_the_author_says_it():
    class Own(steg.StegForm):
        plain = forms.CharField()
        own = forms.CharField(error_messages={"required": "Tell us what to call you."})
        agree = forms.BooleanField()

    found = {name: messages[0] for name, messages in Own({}).errors.items()}

    assert found == {
        "plain": "This cannot be empty. Please fill it in.",
        "own": "Tell us what to call you.",
        "agree": "Tick the box to go on.",
    }


def test_an_error_belongs_to_its_field_for_a_screen_reader():
    html = render("{% field form.name %}{% field form.pain %}", form=Answers({"when": "a"}))

    assert re.search(r'<input[^>]*name="name"[^>]*aria-describedby="id_name_error"', html)
    assert re.search(r'<fieldset[^>]*aria-describedby="id_pain_error"', html)
    assert html.count("To put right:") == 2


def test_what_people_type_is_never_markup():
    html = render("{% field form.name %}", form=answers(name="<script>alert(1)</script>"))

    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_plain_django_form_renders_with_the_components_too():
    class Plain(forms.Form):
        default_renderer = steg.StegRenderer
        colour = forms.ChoiceField(choices=[("g", "Green")], widget=forms.RadioSelect)
        when = forms.SplitDateTimeField()

    html = str(Plain())

    assert "govuk-radios__item" in html
    assert html.count("<input") == 3


# Saving while writing -----------------------------------------------------------------------------------------------
def autosaved(**data):
    many = QueryDict(mutable=True)
    for name, value in data.items():
        many.setlist(name, value if isinstance(value, list) else [value])
    return autosaving.read(Answers(many))


def test_one_field_is_read_without_asking_for_the_others():
    assert autosaved(field="pain", pain="4") == ("pain", 4)
    assert autosaved(field="places", places=["b-neck"]) == ("places", ["b-neck"])
    assert autosaved(field="born", born_day="27", born_month="3", born_year="1971") == ("born", date(1971, 3, 27))


def test_a_field_may_be_emptied_again_though_the_form_asks_for_it():
    assert autosaved(field="name", name="") == ("name", None)


def test_an_unknown_field_is_not_there_and_a_wrong_value_is_refused():
    with pytest.raises(Http404):
        autosaved(field="arm", arm="a")
    with pytest.raises(ValidationError) as refused:
        autosaved(field="line", line="140")
    answer = autosaving.refused(refused.value)
    assert answer.status_code == 422
    assert b"from 0 to 100" in answer.content


def test_saved_says_when_in_local_time():
    assert b'"saved_at": "09:42"' in autosaving.saved(datetime(2026, 11, 13, 8, 42, tzinfo=UTC)).content


# The frame ----------------------------------------------------------------------------------------------------------
TABS = (
    Tab("today", "Today", "/en/today/", "today"),
    Tab("programme", "Programme", "/en/programme/", "steps"),
)


def framed(shell, template="shell_participant.html", path="/en/today/", **context):
    request = RequestFactory().get(path)
    return engines["django"].get_template(template).render({"shell": shell, "request": request, **context}, request)


def test_somebody_without_the_programme_finds_no_word_of_it():
    assert "Programme" in framed(Shell(tabs=TABS))
    without = framed(Shell(tabs=TABS[:1]))
    assert "rogramme" not in without
    assert "/en/today/" in without


def test_the_open_tab_is_marked_by_the_page_or_by_its_address():
    marked = re.compile(r'href="([^"]+)" aria-current="page"')
    assert marked.findall(framed(Shell(tabs=TABS), path="/en/programme/5/")) == ["/en/programme/"]
    assert marked.findall(framed(Shell(tabs=TABS), path="/en/elsewhere/", tab="today")) == ["/en/today/"]
    assert marked.findall(framed(Shell(tabs=TABS), path="/en/elsewhere/")) == []


def test_the_longest_address_wins():
    tabs = (Tab("care", "Care", "/en/care/", "list"), Tab("time", "Time", "/en/care/time/", "clock"))
    assert current_key(Shell(tabs=tabs), "/en/care/time/") == "time"
    assert current_key(Shell(tabs=tabs), "/en/care/SV-017/") == "care"


def test_help_is_on_every_participants_page():
    for template in ("shell_participant.html", "shell_plain.html"):
        assert 'href="/en/help/"' in framed(Shell(help_url="/en/help/"), template)


def test_the_other_language_is_the_same_page():
    request = RequestFactory().get("/en/messages/", {"page": "2"})
    html = render("{% language_switch %}", request=request)

    assert 'href="/sv/messages/?page=2"' in html
    assert html.count("<a ") == 1


def test_how_somebody_reads_comes_from_the_server_and_only_known_values_pass():
    assert 'data-theme="dark" data-size="large"' in framed(Shell(reading=Reading(theme="dark", size="large")))
    assert '<html lang="en">' in framed(Shell(reading=Reading(theme='"><script>', letters="odd")))


def test_the_demonstration_says_so_on_every_shell():
    for template in ("shell_participant.html", "shell_plain.html", "shell_staff.html"):
        assert "Everyone here is made up." in framed(Shell(demonstration=True), template)
        assert "made up" not in framed(Shell(), template)


def test_what_is_not_yours_and_what_is_not_there_look_the_same():
    request = RequestFactory().get("/en/care/SV-017/")

    absent = errors.not_found(request, Http404("no such page"))
    foreign = errors.not_found(request, Http404("not in your caseload"))

    assert absent.status_code == foreign.status_code == 404
    assert absent.content == foreign.content
    assert b"SV-017" not in absent.content.replace(b"/sv/care/SV-017/", b"")


def test_letters_that_come_late_move_nothing_on_the_page():
    faces = re.findall(r"@font-face [^}]*}", (WEB / "static/stegvis.css").read_text())

    assert ["optional" in face for face in faces if "Atkinson" not in face] == [True, True]


def test_a_hint_may_hold_somebodys_words_and_they_stay_words():
    kind = type("Rated", (steg.StegForm,), {"goal": forms.CharField(help_text="A way-station to: <b>the lake</b>")})

    assert "&lt;b&gt;the lake&lt;/b&gt;" in str(kind())


def test_every_error_page_has_its_status_and_a_way_on():
    request = RequestFactory().get("/en/")
    pages = {
        403: form_expired(request, reason="CSRF cookie not set."),
        404: errors.not_found(request),
        429: errors.too_many(request, minutes=15),
        500: errors.server_error(request),
    }

    for status, answer in pages.items():
        assert answer.status_code == status
        assert b"Go to the start" in answer.content
        assert b"MISSING VARIABLE" not in answer.content
        assert b"CSRF" not in answer.content
    assert pages[429]["Retry-After"] == "900"
    assert b"15 minutes" in pages[429].content


# Charts and drawings ------------------------------------------------------------------------------------------------
@given(st.floats(min_value=0.1, max_value=1e6))
def test_an_axis_reaches_past_its_highest_value_in_round_steps(highest):
    steps = charts.round_steps(highest)
    assert steps[0] == 0
    assert steps[-1] >= highest
    assert 2 <= len(steps) <= 6


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 500)), min_size=1, max_size=30))
def test_a_line_stays_on_its_paper(pairs):
    chart = charts.line_chart([Point(x, y) for x, y in sorted(pairs)])
    numbers = [float(n) for n in re.findall(r"-?[\d.]+", chart.line)]
    assert all(charts.LEFT <= x <= charts.RIGHT for x in numbers[::2])
    assert all(charts.TOP <= y <= charts.BOTTOM for y in numbers[1::2])


def test_a_label_that_would_stand_on_its_neighbour_is_left_out():
    months = [Point(n, n, f"month {n}") for n in range(4)]
    chart = charts.line_chart([*months, Point(3.3, 4, "today")], [Point(0, 0), Point(12, 12)])

    assert [tick.label for tick in chart.x_ticks] == ["month 0", "month 1", "month 2", "month 3"]


def test_a_chart_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one point"):
        charts.line_chart([])


def test_a_short_walk_does_not_look_like_a_long_one():
    bars = charts.week_bars([Day("M", "Monday", 5), Day("T", "Tuesday", planned=20)])
    assert bars[0].height < charts.BAR_HEIGHT / 3
    assert bars[1].empty
    assert bars[1].plan_height > bars[0].height


@given(st.lists(st.integers(0, 500), min_size=1, max_size=6).filter(any))
def test_shares_fill_their_bar(counts):
    slices = charts.stack([Share("part", n) for n in counts])
    assert slices[-1].x + slices[-1].width == pytest.approx(400, abs=0.1)
    assert len(slices) == sum(n > 0 for n in counts)


def test_a_long_plan_stays_on_the_bar():
    bar = charts.who_bar(now=15, plan=400, aim=90)
    assert 0 < bar.now < bar.aim < bar.who < bar.plan < charts.WHO_WIDTH


@pytest.mark.parametrize("figure", ["a", "b"])
def test_both_figures_have_the_maps_places(figure):
    views = bodymap.views(["b-neck"], figure)
    assert {place.id for view in views for place in view.places} == set(pain_map.regions())
    assert [place.label for view in views for place in view.places if place.marked] == ["Back of neck"]


def test_a_map_to_look_at_says_its_places_in_words():
    html = render("{% body_map_figure marked %}", marked=["f-knee-l", "b-neck"])
    assert "2 places marked:" in html
    assert "Left knee; Back of neck" in html
    assert "No place is marked." in render("{% body_map_figure marked %}", marked=[])


def test_charts_carry_their_numbers_as_a_table():
    html = render(
        '{% line_chart points "Minutes a week" "Minutes" plan=plan %}',
        points=[Point(1, 20), Point(2, 45)],
        plan=[Point(0, 0), Point(4, 120)],
    )
    rows = re.findall(r'<th scope="row">(\d)</th><td class="n">(\d+)</td><td class="n">(\d+)</td>', html)
    assert rows == [("1", "20", "30"), ("2", "45", "60")]


def test_decimal_commas_never_reach_a_drawing():
    with translation.override("sv"):
        html = page(part="overview") + page(part="today") + page(part="plan")
    assert not re.search(r'\s(?:x|y|x1|x2|y1|y2|cx|cy|r|width|height)="\d*,', html)


# Lists --------------------------------------------------------------------------------------------------------------
def test_pages_of_a_list_keep_the_rest_of_the_address():
    request = RequestFactory().get("/en/trial/", {"site": "1", "page": "2"})
    html = render("{% pagination page %}", request=request, page=Paginator(range(50), 10).page(2))

    assert 'href="?site=1&amp;page=3" rel="next"' in html
    assert render("{% pagination page %}", page=Paginator(range(5), 10).page(1)).strip() == ""


def test_a_table_says_on_a_phone_what_each_number_is():
    html = render("{% data_table head rows %}", head=["Site", "Randomised"], rows=[["Health centre 1", 41]])
    assert re.search(r'<td data-label="Randomised" class="n">41\s*</td>', html)
    assert re.search(r'<th scope="row">Health centre 1\s*</th>', html)


def test_progress_is_said_in_words_beside_the_picture():
    assert "4 of 14 steps done" in render("{% stones 4 14 %}")
    assert "Part 2 of 4" in render("{% parts_bar 2 4 %}")
    assert 'aria-label="Moving, 85 of 120 min"' in render('{% meter 85 120 "Moving" "85 of 120 min" %}')


def test_more_than_everything_is_everything():
    assert 'value="120" max="120"' in render('{% meter 150 120 "Moving" %}')


def test_the_planned_activity_is_done_in_one_press():
    html = render('{% activity_card "Walk" "/log/" hidden=hidden %}', hidden={"activity": 3})
    assert re.search(
        r'<form method="post" action="/log/">.*name="activity" value="3".*name="what" value="done"', html, re.S
    )
    logged = render('{% activity_card "Walk" "/log/" logged="Saved: walk, 20 minutes." %}')
    assert "Saved: walk" in logged
    assert "<button" not in logged


def test_a_goal_without_a_level_shows_no_scale():
    assert "sv-gas" not in render("{% goal_card goal %}", goal=Goal("Walk"))
    assert 'class="on" aria-current="true">0<' in render("{% goal_card goal %}", goal=Goal("Walk", level=0))


def test_times_are_written_as_people_read_them():
    at = datetime(2026, 11, 13, 8, 42, tzinfo=UTC)
    assert times.day_and_time(at) == "Friday 13 November 09:42"
    assert Template("{% load steg %}{{ at|clock_time }}").render(Context({"at": at})) == "09:42"
    assert times.full_day(date(2026, 11, 13)) == "13 November 2026"
