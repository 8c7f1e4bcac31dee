# SPDX-License-Identifier: MIT
"""The tests of scripts/lint: each check must fire on a violation planted in a copy of the tree, name the
file, and be silent again without it. Whether the tree itself is clean is the jobs `static-lint-*`."""

import pathlib
import re
import shutil
import subprocess

import pytest

import guest
import static_jobs

SPDX = "/* SPDX-License-Identifier: MIT */\n"
FLOORS = ("lib", "boot", "kernel", "mm", "proc", "monitor", "init", "tests", "bench", "compat")

MAYBE_NULL = """int planted(int n);
int planted(int n)
{
	int *p = 0;

	if (n > 3)
		p = &n;
	return *p;
}
"""

# check, file, text to add to it (or a function of its text), what the finding must say
PLANTED = [
    ("includes", "lib/string.c", '#include "mm/pgtable.h"\n', "floor lib must not include"),
    ("includes", "mm/pgtable.c", '#include "tests/kunit.h"\n', "floor mm must not include"),
    ("includes", "mm/pgtable.c", '#include "pgtable.h"\n', "by its path from the root"),
    ("includes", "lib/string.c", "#include <string.h>\n", "only foreign sources include by <>"),
    ("reading", "mm/orphan.c", SPDX, "mm/orphan.c is missing"),
    ("reading", "docs/READING.md", "- `mm/ghost.c`: Is not there.\n", "names mm/ghost.c"),
    ("reading", "docs/READING.md", "- `lib/string.c`: Twice.\n", "lib/string.c is listed twice"),
    ("reading", "docs/READING.md", "- `lib/string.c`\n", 'an entry is "- `file`: One sentence."'),
    ("format", "mm/pgtable.c", "int  x ;\n", "mm/pgtable.c"),
    ("text", "mm/orphan.c", "int x;\n", "mm/orphan.c: no licence line"),
    ("text", "mm/pgtable.c", "/* blanks */ \n", "blanks at the end"),
    ("text", "mm/pgtable.c", "/* no end of line */", "last line has no end"),
    ("text", "mm/pgtable.c", "/*\n *\ta table's long line, wrapped\n *by its formatter\n */\n",
     "wrapped by clang-format"),
    ("text", "mm/pgtable.c", "/* --- a part -----\n */\n", "wrapped by clang-format"),
    ("text", "mm/pgtable.c", "struct planted {\n\tunsigned int\n\t\tlong_name; /* why */\n};\n",
     "wrapped by clang-format"),
    ("text", "Makefile", "#\n" * 200, "more than 200 lines"),
    ("places", "mm/pgtable.c", "#ifdef CONFIG_PAE\n#endif\n", "#if in a .c file"),
    ("places", "mm/pgtable.c", 'static void f(void)\n{\n\tasm volatile("");\n}\n', "inline assembly"),
    ("docs", "README.md", "[lost](docs/NOWHERE.md)\n", "docs/NOWHERE.md leads nowhere"),
    ("docs", "mm/pgtable.c", "/* [NOBOOK 1.2] */\n", "[NOBOOK] is cited"),
    ("shell", "scripts/check", 'rm $1/*\n', "SC2086"),
    ("python", "tests/harness/guest.py", "import itertools\n", "itertools"),
    ("python", "tests/harness/guest.py", "def f(:\n", "guest.py"),
    ("controls", "mm/pgtable.c", "int planted(void) { return control(no_such_control); }\n",
     "control(no_such_control) has no entry"),
    ("models", "verify/kmap.pml", "/* C: no_such_function */\n", "no_such_function is no function in mm/"),
    ("models", "mm/highmem.c", "void planted(int *word)\n{\n\tcmpxchg(word, 1, 2);\n}\n",
     "planted() changes a slot's state"),
    *(("models", "mm/highmem.c", f"void planted(void)\n{{\n\t{line};\n}}\n",
       "planted() changes a slot's state")
      for line in ("WRITE_ONCE(map->page, NULL)", "entry_clear_flags(entry)", "pkmap_waiters[color]++",
                   "batch->end = nr + 1")),
    ("controls", "tests/controls.cfg", "[ghost_control]\n", "[ghost_control] is no control"),
    ("cppcheck", "mm/pgtable.c", "int f(void);\nint f(void)\n{\n\tint a[2];\n\n\treturn a[2];\n}\n",
     "arrayIndexOutOfBounds"),
    # Files that are not listed for it in scripts/cppcheck.xml.
    ("cppcheck", "mm/pgtable.c", "int f(void);\nint f(void)\n{\n\tint a, b;\n\n\treturn &a < &b;\n}\n",
     "comparePointers"),
    ("cppcheck_pae", "boot/pgentry.h",
     lambda text: text.replace("typedef u64 entry_t;", "typedef u64 entry_t;\nstatic inline int "
                               "only_pae(void)\n{\n\tint *p = 0;\n\n\treturn *p;\n}\n", 1),
     "nullPointer"),
    ("analyzer", "mm/pgtable.c", MAYBE_NULL, "-Werror=analyzer-null-dereference"),
    ("analyzer_pae", "mm/pgtable.c", MAYBE_NULL, "-Werror=analyzer-null-dereference"),
]


