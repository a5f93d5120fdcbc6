"""From an empty database to an organisation with its history: people first, then person by person all years.

One transaction: all of it is there, or nothing. Memory holds the people and what fits between two flushes.
"""

import datetime
from collections.abc import Callable
from pathlib import Path

import yaml
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from audit import operations as audit
from careerconv.generating.chance import Chance
from careerconv.generating.conversations import Conversations
from careerconv.generating.ledger import Ledger
from careerconv.generating.people import DOMAIN, FEWEST, Organisation
from careerconv.generating.plans import Plans
from careerconv.generating.words import Words
from interviews import template_files
from interviews.models import Cycle, State, Template, TemplateVersion
from people import models as people
from people.policy import Refused
from skills.models import Skill

PASSWORD = "generated"  # noqa: S105 - these accounts exist among invented people only
ACCOUNTS = tuple(f"{name}@{DOMAIN}" for name in ("hr", "manager", "employee"))
STORIES = Path(__file__).parent / "stories.yaml"
SHIPPED = template_files.SHIPPED / "career-development-interview.yaml"
# The running round was launched so many days ago, the others a year before each other.
LAUNCHED = 34
GROUP = 200
Say = Callable[[str], None]


def generate(
    *, employees: int, years: int, seed: int, now: datetime.datetime | None = None, say: Say | None = None
) -> dict[str, int]:
    """Rows by table. Refused where there are people already: nobody's data is ever mixed with invented ones."""
    now = (now or timezone.now()).replace(microsecond=0)
    if people.Employee.objects.exists():
        raise Refused(_("There are people in this database. Generate into an empty one; nothing was changed."))
    if employees < FEWEST or years < 1:
        raise Refused(_("At least %(fewest)d employees and one year, please.") % {"fewest": FEWEST})
    with transaction.atomic(), override("en"):
        if connection.vendor == "postgresql":
            # Checks that wait for the end of the transaction would wait in memory, one for each row.
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        written = _Generation(employees, years, seed, now, say or _nothing).run()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return written


def _nothing(line: str) -> None:
    """Who does not ask is not told how far it has come."""


class _Generation:
    def __init__(self, employees: int, years: int, seed: int, now: datetime.datetime, say: Say) -> None:
        self.chance, self.years, self.now, self.say = Chance(seed), years, now, say
        self.stories = yaml.safe_load(STORIES.read_text(encoding="utf-8"))
        self.organisation = Organisation(
            self.chance, self.stories, count=employees, years=years, today=timezone.localdate(now)
        )

    def run(self) -> dict[str, int]:
        self._found()
        version = self._template()
        cycles = [self._cycle(version, year) for year in range(self.years)]
        ledger = Ledger()
        plans = Plans(self.chance, self.stories, ledger, self.now)
        words = Words(self.chance, self.stories, version.questions)
        telling = Conversations(
            self.chance,
            self.stories,
            words,
            plans,
            ledger,
            hr=self.organisation.hr,
            skills=self._skills(version),
            now=self.now,
        )
        tables = [*telling.tables, *plans.tables]
        everybody = self.organisation.people
        for begin in range(0, len(everybody), GROUP):
            for person in everybody[begin : begin + GROUP]:
                telling.tell(person, cycles, self._wanted(person.index))
            for table in tables:
                table.flush()
            ledger.flush()
            if begin % (50 * GROUP) == 0 and begin:
                self.say(f"{begin} people")
        return {"people_employee": len(everybody)} | {table.name: table.written for table in [*tables, ledger.table]}

    def _found(self) -> None:
        people.Organisation.objects.update_or_create(
            id=1, defaults={"name": "Generated", "timezone": "Europe/Luxembourg", "is_demonstration": True}
        )
        password = make_password(PASSWORD, salt=self.chance.hex(22))
        self.organisation.make(password=password, unusable=f"!{self.chance.hex(40)}")
        people.Membership.objects.create(
            id=self.chance.id(), person_id=self.organisation.hr.id, role=people.MembershipRole.HR
        )
        self.say(f"{len(self.organisation.people)} people in {len(self.organisation.departments)} departments")

    @property
    def hr(self) -> people.Employee:
        return people.Employee.objects.get(pk=self.organisation.hr.id)

    def _template(self) -> TemplateVersion:
        began = self.now - datetime.timedelta(days=365 * self.years)
        content = template_files.read(SHIPPED.read_bytes())
        template = Template.objects.create(id=self.chance.id(), slug=content["slug"], draft=content)
        version = TemplateVersion.objects.create(
            id=self.chance.id(), template=template, number=1, content=content, published_at=began, published_by=self.hr
        )
        audit.record(action="template.published", by=self.hr, subject=version, at=began, number=1)
        return version

    def _cycle(self, version: TemplateVersion, year: int) -> Cycle:
        launched = self.now - datetime.timedelta(days=LAUNCHED + 365 * (self.years - 1 - year))
        day = timezone.localdate(launched)
        cycle = Cycle.objects.create(
            id=self.chance.id(),
            name=f"Career conversations {day.year}" if self.years < day.year else f"Round {year + 1}",
            version=version,
            prepare_by=day + datetime.timedelta(days=30),
            talk_by=day + datetime.timedelta(days=50),
            sign_by=day + datetime.timedelta(days=70),
            created_at=launched,
            created_by_id=self.organisation.hr.id,
            launched_at=launched,
        )
        audit.record(action="cycle.launched", by=self.hr, subject=cycle, at=launched)
        return cycle

    def _wanted(self, index: int) -> State | None:
        """The known employee prepares; the manager's next reports stand one in each state that has a page."""
        place = index - self.organisation.employee_index
        wanted = [State.PREPARING, State.IN_CONVERSATION, State.IN_REVIEW, State.SIGNING, State.PREPARING]
        return wanted[place] if 0 <= place < len(wanted) else None

    def _skills(self, version: TemplateVersion) -> dict[str, Skill]:
        for question in version.questions:
            for skill in question.skills:
                Skill.objects.create(id=self.chance.id(), key=skill.key, name=skill.text["en"])
        return {skill.key: skill for skill in Skill.objects.all()}
