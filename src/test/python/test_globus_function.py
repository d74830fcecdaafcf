"""The text that Globus Compute runs, as its workers run it."""

import base64
import io
import json
import os
import subprocess
import sys
import unittest
import zipfile
from pathlib import Path

PYTHON = Path(__file__).resolve().parents[3] / "src/main/python"


def modules():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for path in sorted((PYTHON / "colmenar_worker").glob("*.py")):
            archive.write(path, f"colmenar_worker/{path.name}")
    return base64.b64encode(file.getvalue()).decode()


def text(code, digest="d1"):
    head = {
        "_MODULES": modules(),
        "_DIGEST": digest,
        "_CODE": base64.b64encode(json.dumps(code).encode()).decode(),
    }
    lines = "".join(f'{name} = "{value}"\n' for name, value in head.items())
    return lines + (PYTHON / "colmenar_globus/function.py").read_text()


# As the SDK does on a worker.
WORKER = """
import json, sys
for line in sys.stdin:
    source, request = json.loads(line)
    space = {}
    exec(source, space)
    print(json.dumps(space["colmenar"]([request], 1000000)[0]), flush=True)
"""


class Functions(unittest.TestCase):
    def calls(self, *calls):
        """On one worker, which cannot import the modules from anywhere else."""
        lines = "".join(json.dumps(call) + "\n" for call in calls)
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        done = subprocess.run(
            [sys.executable, "-c", WORKER],
            input=lines,
            capture_output=True,
            text=True,
            env=environment,
            cwd="/tmp",
            check=False,
        )
        self.assertEqual("", done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_the_method_s_code_runs_with_the_request(self):
        code = {"kind": "python", "source": "def f(x):\n    return x + 'é🚀'", "function": "f"}
        [outcome] = self.calls((text(code), {"attempt": "a", "args": ["→"]}))
        self.assertEqual("→é🚀", outcome["value"])

    def test_a_worker_runs_methods_of_servers_of_different_releases(self):
        code = {"kind": "python", "source": "import colmenar_worker\ndef f():\n    return colmenar_worker.DIGEST", "function": "f"}
        outcomes = self.calls(
            *((text(code, digest), {"attempt": "a"}) for digest in ("d1", "d1", "d2", "d1"))
        )
        self.assertEqual(["d1", "d1", "d2", "d1"], [each["value"] for each in outcomes])

    def test_tracebacks_begin_with_the_user_s_code(self):
        code = {"kind": "python", "source": "def f():\n    return 1 / 0", "function": "f"}
        [outcome] = self.calls((text(code), {"attempt": "a"}))
        self.assertEqual("ZeroDivisionError", outcome["failure"]["type"])
        self.assertNotIn("/colmenar/", outcome["failure"]["traceback"])


if __name__ == "__main__":
    unittest.main()
