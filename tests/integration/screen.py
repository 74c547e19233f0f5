# SPDX-License-Identifier: Apache-2.0
"""A terminal of a test: a shell in tmux, its screen, its keys and its window."""
import os
import pathlib
import subprocess
import tempfile
import time

PATIENCE = 60.0


class Screen:
    """Used as a context. The shell is bash, which reports nothing of its own."""

    def __init__(self, columns=100, rows=30, environment=None):
        self._columns, self._rows = columns, rows
        self.shell_modes = set()
        self._environment = {**os.environ, **(environment or {}), "LC_ALL": "C.UTF-8"}
        self._environment.pop("GITHUB_ACTIONS", None)
        self._environment.pop("TMUX", None)
        self._directory = tempfile.TemporaryDirectory(prefix="screen-")
        self._socket = os.path.join(self._directory.name, "tmux")
        self._settings = os.path.join(self._directory.name, "bashrc")
        pathlib.Path(self._settings).write_text("PS1='$ '\n", encoding="utf-8")

    def __enter__(self):
        self._tmux("-f", "/dev/null", "new-session", "-d", "-x", str(self._columns), "-y", str(self._rows),
                   "bash --rcfile %s -i" % self._settings)
        try:
            self._tmux("set-option", "-g", "history-limit", "20000")
            self.wait_for(lambda text: "$" in text)
            # The shell waits for its first command: it has set the mode that it reads keys in.
            self.shell_modes = self.modes
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        subprocess.run(["tmux", "-S", self._socket, "kill-server"], check=False, capture_output=True)
        self._directory.cleanup()

    def _tmux(self, *words):
        return subprocess.run(["tmux", "-u", "-S", self._socket, *words], check=True, capture_output=True, text=True,
                              env=self._environment).stdout

    def type(self, text):
        self._tmux("send-keys", "-l", text)

    def press(self, key):
        """A key by its name for tmux: C-c, Enter."""
        self._tmux("send-keys", key)

    def enter(self, command):
        self.type(command)
        self.press("Enter")

    def resize(self, columns, rows):
        self._tmux("resize-window", "-x", str(columns), "-y", str(rows))

    @property
    def text(self):
        """The lines of the window, without empty ones at the end."""
        return self._tmux("capture-pane", "-p").rstrip("\n")

    @property
    def history(self):
        """All lines since the beginning; wrapped ones joined."""
        lines = self._tmux("capture-pane", "-p", "-J", "-S", "-").rstrip("\n").splitlines()
        # Joined lines keep the blanks that were written over something longer.
        return "\n".join(line.rstrip() for line in lines)

    @property
    def shows_cursor(self):
        return self._tmux("display-message", "-p", "#{cursor_flag}").strip() == "1"

    @property
    def wraps(self):
        return self._tmux("display-message", "-p", "#{wrap_flag}").strip() == "1"

    def wait_for(self, condition, what=""):
        """Wait until the condition holds for the text of the window. Returns that text."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            text = self.text
            if condition(text):
                return text
            time.sleep(0.05)
        raise AssertionError("%s did not come; the window shows:\n%s" % (what or "what was expected", text))

    @property
    def modes(self):
        """The words of stty that tell how keys are read, now: those of the shell, if it waits for a command."""
        terminal = self._tmux("display-message", "-p", "#{pane_tty}").strip()
        words = subprocess.run(["stty", "-F", terminal, "-a"], check=True, capture_output=True, text=True).stdout
        return {word for word in words.replace(";", " ").split()
                if word.lstrip("-") in ("icanon", "echo", "isig", "opost", "onlcr", "icrnl")}
