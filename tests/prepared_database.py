"""A PostgreSQL cluster in which every migration is done, kept from run to run: to migrate takes longer than most files
of tests. Each run starts with a copy, and each worker's database is made from the one in it; a migration that the copy
lacks is done there as always."""

import fcntl
import os
import subprocess
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

from perhekeskus.embedded import EmbeddedError, Postgres
from perhekeskus.processes import Lifeline, spawn, stop_all

ROOT = Path(__file__).resolve().parent.parent


def copy_prepared(local: Path, home: Path, lifeline: Lifeline) -> None:
    """The kept cluster as the data of `home`; made anew when something that it follows from has changed."""
    local.mkdir(parents=True, exist_ok=True)
    with (local / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = local / f"cluster-{_fingerprint()}"
        if not kept.exists():
            for old in local.glob("cluster-*"):
                rmtree(old)
            _make(kept, lifeline)
        _copy(kept, home / "data")


def _fingerprint() -> str:
    digest = sha256(f"{os.geteuid()} {Postgres(ROOT).bin} {sys.version_info[:2]}".encode())
    sources = [*ROOT.glob("*/migrations/*.py"), ROOT / "requirements.txt", ROOT / "perhekeskus" / "embedded.py"]
    for path in sorted(sources):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:20]


def _make(kept: Path, lifeline: Lifeline) -> None:
    home = Path(tempfile.mkdtemp(prefix="perhekeskus-test-"))
    home.chmod(0o711)
    server = Postgres(home, durable=False)
    try:
        server.prepare()
        process = spawn(server.program(), lifeline=lifeline)
        try:
            server.wait_ready(process)
            _migrate(server)
        finally:
            stop_all([(server.program(), process)], seconds=20)  # whole on the disk before it is copied
        unfinished = kept.with_name(f"cluster-unfinished-{os.getpid()}")
        _copy(server.data, unfinished)
        unfinished.rename(kept)
    finally:
        rmtree(home, ignore_errors=True)


def _migrate(server: Postgres) -> None:
    command = [sys.executable, "manage.py", "migrate", "--no-input", "--skip-checks", "--verbosity", "0"]
    environment = {**os.environ, "DATABASE_URL": server.url(), "REDIS_URL": "redis://127.0.0.1:1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise EmbeddedError(f"manage.py migrate failed:\n{done.stdout}{done.stderr}")


def _copy(source: Path, target: Path) -> None:
    """With owners and rights, which PostgreSQL looks at."""
    subprocess.run(["cp", "-a", source, target], check=True)
