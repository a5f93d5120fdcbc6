from outbox.models import Message
from outbox.rendering import render
from people.models import Employee
from records import operations
from tests.factories import PASSWORD


def test_signed_copy_leads_to_the_record_and_holds_no_content(record, employee):
    message = Message.objects.get(kind="records.signed_copy", recipient=employee)
    mail = render(message)
    body = mail.body + str(mail.alternatives[0][0])
    assert f"http://testserver/interviews/{record.interview_id}/record/" in mail.body
    assert "Jonas Weber" in body
    assert "Finance" not in body
    assert mail.attachments == []


def test_signed_copy_is_dropped_for_who_may_not_read_it_any_more(record, outsider, employee):
    message = Message.objects.get(kind="records.signed_copy", recipient=employee)
    message.recipient = Employee.objects.get(pk=outsider.pk)
    assert render(message) is None


def test_addendum_tells_the_other_side(record, employee):
    addendum = operations.write_addendum(by=employee, record=record, text="A secret thing.", password=PASSWORD)
    operations.seal_addendum(addendum_id=addendum.pk)
    mail = render(Message.objects.get(kind="records.addendum"))
    assert "Amara" in mail.subject
    assert "secret" not in mail.body
