"""gunicorn for the pages and the HTTP interface; the sockets are served by uvicorn (perhekeskus/web.py)."""

import os

from perhekeskus.startup import refuse_faulty_settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perhekeskus.settings")

bind = "0.0.0.0:8000"
wsgi_app = "perhekeskus.wsgi_behind_proxy:application"
worker_class = "gthread"
workers = int(os.environ.get("PAGE_WORKERS") or 2)
threads = int(os.environ.get("PAGE_THREADS") or 4)
# The heartbeat file of a worker must not wait for a disk.
worker_tmp_dir = "/dev/shm"
timeout = 30
graceful_timeout = 20
keepalive = 15
max_requests = 20_000
max_requests_jitter = 2_000
# Only the proxy can reach this port (docker-compose.yml publishes none).
forwarded_allow_ips = "*"
# No access log: addresses of visitors are not kept anywhere.
accesslog = None
errorlog = "-"
loglevel = "warning"
# gunicorn's own lines would name the address of a faulty request and the words of an error.
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "core.logs.PrivateFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "gunicorn.error": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "gunicorn.access": {"handlers": [], "propagate": False},
    },
}


def on_starting(_server: object) -> None:
    refuse_faulty_settings()
