"""Warm kernels: forked from one process that has imported the libraries, behind the kernel name `dtstudy-warm`.

Most of a short notebook's time goes into imports. Python's own fork server makes them once; each kernel, and each
worker of the chain, is then a fork of it. What a kernel computes is the same either way, and its outputs are the same
bytes. Where a fork is unsafe (no fork, macOS, or a library that left a thread behind) kernels start cold.
"""

import multiprocessing
import os
import sys
import threading
from typing import Any

KERNEL = "dtstudy-warm"
COLD = "python3"
STEADY = {
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "agg",
    "OMP_NUM_THREADS": "1",
    "TZ": "UTC",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # pyarrow would leave a thread behind, and no fork were safe
}


def is_safe() -> bool:
    """Whether kernels may be forked here: on Linux."""
    return sys.platform == "linux"


def context() -> Any:
    """The multiprocessing context of the fork server, which imports the libraries when it starts."""
    os.environ.update(STEADY)  # a fork keeps the hash seed and the threads of the server
    chosen = multiprocessing.get_context("forkserver")
    chosen.set_forkserver_preload(["dtstudy.chain.libraries"])
    return chosen


def share_server() -> None:
    """In a worker that was forked itself: have kernels forked by the same server, and end when the caller ends."""
    from multiprocessing import forkserver

    if sys.version_info < (3, 14):  # a fork knows the server's address, but would start another one
        forkserver._forkserver.ensure_running = lambda: None
    end_with_parent()


def end_with_parent() -> None:
    """End this process when the one that asked for it ends, however that one ends."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()
