"""Is the web process in this container alive? `python deploy/healthcheck.py PORT`, exit 0 or 1."""

import os
import sys
import urllib.request

host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].lstrip(".")
request = urllib.request.Request(f"http://127.0.0.1:{sys.argv[1]}/healthz", headers={"Host": host})
try:
    with urllib.request.urlopen(request, timeout=3) as answer:
        sys.exit(0 if answer.status == 200 else 1)
except OSError:
    sys.exit(1)
