"""Runs the processes of a small installation together: starts them, starts them again, stops them in order.

Children die with the supervisor where the kernel offers that; besides, each is written down with the moment of its
start, so that the next run ends what a killed one left behind and never an unrelated process with the same number.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Self

import click

from core.embedded import EmbeddedError, processes

TOP = Path(__file__).resolve().parent.parent
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0
STOP_PATIENCE = 20.0
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class ChildFailed(Exception):
    """A child ended before it ever did its work; the message says where to read why."""


class Stopped(Exception):
    """Somebody asked us to stop, by the signal it carries."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


@dataclass(frozen=True)
class Program:
    """What to run, and the name of its log."""

    name: str
    arguments: Sequence[str]


class Child:
    """One program, and the process that runs it at the moment."""

    def __init__(self, program: Program, environment: Mapping[str, str], log: Path | None) -> None:
        self.program = program
        self.environment = dict(environment)
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self.pause = FIRST_PAUSE
        self.started = 0.0
        self.due = 0.0

    def start(self) -> None:
        """Start the process in a session of its own: Ctrl-C reaches only the supervisor, which stops in order."""
        output = None if self.log is None else self.log.open("ab")
        try:
            self.process = subprocess.Popen(
                list(self.program.arguments),
                cwd=TOP,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=None if output is None else subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=processes.die_with_parent,
            )
        finally:
            if output is not None:
                output.close()
        self.started = time.monotonic()

    def has_ended(self) -> bool:
        """Whether it ran and runs no more."""
        return self.process is not None and self.process.poll() is not None

    def tend(self) -> str:
        """Start it again when it has died, each time after a longer pause; say what was done."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is None:
            return ""
        if self.process is not None:
            code = self.process.returncode
            _end_group(self.process.pid)
            self.process = None
            self.pause = FIRST_PAUSE if now - self.started > STEADY_AFTER else min(self.pause * 2, LONGEST_PAUSE)
            self.due = now + self.pause
            return f"{self.program.name} ended ({code}); it starts again in {self.pause:.0f} s."
        if now < self.due:
            return ""
        self.start()
        return f"{self.program.name} runs again."

    def stop(self) -> None:
        """Ask it to finish, then make it; nothing of its session stays."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        _end_group(self.process.pid)
        self.process = None


def _end_group(leader: int) -> None:
    """End what a dead child has left of its session."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


class Supervisor:
    """The children of one command. Use it as a context: leaving stops them, the last started first.

    With a name there may be one of it on a home: it keeps a roll of its children, and a log for each. Without, the
    children write where we write.
    """

    def __init__(self, home: Path, environment: Mapping[str, str], *, name: str = "") -> None:
        self.home = home
        self.environment = dict(environment)
        self.roll = home / f"{name}.children.json" if name else None
        self.logs = home / "logs" if name else None
        self.children: list[Child] = []

    def __enter__(self) -> Self:
        self.home.mkdir(parents=True, exist_ok=True)
        if self.logs is not None:
            self.logs.mkdir(exist_ok=True)
        self._end_leftovers()
        return self

    def __exit__(self, *_: object) -> None:
        for child in reversed(self.children):
            child.stop()
        if self.roll is not None:
            self.roll.unlink(missing_ok=True)

    def start(self, name: str, *arguments: str) -> Child:
        """Start a program and keep it."""
        log = None if self.logs is None else self.logs / f"{name}.log"
        child = Child(Program(name, arguments), self.environment, log)
        self.children.append(child)
        child.start()
        self._write_roll()
        return child

    def run_once(self, name: str, *arguments: str) -> int:
        """Run a step to its end, its words on our own output; it is stopped when we are."""
        child = Child(Program(name, arguments), self.environment, None)
        child.start()
        try:
            assert child.process is not None
            return child.process.wait()
        finally:
            child.stop()

    def wait_for(self, child: Child, ready: Callable[[], bool], seconds: float) -> None:
        """Wait until a new child answers.

        :raises ChildFailed: it ended first, or did not answer in time
        """
        where = f"see {child.log}" if child.log is not None else "see above"
        if not processes.wait_until(lambda: child.has_ended() or ready(), seconds, every=0.1):
            raise ChildFailed(f"The {child.program.name} process did not answer within {seconds:.0f} s: {where}.")
        if child.has_ended():
            raise ChildFailed(f"The {child.program.name} process ended at its start: {where}.")

    def tend(self, also: Callable[[], Sequence[str]] = lambda: ()) -> None:
        """Keep everything running until asked to stop; ``also`` looks after what is not a child, such as servers."""
        while True:
            try:
                said = [f"{name} was gone and runs again." for name in also()]
            except EmbeddedError as failure:
                said = [str(failure)]  # the next round tries again
            said += [words for child in self.children if (words := child.tend())]
            for words in said:
                click.echo(words, err=True)
            if said:
                self._write_roll()
            time.sleep(1)

    def _write_roll(self) -> None:
        if self.roll is None:
            return
        running = [child.process.pid for child in self.children if child.process is not None]
        partial = self.roll.with_suffix(".partial")
        partial.write_text(json.dumps({pid: processes.started_at(pid) for pid in running}))
        partial.rename(self.roll)

    def _end_leftovers(self) -> None:
        """End the children of an earlier run that was killed."""
        if self.roll is None:
            return
        try:
            noted = json.loads(self.roll.read_text())
        except FileNotFoundError:
            return
        except ValueError:
            noted = {}
        for pid, since in noted.items():
            if since and processes.started_at(int(pid)) == since:
                processes.end(int(pid), patience=5)
                _end_group(int(pid))
        self.roll.unlink(missing_ok=True)


def stop_on_signals() -> None:
    """Turn the first request to stop into ``Stopped``, so that everything is left in order; further ones are ignored.

    A hang-up that somebody chose to ignore (``nohup``) stays ignored.
    """
    for number in STOP_SIGNALS:
        if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _raise_stopped)


def _raise_stopped(number: int, _: FrameType | None) -> None:
    for other in STOP_SIGNALS:
        signal.signal(other, signal.SIG_IGN)
    raise Stopped(number)
