"""One conversation, from an empty installation to the sealed record and the check-ins after it.

The chapters are one story told in order by real people at real windows; each begins where the last one ended.
"""

import csv
import datetime
import io
import re
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

import icalendar
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.browser import Browsers, axe, no_sideways, shoot, sign_in
from tests.journeys.site import BASE, Site, until

PASSWORD = "otter violin granite forty"
TEMPLATE = BASE / "interviews" / "shipped" / "career-development-interview.yaml"
PLACES = (
    *("Pacific/Auckland", "Pacific/Guadalcanal", "Asia/Tokyo", "Asia/Bangkok", "Asia/Karachi", "Asia/Dubai"),
    *("Africa/Nairobi", "Europe/Berlin", "Atlantic/Azores", "America/Sao_Paulo", "America/New_York"),
    *("America/Denver", "America/Anchorage", "Pacific/Honolulu", "Pacific/Pago_Pago"),
)
COLUMNS = (
    *("employee_number", "email", "first_name", "last_name", "job_title", "department", "site", "country"),
    *("manager_number", "hired_on", "left_on", "language", "timezone", "born_on"),
)
PHONE = {"viewport": {"width": 390, "height": 844}}
NOTE = "Ask her about the night shift, and mind the tone."


def place_at_noon() -> str:
    """Where it is about midday now, so that no day begins or ends while the story is told."""
    now = datetime.datetime.now(datetime.UTC)

    def distance(name: str) -> float:
        clock = now.astimezone(zoneinfo.ZoneInfo(name))
        return abs(clock.hour + clock.minute / 60 - 12)

    return min(PLACES, key=distance)


class Story:
    """What the chapters hand on to each other."""

    def __init__(self, site: Site, browsers: Browsers) -> None:
        self.site, self.browsers = site, browsers
        self.zone = place_at_noon()
        self.broken_in = ""
        self.windows: dict[str, Page] = {}
        self.interview = self.goal = self.cycle = ""
        self.pdf = b""
        self.meets_at = datetime.datetime.now(datetime.UTC)

    @contextmanager
    def chapter(self, title: str) -> Iterator[None]:
        """A chapter makes no sense after one that failed."""
        if self.broken_in:
            pytest.fail(f"The story ended in “{self.broken_in}”", pytrace=False)
        self.broken_in = title
        yield
        self.broken_in = ""

    @property
    def today(self) -> datetime.date:
        return datetime.datetime.now(zoneinfo.ZoneInfo(self.zone)).date()

    def day(self, days: int) -> str:
        return (self.today + datetime.timedelta(days=days)).isoformat()

    def email(self, name: str) -> str:
        return f"{name}@journey.example"

    def window(self, name: str, **options: Any) -> Page:
        """The window of somebody who has a password; opened once."""
        if name not in self.windows:
            self.windows[name] = self.browsers.sign_in(self.email(name), PASSWORD, **options)
        return self.windows[name]

    def mail(self, name: str, having: str) -> EmailMessage:
        return self.site.mails(to=self.email(name), having=having)[0]

    def csv(self, *people: dict[str, str]) -> bytes:
        """An export of the HR system with these people."""
        sheet = io.StringIO(newline="")
        writer = csv.DictWriter(sheet, COLUMNS, restval="")
        writer.writeheader()
        for person in people:
            address = self.email(person["first_name"].lower())
            common = {"email": address, "country": "DE", "hired_on": "2021-03-01", "language": "en"}
            writer.writerow({**common, "timezone": self.zone, **person})
        return sheet.getvalue().encode()

    def bring_in(self, page: Page, name: str, content: bytes) -> None:
        """Upload an export, look at what it would change, apply it."""
        page.goto("/hr/people/import/")
        look(page, "import")
        page.get_by_label("The export of your HR system").set_input_files(
            {"name": name, "mimeType": "text/csv", "buffer": content}
        )
        page.get_by_role("button", name="Look at the changes").click()
        expect(page.get_by_text("Nothing has happened yet.")).to_be_visible()
        look(page, "import-preview")
        page.get_by_role("button", name="Apply it").click()

    def welcome(self, name: str, link: str, **options: Any) -> Page:
        """Follow the link, choose a password, sign in with it."""
        page = self.browsers.open(**options)
        page.goto(link)
        look(page, f"welcome-{name}")
        page.locator("[name=password1]").fill(PASSWORD)
        page.locator("[name=password2]").fill(PASSWORD)
        page.get_by_role("button", name="Keep this password").click()
        expect(page.get_by_text(f"Your password is set. Sign in with {self.email(name)}.")).to_be_visible()
        look(page, f"sign-in-{name}")
        sign_in(page, self.email(name), PASSWORD)
        look(page, f"home-first-{name}")
        self.windows[name] = page
        return page


