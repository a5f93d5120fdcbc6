# syntax=docker/dockerfile:1
# One image for web, worker, beat, migrations and backups. Freeze it further by a digest if your rules want it:
#   docker build --build-arg PYTHON_IMAGE=python:3.11.15-slim-bookworm@sha256:… .
ARG PYTHON_IMAGE=python:3.11.15-slim-bookworm

# ---------------------------------------------------------------- packages, fonts, translations, static files
FROM ${PYTHON_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends gettext \
    && rm -rf /var/lib/apt/lists/*
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
WORKDIR /app
COPY requirements.txt ./
RUN pip install --require-hashes --no-deps -r requirements.txt
COPY . ./
# The keys are needed to read the settings; nothing is made with them and they stay in no layer.
RUN bin/fonts \
    && export SECRET_KEY=building AUDIT_KEY=building DATA_DIR=/tmp/building STATIC_ROOT=/app/staticfiles \
    && if [ -d locale ]; then python manage.py compilemessages --verbosity 0; fi \
    && python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/building \
    && python -m compileall -q .

# ---------------------------------------------------------------- what runs
FROM ${PYTHON_IMAGE} AS run
# WeasyPrint's libraries, letters beyond Latin for the record, and pg_dump of the server's version for backups.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        fonts-noto-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 postgresql-client-15 \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 careerconv \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin careerconv \
    && install -d -o careerconv -g careerconv -m 0700 /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
# Nothing is written outside /data and /tmp, so the root may be mounted read-only.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    XDG_CACHE_HOME=/tmp/cache \
    DATA_DIR=/data \
    STATIC_ROOT=/app/staticfiles \
    LOG_FORMAT=json \
    BIND=0.0.0.0:8000
USER 10001:10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "deploy/healthcheck.py"]
CMD ["gunicorn", "-c", "deploy/gunicorn.py"]
