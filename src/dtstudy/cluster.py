"""A Dask cluster that is there already: named by its address, or found in Dask's own configuration."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from os import environ

from dtstudy.errors import InputError

CONNECTS = 10  # seconds in which a scheduler must answer
VARIABLE = "DASK_SCHEDULER_ADDRESS"


def configured() -> str | None:
    """The scheduler's address in Dask's configuration: the variable DASK_SCHEDULER_ADDRESS, or one of its files."""
    if find_spec("dask") is None:
        return environ.get(VARIABLE) or None
    from dask import config

    return config.get("scheduler-address", None, config=config.collect(paths=config.paths))  # read now, not at import


@dataclass(frozen=True)
class Cluster:
    """An executor that hands work to a cluster, and how many pieces its workers do at once."""

    executor: Executor
    workers: int


@contextmanager
def connected(address: str | None, tell: Callable[[str], None] = lambda sentence: None) -> Iterator[Cluster | None]:
    """The cluster with this address, else the one configured; None where there is neither.

    Parameters: `tell` is called with a sentence on a cluster that was found in the configuration, which is also passed
    over with a sentence where Dask is not installed. Raises InputError where Dask is missing, or nothing answers.
    """
    found = None if address else configured()
    if not (address or found):
        yield None
        return
    try:
        from distributed import Client
    except ImportError:
        if found:
            tell(f"{VARIABLE} names a cluster, but Dask is not installed (pip install dtstudy[archive]); running here.")
            yield None
            return
        raise InputError("--scheduler needs Dask. Install it with: pip install dtstudy[archive]") from None
    if found:
        tell(f"Running on the Dask cluster of the environment, {found}.")
    try:
        client = Client(address or found, timeout=CONNECTS)
    except (OSError, ValueError) as error:
        named = f"--scheduler {address}" if address else f"Dask's configuration names {found}"
        raise InputError(f"{named}: no Dask scheduler answers there ({error}). Start it, or leave it out.") from None
    with client:
        yield Cluster(client.get_executor(), max(1, sum(client.nthreads().values())))
