"""The embedded servers: what they promise to the programs that use them."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from perhekeskus.embedded import EmbeddedError, Postgres, Valkey
from perhekeskus.processes import spawn, stop_all

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def postgres(tmp_path: Path) -> Postgres:
    server = Postgres(tmp_path / "pg", durable=False)
    server.prepare()
    return server


def test_the_database_is_utf8_and_knows_no_machine_locale(postgres: Postgres) -> None:
    process = spawn(postgres.program())
    try:
        postgres.wait_ready(process)
        with psycopg.connect(postgres.url()) as connection:
            row = connection.execute(
                "SELECT pg_encoding_to_char(encoding), datlocprovider, datlocale, datname FROM pg_database "
                "WHERE datname = current_database()"
            ).fetchone()
            assert row == ("UTF8", "b", "C.UTF-8", "perhekeskus")
            assert connection.execute("SELECT lower('ÄÖÅ')").fetchone() == ("äöå",)
            assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    finally:
        stop_all([(postgres.program(), process)], seconds=5)


def test_data_survives_kill_9_and_a_stale_pid_file_of_a_living_stranger(postgres: Postgres) -> None:
    process = spawn(postgres.program())
    postgres.wait_ready(process)
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS n")
    process.kill()
    process.wait()
    # As after a restart of the machine: the number in the file now belongs to somebody else.
    pid_file = postgres.data / "postmaster.pid"
    pid_file.write_text("\n".join([str(os.getpid()), *pid_file.read_text().splitlines()[1:]]) + "\n")

    again = Postgres(postgres.home, durable=False)
    again.prepare()
    process = spawn(again.program())
    try:
        again.wait_ready(process)
        with psycopg.connect(again.url()) as connection:
            assert connection.execute("SELECT n FROM kept").fetchone() == (1,)
    finally:
        stop_all([(again.program(), process)], seconds=5)


def test_a_leftover_server_of_an_earlier_run_is_ended(postgres: Postgres) -> None:
    leftover = spawn(postgres.program())
    postgres.wait_ready(leftover)

    again = Postgres(postgres.home, durable=False)
    again.prepare()

    assert leftover.wait(5) == 0
    process = spawn(again.program())
    again.wait_ready(process)
    stop_all([(again.program(), process)], seconds=5)


def test_a_half_made_cluster_is_made_anew(tmp_path: Path) -> None:
    unfinished = tmp_path / "pg" / "data.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    server = Postgres(tmp_path / "pg", durable=False)
    server.prepare()
    assert not unfinished.exists()
    assert (server.data / "global").is_dir()


def test_a_long_data_folder_still_gets_a_socket(tmp_path: Path) -> None:
    home = tmp_path / ("long" * 25)
    server = Postgres(home, durable=False)
    server.prepare()
    assert len(str(server.sockets)) < 90
    process = spawn(server.program())
    try:
        server.wait_ready(process)
        with psycopg.connect(server.url()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        stop_all([(server.program(), process)], seconds=5)


def test_valkey_wants_its_password_and_keeps_its_address(tmp_path: Path) -> None:
    valkey = Valkey(tmp_path)
    valkey.prepare()
    process = spawn(valkey.program())
    try:
        valkey.wait_ready(process)
        assert redis.Redis.from_url(valkey.url()).ping()
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(port=valkey.port, retry=Retry(NoBackoff(), 0)).ping()
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()

    again = Valkey(tmp_path)
    again.prepare()
    assert again.url() == valkey.url()
    assert valkey.port < 32768
    assert (tmp_path / "address").stat().st_mode & 0o077 == 0


def test_a_server_that_cannot_start_says_why(postgres: Postgres) -> None:
    (postgres.data / "postgresql.conf").write_text("no_such_setting = 1\n")
    process = spawn(postgres.program())
    with pytest.raises(EmbeddedError, match="no_such_setting"):
        postgres.wait_ready(process)


def test_a_command_with_temporary_servers() -> None:
    code = (
        "import os, psycopg; print(psycopg.connect(os.environ['DATABASE_URL']).execute('SELECT 40 + 2').fetchone()[0])"
    )
    done = subprocess.run(
        [sys.executable, "-m", "perhekeskus.embedded", sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "42"
