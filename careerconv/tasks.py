from celery import shared_task


@shared_task(name="careerconv.tasks.sweep")
def sweep() -> None:
    """Everything that rows in the database say is due, once a minute."""
    from careerconv import sweep as sweeping
    from outbox import heartbeat

    # Here and not in the sweep itself: run by hand, it says nothing about a worker.
    heartbeat.beat(name="worker")
    sweeping.run()
