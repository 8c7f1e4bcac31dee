# SPDX-License-Identifier: MIT
"""What `make check` leaves behind: build/check.json, build/check.xml (JUnit), and the counts.

Every test case on every machine is one entry. A skip counts neither as passed nor as failed; an error
(a test that could not judge) counts as failed.
"""

import json
import re
import threading
import xml.etree.ElementTree as xml

UNPRINTABLE = re.compile(r"[^\t\n\x20-\x7e\u00a0-\ud7ff]")


class Report:
    def __init__(self):
        self.entries = []
        self.host_suites = set() # of tests on the host side: files of this folder
        self.lock = threading.Lock()

    def add(self, machine, suite, case, result, seconds=0.0, message=""):
        entry = {"machine": machine, "suite": suite, "case": case, "result": result,
                 "seconds": round(seconds, 3), "message": UNPRINTABLE.sub("?", message)}
        with self.lock:
            self.entries.append(entry)

    def count(self, *results):
        return sum(entry["result"] in results for entry in self.entries)

    @property
    def passed(self):
        return self.count("pass")

    @property
    def failed(self):
        return self.count("fail", "error")

    @property
    def skipped(self):
        return self.count("skip")

    def last_line(self):
        return f"{self.passed} passed, {self.failed} failed"

    def failures(self):
        return [e for e in self.entries if e["result"] in ("fail", "error")]

    def dearest(self):
        """(seconds, name, how often), the dearest first: of jobs, builds and host-side tests, and of
        the cases that ran on machines, each summed up."""
        items, cases = {}, {}
        for entry in self.entries:
            name = f"{entry['suite']}.{entry['case']}"
            single = entry["case"] == "verdict" or entry["suite"] in ("make", *self.host_suites)
            if entry["case"] == "verdict":
                name = f"{entry['suite']} {entry['machine']}"
            table = items if single else cases
            seconds, times = table.get(name, (0, 0))
            table[name] = (seconds + entry["seconds"], times + 1)
        return [sorted(((seconds, name, times) for name, (seconds, times) in table.items()), reverse=True)
                for table in (items, cases)]

    def write_json(self, path):
        path.write_text(json.dumps({"passed": self.passed, "failed": self.failed,
                                    "skipped": self.skipped, "tests": self.entries}, indent=1) + "\n",
                        encoding="utf-8")

    def write_xml(self, path):
        """JUnit: one testsuite a machine, classname is the suite."""
        top = xml.Element("testsuites")
        for machine in dict.fromkeys(e["machine"] for e in self.entries):
            entries = [e for e in self.entries if e["machine"] == machine]
            count = lambda kind: str(sum(e["result"] == kind for e in entries))
            suite = xml.SubElement(top, "testsuite", name=machine, tests=str(len(entries)),
                                   failures=count("fail"), errors=count("error"),
                                   skipped=count("skip"),
                                   time=f"{sum(e['seconds'] for e in entries):.3f}")
            for e in entries:
                case = xml.SubElement(suite, "testcase", name=e["case"],
                                      classname=f"{machine}.{e['suite']}", time=f"{e['seconds']:.3f}")
                tag = {"fail": "failure", "error": "error", "skip": "skipped"}.get(e["result"])
                if tag:
                    first = (e["message"].splitlines() or [e["result"]])[0]
                    xml.SubElement(case, tag, message=first).text = e["message"]
        xml.ElementTree(top).write(path, encoding="utf-8", xml_declaration=True)
