"""A map that nobody changes after loading, so that frozen settings are frozen to the bottom."""

from collections.abc import Mapping
from typing import Annotated, Any, NoReturn, TypeVar

from pydantic import AfterValidator

Key = TypeVar("Key")
Value = TypeVar("Value")


class FrozenMap(dict[Key, Value]):
    """A dict (so that JSON, pickle and equality work as ever) that refuses every change and can be hashed."""

    def _refuse(self, *arguments: Any, **named: Any) -> NoReturn:
        raise TypeError("Settings do not change after loading: use --set, or another settings file.")

    __setitem__ = __delitem__ = __ior__ = update = setdefault = pop = popitem = clear = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[type["FrozenMap[Key, Value]"], tuple[dict[Key, Value]]]:
        return type(self), (dict(self),)


# What a settings class declares; generic as in FrozenMapping[str, int].
FrozenMapping = Annotated[Mapping[Key, Value], AfterValidator(FrozenMap)]
