from celery import shared_task


@shared_task(name="careerconv.tasks.sweep")
def sweep() -> None:
    """Everything that rows in the database say is due, once a minute."""
    from careerconv import sweep as sweeping

    sweeping.run()
