"""Import of modules with other code than that of their files."""

import sys
from collections.abc import Mapping, Sequence
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import CodeType, ModuleType


class Replaced(MetaPathFinder):
    """Finder of the modules whose code is given, ahead of the ordinary finders."""

    def __init__(self, code: Mapping[str, CodeType], **names: object) -> None:
        """Store the code of each module by its path; `names` are put into each before it runs."""
        self._code = {module_name(path): (path, code[path]) for path in code}
        self._names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of a module whose code is given, `None` for any other."""
        del path, target
        if fullname not in self._code:
            return None
        where, code = self._code[fullname]
        loader = _Loader(code, self._names)
        spec = spec_from_loader(
            fullname, loader, origin=where, is_package=where.endswith("__init__.py")
        )
        if spec and spec.submodule_search_locations is not None:
            spec.submodule_search_locations.append(str(Path(where).resolve().parent))
        return spec

    def install(self) -> None:
        """Install the finder ahead of the ordinary ones."""
        sys.meta_path.insert(0, self)


class _Loader(InspectLoader):
    def __init__(self, code: CodeType, names: Mapping[str, object]) -> None:
        self._given = code
        self._names = names

    def get_code(self, fullname: str) -> CodeType:
        del fullname
        return self._given

    def get_source(self, fullname: str) -> None:
        del fullname

    def exec_module(self, module: ModuleType) -> None:
        vars(module).update(self._names)
        exec(self._given, vars(module))  # noqa: S102 - the code is this checkout's own


def module_name(path: str) -> str:
    """Return the dotted name of the module at a path relative to the checkout."""
    return ".".join(Path(path).with_suffix("").parts).removesuffix(".__init__")
