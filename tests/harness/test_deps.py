# SPDX-License-Identifier: MIT
"""scripts/deps, scripts/python and scripts/check: what is missing is named, nothing is installed that
nobody agreed to, and the right Python is found whatever stands first in PATH."""

import os
import re
import shutil
import subprocess
import sys

import pytest

import guest

TOOLS = ("bash", "sh", "env", "awk", "sed", "cut", "sort", "tr", "grep", "id", "dirname", "basename", "cat",
         "uname", "head", "ls", "mktemp", "rm")


@pytest.fixture(name="bare")
def make_bare(tmp_path):
    """A PATH with the basic tools only, and an apt-get that writes down what it is asked."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        (folder / tool).symlink_to(shutil.which(tool))
    (folder / "apt-get").write_text(f'#!/bin/sh\necho "$@" >>"{tmp_path}/asked"\n')
    (folder / "apt-cache").write_text("#!/bin/sh\nexit 1\n")
    (folder / "apt-get").chmod(0o755)
    (folder / "apt-cache").chmod(0o755)
    return folder


def deps(path, *sets, script="deps", **env):
    env = guest.environment({"PATH": str(path), "PYTHON": "", **env})
    return subprocess.run([str(guest.ROOT / "scripts" / script), *sets], env=env, check=False,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)


def asked(bare):
    path = bare.parent / "asked"
    return path.read_text() if path.exists() else ""


def test_nothing_missing():
    done = deps(os.environ["PATH"], "build", "qemu", "iso", "uefi", "check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_missing_tools_are_named_and_not_installed(bare):
    done = deps(bare, "build", "qemu")
    assert done.returncode == 1 and done.stdout == ""
    assert "apt-get install -y --no-install-recommends binutils gcc make qemu-system-x86" in done.stderr
    assert asked(bare) == ""


def test_yes_installs(bare):
    if os.geteuid() != 0:
        pytest.skip("only root installs without sudo")
    done = deps(bare, "build", "qemu", YES="1")
    assert asked(bare).splitlines()[0].startswith("update")
    assert "install -y --no-install-recommends binutils gcc make qemu-system-x86" in asked(bare)
    assert done.returncode == 1 and "still missing" in done.stderr


def test_yes_installs_what_is_only_wanted(bare):
    """All that `make check` needs is there, nothing that only makes it stronger, and no package lists:
    apt-cache knows packages once apt-get has fetched them."""
    for tool in ("make", "qemu-system-i386", "grub-mkimage", "xorriso", "mformat"):
        (bare / tool).symlink_to(shutil.which("true"))
    for name, text in (("cc", ""), ("ld", ""), ("id", "echo 0"), ("python3", f'exec "{sys.executable}" "$@"'),
                       ("apt-cache", f"grep -q '^update' '{bare.parent}/asked' && "
                        '[ "$2" != bochs ] && echo "Package: $2"')):
        (bare / name).unlink(missing_ok=True)
        (bare / name).write_text(f"#!/bin/sh\n{text}\n")
        (bare / name).chmod(0o755)
    done = deps(bare, "check", PYTHON=sys.executable)
    assert (done.returncode, done.stderr, asked(bare)) == (0, "", "")
    done = deps(bare, "check", PYTHON=sys.executable, YES="1")
    assert done.returncode == 0, done.stderr
    update, install = asked(bare).splitlines()
    assert update.startswith("update") and install.startswith("install -y")
    assert {"clang", "gdb", "shellcheck"} <= set(install.split()) and "bochs" not in install


@pytest.mark.parametrize("name, packages", [
    ("iso", "grub-common grub-pc-bin grub-efi-ia32-bin xorriso mtools"), ("uefi", "ovmf ovmf-ia32")])
def test_sets_name_what_they_miss(bare, tmp_path, name, packages):
    """Files of packages count wherever they are: the script is asked in a place without any."""
    script = tmp_path / "deps"
    text = (guest.ROOT / "scripts/deps").read_text()
    script.write_text(re.sub(r"(?<!#!)/(usr|opt)/", f"{tmp_path}/none/", text))
    script.chmod(0o755)
    done = deps(bare, name, script=script)
    assert done.returncode == 1 and asked(bare) == ""
    line = done.stderr.splitlines()[-1]
    assert set(line.split("--no-install-recommends ")[1].split()) == set(packages.split())


def test_without_root_and_sudo_the_line_is_printed(bare):
    (bare / "id").unlink()
    (bare / "id").write_text("#!/bin/sh\necho 1000\n")
    (bare / "id").chmod(0o755)
    done = deps(bare, "qemu", YES="1")
    assert done.returncode == 1 and "no sudo" in done.stderr
    assert "as root" in done.stderr and "install -y" in done.stderr and asked(bare) == ""


def test_sudo_is_used_where_it_is(bare):
    (bare / "id").unlink()
    for name, text in (("id", "echo 1000"), ("sudo", f'echo sudo >>"{bare.parent}/asked"; shift; "$@"')):
        (bare / name).write_text(f"#!/bin/sh\n{text}\n")
        (bare / name).chmod(0o755)
    deps(bare, "qemu", YES="1")
    assert asked(bare).startswith("sudo\nupdate")


def test_check_stops_where_tools_are_missing(bare):
    done = deps(bare, script="check")
    assert done.returncode == 3 and " python3 " in done.stderr and asked(bare) == ""


def test_python_with_pytest_is_found(tmp_path):
    """A python3 that lacks the modules stands first in PATH."""
    (tmp_path / "python3").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "python3").chmod(0o755)
    done = deps(f"{tmp_path}:{os.environ['PATH']}", "-c", "import pytest, pexpect; print('yes')",
                script="python")
    assert done.stdout == "yes\n"
