"""The libraries that notebooks and workers use, imported: what a warm kernel is forked from.

A fork of a process with more than one thread may hang, so `SINGLE` says whether any library left a thread behind.
"""

import threading
from importlib import import_module
from pathlib import Path

LIBRARIES = (
    "dtstudy.chain.lean",  # before anything that brings jsonschema
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "jinja2",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_svg",
    "matplotlib_inline.backend_inline",
    "nbformat",
    "networkx",
    "nltk",
    "pandas",
    "papermill",
    "pyarrow.parquet",
    "scipy.sparse",
    "scipy.stats",
)
for name in LIBRARIES:
    import_module(name)
import_module("pandas").set_option("display.max_columns", 20)  # what pandas takes where it is imported by a kernel

TASKS = Path("/proc/self/task")
SINGLE = threading.active_count() == 1 and (not TASKS.is_dir() or len(list(TASKS.iterdir())) == 1)