def lint(tree, *checks):
    done = subprocess.run(["scripts/lint", *checks], cwd=tree, stdin=subprocess.DEVNULL, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300,
                          env=guest.environment())
    return done.returncode, done.stdout




def copy_tree(copy):
    copy.mkdir()
    for path in guest.ROOT.iterdir():
        if path.is_dir() and (path.name in FLOORS or path.name in ("docs", "scripts", "verify", ".ci")):
            shutil.copytree(path, copy / path.name, symlinks=True,
                            ignore=shutil.ignore_patterns("__pycache__"))
        elif path.is_file():
            shutil.copy(path, copy)
    return copy


@pytest.fixture(scope="module", name="tree")
def tree_fixture(tmp_path_factory):
    """A copy of the sources."""
    return copy_tree(tmp_path_factory.mktemp("lint") / "a b")


@pytest.fixture(scope="module", name="small_tree")
def small_tree_fixture(tmp_path_factory):
    """A copy with one .c file, for the checks that compile: they take a time for each."""
    copy = copy_tree(tmp_path_factory.mktemp("lint") / "small")
    for path in [*copy.rglob("*.c"), *copy.rglob("*.S")]:
        if path.name != "pgtable.c":
            path.unlink()
    return copy


@pytest.mark.parametrize("check, name, change, expected", PLANTED,
                         ids=[f"{row[0]}-{number}" for number, row in enumerate(PLANTED)])
def test_planted(tree, small_tree, check, name, change, expected):
    if check.startswith(("cppcheck", "analyzer")):
        tree = small_tree
    path = pathlib.Path(tree) / name
    before = path.read_bytes() if path.exists() else None
    text = before.decode() if before is not None else ""
    after = change(text) if callable(change) else text + change
    assert after != text
    try:
        path.write_text(after, encoding="utf-8")
        status, out = lint(tree, check)
    finally:
        path.unlink()
        if before is not None:
            path.write_bytes(before)
    if status == 4:
        pytest.skip(out.splitlines()[0])
    assert status == 1 and f"FAILED: {check}" in out and expected in out, out


def test_what_is_no_control_site(tree):
    """Comments and the macro itself are no sites; two on a line are two."""
    path = tree / "mm/planted.c"
    path.write_text("/* control(in_comment) */ // control(in_line)\n/*\n * control(in_block)\n */\n"
                    "#define x control(in_macro)\nint y = my_control(other);\n"
                    "int z = control(one) + control(two);\n")
    try:
        out = lint(tree, "controls")[1]
    finally:
        path.unlink()
    found = [word for word in ("in_comment", "in_line", "in_block", "in_macro", "other", "one", "two")
             if f"control({word})" in out]
    assert found == ["one", "two"], out


def test_a_missing_tool_is_no_pass(tree, tmp_path):
    """Without shellcheck in PATH the check is not run, and lint as a whole does not pass."""
    for name in ("bash", "sh", "env", "dirname", "find", "grep", "sed", "sort", "xargs"):
        (tmp_path / name).symlink_to(shutil.which(name))
    done = subprocess.run(["scripts/lint", "shell"], cwd=tree, text=True, check=False, timeout=60,
                          capture_output=True, env={"PATH": str(tmp_path)})
    assert done.returncode == 4 and "NOT JUDGED: shell: no shellcheck here" in done.stdout, done


def test_findings_of_another_version(tree, tmp_path):
    """A shellcheck that has not been tried complains: that is shown, and is neither a pass nor a fail."""
    tool = tmp_path / "shellcheck"
    tool.write_text("#!/bin/sh\n[ \"$1\" = --version ] && echo 'version: 9.9' && exit 0\n"
                    "echo SC9999; exit 1\n")
    tool.chmod(0o755)
    env = guest.environment()
    env["PATH"] = f"{tmp_path}:{env['PATH']}"
    done = subprocess.run(["scripts/lint", "shell"], cwd=tree, text=True, check=False, timeout=60,
                          capture_output=True, env=env)
    assert done.returncode == 4 and "SC9999" in done.stdout and "9.9" in done.stdout, done


def test_each_check_is_in_a_job():
    text = (guest.ROOT / "scripts/lint").read_text(encoding="utf-8")
    slow = re.search(r'^all="\$quick (.*)"$', text, re.M).group(1).split()
    assert {*slow, "quick"} == set(static_jobs.LINT_FULL) >= set(static_jobs.LINT)


def test_unknown_check(tree):
    assert lint(tree, "nonsense")[0] == 3
