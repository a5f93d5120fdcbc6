"""The vocabulary of the pages: what each tag and filter draws, and that nothing a person wrote is interpreted."""

import datetime

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.utils import render_crispy_form
from django import forms
from django.template import Context, Template
from django.utils import timezone, translation

from people.templatetags import paper
from people.widgets import DateInput, DateTimeInput, TimeInput


class Answer(forms.Form):
    text = forms.CharField(label="What moved?", help_text="One real example.", widget=forms.Textarea)
    line = forms.CharField(required=False, widget=forms.Textarea(attrs={"class": "line line--words", "rows": 1}))
    due = forms.DateField(label="By when?", widget=DateInput)
    stand = forms.ChoiceField(
        label="Where do you stand?",
        widget=forms.RadioSelect,
        choices=[("agree", "I agree\nThis is what we said."), ("refuse", "I don’t want to sign")],
    )
    ways = forms.MultipleChoiceField(
        label="Which ways?", widget=forms.CheckboxSelectMultiple, choices=[("up", "Upward"), ("on", "Stay")]
    )
    record = forms.BooleanField(label="Goes into the record")

    def __init__(self, data: dict[str, str] | None = None) -> None:
        super().__init__(data)
        self.helper = FormHelper(self)
        self.helper.form_tag = False


class Step(forms.Form):
    what = forms.CharField(label="What")


def drawn(source: str, **context: object) -> str:
    return Template("{% load paper %}" + source).render(Context(context))


FIXED = "{% load i18n paper %}{% fixed %}{% icon 'tick' %}{% translate 'Sign out' %}{{ name }}{% endfixed %}"


def test_what_is_fixed_is_said_in_each_language_and_knows_of_nobody():
    template = Template(FIXED)
    for language, said in (("en", "Sign out"), ("de", "Abmelden"), ("en", "Sign out"), ("fr", "Se déconnecter")):
        with translation.override(language):
            for name in ("Amara", "Jonas"):
                shown = template.render(Context({"name": name}))
                assert said in shown
                assert "<svg" in shown
                assert name not in shown


def test_a_constant_sentence_is_translated_each_time_in_the_language_of_the_moment():
    template = Template(
        "{% load i18n %}{% translate 'Sign out' %}|{% translate 'Sign out' as kept %}{{ kept }}|{% translate other %}"
    )
    for language, said in (("en", "Sign out"), ("nl", "Uitloggen"), ("en", "Sign out")):
        with translation.override(language):
            for other in ("Sign out", "<b>"):
                first, kept, variable = template.render(Context({"other": other})).split("|")
                assert (first, kept) == (said, said)
                assert variable == (said if other == "Sign out" else "&lt;b&gt;")


def test_words_that_are_said_once_follow_the_language_and_the_year():
    day = datetime.date(2031, 3, 3)
    for language, said in (("en", "3 March 2031"), ("de", "3. März 2031"), ("en", "3 March 2031")):
        with translation.override(language):
            assert said in paper.longdate(day)


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Amara Okafor", "AO"), ("Anne-Marie de la Cour", "AC"), ("Cher", "C"), ("", "?"), ("élodie ångström", "ÉÅ")],
)
def test_initials(name: str, letters: str) -> None:
    assert paper.initials(name) == letters


def test_face_is_decoration_with_a_voice() -> None:
    assert drawn('{% face "Jonas Weber" "mgr" %}') == '<span class="face face--mgr" aria-hidden="true">JW</span>'
    assert "face--mgr" not in drawn('{% face "Jonas Weber" %}')


def test_by_marks_the_voice_and_escapes_the_name() -> None:
    assert drawn("{% by name 'org' %}", name="<b>X</b>") == '<span class="by by--org">&lt;b&gt;X&lt;/b&gt;</span>'


def test_icon_is_read_aloud_only_with_a_label() -> None:
    assert 'aria-hidden="true"' in drawn('{% icon "lock" %}')
    labelled = drawn('{% icon "tick" "Answered" %}')
    assert 'role="img" aria-label="Answered"' in labelled
    assert "aria-hidden" not in labelled


@pytest.mark.parametrize(("percent", "width"), [(75, "75%"), (None, "0%"), (140, "100%"), (-3, "0%")])
def test_hbar_stays_within_its_track(percent: float | None, width: str) -> None:
    assert f'class="bar" width="{width}"' in drawn("{% hbar percent %}", percent=percent)


def test_hbar_writes_numbers_for_machines_in_every_language() -> None:
    with translation.override("de"):
        bar = drawn("{% hbar 33.3 late=True target=66.6 %}")
    assert 'class="late" width="33.3%"' in bar
    assert 'x1="66.6%"' in bar


def test_state_tag_takes_word_and_tone_from_the_object() -> None:
    class Interview:
        state = "signed"

        def get_state_display(self) -> str:
            return "Signed"

    assert drawn("{% state_tag thing %}", thing=Interview()) == '<span class="tag tag--you">Signed</span>'
    assert drawn('{% state_tag "late" "7 days late" %}') == '<span class="tag tag--mgr">7 days late</span>'
    assert drawn('{% state_tag "open" "Open" %}') == '<span class="tag">Open</span>'
    assert drawn('{% state_tag "open" "Open" tone="mgr" %}') == '<span class="tag tag--mgr">Open</span>'


