import unittest

from colmenar_worker.failures import Failure
from colmenar_worker.templates import render, render_word


class Templates(unittest.TestCase):
    def assert_refused(self, template, part, names=None):
        with self.assertRaises(Failure) as caught:
            render(template, names or {"x": "value"}, "argv[1]")
        self.assertEqual("REJECTED", caught.exception.failure_class)
        self.assertIn("argv[1]", caught.exception.message)
        self.assertIn(part, caught.exception.message)

    def test_names_are_replaced(self):
        self.assertEqual("a-1-b", render("a-{x}-{y_2}", {"x": 1, "y_2": "b"}, "w"))

    def test_doubled_braces_are_literal(self):
        self.assertEqual('{x} {"a": 1} {1}', render('{{x}} {{"a": {x}}} {{{x}}}', {"x": 1}, "w"))

    def test_a_replaced_value_is_not_a_template(self):
        self.assertEqual("{y}", render("{x}", {"x": "{y}", "y": "no"}, "w"))

    def test_attributes_items_conversions_and_formats_are_refused(self):
        for template in (
            "{x.__class__}",
            "{x[0]}",
            "{x!r}",
            "{x:>10}",
            "{}",
            "{0}",
            "{ x }",
            "{é}",
        ):
            with self.subTest(template):
                self.assert_refused(template, template)

    def test_single_braces_are_refused(self):
        for template in ("{", "}", "a } b", "{x", "{x}}"):
            with self.subTest(template):
                self.assert_refused(template, "unexpected")

    def test_an_unknown_name_is_named(self):
        self.assert_refused("{x}{speed}", "unknown name 'speed'")

    def test_values_are_written_as_json_but_text_is_not_quoted(self):
        names = {"t": True, "f": 0.1, "i": 10**20, "n": None, "l": [1, "a"], "d": {"k": None}}
        self.assertEqual(
            'true 0.1 100000000000000000000  [1,"a"] {"k":null}',
            render("{t} {f} {i} {n} {l} {d}", names, "w"),
        )
        self.assertEqual("NaN", render("{x}", {"x": float("nan")}, "w"))

    def test_a_word_that_is_a_list_becomes_one_word_per_element(self):
        names = {"x": ["a b", 2, None, [3]]}
        self.assertEqual(["a b", "2", "", "[3]"], render_word("{x}", names, "w"))
        self.assertEqual(['-x=["a b",2,null,[3]]'], render_word("-x={x}", names, "w"))
        self.assertEqual([], render_word("{x}", {"x": []}, "w"))


if __name__ == "__main__":
    unittest.main()
