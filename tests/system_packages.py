"""Gets what the tests need and pip cannot install: a MariaDB server and a Chromium.

As root on Debian or Ubuntu they are installed; elsewhere this says what to install, and stops.
MUSTER_TEST_WITHOUT=mariadb,chromium names parts to leave out.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# Debian keeps servers where only root looks
SEARCH_PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
MACOS_CHROME = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


@dataclass(frozen=True)
class Part:
    """A thing the tests need: any one of `programs`, which `package` brings on Debian."""

    name: str
    programs: tuple[str, ...]
    package: str
    elsewhere: str
    service: str | None = None

    def is_here(self) -> bool:
        """Whether one of the programs is installed."""
        return any(shutil.which(program, path=SEARCH_PATH) for program in self.programs)


PARTS = (
    Part(
        "mariadb",
        ("mariadbd", "mysqld"),
        "mariadb-server",
        "MariaDB server 10.6 or newer (apt-get install mariadb-server, brew install mariadb)",
        service="mariadb",
    ),
    Part(
        "chromium",
        ("chromium", "chromium-browser", "google-chrome", str(MACOS_CHROME)),
        "chromium",
        "Chromium or Chrome (apt-get install chromium, brew install --cask chromium)",
    ),
)


def missing_parts(left_out: str) -> list[Part]:
    """The parts to get, but those `left_out` names (comma-separated). Raises SystemExit on a typo."""
    names = {name.strip() for name in left_out.split(",") if name.strip()}
    unknown = names - {part.name for part in PARTS}
    if unknown:
        raise SystemExit(f"MUSTER_TEST_WITHOUT: there is no part named {', '.join(sorted(unknown))}.")
    return [part for part in PARTS if part.name not in names and not part.is_here()]


def install(parts: Sequence[Part]) -> None:
    """apt-get the parts, and leave none of their services running. Raises SystemExit when apt-get fails."""
    packages = [part.package for part in parts]
    print(f"Installing {' and '.join(packages)} with apt-get", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        result = subprocess.run(
            ["apt-get", "-qq", *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if result.returncode != 0:
            sys.stderr.buffer.write(result.stdout)
            raise SystemExit(f"apt-get {arguments[0]} failed; the tests need {' and '.join(packages)}.")
    for part in parts:
        if part.service is not None:
            _stop_service(part.service)


def _stop_service(service: str) -> None:
    """The tests start servers of their own: the package's one would only hold its port and its memory."""
    if Path("/run/systemd/system").exists():
        command = ["systemctl", "disable", "--now", "--quiet", service]
    else:
        command = ["service", service, "stop"]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main() -> None:
    """Installs, or says what to install and ends with exit code 1."""
    missing = missing_parts(os.environ.get("MUSTER_TEST_WITHOUT", ""))
    if not missing:
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        install(missing)
        missing = [part for part in missing if not part.is_here()]
    if missing:
        for part in missing:
            print(f"The tests need {part.elsewhere}.", file=sys.stderr)
        names = ",".join(part.name for part in missing)
        raise SystemExit(f"Install it, or leave its tests out with MUSTER_TEST_WITHOUT={names}.")


if __name__ == "__main__":
    main()
