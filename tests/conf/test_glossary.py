"""The settings as a person reads them."""

from conf import Entry, Settings, glossary, load_settings, render_markdown
from conf.shapes import all_paths


def test_the_glossary_tells_value_origin_and_meaning_of_every_setting() -> None:
    entries = {entry.path: entry for entry in glossary(load_settings("dev", ["spark.extra.spark.a=b"]))}
    assert entries["lakehouse.storage"].value == "catalog"
    assert entries["lakehouse.storage"].origin.startswith("dev.yml:")
    assert entries["lakehouse.storage"].meaning.startswith("Whether tables are folders")
    assert entries["spark.extra.spark.a"] == Entry(
        "spark.extra.spark.a",
        "b",
        "--set",
        "Any further Spark properties by their own names, which win over ours; options for Java are added to ours.",
    )
    named = {path for path in all_paths(Settings) if not any(p.startswith(f"{path}.") for p in all_paths(Settings))}
    left_out = ("spark.unity_catalog", "engine.url", "tune.pretrain.begin")
    by_name = (
        "spark.extra",
        "generate.strategies",
        "score.workloads",
        "release.thresholds",
        "cleaning.words.stop_words",
    )
    below = {path for path in entries if path.startswith(tuple(f"{name}." for name in by_name))}
    assert "generate.strategies.bare.temperature" in below
    within = {path for path in named if path.startswith(tuple(f"{name}." for name in left_out))}
    assert set(entries) - below == named - within - set(by_name) | set(left_out)


def test_values_are_shown_as_one_would_write_them() -> None:
    texts = {entry.path: entry.value_text for entry in glossary(load_settings("base"))}
    shown = ("lakehouse.lock_timeout_seconds", "lakehouse.lock_poll_seconds", "spark.cores", "spark.extra")
    assert [texts[path] for path in shown] == ["600", "0.05", "null", "{}"]


def test_the_page_has_a_table_for_each_section() -> None:
    page = render_markdown(
        [Entry("ray.cores", None, "base.yml:1", "All | some."), Entry("ray.address", "a|b", "x", "M.")]
    )
    assert page == (
        "## ray\n\n"
        "Which Ray cluster works, and how much of a machine it may take.\n\n"
        "| setting | value | meaning | from |\n"
        "| --- | --- | --- | --- |\n"
        "| `ray.cores` | `null` | All \\| some. | base.yml:1 |\n"
        "| `ray.address` | `a\\|b` | M. | x |\n"
    )
