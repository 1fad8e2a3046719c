"""What Jupyter calls to start a warm kernel: a fork where it would start a process of its own."""

import multiprocessing
import os
import sys
from typing import Any

from jupyter_client.provisioning import LocalProvisioner

from dtstudy.chain import warm


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel as a fork; signals, waiting and cleaning up are those of a local kernel."""

    async def launch_kernel(self, cmd: list[str], **about: Any) -> dict[str, Any]:
        """Fork a kernel where that is safe; start a process of its own elsewhere."""
        if not warm.is_safe():
            return await super().launch_kernel(cmd, **about)
        kernel = warm.context().Process(target=_serve, args=(cmd, dict(about["env"]), about.get("cwd")), daemon=True)
        kernel.start()
        self.process, self.pid, self.pgid = _Process(kernel), kernel.pid, kernel.pid
        return self.connection_info


class _Process:
    """A forked kernel with the few methods of subprocess.Popen that a provisioner calls."""

    stdin = stdout = stderr = None

    def __init__(self, kernel: Any) -> None:
        self.kernel = kernel

    def poll(self) -> int | None:
        return self.kernel.exitcode

    def wait(self) -> int | None:
        self.kernel.join()
        return self.kernel.exitcode

    def send_signal(self, number: int) -> None:
        os.kill(self.kernel.pid, number)

    def kill(self) -> None:
        self.kernel.kill()

    def terminate(self) -> None:
        self.kernel.terminate()


def _serve(command: list[str], environment: dict[str, str], folder: str | None) -> None:
    """Be the kernel: in a session of its own, with the environment and the folder it was given."""
    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    if folder:
        os.chdir(folder)
    from dtstudy.chain import libraries

    if not libraries.SINGLE:
        os.closerange(3, 256)  # what keeps the server alive must not live on in a kernel of its own
        os.execve(command[0], command, {**environment, "JPY_PARENT_PID": str(os.getppid())})
    warm.end_with_parent()
    multiprocessing.current_process()._config["daemon"] = False  # a notebook may have processes of its own
    from ipykernel.kernelapp import IPKernelApp

    sys.argv = command[2:]
    IPKernelApp.launch_instance(command[3:])
