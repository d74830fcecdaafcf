import dataclasses
import datetime
import enum
import importlib.util
import json
import pathlib
import sys
import types
import unittest
from collections import OrderedDict, namedtuple
from unittest import mock

from colmenar_worker.failures import Failure
from colmenar_worker.values import dumps, to_json


class Color(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


@dataclasses.dataclass
class Frame:
    index: int
    mask: object


class Values(unittest.TestCase):
    def plain(self, value):
        return to_json(value, "value")[0]

    def problem(self, value, cap=None):
        with self.assertRaises(Failure) as caught:
            to_json(value, "value", cap)
        self.assertEqual("APPLICATION", caught.exception.failure_class)
        return caught.exception.type, caught.exception.message

    def test_plain_values_stay_as_they_are(self):
        value = {"a": [1, 2.5, "x", None, True, {"b": {}}]}
        self.assertEqual(value, self.plain(value))

    def test_tuples_and_named_tuples_become_lists(self):
        point = namedtuple("point", "x y")(1, 2)
        self.assertEqual([[1, 2], [1, 2]], self.plain(((1, 2), point)))

    def test_rich_values_become_plain_ones(self):
        now = datetime.datetime(2024, 5, 6, 7, 8, tzinfo=datetime.timezone.utc)
        self.assertEqual(
            ["red", 3, "/a/b", "2024-05-06T07:08:00+00:00", "2024-05-06", {"index": 1, "mask": []}],
            self.plain(
                [Color.RED, Level.HIGH, pathlib.Path("/a/b"), now, now.date(), Frame(1, ())]
            ),
        )

    def test_not_a_number_and_infinities_become_their_names(self):
        nan, infinity = float("nan"), float("inf")
        self.assertEqual(["NaN", "Infinity", "-Infinity"], self.plain([nan, infinity, -infinity]))

    def test_keys_become_what_json_makes_of_them(self):
        for key in (1, 1.5, True, None, "é", float("nan")):
            expected = list(json.loads(json.dumps({key: 0})))
            self.assertEqual(expected, list(self.plain(OrderedDict({key: 0}))))

    def test_keys_that_json_cannot_tell_apart_are_refused(self):
        self.assertEqual("ResultNotJson", self.problem({1: "a", "1": "b"})[0])

    def test_the_path_of_the_offending_value_is_named(self):
        value = {"frames": [0, 0, 0, Frame(1, b"x")]}
        self.assertEqual(("ResultNotJson", "value.frames[3].mask: bytes"), self.problem(value))
        self.assertEqual("value['a b']: set", self.problem({"a b": {1}})[1])
        self.assertIn("dict key of type tuple", self.problem({(1, 2): 0})[1])

    def test_a_structure_that_contains_itself_is_refused(self):
        value = {"a": []}
        value["a"].append(value)
        self.assertEqual(("ResultNotJson", "value.a[0]: contains itself"), self.problem(value))

    def test_a_value_that_occurs_twice_is_no_circle(self):
        shared = [1]
        self.assertEqual([[1], [1]], self.plain([shared, shared]))

    def test_a_bottomless_structure_is_refused(self):
        value = []
        for _ in range(100_000):
            value = [value]
        self.assertEqual(("ResultNotJson", "value: nested too deeply"), self.problem(value))
        while value:  # its deallocation would overflow the stack of old interpreters
            value = value.pop()

    def test_a_value_over_the_cap_is_refused_with_size_and_limit(self):
        self.assertEqual(("x" * 8, 10), to_json("x" * 8, "value", 10))
        type_, message = self.problem("x" * 9, 10)
        self.assertEqual("ResultTooLarge", type_)
        self.assertIn("11 bytes", message)
        self.assertIn("10 bytes", message)

    def test_sizes_are_bytes_of_utf8(self):
        self.assertEqual(4, to_json("é", "value")[1])

    def test_lone_surrogates_do_not_break_the_encoding(self):
        self.assertEqual(b'"\\ud800"', dumps("\ud800"))
        self.assertEqual('"é"'.encode(), dumps("é"))

    @unittest.skipUnless(hasattr(sys, "get_int_max_str_digits"), "this Python has no limit")
    def test_an_integer_that_python_refuses_to_print_is_refused(self):
        self.assertEqual("value[0]: int with too many digits", self.problem([10**5000])[1])

    def test_numpy_is_recognised_without_being_imported(self):
        class Array:
            def tolist(self):
                return [1.0, float("nan")]

        class LongDouble:
            def tolist(self):
                return self

        numpy = types.SimpleNamespace(ndarray=Array, generic=LongDouble)
        with mock.patch.dict(sys.modules, {"numpy": numpy}):
            self.assertEqual([1.0, "NaN"], self.plain(Array()))
            self.assertIn("LongDouble", self.problem(LongDouble())[1])

    @unittest.skipUnless(importlib.util.find_spec("numpy"), "numpy is not installed")
    def test_numpy_scalars_and_arrays_become_numbers_and_lists(self):
        import numpy

        value = {numpy.int64(1): numpy.arange(4.0).reshape(2, 2), "b": numpy.bool_(True)}
        self.assertEqual({"1": [[0.0, 1.0], [2.0, 3.0]], "b": True}, self.plain(value))
        self.assertEqual(
            "value: complex", self.problem(numpy.complex128(1j))[1].replace("numpy.", "")
        )


if __name__ == "__main__":
    unittest.main()
