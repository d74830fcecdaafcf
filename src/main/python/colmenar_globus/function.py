"""What Globus Compute runs for each attempt of a method.

The service knows functions by their text, which it runs from the top for each call. The server puts three lines before
this: ``_MODULES``, a zip file of ``colmenar_worker`` in base64; ``_DIGEST`` of it; and ``_CODE``, that of the method, as JSON
in base64.
"""


def colmenar(requests, most_characters):
    """The outcomes of requests, see ``colmenar_worker.called``; they lack ``code``. Without any it does nothing."""
    if not requests:
        return []
    import base64
    import importlib
    import json
    import sys

    if getattr(sys.modules.get("colmenar_worker"), "DIGEST", None) != _DIGEST:  # noqa: F821
        _install(base64.b64decode(_MODULES), _DIGEST)  # noqa: F821
    called = importlib.import_module("colmenar_worker.called")
    code = json.loads(base64.b64decode(_CODE))  # noqa: F821
    return called.run_all([{**request, "code": code} for request in requests], most_characters)


def _install(archive, digest):
    """Has Python import the modules from memory: nothing is written on the node."""
    import importlib.abc
    import importlib.util
    import io
    import sys
    import zipfile

    class ColmenarModules(importlib.abc.MetaPathFinder, importlib.abc.Loader):
        def __init__(self):
            with zipfile.ZipFile(io.BytesIO(archive)) as modules:
                self._sources = {name: modules.read(name) for name in modules.namelist()}

        def find_spec(self, name, path=None, target=None):
            file = name.replace(".", "/")
            if file + "/__init__.py" in self._sources:
                return self._spec(name, file + "/__init__.py", True)
            return self._spec(name, file + ".py", False) if file + ".py" in self._sources else None

        def _spec(self, name, file, is_package):
            # The directory stands for this release, in tracebacks too.
            origin = f"/colmenar/{digest}/{file}"
            spec = importlib.util.spec_from_loader(name, self, origin=origin, is_package=is_package)
            spec.has_location = True
            return spec

        def create_module(self, spec):
            return None

        def exec_module(self, module):
            origin = module.__spec__.origin
            source = self._sources[origin.split("/", 3)[3]]
            exec(compile(source, origin, "exec", dont_inherit=True), module.__dict__)

    for name in [name for name in sys.modules if name.partition(".")[0] == "colmenar_worker"]:
        del sys.modules[name]
    sys.meta_path[:] = [f for f in sys.meta_path if type(f).__name__ != "ColmenarModules"]
    sys.meta_path.insert(0, ColmenarModules())
    importlib.import_module("colmenar_worker").DIGEST = digest
