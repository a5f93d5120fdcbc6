from celery import shared_task


@shared_task(name="outbox.tasks.deliver_due")
def deliver_due() -> int:
    """Claim what is due and send it, until nothing is left."""
    from outbox import operations

    sent = 0
    while ids := operations.claim():
        for pk in ids:
            operations.deliver(pk=pk)
            sent += 1
    return sent
