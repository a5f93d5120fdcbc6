import pytest

from interviews import operations
from interviews.models import Interview, State
from tests import factories
from tests.factories import PASSWORD


@pytest.fixture
def interview(employee, manager) -> Interview:
    """In preparation, nothing written yet."""
    return factories.make_interview(employee, manager)


@pytest.fixture
def talking(interview, manager) -> Interview:
    """In conversation."""
    return operations.start_conversation(by=manager, interview=interview)


@pytest.fixture
def reviewed(talking, manager):
    """Frozen, waiting for the employee."""
    operations.save_minutes(by=manager, interview=talking, section="looking-back", text="We looked back.", version=0)
    operations.freeze_content(by=manager, interview=talking)
    talking.refresh_from_db()
    return talking


@pytest.fixture
def signing(reviewed, employee) -> Interview:
    """Confirmed, both may sign."""
    return operations.confirm_content(by=employee, interview=reviewed)


@pytest.fixture
def put_signature():
    """Sign as somebody does who read the page."""

    def put(interview, person, declaration, remark="", password=PASSWORD, **more):
        sha256 = more.pop("sha256", None) or interview.contents.latest("sequence").sha256
        return operations.sign_interview(
            by=person,
            interview=interview,
            declaration=declaration,
            remark=remark,
            password=password,
            sha256=sha256,
            **more,
        )

    return put


@pytest.fixture
def unchanged():
    """Asserts at the end that an interview's row and everything written around it is as it was."""

    def picture(interview):
        fresh = Interview.objects.get(pk=interview.pk)
        contents = list(interview.contents.values_list("sha256", flat=True))
        signatures = list(fresh.contents.filter(signatures__isnull=False).values_list("signatures__slot", flat=True))
        return State(fresh.state), fresh.frozen_at, fresh.employee_shared_at, contents, signatures

    return picture
