"""When a mail may reach somebody at work: working days, 8 to 18 o'clock, where that person is."""

import datetime
import zoneinfo

OPENS, CLOSES = datetime.time(8), datetime.time(18)
DAY = datetime.timedelta(days=1)
SATURDAY = 5


def is_working_day(day: datetime.date) -> bool:
    """Monday to Friday. Public holidays, which differ by country, belong here too."""
    return day.weekday() < SATURDAY


def last_working_day(day: datetime.date) -> datetime.date:
    """This day, or the nearest working day before it."""
    while not is_working_day(day):
        day -= DAY
    return day


def local_date(moment: datetime.datetime, zone: str) -> datetime.date:
    return moment.astimezone(zoneinfo.ZoneInfo(zone)).date()


def begin_of(day: datetime.date, zone: str, at: datetime.time = datetime.time.min) -> datetime.datetime:
    """This time of that day there, as a moment in UTC. A time that a clock change skips is taken as it was before."""
    return datetime.datetime.combine(day, at, tzinfo=zoneinfo.ZoneInfo(zone)).astimezone(datetime.UTC)


def next_open(moment: datetime.datetime, zone: str) -> datetime.datetime:
    """This moment when it lies within working hours there, else when they begin again."""
    local = moment.astimezone(zoneinfo.ZoneInfo(zone))
    if is_working_day(local.date()) and OPENS <= local.time() < CLOSES:
        return moment
    day = local.date() if local.time() < OPENS else local.date() + DAY
    while not is_working_day(day):
        day += DAY
    return begin_of(day, zone, OPENS)
