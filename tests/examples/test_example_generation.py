"""The same seed gives the same bytes, another seed another company, and the counts are the declared ones."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from examples.generate import generate, main

ROOT = Path(__file__).parents[2]


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_second_run_in_another_process_writes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "examples.generate", "--into", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, env={"PYTHONHASHSEED": "99"})
    assert len(contents(folder)) > 200
    assert contents(tmp_path) == contents(folder)


def test_another_seed_writes_the_same_files_with_other_contents(folder: Path, tmp_path: Path) -> None:
    generate(tmp_path, seed=8)
    here, there = contents(folder), contents(tmp_path)
    assert here.keys() == there.keys()
    for name in ("logs/wave-1.jsonl", "logs/wave-2.jsonl", "ratings.jsonl", "preferences.jsonl"):
        assert here[name] != there[name]
    changed = [name for name in here if name.startswith("documents/") and here[name] != there[name]]
    assert len(changed) > 150


def test_the_second_wave_arrives_alone_and_completes_the_first(folder: Path, tmp_path: Path) -> None:
    generate(tmp_path, wave=1)
    assert not (tmp_path / "logs/wave-2.jsonl").exists()
    assert generate(tmp_path, wave=2).written == 1
    assert contents(tmp_path) == contents(folder)


def test_a_wave_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="wave is 1, 2 or None"):
        generate(tmp_path, wave=3)
    assert not list(tmp_path.iterdir())


def test_the_counts_are_those_of_the_readme(truth: Any, folder: Path) -> None:
    counts = truth("counts.json")
    assert counts["log_lines"] == {"wave-1": 320, "wave-2": 80}
    assert counts["preferences"] == 120
    assert counts["files"] == len([path for path in (folder / "documents").rglob("*") if path.is_file()]) == 206
    assert set(counts["files_by_format"]) == {"csv", "html", "jsonl", "md", "pdf", "txt"}
    assert min(counts["documents_by_language"].values()) == 5
    readme = (ROOT / "examples/README.md").read_text(encoding="utf-8")
    assert f"{counts['files']} files" in readme
    assert f"{counts['documents']} documents" in readme


def test_it_takes_a_second_or_three_of_processor_time(tmp_path: Path) -> None:
    began = time.process_time()
    generate(tmp_path)
    assert time.process_time() - began < 3


def test_the_command_says_what_it_wrote(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--into", str(tmp_path / "new" / "folder")])
    said = capsys.readouterr().out
    assert "400 log lines" in said and "120 preference pairs" in said
