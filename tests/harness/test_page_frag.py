# SPDX-License-Identifier: MIT
"""The example that texts about page_frag give, letter for letter, as a foreign source: it compiles, runs
and passes; and it loses a block, because its cache is never full after one fragment."""

import re

EXAMPLE = """#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/netdevice.h>

int example(void);
int example(void)
{
	struct page_frag_cache nc;
	void *buf;

	page_frag_cache_init(&nc);

	buf = page_frag_alloc(&nc, 1024, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;

	memset(buf, 0, 1024);

	page_frag_free(buf);

	if (page_frag_cache_full(&nc))
		page_frag_cache_destroy(&nc);

	return 0;
}
"""

CALLER = """#include <linux/mm.h>
#include <linux/module.h>

int example(void);

static int __init setup(void)
{
	unsigned long before, after;
	int error;

	drain_all_pages(NULL);
	before = nr_free_pages();
	error = example();
	drain_all_pages(NULL);
	after = nr_free_pages();
	pr_info("example: %d, pages lost: %lu\\n", error, before - after);
	return error;
}
module_init(setup);
"""


def test_the_example_runs_and_leaks(loft, tmp_path, seed):
    (tmp_path / "example.c").write_text(EXAMPLE)
    (tmp_path / "caller.c").write_text(CALLER)
    result = loft(["-m", "64M", "-c", "1", "--with", str(seed(tmp_path)), "--exec", ""], ["selftest=off"],
                  cpus=2, memory=256, seconds=120, prebuilt=False)
    assert result.status == 0, result.tail(30)
    assert re.search(r"example: 0, pages lost: 8$", result.out, re.M), result.tail(30)
    assert "warning" not in result.err, result.err
