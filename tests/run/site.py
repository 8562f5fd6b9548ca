"""A small site for the supervisor's tests: the real supervisor and servers, a stand-in for Django, quick to start."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from perhekeskus.embedded import free_port

ROOT = Path(__file__).resolve().parents[2]
REAL_MODULES = (
    "embedded",
    "listening",
    "processes",
    "socket_protocol",
    "startup",
    "supervisor",
    "trusted_proxies",
    "web",
)
# What this test run has for itself, and a site of its own makes anew.
OWN = ("DATABASE_URL", "REDIS_URL", "DEMO_PROVIDER_URL")

ASGI = """
import os

async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})
    elif scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": str(os.getpid()).encode()})
"""
CELERY = """
import os
from celery import Celery

app = Celery("site", broker=os.environ["REDIS_URL"])
app.conf.broker_connection_retry_on_startup = True
"""
MANAGE = """
import os, subprocess, sys
print("prepared with", os.environ["DATABASE_URL"].partition(":")[0])
sys.exit(int(os.environ.get("PREPARE_EXIT", "0")))
"""


class Site:
    def __init__(self, folder: Path) -> None:
        self.root = folder / "site"
        package = self.root / "perhekeskus"
        package.mkdir(parents=True)
        for name in REAL_MODULES:
            shutil.copy(ROOT / "perhekeskus" / f"{name}.py", package)
        (package / "__init__.py").touch()
        kernel = self.root / "core"  # what the web server's protocol shares with the sockets
        kernel.mkdir()
        shutil.copy(ROOT / "core" / "eager.py", kernel)
        (kernel / "__init__.py").touch()
        shutil.copytree(ROOT / "perhekeskus" / "demo" / "provider", package / "demo" / "provider")
        (package / "demo" / "__init__.py").touch()
        (package / "settings.py").write_text('SECRET_KEY = "test"\n')
        (package / "asgi.py").write_text(ASGI)
        (package / "celery.py").write_text(CELERY)
        (self.root / "manage.py").write_text(MANAGE)
        self.data = folder / "data"
        self.output = folder / "output"
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, **environment: str) -> "Site":
        kept = {name: value for name, value in os.environ.items() if name not in OWN}
        env = {**kept, "PORT": str(self.port), "DATA_DIR": str(self.data), **environment}
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "perhekeskus.supervisor"], cwd=self.root, env=env, stdout=output, stderr=output
            )
        return self

    def wait_for(self, text: str, seconds: float = 20) -> None:
        eventually(lambda: text in self.said, seconds, lambda: f"{text!r} not said in:\n{self.said}")

    @property
    def said(self) -> str:
        return self.output.read_text()

    @property
    def provider(self) -> str:
        """The address of the identity provider, as the start tells it."""
        return self.said.partition("Identification ")[2].split()[0].rstrip("/")

    def get(self) -> str:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{self.port}/", timeout=5) as answer:
            return str(answer.read().decode())

    def signal(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def processes(self) -> dict[int, str]:
        """Everything that lives in this site's folders, by process number."""
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                    folder = str((entry / "cwd").readlink())
                except OSError:
                    continue
                if line and (str(self.root.parent) in line or folder.startswith(str(self.root.parent))):
                    found[int(entry.name)] = line
        return found

    def pid_of(self, words: str) -> int | None:
        return next((pid for pid, line in sorted(self.processes().items()) if words in line), None)

    def end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(15)


def eventually(condition: Callable[[], bool], seconds: float, complaint: Callable[[], str] = lambda: "") -> float:
    """Seconds until `condition` held."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"not within {seconds} s {complaint()}")
        time.sleep(0.05)
    return time.monotonic() - began
