"""What Lakewheel is and what each kind of job needs; the exact versions tested together are in constraints.txt."""

import os
import shutil

from setuptools import find_packages, setup
from setuptools.command.build_py import build_py

# Two builds of one commit are equal byte for byte: one date in the zip (which knows nothing before 1980), and
# one file mode whatever the umask of the person who builds.
os.environ.setdefault("SOURCE_DATE_EPOCH", "1767225600")
os.umask(0o022)

# Neither pyspark nor torch: a Databricks cluster brings its own, and a wheel that replaces them breaks it.
BASE = [
    "charset-normalizer>=3.4",
    "deltalake>=1.2",
    "duckdb>=1.5",
    "fastwarc>=2",  # version 2 is strict about broken archives
    "filelock>=3.16",
    "ftfy>=6.3",
    "httpx>=0.28",
    "jsonschema>=4.23",
    "mwparserfromhell>=0.7",
    "numpy>=1.26",
    "phonenumbers>=9",
    "pyarrow>=18",
    "pydantic>=2.9",
    "pypdfium2>=5",
    "python-docx>=1.2",
    "python-stdnum>=2",
    "pyyaml>=6",
    "regex>=2024.11.6",  # unlike Python's own, it stops when its time is up
    "resiliparse>=2",
    "rich>=13.9",
    "sqlglot>=26",
    "tenacity>=9",
    "typer>=0.15",
]
MLFLOW = "mlflow>=3.5"
NUMPY = "numpy>=2"
PANDAS = "pandas>=2.2.3,<3"  # PySpark below 4.3 does not support pandas 3
SPARK = [
    "cryptography>=45",  # writes the certificates of a company's proxy where Java reads them
    "delta-spark>=4.4.0,!=4.4.1",  # the JARs of 4.4.1 are not on Maven Central
    "matplotlib>=3.9",
    MLFLOW,
    NUMPY,
    PANDAS,
    "py3langid>=0.4",  # tells the language of documents
    "py4j>=0.10.9",
    "pyspark>=4.1,<4.2",
    "scikit-learn>=1.5",
    "scipy>=1.13",
    "xxhash>=3.5",  # the hash by which Spark numbers texts
]
RAY = [
    MLFLOW,
    PANDAS,
    "py3langid>=0.4",  # tells languages apart where answers are scored; it needs numpy 2, which a bare cluster may lack
    "ray[data,default,train]>=2.50",
]
TRAIN = [
    "accelerate>=1.10",
    "deepspeed>=0.18",
    "gguf>=0.17",
    "huggingface-hub>=1.0",
    MLFLOW,
    "peft>=0.17",
    "safetensors>=0.6",
    "torch>=2.9",
    "transformers>=5.0",
    "tokenizers>=0.22",
]
LM_EVAL = ["lm-eval>=0.4.9"]  # public benchmarks; nothing else needs it, so `all` does without
DEV = [
    "build>=1.2",
    "chispa>=0.11",
    "databricks-bundles>=1.0",
    "hypothesis>=6.120",
    "import-linter>=2.5",
    "mypy>=1.18",
    "psutil>=6",
    "pypdf>=6",
    "pytest>=8.4",
    "pytest-timeout>=2.4",
    "pytest-xdist>=3.8",
    "ruff>=0.14",
    "setuptools>=80",
    "trl>=1.0",
    "types-PyYAML>=6.0.12",
    "types-jsonschema>=4.23",
    "types-regex>=2024.11.6",
    "uv>=0.9",
    "zstandard>=0.23",
]


class FreshBuild(build_py):
    """Build from the sources alone: what an earlier build left behind would go into the wheel."""

    def run(self) -> None:
        shutil.rmtree(self.build_lib, ignore_errors=True)
        super().run()


setup(
    name="lakewheel",
    version="0.1.0",
    description="Tune a model on your own lakehouse, from the prompts it is asked and without labels",
    license_expression="Apache-2.0",
    python_requires=">=3.10,<3.13",
    packages=find_packages(
        include=[name for top in ("conf", "lakehouse", "pipelines", "jobs") for name in (top, f"{top}.*")]
    ),
    package_data={"": [f"{where}*.{kind}" for where in ("", "**/") for kind in ("yml", "html", "properties")]},
    include_package_data=False,
    install_requires=BASE,
    extras_require={
        "spark": SPARK,
        "ray": RAY,
        "train": TRAIN,
        "lm-eval": LM_EVAL,
        "dev": DEV,
        "all": sorted({*SPARK, *RAY, *TRAIN}),
    },
    entry_points={"console_scripts": ["lakewheel = jobs.command:main"]},
    cmdclass={"build_py": FreshBuild},
)
