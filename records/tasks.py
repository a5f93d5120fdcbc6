from uuid import UUID

from celery import shared_task


@shared_task(name="records.tasks.make_record")
def make_record(interview_id: str) -> None:
    from records import operations

    operations.make_record(interview_id=UUID(interview_id))


@shared_task(name="records.tasks.seal_addendum")
def seal_addendum(addendum_id: str) -> None:
    from records import operations

    operations.seal_addendum(addendum_id=UUID(addendum_id))
