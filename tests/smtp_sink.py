"""A mail server that keeps what it is sent, and answers as a test wants."""

import email
import email.policy
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from types import TracebackType
from typing import Self

ORDINARY = {"DATA": "354 go on", ".": "250 taken", "QUIT": "221 bye"}


@dataclass
class Mail:
    to: str
    text: str

    @property
    def parsed(self) -> EmailMessage:
        parsed = email.message_from_string(self.text, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def body(self) -> str:
        return self.parsed.get_content()


@dataclass
class Sink:
    """`answers`: what it says after a command (`.` is the end of the text) instead of the ordinary; "hang up" breaks
    the connection. `taking` is how long it thinks, in seconds, before it says that it has taken a mail; `began` is set
    when it has one."""

    answers: dict[str, str] = field(default_factory=dict)
    mails: list[Mail] = field(default_factory=list)
    taking: float = 0.0
    began: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    def __enter__(self) -> Self:
        self._listening = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                link, _address = self._listening.accept()
                threading.Thread(target=self._serve, args=[link], daemon=True).start()

    def _serve(self, link: socket.socket) -> None:
        with suppress(OSError, ValueError), link, link.makefile("rb") as lines:
            link.sendall(b"220 sink\r\n")
            to, text = "", None
            for raw in lines:
                line = raw.decode().rstrip("\r\n")
                if text is not None and line != ".":
                    text.append(line.removeprefix(".") if line.startswith(".") else line)
                    continue
                command = "." if text is not None else line.partition(" ")[0].upper()
                if command == "RCPT":
                    to = line.partition("<")[2].partition(">")[0]
                answer = self.answers.get(command) or ORDINARY.get(command, "250 ok")
                if command == ".":
                    self._take(Mail(to, "\r\n".join(text or [])), answer)
                text = [] if command == "DATA" and answer.startswith(("354", "250")) else None
                if answer == "hang up":
                    link.shutdown(socket.SHUT_RDWR)
                    return
                link.sendall(f"{ORDINARY['DATA'] if text is not None else answer}\r\n".encode())
                if command == "QUIT":
                    return

    def _take(self, mail: Mail, answer: str) -> None:
        if answer.startswith("250") or answer == "hang up":
            self.mails.append(mail)
        self.began.set()
        time.sleep(self.taking)
