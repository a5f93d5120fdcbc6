"""How gunicorn serves the pages: `gunicorn -c deploy/gunicorn.py`."""

import os
from pathlib import Path

from environs import Env

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "careerconv.settings")

from django.conf import settings

env = Env()
wsgi_app = "careerconv.wsgi"
bind = env.str("BIND", "127.0.0.1:8000")

# Workers use the cores, threads wait for the database: together they are how many requests run at once, and how many
# connections the database sees.
worker_class = "gthread"
workers = env.int("WEB_CONCURRENCY", 3)
threads = env.int("WEB_THREADS", 4)
# Loaded once and shared by all workers: less memory, and a fault in the settings ends the start, not each worker.
preload_app = True
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a heartbeat file, never on a slow disk

# A worker whose heartbeat stops is replaced; whoever is still being answered at the end gets half a minute.
timeout = 60
graceful_timeout = 30
# Longer than the proxy keeps an idle connection, so that it never writes into one that is just being closed.
keepalive = 120
# Now and then a fresh process, never all of them at the same moment.
max_requests = 5000
max_requests_jitter = 1000

# Whose X-Forwarded-Proto is believed for the address of a request. Django has a rule of its own (settings.py).
forwarded_allow_ips = env.str("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
control_socket_disable = True
# The line of each request is written by careerconv.middleware: gunicorn's own repeats whole addresses, tokens included.
accesslog = None
logconfig_dict = settings.LOGGING
