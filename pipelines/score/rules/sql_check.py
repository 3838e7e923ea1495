"""SQL that reads a given database, and brings the rows that the gold query brings."""

from __future__ import annotations

from conf.rules import SqlCheck
from pipelines.score.protocol import Score, Subject
from pipelines.score.rules.blocks import code_of
from pipelines.score.rules.matches import NO_GOLD
from pipelines.score.rules.sql_process import Result, SqlProcess
from pipelines.score.rules.sql_rows import same_rows
from pipelines.score.rules.verdict import abstained, failed, judged

LANGUAGES = ("sql", "sqlite", "duckdb")


class SqlChecker:
    """Holds the process of the database while answers are judged."""

    def __init__(self, settings: SqlCheck) -> None:
        self._settings = settings
        self._process = SqlProcess(settings)

    def __call__(self, subject: Subject) -> Score:
        """Whether the query runs, and if that is asked, whether its rows are a gold query's."""
        golds = self._gold_results(subject) if self._settings.match_gold else []
        if self._settings.match_gold and not golds:
            return abstained("no gold query runs" if subject.golds else NO_GOLD)
        result = self._process.ask(code_of(subject.answer, *LANGUAGES))
        if result.error:
            return failed(f"the query does not run: {result.error}")
        is_same = not golds or any(self._is_same(result, gold) for gold in golds)
        return judged(is_same, f"{len(result.rows)} rows, other than those of the gold query")

    def close(self) -> None:
        """End the process of the database."""
        self._process.close()

    def _gold_results(self, subject: Subject) -> list[Result]:
        results = [self._process.remembered(code_of(gold, *LANGUAGES)) for gold in subject.golds]
        return [result for result in results if not result.error]

    def _is_same(self, result: Result, gold: Result) -> bool:
        return same_rows(result.rows, gold.rows, self._settings.tolerance, gold.is_ordered)
