"""What is wrong in settings: one line per mistake, with its place, and one error that tells them all."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Mistake:
    """One line of the error: file and line, dotted path, what was expected and what came, what to do."""

    place: str
    path: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.place}: {self.path}" if self.path else self.place
        return f"{where}: {self.problem} {self.remedy}".rstrip()


class Unreadable(Exception):
    """A whole file or a whole --set that cannot be read, which is one mistake."""

    def __init__(self, mistake: Mistake) -> None:
        super().__init__(str(mistake))
        self.mistake = mistake


class SettingsError(ValueError):
    """Every mistake of every layer, in the order of the layers and their lines."""

    def __init__(self, conf: str, mistakes: list[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
        super().__init__("\n  ".join([f"{count} in the settings {conf!r}:", *map(str, mistakes)]))
