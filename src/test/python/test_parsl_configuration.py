import os
import tempfile
import textwrap
import unittest

try:
    import parsl
except ImportError:
    if os.environ.get("COLMENAR_REQUIRE_SERVICES") == "1":
        raise
    raise unittest.SkipTest("not on this machine: Parsl")

from colmenar_parsl.configuration import ConfigurationError, from_file, from_json


def htex(**fields):
    return {"class": "HighThroughputExecutor", "label": "cpu", **fields}


class Configuring(unittest.TestCase):
    def assert_wrong(self, message, **fields):
        with self.assertRaises(ConfigurationError) as caught:
            from_json(fields, "runs")
        self.assertIn(message, str(caught.exception))

    def test_parsl_s_own_names_are_its_own_parameters(self):
        config = from_json(
            {
                "retries": 2,
                "executors": [
                    htex(
                        max_workers_per_node=4,
                        worker_port_range=[50000, 50100],
                        available_accelerators=2,
                        provider={
                            "class": "LocalProvider",
                            "max_blocks": 3,
                            "launcher": {"class": "SrunLauncher", "overrides": "--gpus=1"},
                        },
                    ),
                    {"class": "ThreadPoolExecutor", "label": "local", "max_threads": 5},
                ],
            },
            "runs",
        )
        cpu, local = config.executors
        self.assertEqual(2, config.retries)
        self.assertEqual("runs", config.run_dir)
        self.assertEqual((4, (50000, 50100)), (cpu.max_workers_per_node, cpu.worker_port_range))
        self.assertEqual(["0", "1"], cpu.available_accelerators)
        self.assertEqual(3, cpu.provider.max_blocks)
        self.assertEqual("--gpus=1", cpu.provider.launcher.overrides)
        self.assertEqual(5, local.max_threads)
        self.assertTrue(cpu.encrypted)

    def test_what_is_wrong_is_told_by_its_key(self):
        self.assert_wrong("executors: there are none", executors=[])
        self.assert_wrong("executors: must be a list", executors={})
        self.assert_wrong("executors.0: must be an object", executors=["cpu"])
        self.assert_wrong("executors.0.class: 'No' is no executor", executors=[{"class": "No"}])
        self.assert_wrong("executors.cpu.wrkers", executors=[htex(wrkers=1)])
        self.assert_wrong(
            "executors.cpu.provider.class: None is no provider", executors=[htex(provider={})]
        )
        self.assert_wrong(
            "executors.cpu.provider.launcher.class: 'X' is no launcher",
            executors=[htex(provider={"class": "LocalProvider", "launcher": {"class": "X"}})],
        )
        self.assert_wrong("executors.cpu: ", executors=[htex(max_workers_per_node="two")])
        self.assert_wrong("retrys: Config has no such parameter", executors=[htex()], retrys=1)
        self.assert_wrong(
            "executors.cpu.address.interface: 'nowhere0'",
            executors=[htex(address={"interface": "nowhere0"})],
        )

    def test_a_user_s_own_file_is_taken_as_it_is(self):
        with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
            file.write(
                textwrap.dedent(
                    """
                    from parsl.config import Config
                    from parsl.executors import ThreadPoolExecutor
                    config = Config(executors=[ThreadPoolExecutor(label='mine')])
                    """
                )
            )
            file.flush()
            self.assertEqual("mine", from_file(file.name).executors[0].label)

    def test_a_file_without_a_configuration_is_named(self):
        with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
            file.write("config = 5")
            file.flush()
            with self.assertRaises(ConfigurationError) as caught:
                from_file(file.name)
            self.assertIn(f"{file.name}: it defines no parsl.config.Config", str(caught.exception))


if __name__ == "__main__":
    unittest.main()
