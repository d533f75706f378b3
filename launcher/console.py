"""What the launcher says: one line per step, with its progress and elapsed time."""

import sys
import threading
import time

# Where the output is no terminal, a long step says that it lives every so often.
QUIET_SECONDS = 20


class Failure(Exception):
    """A message for the user: the launcher prints it and ends, without a traceback."""


def say(text=""):
    """Print on standard error: standard output belongs to the commands' results."""
    print(text, file=sys.stderr, flush=True)


def duration(seconds):
    """Write a duration the way one reads it.

    >>> duration(3.21), duration(75)
    ('3.2 s', '1 min 15 s')
    """
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


class Step:
    """A named piece of work, shown while it runs.

    ``poll`` is asked for the progress when nothing else reports it, for example from
    the size of a growing file.
    """

    def __init__(self, name, poll=None):
        self.name = name
        self.progress = ""
        self._poll = poll
        self._over = threading.Event()
        self._terminal = sys.stderr.isatty()

    def __enter__(self):
        self._start = time.monotonic()
        if not self._terminal:
            say(f"  {self.name} …")
        self._thread = threading.Thread(target=self._show, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind, error, traceback):
        self._over.set()
        self._thread.join()
        mark = "✗" if kind else "✓"
        clear = "\r\033[K" if self._terminal else ""
        spent = duration(time.monotonic() - self._start)
        say(f"{clear}{mark} {self.name} ({spent})")

    def _show(self):
        pause = 0.3 if self._terminal else QUIET_SECONDS
        while not self._over.wait(pause):
            if self._poll:
                self.progress = self._poll()
            spent = duration(time.monotonic() - self._start)
            line = f"  {self.name}: {self.progress} ({spent})".replace(":  (", " (")
            if self._terminal:
                print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
            else:
                say(line)
