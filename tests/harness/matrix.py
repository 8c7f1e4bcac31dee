# SPDX-License-Identifier: MIT
"""The machine matrix as data: reads tests/matrix.cfg and tests/pairwise.cfg.

A Machine is what run-qemu.sh must be told to start it, what it costs (virtual CPUs, memory that it
will really touch, seconds on an idle host), and which suites must run there without a skip.
"""

import configparser
import dataclasses
import fnmatch
import itertools
import pathlib

import module as modules

ROOT = pathlib.Path(__file__).resolve().parents[2]
AXES = ("ram", "cpus", "highmem", "format", "debug")
TIERS = ("check", "check-full", "soak")


def mib(size):
    """'512M' or '2G' in MiB; less than one as a fraction."""
    return int(size[:-1]) * {"K": 1 / 1024, "M": 1, "G": 1024}[size[-1]]


def variables(text):
    """'HIGHMEM=0 LAST_PKMAP=8' as a dictionary."""
    return dict(word.split("=") for word in text.split())


@dataclasses.dataclass
class Machine:
    name: str
    ram: str = "64M"
    cpus: int = 1
    highmem: str = "unset"
    format: str = "i386"
    debug: str = "off"
    cpu: str = ""
    way: str = "kernel"
    one_thread: str = "off"
    image: str = ""
    make: str = ""
    append: str = ""
    module: int = 0
    tests: str = "*"
    exec: str = ""
    tier: str = "check"
    seconds: int = 60
    memory: int = 0
    must_run: tuple = ()

    def __post_init__(self):
        self.cpus = int(self.cpus)
        self.seconds = int(self.seconds)
        if isinstance(self.memory, str):
            self.memory = mib(self.memory)
        # Tests touch what they allocate, and the kernel what it maps: not all of a large RAM.
        self.memory = self.memory or min(mib(self.ram), 1024) + 64

    def environment(self):
        """The variables that choose the image, as for make (run-qemu.sh has an option for DEBUG=1)."""
        return {**{"controls": {"CONTROLS": "1"}, "": {}}[self.image], **variables(self.make)}

    @property
    def high_memory(self):
        """Will this machine have high memory? yes or no, for [skips]."""
        low, total = 896, mib(self.ram)
        if self.environment().get("HIGHMEM") == "0":
            return "no"
        if total > low or self.highmem == "unset":
            return "yes" if total > low else "no"
        return "yes" if total - mib(self.highmem) >= 64 else "no" # else it is refused

    @property
    def above_4g(self):
        """Will it have RAM above 4 GiB that the kernel can use? yes or no, for [skips]."""
        return "yes" if self.format == "i386-pae" and mib(self.ram) >= 3584 else "no"

    @property
    def colours(self):
        """Of how many colours are PKMAP slots there? For [skips]."""
        return self.environment().get("PKMAP_COLORS", "1")

    def options(self):
        """run-qemu.sh's words for this machine."""
        words = ["-m", self.ram, "-c", str(self.cpus)]
        words += ["--pae"] if self.format == "i386-pae" else []
        words += ["--debug"] if self.debug == "on" else []
        words += ["--cpu", self.cpu] if self.cpu else []
        words += [] if self.way == "kernel" else ["--" + self.way]
        words += ["--one-thread"] if self.one_thread == "on" else []
        words += modules.option(int(self.module)) if self.module else []
        words += ["--test=" + self.tests]
        words += ["--exec", self.exec] if self.exec else []
        return words

    def cmdline(self):
        words = [] if self.highmem == "unset" else ["highmem=" + self.highmem]
        return words + self.append.split()


def read_config(path=ROOT / "tests/matrix.cfg"):
    config = configparser.ConfigParser(delimiters=("=",), comment_prefixes=("#",))
    config.optionxform = str
    with open(path, encoding="utf-8") as file:
        config.read_file(file)
    return config


def axes(config=None):
    """The values of each axis, in file order."""
    config = config or read_config()
    return {axis: config["axes"][axis].split() for axis in AXES}


def product(config=None):
    """Every machine of the space, as tuples in the order of AXES."""
    return list(itertools.product(*axes(config).values()))


def may_skip(machine, name, config=None):
    """May the case SUITE.CASE skip on this machine, by [skips]?"""
    for pattern, conditions in (config or read_config())["skips"].items():
        if not fnmatch.fnmatchcase(name, pattern):
            continue
        for condition in conditions.split():
            pairs = [pair.split("=") for pair in condition.split("+") if pair != "always"]
            if all(str(getattr(machine, key)) == wanted for key, wanted in pairs):
                return True
    return False


def pairwise(path=ROOT / "tests/pairwise.cfg"):
    """The generated pairwise machines, as tuples in the order of AXES."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        words = line.split("#")[0].split()
        if words:
            rows.append(tuple(words))
    return rows


def from_row(row, common):
    values = dict(zip(AXES, row))
    name = f"{values['ram']}-{values['cpus']}cpu"
    name += "-pae" if values["format"] == "i386-pae" else ""
    name += "-highmem" + values["highmem"] if values["highmem"] != "unset" else ""
    name += "-debug" if values["debug"] == "on" else ""
    return Machine(name=name, must_run=common, **values)


def machines(tier="check"):
    """The machines of a tier: the pairwise or whole space, then the named ones."""
    config = read_config()
    common = tuple(config["suites"]["must_run"].split())
    rows = pairwise() if tier == "check" else product(config)
    result = [from_row(row, common) for row in rows]
    for section in config.sections():
        kind, _, name = section.partition(" ")
        if kind != "machine":
            continue
        values = dict(config[section])
        own = tuple(values.pop("must_run", "").split())
        # One that runs only some tests promises only what it names itself.
        values["must_run"] = own if "tests" in values else common + own
        machine = Machine(name=name, **values)
        if TIERS.index(machine.tier) <= TIERS.index(tier):
            result.append(machine)
    return result
