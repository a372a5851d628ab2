"""Every module here that has a SPEC is one provider's contract."""

from importlib import import_module
from pkgutil import iter_modules

from tests.contracts.channels.spec import Spec

SPECS: dict[str, Spec] = {
    spec.name: spec for found in iter_modules(__path__) if (spec := import_module(f"{__name__}.{found.name}").SPEC)
}
