import os
import subprocess
import sys
import unittest
import zipfile
from pathlib import Path

from colmenar_worker.unpack import unpack
from worker_process import WorkerTestCase


class Unpacking(WorkerTestCase):
    def setUp(self):
        super().setUp()
        self.archive = self.directory / "modules.zip"
        self.target = self.directory / "modules"
        self.module = self.target / "ising" / "energy.py"
        with zipfile.ZipFile(self.archive, "w") as modules:
            modules.writestr("ising/__init__.py", "")
            modules.writestr("ising/energy.py", "print('ground state')")
        unpack(self.archive, self.target)

    def imported(self):
        return subprocess.run(
            [sys.executable, "-c", "import ising.energy"],
            env={**os.environ, "PYTHONPATH": str(self.target)},
            capture_output=True,
            text=True,
        ).stdout

    def test_modules_can_be_imported_and_are_compiled(self):
        self.assertEqual("ground state\n", self.imported())
        self.assertEqual(1, len(list((self.target / "ising" / "__pycache__").glob("energy.*"))))

    def test_what_is_missing_or_was_cut_off_comes_back(self):
        for damage in (Path.unlink, lambda path: path.write_text("print(")):
            damage(self.module)
            unpack(self.archive, self.target)
            self.assertEqual("ground state\n", self.imported())

    def test_files_that_look_old_are_young_again(self):
        for path in (self.module, self.archive):
            os.utime(path, (0, 0))
        unpack(self.archive, self.target)
        for path in (self.module, self.archive):
            self.assertGreater(path.stat().st_mtime, 1)


if __name__ == "__main__":
    unittest.main()
