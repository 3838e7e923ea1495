"""The line that grows while a crew works, and what each workload is charged."""

from dataclasses import dataclass

from pipelines.crew.batches import Batch, Done
from pipelines.crew.progress import Progress
from pipelines.crew.worked import Worked, tallied
from pipelines.engines.protocol import Spent


@dataclass(frozen=True)
class Piece:
    prompt_id: str


def test_prompts_are_counted_once_and_time_is_shared_by_tokens() -> None:
    progress = Progress("answers", planned=8)
    used = tallied([("chat", Spent(5, 30, 0.25)), ("chat", Spent(5, 30, 0.25)), ("sums", Spent(4, 20))])
    batch = Batch((Piece("p1"), Piece("p1"), Piece("p2")), ("a", "b", "c"))
    progress.add(Done(batch, Worked(None, 4, (), 0, used), seconds=8.0))
    assert progress.line.startswith("4 of 8 answers to 2 prompts · ")
    assert progress.metrics["prompts"] == 2 and progress.metrics["answer_tokens"] == 80
    chat, sums = progress.costs("model")
    assert (chat.workload, chat.prompt_tokens, chat.money, chat.device_seconds) == ("chat", 10, 0.5, 6.0)
    assert (sums.workload, sums.answer_tokens, sums.device_seconds) == ("sums", 20, 2.0)
