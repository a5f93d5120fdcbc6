from celery import shared_task


@shared_task(name="outbox.tasks.deliver_due")
def deliver_due() -> int:
    """Send what is due; answers how many mails were settled or tried."""
    from outbox import operations

    return operations.deliver_waiting().total()