def test_words_keeps_paragraphs_and_interprets_nothing() -> None:
    page = paper.words("One.\n\n<script>alert(1)</script>")
    assert page.startswith('<div class="words"><p>One.</p>')
    assert "<script>" not in page


def test_dates_are_the_readers_day() -> None:
    year = timezone.localdate().year
    late_evening = datetime.datetime(year, 12, 3, 23, 30, tzinfo=datetime.UTC)
    with timezone.override(datetime.timezone(datetime.timedelta(hours=2))):
        assert paper.shortdate(late_evening).endswith("4 Dec")
        assert paper.clock(late_evening) == "01:30"
    assert paper.shortdate(datetime.date(2020, 1, 15)) == "15 Jan 2020"
    assert paper.longdate(datetime.date(2020, 1, 15)) == "Wednesday 15 January 2020"
    assert paper.shortdate(None) == paper.longdate(None) == paper.day(None) == paper.clock(None) == ""


def test_near_days_have_names() -> None:
    today = timezone.localdate()
    assert [paper.day(today + datetime.timedelta(days=n)) for n in (-1, 0, 1)] == ["yesterday", "today", "tomorrow"]
    assert paper.day(today + datetime.timedelta(days=9)) == paper.shortdate(today + datetime.timedelta(days=9))


def test_pickers_speak_iso_in_every_language() -> None:
    moment = datetime.datetime(2026, 12, 3, 10, 5)  # noqa: DTZ001 - widgets get naive local values
    with translation.override("de"):
        assert 'type="date" name="d" value="2026-12-03"' in DateInput().render("d", moment.date())
        assert 'value="10:05"' in TimeInput().render("t", moment.time())
        assert 'value="2026-12-03T10:05"' in DateTimeInput().render("m", moment)


def test_form_draws_hint_before_the_control_and_says_what_is_optional() -> None:
    page = render_crispy_form(Answer())
    assert page.index('id="id_text_helptext"') < page.index("<textarea")
    assert 'aria-describedby="id_text_helptext"' in page
    assert page.count("(optional)") == 1
    assert 'class="write write--short"' in page
    assert 'class="line line--words"' in page
    assert 'class="line line--date"' in page
    assert "data-errors" not in page
    assert "style=" not in page


def test_choices_explain_themselves_after_a_line_break() -> None:
    page = render_crispy_form(Answer())
    assert "<b>I agree</b><span>This is what we said.</span>" in page
    assert "<b>Upward</b></label>" in page
    assert "<legend>Where do you stand?</legend>" in page


def test_error_summary_links_to_the_first_control_of_each_field() -> None:
    page = render_crispy_form(Answer({"text": "moved"}))
    for target in ("id_due", "id_stand_0", "id_ways_0", "id_record"):
        assert f'<a href="#{target}">' in page
        assert f'id="{target}"' in page
    assert '<a href="#id_text">' not in page
    assert 'id="id_due_error"' in page
    assert 'aria-describedby="id_due_error"' in page
    assert 'role="alert" tabindex="-1" autofocus' in page


def test_nothing_typed_is_interpreted_when_it_comes_back() -> None:
    page = render_crispy_form(Answer({"text": "</textarea><script>alert(1)</script>"}))
    assert "<script>" not in page


def test_what_a_template_author_writes_is_text() -> None:
    form = Answer()
    form.fields["stand"].help_text = form.fields["text"].help_text = "<script>alert(1)</script>"
    form.fields["stand"].label = form.fields["text"].label = "<b>{{ settings.SECRET_KEY }}</b>"
    form.fields["stand"].widget.choices = [("a", "<i>one</i>\n<i>two</i>")]
    page = render_crispy_form(form)
    for markup in ("<script>", "<i>", "<b>{{"):
        assert markup not in page
    assert "{{ settings.SECRET_KEY }}" in page


def test_short_answers_can_stand_side_by_side() -> None:
    form = Answer()
    assert 'class="scale scale--row"' in paper.scale(form["stand"], "scale--row")
    assert 'class="scale"' in paper.scale(form["stand"])
    assert paper.outer_classes("scale--row wide") == " wide"


def test_formset_as_a_table_labels_every_cell() -> None:
    helper = FormHelper()
    helper.form_tag = False
    helper.template = "paper/table_inline_formset.html"
    steps = forms.formset_factory(Step, extra=2)(
        {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-what": "", "form-1-what": "Call Mina"}
    )
    for step in steps:
        step.empty_permitted = False
    page = render_crispy_form(steps, helper)
    assert '<label class="vh" for="id_form-1-what">What, row 2</label>' in page
    assert '<a href="#id_form-0-what">Row 1: What</a>' in page
    assert 'name="form-TOTAL_FORMS"' in page