@pytest.fixture(scope="module")
def story(site: Site, browsers: Browsers) -> Story:
    return Story(site, browsers)


def look(page: Page, name: str) -> None:
    """What every page of the way has to stand."""
    axe(page)
    no_sideways(page)
    shoot(page, name)


def saved(form: Locator) -> None:
    """The form says that the server has what was typed."""
    expect(form.locator("[data-saved]")).to_have_text(re.compile(r"^\s*Saved \d\d:\d\d\s*$"))


def test_the_house_is_opened(story):
    with story.chapter("the house is opened"):
        site = story.site
        link = re.search(r"http\S+", site.manage("create_admin", story.email("ada")))[0]
        ada = story.welcome("ada", link)

        ada.goto("/settings/")
        look(ada, "settings")
        ada.get_by_label("Name of the organisation").fill("Harbour Workshops")
        ada.get_by_label("Name in the header").fill("Harbour Conversations")
        ada.get_by_role("button", name="Keep").click()
        expect(ada.get_by_role("banner").get_by_text("Harbour Conversations")).to_be_visible()

        partners = [
            {"employee_number": "H1", "first_name": "Helen", "last_name": "Marsh", "department": "People"},
            {"employee_number": "H2", "first_name": "Hugo", "last_name": "Brandt", "department": "People"},
        ]
        story.bring_in(ada, "partners.csv", story.csv(*partners))
        expect(ada.get_by_text("Applied: 2 added")).to_be_visible()
        look(ada, "people-managed")
        ada.get_by_label("Select Helen Marsh").check()
        ada.get_by_role("button", name="Send a link to those ticked").click()
        expect(ada.get_by_text("A link is on its way to one person.")).to_be_visible()

        for name in ("helen", "hugo"):
            ada.goto("/settings/")
            ada.get_by_label("E-mail of the person").fill(story.email(name))
            ada.get_by_label("Office", exact=True).select_option("hr")
            ada.get_by_role("button", name="Give it").click()
            expect(ada.get_by_text("holds the office now")).to_be_visible()
        look(ada, "settings-offices")
        assert story.mail("ada", "new office")


def test_people_come_in(story):
    with story.chapter("people come in"):
        helen = story.welcome("helen", story.site.link(story.mail("helen", "your way in")))
        people = [
            {
                "employee_number": "1",
                "first_name": "Ruth",
                "last_name": "Adler",
                "job_title": "director",
                "department": "House",
            },
            {
                "employee_number": "2",
                "first_name": "Jonas",
                "last_name": "Weber",
                "job_title": "head of the workshop",
                "department": "Workshop",
                "manager_number": "1",
            },
            {
                "employee_number": "3",
                "first_name": "Amara",
                "last_name": "Okafor",
                "job_title": "machinist",
                "department": "Workshop",
                "manager_number": "2",
            },
            {
                "employee_number": "4",
                "first_name": "Olaf",
                "last_name": "Outis",
                "job_title": "clerk",
                "department": "Stores",
                "manager_number": "1",
            },
        ]
        bad = [{**people[0], "manager_number": "3"}, *people[1:]]
        helen.goto("/hr/people/import/")
        helen.get_by_label("The export of your HR system").set_input_files(
            {"name": "circle.csv", "mimeType": "text/csv", "buffer": story.csv(*bad)}
        )
        helen.get_by_role("button", name="Look at the changes").click()
        expect(helen.get_by_role("heading", name="This file can’t be applied.")).to_be_visible()
        look(helen, "import-refused")

        story.bring_in(helen, "people.csv", story.csv(*people))
        expect(helen.get_by_text("Applied: 4 added, 0 changed, 0 unchanged, 0 left.")).to_be_visible()
        for name in ("Ruth Adler", "Jonas Weber", "Amara Okafor", "Olaf Outis"):
            helen.get_by_label(f"Select {name}").check()
        helen.get_by_role("button", name="Send a link to those ticked").click()
        expect(helen.get_by_text("A link is on its way to 4 people.")).to_be_visible()

        for name, options in (("amara", {"color_scheme": "dark"}), ("jonas", {}), ("olaf", PHONE)):
            link = story.site.link(story.mail(name, "your way in"))
            story.welcome(name, link, **options)
        spent = story.browsers.open()
        with story.browsers.expected_errors(spent, "410"):
            spent.goto(link)
        look(spent, "welcome-spent")


