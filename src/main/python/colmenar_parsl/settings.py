"""What a server says of how the bridge is to work, and the Parsl configuration made of it."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

from parsl.config import Config
from parsl.jobs.error_handlers import noop_error_handler

from . import blocks, configuration, programs
from .blocks import BlockLog


class Settings:
    """
    The fields: ``configuration``, see there, or ``file``, a Python file that defines ``config``;
    ``launch``, words that start an MPI program; ``keep``, of which attempts the run directory is kept
    (NONE, FAILED or ALL), for ``keepDays``; ``statusSeconds`` between two questions to a scheduler;
    ``modules``, the directory of these modules; ``setup``, shell lines that come before Python;
    ``orphanSeconds``, after which a bridge that nobody needs ends; ``print``, by which a server knows
    these fields again, and the file as long as it is not changed.
    """

    def __init__(self, root: Path, fields: Dict[str, Any]) -> None:
        self._root = root
        self._fields = fields
        file = fields.get("file")
        self._file = None if file is None else Path(file).expanduser()
        self._file_content = self._content()
        self.launch: List[str] = fields["launch"]
        self.keep: str = fields["keep"]
        self.keep_days: float = fields["keepDays"]
        self.status_seconds: float = fields["statusSeconds"]
        self.orphan_seconds: float = fields["orphanSeconds"]
        self._logs: Dict[str, BlockLog] = {}
        self.submitted: Callable[[str, str], None] = lambda label, job: None

    @property
    def print(self) -> str:
        print_: str = self._fields["print"]
        return print_ if self._content() == self._file_content else f"{print_}, file changed"

    def _content(self) -> Optional[bytes]:
        try:
            return None if self._file is None else self._file.read_bytes()
        except OSError:
            return None

    def config(self) -> Config:
        """Raises ConfigurationError naming the key that is wrong."""
        run_dir = str(self._root / "runinfo")
        if self._file is not None:
            config = configuration.from_file(str(self._file))
            config.run_dir = run_dir
        else:
            config = configuration.from_json(self._fields["configuration"], run_dir)
        expected, there = self._fields["executors"], [each.label for each in config.executors]
        missing = sorted(set(expected) - set(there))
        if missing:
            raise configuration.ConfigurationError(
                f"executors: there is none with label {missing[0]!r}; there are {there}"
            )
        config.usage_tracking = 0
        for executor in config.executors:
            self._adapt(executor)
        return config

    def executor(self, label: str) -> Any:
        """A new one, in place of one that has died."""
        return next(each for each in self.config().executors if each.label == label)

    def log_of(self, label: str) -> BlockLog:
        return self._logs[label]

    def _adapt(self, executor: Any) -> None:
        label = executor.label
        log = self._logs[label] = BlockLog(lambda job: self.submitted(label, job))
        provider = getattr(executor, "provider", None)
        if provider is None:
            return
        blocks.watch(provider, log, self.status_seconds)
        # One that is in a bad state would be so for ever.
        executor.block_error_handler = noop_error_handler
        if hasattr(provider, "worker_init"):
            path = shlex.quote(self._fields["modules"])
            lines = (
                f"export PATH={shlex.quote(programs.DIRECTORY)}:$PATH\n"
                f"export PYTHONPATH={path}${{PYTHONPATH:+:$PYTHONPATH}}\n"
            )
            provider.worker_init = f"{self._fields['setup']}\n{lines}{provider.worker_init}"
