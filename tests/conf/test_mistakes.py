"""What a person is told who mistyped something."""

from pathlib import Path

import pytest

from conf import SettingsError, load_settings
from tests.conf.sample import told


def test_mistakes_of_two_files_and_of_set_come_all_in_one_message(tmp_path: Path) -> None:
    team, mine = tmp_path / "team.yml", tmp_path / "mine.yml"
    team.write_text("extends: test\nspark:\n  core: 2\n  task_failures: '4'\n")
    mine.write_text("extends: team.yml\nlakehouse:\n  storage: cloud\nupkeep:\n  vacuum_floor_hours: 3\n")
    with pytest.raises(SettingsError) as raised:
        load_settings(mine, ["ray.cores=two"])
    first, *lines = str(raised.value).split("\n  ")
    assert first == f"5 mistakes in the settings '{mine}':"
    assert [line.split(": ")[:3] for line in lines] == [
        [f"{team}:3", "spark.core", "no such setting. Did you mean spark.cores?"],
        [
            f"{team}:4",
            "spark.task_failures",
            'expected a whole number, got "4" (text). Write 4, without quotes.',
        ],
        [
            f"{mine}:3",
            "lakehouse.storage",
            "expected 'local' or 'catalog', got \"cloud\" (text). What it means",
        ],
        [f"{mine}:5", "upkeep.vacuum_floor_hours", lines[3].split(": ")[2]],
        ["--set", "ray.cores", 'expected a whole number, got "two" (text). What it means'],
    ]
    assert "Set upkeep.vacuum_floor_hours to at least 168" in lines[3]


@pytest.mark.parametrize(
    ("override", "path", "rest"),
    [
        ("spark.coers=2", "spark.coers", "no such setting. Did you mean spark.cores?"),
        ("sprak.cores=2", "sprak", "no such setting. Did you mean spark?"),
        ("documents.cores=2", "documents.cores", "no such setting. Did you mean spark.cores?"),
        ("privacy.zzz=1", "privacy.zzz", "no such setting. There are: subject_key."),
        ("ray.cores='4'", "ray.cores", 'expected a whole number, got "4" (text). Write 4, without quotes.'),
        (
            "ray.cores=1_0",
            "ray.cores",
            'expected a whole number, got "1_0" (text). Write 10, without quotes.',
        ),
        ("ray.cores=1e1", "ray.cores", "expected a whole number, got 10.0 (a number). Write 10."),
        ("ray.cores=0", "ray.cores", "expected a number of at least 1, got 0 (a number)."),
        ("ray.cores=true", "ray.cores", "expected a whole number, got true (true or false)."),
        ("ray.cores.x=3", "ray.cores", 'expected a whole number, got {"x": 3} (a map).'),
        ("ray.cores=[1", "ray.cores", "expected YAML, got this: expected ',' or ']'"),
        ("ray.cores", "ray.cores", "expected section.name=value, got no name or no '='."),
        ("=3", "", "expected section.name=value, got no name or no '='."),
        ("lakehouse.lock_poll_seconds=1e999", "lakehouse.lock_poll_seconds", "expected a finite number"),
        (
            "lakehouse.lock_poll_seconds=.nan",
            "lakehouse.lock_poll_seconds",
            'expected a number, got ".nan" (text)',
        ),
        (
            "lakehouse.lock_poll_seconds='.5'",
            "lakehouse.lock_poll_seconds",
            'expected a number, got ".5" (text). Write 0.5, without quotes.',
        ),
        (
            "spark.driver_memory=3gb",
            "spark.driver_memory",
            "expected text of the form ^[1-9][0-9]*[mg]$, got",
        ),
        (
            "tracking.uri=7",
            "tracking.uri",
            "expected text, got 7 (a number). Write --set 'tracking.uri=\"7\"'.",
        ),
        ("tracking.experiment=", "tracking.experiment", "expected text, got nothing (null)."),
        ("spark.extra=x", "spark.extra", 'expected a map of names to values, got "x" (text).'),
        ("spark=3", "spark", "expected a section (names and values, indented below it), got 3 (a number)."),
        ("spark.unity_catalog=3", "spark.unity_catalog", "expected a section"),
    ],
)
def test_each_mistake_says_what_was_expected_what_came_and_what_to_do(override: str, path: str, rest: str) -> None:
    (line,) = told("demo", override)
    assert line.startswith(f"--set: {path}: {rest}" if path else f"--set: {rest}")


def test_the_suggestion_for_an_override_works_as_it_stands() -> None:
    (line,) = told("demo", "tracking.experiment=7")
    suggested = line.split("Write --set '")[1].removesuffix("'.")
    assert load_settings("demo", [suggested]).settings.tracking.experiment == "7"


def test_an_optional_section_half_written_lacks_the_rest(tmp_path: Path) -> None:
    ours = tmp_path / "ours.yml"
    ours.write_text("spark:\n  unity_catalog:\n    uri: http://localhost\n")
    (line,) = told(ours)
    assert line.startswith(
        f"{ours}:2: spark.unity_catalog.token_secret: expected a value, none is given. Add token_secret"
    )


def test_a_section_left_empty_is_one_mistake_and_hides_nothing_below(tmp_path: Path) -> None:
    ours = tmp_path / "ours.yml"
    ours.write_text("spark:\nray:\n  cores: x\n")
    lines = told(ours, "spark.cores=1")
    assert [line.partition(", got")[0] for line in lines] == [
        f"{ours}:1: spark: expected a section (names and values, indented below it)",
        f"{ours}:3: ray.cores: expected a whole number",
    ]


def test_an_unknown_environment_lists_the_known_ones() -> None:
    (line,) = told("porduction")
    assert line.startswith("--conf: expected an environment (demo, dev, prod, staging, test), got 'porduction'.")
    assert "Did you mean dev?" in told("devv")[0]


def test_a_missing_file_is_named_with_where_you_stand(tmp_path: Path) -> None:
    (line,) = told(tmp_path / "none.yml")
    assert line.startswith(f"--conf: expected a settings file, got {tmp_path}/none.yml (No such file or directory).")
    assert str(Path.cwd()) in line


def test_files_that_extend_each_other_are_told_as_a_circle(tmp_path: Path) -> None:
    one, two = tmp_path / "one.yml", tmp_path / "two.yml"
    one.write_text("extends: two.yml\n")
    two.write_text("extends: one.yml\n")
    (line,) = told(one)
    assert line.startswith(f"{two}:1: extends: expected an end, got a circle: {one} extends {two} extends {one}.")


def test_an_unreadable_file_is_one_mistake_and_the_others_are_still_told(tmp_path: Path) -> None:
    ours = tmp_path / "ours.yml"
    ours.write_text("spark:\n  cores: [1\nray: {}\n")
    lines = told(ours, "spark.core=1", "spark.session=databricks")
    assert len(lines) == 2
    assert lines[0].startswith(f"{ours}:3: expected YAML, got this: ")
    assert lines[1] == "--set: spark.core: no such setting. Did you mean spark.cores?"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"[" * 50_000, b"just words\n", b"a: \x01\n", b"- 1\n"])
def test_a_file_that_holds_no_settings_is_refused_in_one_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "ours.yml").write_bytes(content)
    (line,) = told(tmp_path / "ours.yml")
    assert "ours.yml" in line and "expected" in line