def test_a_cycle_is_launched(story):
    with story.chapter("a cycle is launched"):
        helen = story.window("helen")
        helen.goto("/hr/templates/")
        look(helen, "templates-none")
        helen.get_by_label("Template file").set_input_files(TEMPLATE)
        helen.get_by_role("button", name="Bring it in as a draft").click()
        helen.get_by_role("button", name="Publish the draft").click()
        expect(helen.get_by_role("heading", name="Career development interview")).to_be_visible()
        look(helen, "template")
        assert "version 1" in story.site.manage("import_template", str(TEMPLATE)), "a second import adds nothing"

        helen.goto("/hr/cycles/")
        look(helen, "cycles-none")
        helen.goto("/hr/cycles/new/")
        look(helen, "cycle-new")
        helen.get_by_label("Name").fill("Autumn conversations")
        helen.get_by_label("Career development interview").check()
        helen.get_by_label("Workshop").check()
        helen.get_by_label("Prepare by").fill(story.day(14))
        helen.get_by_label("Talk by").fill(story.day(30))
        helen.get_by_label("Sign by").fill(story.day(45))
        helen.get_by_role("button", name="Save and check").click()
        expect(helen.get_by_role("heading", name="2 people, 2 interviewers. Check before you launch.")).to_be_visible()
        look(helen, "cycle-check")
        helen.get_by_role("link", name="Change dates").click()
        expect(helen.get_by_label("Talk by")).to_have_value(story.day(30))
        look(helen, "cycle-change")
        helen.get_by_role("button", name="Save and check").click()
        helen.get_by_role("button", name="Launch for 2 people").click()
        expect(helen.get_by_text("2 people are invited.")).to_be_visible()
        look(helen, "cycle")
        story.cycle = helen.url
        helen.goto(f"{story.cycle}exempted/")
        look(helen, "cycle-exempted")

        mail = story.mail("amara", "your career conversation")
        story.interview = story.site.link(mail).removeprefix(story.site.url)
        assert re.fullmatch(r"/interviews/[0-9a-f-]{36}/", story.interview)
        assert story.mail("jonas", "Amara Okafor")
        assert not story.site.arrived(to=story.email("olaf"), having="your career conversation")


def test_both_prepare_and_share(story):
    with story.chapter("both prepare and share"):
        amara, jonas = story.window("amara"), story.window("jonas")
        amara.goto("/")
        look(amara, "home-invited")
        amara.goto(story.interview)
        look(amara, "interview-preparing")
        amara.goto(f"{story.interview}prepare/")
        look(amara, "prepare")

        amara.goto(f"{story.interview}prepare/proud-of/")
        look(amara, "question-long-text")
        amara.locator("[name=text]").fill("The new press runs since March, and I taught the night shift to run it.")
        saved(amara.locator("#answer"))
        amara.reload()
        expect(amara.locator("[name=text]")).to_have_value(re.compile("The new press runs since March"))

        # Saved by a plain submit: the script of the page can't come between.
        amara.goto(f"{story.interview}prepare/not-tried/")
        amara.locator("[name=text]").fill("A year at the shipyard in Bergen.")
        amara.get_by_role("button", name="Save and come back later").click()
        expect(amara.get_by_text("Saved. You can go on whenever you like.")).to_be_visible()

        for question in ("directions", "skills", "support-kinds", "fit", "feedback-for-interviewer", "next-look"):
            amara.goto(f"{story.interview}prepare/{question}/")
            look(amara, f"question-{question}")
        amara.goto(f"{story.interview}prepare/directions/")
        amara.locator("#answer input[type=checkbox]").first.check()
        saved(amara.locator("#answer"))
        amara.goto(f"{story.interview}prepare/check/")
        look(amara, "check-answers")
        amara.get_by_role("button", name="Share my answers with Jonas").click()
        expect(amara.get_by_text("You have shared your answers with Jonas.")).to_be_visible()
        look(amara, "interview-shared")

        jonas.goto(f"{story.interview}prepare/proud-of/")
        expect(jonas.locator("main")).not_to_contain_text("The new press")
        jonas.locator("[name=text]").fill("Amara made the press run, and three others able to run it.")
        saved(jonas.locator("#answer"))
        jonas.goto(f"{story.interview}prepare/check/")
        look(jonas, "check-answers-manager")
        jonas.get_by_role("button", name="Share my answers with Amara").click()
        jonas.goto(f"{story.interview}prepare/check/")
        expect(jonas.locator("main")).to_contain_text("The new press runs since March")
        expect(jonas.locator("main")).not_to_contain_text("Bergen")
        look(jonas, "answers-of-both")


def test_the_date_is_set(story):
    with story.chapter("the date is set"):
        jonas = story.window("jonas")
        story.meets_at = datetime.datetime.now(zoneinfo.ZoneInfo(story.zone)) + datetime.timedelta(minutes=3)
        jonas.goto(f"{story.interview}schedule/")
        look(jonas, "schedule")
        jonas.get_by_label("Day").fill(story.meets_at.date().isoformat())
        jonas.get_by_label("Time").fill(f"{story.meets_at:%H:%M}")
        jonas.get_by_label("Minutes").fill("60")
        jonas.get_by_label("Place").fill("The small room on the quay")
        jonas.get_by_role("button", name="Set it and tell both").click()
        expect(jonas.get_by_text("Both of you get it for your calendars by mail.")).to_be_visible()
        look(jonas, "interview-date-set")
        for name in ("amara", "jonas"):
            event = invitation(story.mail(name, "you meet"))
            assert event.start == story.meets_at.replace(second=0, microsecond=0)
            assert str(event["CLASS"]) == "PRIVATE"
            assert {str(who) for who in event["ATTENDEE"]} == {f"mailto:{story.email(n)}" for n in ("amara", "jonas")}


def invitation(mail: EmailMessage) -> Any:
    """The event of a mail that asks a calendar to take it over."""
    (part,) = [part for part in mail.iter_attachments() if part.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "REQUEST"
    calendar = icalendar.Calendar.from_ical(str(part.get_content()))
    assert str(calendar["METHOD"]) == "REQUEST"
    (event,) = calendar.walk("VEVENT")
    return event


def figure(page: Page, name: str) -> str:
    """One of HR's figures, as /hr/ shows it."""
    page.goto("/hr/")
    fact = page.locator("dl.facts > div").filter(has=page.locator("dt", has_text=name))
    return fact.locator("dd").first.inner_text().split()[0]


def test_they_talk(story):
    with story.chapter("they talk"):
        amara, jonas = story.window("amara"), story.window("jonas")
        jonas.goto("/")
        look(jonas, "home-the-day-has-come")
        jonas.goto(story.interview)
        jonas.get_by_role("button", name="Begin the conversation").click()
        expect(jonas).to_have_url(re.compile(r"/room/$"))
        for said in ("The new press runs since March", "Amara made the press run"):
            expect(jonas.get_by_role("article").filter(has_text=said)).to_be_visible()
        expect(jonas.locator("main")).not_to_contain_text("Bergen")

        minutes = jonas.locator("form[action$='/minutes/']")
        minutes.locator("textarea").fill("We both see the press as the result of the year.")
        saved(minutes)
        jonas.get_by_text("Your private notes").first.click()
        note = jonas.locator("form[action$='/note/']")
        note.locator("textarea").fill(NOTE)
        saved(note)
        look(jonas, "room")

        amara.goto(f"{story.interview}room/")
        expect(amara.locator("main")).to_contain_text("We both see the press as the result of the year.")
        assert NOTE not in amara.content()
        look(amara, "room-employee")

        for section in ("skills", "plan"):
            jonas.goto(f"{story.interview}room/{section}/")
            look(jonas, f"room-{section}")
        no_sideways(jonas)


def test_a_plan_comes_out(story):
    with story.chapter("a plan comes out"):
        jonas = story.window("jonas")
        jonas.goto(f"{story.interview}room/plan/")
        jonas.get_by_label("A goal", exact=True).fill("Lead the move of the press shop")
        jonas.get_by_role("button", name="Add", exact=True).click()
        expect(jonas).to_have_url(re.compile(r"/plans/goals/[0-9a-f-]+/edit/"))
        look(jonas, "goal-editor")
        jonas.goto(f"{story.interview}wrap-up/")
        jonas.get_by_role("button", name="Put it up for review").click()
        expect(jonas.get_by_text("Nothing was frozen.")).to_be_visible()
        look(jonas, "wrap-up-unfinished")

        jonas.get_by_role("link", name="Lead the move of the press shop").click()
        jonas.locator("[name=specific]").fill(
            "lead the move of the press shop to hall 4, from the plan to the first shift"
        )
        jonas.locator("[name=measurable]").fill(
            "The presses run in hall 4 for a week without a stop of more than an hour."
        )
        jonas.locator("[name=achievable]").fill("Two days a week without shifts until May, agreed with the director")
        jonas.locator("[name=relevant]").fill("I want to find out whether I enjoy leading as much as building.")
        jonas.locator("[name=due_on]").fill(story.day(180))
        jonas.get_by_role("button", name="Read it again").click()
        look(jonas, "goal-read-again")
        jonas.get_by_role("button", name="Save the goal").click()
        expect(jonas).to_have_url(re.compile(r"/wrap-up/$"))

        jonas.get_by_role("link", name="Lead the move of the press shop").click()
        story.goal = jonas.url.split("?")[0].removeprefix(story.site.url)
        look(jonas, "goal")
        jonas.get_by_role("link", name="Add an action").click()
        look(jonas, "action-new")
        jonas.get_by_label("What will be done?").fill("Draw the plan of hall 4 with the fitters")
        jonas.get_by_label("Amara Okafor").check()
        jonas.get_by_label("By when?").fill(story.day(40))
        jonas.get_by_role("button", name="Add the action").click()
        expect(jonas.get_by_text("The action is in the plan.")).to_be_visible()
        expect(jonas.get_by_role("link", name="Draw the plan of hall 4 with the fitters")).to_be_visible()

        jonas.goto(f"{story.interview}room/plan/")
        for what, promised in (("Free two days a week until May", True), ("A new job title", False)):
            jonas.get_by_text("A promise, or what is not promised").click()
            promise = jonas.locator("form[action$='/promise/']")
            promise.get_by_label("What", exact=True).fill(what)
            if promised:
                promise.get_by_label("By when").fill(story.day(20))
            else:
                promise.get_by_label("This was expressly not promised").check()
            promise.get_by_role("button", name="Add the promise").click()
            expect(jonas.locator(".decide")).to_contain_text(what)
        look(jonas, "room-decided")

        jonas.goto(f"{story.interview}wrap-up/")
        look(jonas, "wrap-up")
        jonas.get_by_role("button", name="Put it up for review").click()
        expect(jonas.get_by_text("The text is fixed. It now waits for Amara Okafor.")).to_be_visible()
        look(jonas, "review-interviewer")


def test_it_is_reviewed(story):
    with story.chapter("it is reviewed"):
        amara, jonas = story.window("amara"), story.window("jonas")
        amara.goto(story.site.link(story.mail("amara", "please read what you and jonas weber said")))
        expect(amara.get_by_role("heading", name="Is this what you said?")).to_be_visible()
        assert NOTE not in amara.content()
        assert "Bergen" not in amara.content()
        look(amara, "review")
        amara.get_by_text("Something should change").click()
        with story.browsers.expected_errors(amara, "422"):
            amara.get_by_role("button", name="Ask for changes").click()
        expect(amara.locator("#id_why")).to_be_visible()
        look(amara, "review-without-a-word")
        amara.locator("#id_why").fill("It was the night shift who found the fault. Say so, please.")
        amara.get_by_role("button", name="Ask for changes").click()
        expect(amara.get_by_text("Sent back into the conversation.")).to_be_visible()
        look(amara, "interview-changes-asked")

        assert story.mail("jonas", "asks for changes")
        jonas.goto(f"{story.interview}room/")
        expect(jonas.get_by_text("It was the night shift who found the fault. Say so, please.")).to_be_visible()
        minutes = jonas.locator("form[action$='/minutes/']")
        minutes.locator("textarea").fill("The press is the result of the year; the night shift found the fault.")
        minutes.get_by_role("button", name="Save the notes").click()
        expect(jonas.get_by_text("Saved.", exact=True)).to_be_visible()
        jonas.goto(f"{story.interview}wrap-up/")
        jonas.get_by_role("button", name="Put it up for review").click()
        expect(jonas.get_by_text("The text is fixed.")).to_be_visible()

        story.site.mails(to=story.email("amara"), having="please read what you", count=2)
        amara.goto(f"{story.interview}review/")
        expect(amara.locator("main")).to_contain_text("the night shift found the fault")
        amara.get_by_role("button", name="Confirm").click()
        expect(amara.get_by_text("Confirmed. Signing is open for both of you.")).to_be_visible()


def test_both_sign(story):
    with story.chapter("both sign"):
        amara, jonas, helen = story.window("amara"), story.window("jonas"), story.window("helen")
        assert figure(helen, "Signed") == "0"
        look(helen, "hr-before")

        amara.goto(story.site.link(story.mail("amara", "please read and sign")))
        look(amara, "sign")
        expect(amara.locator("input[type=radio]:checked")).to_have_count(0)
        amara.get_by_label("I have read it and see some things differently").check()
        amara.get_by_label("In your own words").fill("The fault was found by Priya, to be exact.")
        amara.get_by_label("Your password, once more").fill("not my password at all")
        with story.browsers.expected_errors(amara, "422"):
            amara.get_by_role("button", name="Give my answer").click()
        expect(amara.get_by_text("The password is not right. Nothing was signed").first).to_be_visible()
        expect(amara.get_by_label("In your own words")).to_have_value("The fault was found by Priya, to be exact.")
        look(amara, "sign-wrong-password")
        amara.get_by_label("Your password, once more").fill(PASSWORD)
        amara.get_by_role("button", name="Give my answer").click()
        expect(amara.get_by_role("heading", name="Your answer is noted.")).to_be_visible()
        look(amara, "signed-first")

        jonas.goto(f"{story.interview}sign/")
        look(jonas, "sign-interviewer")
        jonas.get_by_label("I confirm").check()
        jonas.get_by_label("Your password, once more").fill(PASSWORD)
        jonas.get_by_role("button", name="Give my answer").click()
        expect(jonas.get_by_role("heading", name="All signatures are there.")).to_be_visible()
        look(jonas, "signed-last")

        # Counted by the sweep: HR's page says as of when.
        until(lambda: figure(helen, "Signed") == "1", what="the signed conversation among HR's figures")
        look(helen, "hr-after")
        helen.goto("/hr/interviews/?figure=signed")
        expect(helen.locator("main")).to_contain_text("Amara Okafor")
        look(helen, "hr-people")


def test_the_record_is_sealed(story, tmp_path):
    with story.chapter("the record is sealed"):
        site = story.site
        files = {}
        for name in ("amara", "jonas"):
            page = story.window(name)
            page.goto(site.link(story.mail(name, "your signed copy is ready")))
            look(page, f"record-{name}")
            with page.expect_download() as download:
                page.get_by_role("link", name="Download the PDF").click()
            files[name] = download.value.path().read_bytes()
        assert files["amara"] == files["jonas"]
        assert files["amara"].startswith(b"%PDF-")
        story.pdf = files["amara"]

        genuine, altered = tmp_path / "record.pdf", tmp_path / "altered.pdf"
        genuine.write_bytes(story.pdf)
        middle = len(story.pdf) // 3
        altered.write_bytes(story.pdf[:middle] + bytes([story.pdf[middle] ^ 1]) + story.pdf[middle + 1 :])
        assert "genuine" in site.manage("verify_record", str(genuine))
        assert "altered" in site.manage("verify_record", str(altered), exit_code=1)
        assert "unreadable" in site.manage("verify_record", str(TEMPLATE), exit_code=2)

        stranger = story.browsers.open()
        stranger.goto("/records/verify/")
        look(stranger, "verify")
        for file, verdict in ((genuine, "Genuine, unchanged, known here."), (altered, "Altered.")):
            stranger.locator("input[type=file]").set_input_files(file)
            stranger.get_by_role("button", name="Check it").click()
            expect(stranger.get_by_role("heading", name=verdict)).to_be_visible()
            expect(stranger.locator("main")).not_to_contain_text("Amara")
            look(stranger, f"verify-{file.stem}")


def test_life_goes_on(story):
    with story.chapter("life goes on"):
        amara, jonas = story.window("amara"), story.window("jonas")
        amara.goto(f"{story.interview}addendum/")
        look(amara, "addendum")
        amara.locator("textarea").fill("Priya’s name belongs into the story of the press.")
        amara.locator("[name=password]").fill(PASSWORD)
        amara.get_by_role("button", name="Seal my addendum").click()
        expect(amara.get_by_text("Your addendum is kept.")).to_be_visible()
        assert story.mail("jonas", "added to your signed record")
        jonas.goto(f"{story.interview}record/")
        expect(jonas.get_by_text("Priya’s name belongs into the story of the press.")).to_be_visible()
        until(
            lambda: jonas.reload() and jonas.get_by_role("link", name="Download addendum 1 as PDF").count(),
            what="its file",
        )
        look(jonas, "record-with-addendum")
        with jonas.expect_download() as download:
            jonas.get_by_role("link", name="Download addendum 1 as PDF").click()
        assert "genuine" in story.site.manage("verify_record", str(download.value.path()))

        amara.goto("/plans/")
        amara.get_by_role("link", name="Lead the move of the press shop").first.click()
        look(amara, "goal-employee")
        amara.get_by_role("link", name="Your development plan").click()
        check_ins = amara.locator("section", has=amara.get_by_role("heading", name="Check-ins"))
        for days in (30, 60, 90):
            day = story.today + datetime.timedelta(days=days)
            expect(check_ins).to_contain_text(f"{day.day} {day:%b}")
        expect(amara.locator("main")).to_contain_text("Free two days a week until May")
        look(amara, "plan")
        for page in (amara, jonas):
            page.goto("/plans/owed/")
            look(page, "owed")


def test_an_employee_asks_for_a_conversation(story):
    with story.chapter("an employee asks for a conversation"):
        olaf = story.window("olaf")
        olaf.goto("/interviews/request/")
        look(olaf, "request")
        olaf.get_by_label("Guidance on direction").check()
        olaf.get_by_label("With whom?").fill("Jonas Weber")
        olaf.get_by_label("A word beforehand").fill("I would like to see the workshop from inside.")
        olaf.get_by_role("button", name="Send the request").click()
        expect(olaf.get_by_text("gets a mail with your request and can accept it.")).to_be_visible()
        look(olaf, "request-sent")
        jonas = story.window("jonas")
        jonas.goto(story.site.link(story.mail("jonas", "Olaf Outis asks you for a conversation")))
        expect(jonas.get_by_text("I would like to see the workshop from inside.")).to_be_visible()
        look(jonas, "request-received")
        jonas.get_by_role("button", name="Accept").click()
        expect(jonas.get_by_text("Now both of you can prepare.")).to_be_visible()
        assert story.mail("olaf", "your career conversation with Jonas Weber")

        olaf.goto(f"{story.site.link(story.mail('olaf', 'your career conversation'))}cancel/")
        look(olaf, "cancel")
        olaf.get_by_label("Why?").fill("I found my answer at the coffee machine.")
        olaf.locator("main form button").click()
        expect(olaf.get_by_text("The conversation is called off.")).to_be_visible()
        look(olaf, "interview-cancelled")
        assert story.mail("jonas", "will not take place")


def test_nobody_else_sees_it(story):
    with story.chapter("nobody else sees it"):
        olaf, ada, helen = story.window("olaf"), story.window("ada"), story.window("helen")
        secrets = ("The new press", "night shift", "Priya", "Lead the move", "Free two days", NOTE)
        for page in (olaf, ada):
            for address in (
                *(
                    story.interview,
                    f"{story.interview}prepare/",
                    f"{story.interview}room/",
                    f"{story.interview}review/",
                ),
                *(f"{story.interview}sign/", f"{story.interview}record/", f"{story.interview}record.pdf", story.goal),
            ):
                answer = page.request.get(address)
                assert answer.status == 404, f"{address}: {answer.status} for {page.url}"
                assert not any(secret in answer.text() for secret in secrets)
        with story.browsers.expected_errors(olaf, "404"):
            olaf.goto(story.interview)
        look(olaf, "not-found")

        # HR sees dates and progress, and after signing the record; never the room, a goal or a note.
        helen.goto(f"{story.cycle}")
        assert not any(secret in helen.content() for secret in secrets)
        look(helen, "cycle-after")
        for address in (f"{story.interview}room/", f"{story.interview}prepare/", story.goal):
            assert helen.request.get(address).status in (403, 404), address
        assert helen.request.get(f"{story.interview}record.pdf").ok
        assert "The chain holds" in story.site.manage("verify_audit")
