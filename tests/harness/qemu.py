# SPDX-License-Identifier: MIT
"""QEMU without run-qemu.sh: for other devices than that gives, for the screen, for registers at the
kernel's entry."""

import json
import socket
import struct
import subprocess
import time

import guest


class Machine:
    """QEMU itself, with other devices than run-qemu.sh gives; QMP to look into it."""

    def __init__(self, folder, cmdline, *options, exit_device=True, image="i386"):
        if exit_device:
            options += ("-device", "isa-debug-exit,iobase=0xf4,iosize=4")
        path = folder / "qmp"
        self.process = subprocess.Popen(
            guest.mortal(["qemu-system-i386", "-m", "32M", "-display", "none", "-no-reboot",
                          "-kernel", "loft.elf", "-append", cmdline,
                          "-qmp", f"unix:{path},server=on,wait=off", *options]),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, cwd=guest.ROOT / "build" / image)
        self.path = path

    def end(self, seconds=60):
        """Its status and what came out of its serial port, when it ends by itself."""
        out, _ = self.process.communicate(timeout=seconds)
        return self.process.returncode, out.decode()

    def screen(self, folder, wanted, seconds=60):
        """The VGA text screen's lines, once WANTED is among them."""
        with connect(self.path, lambda: True) as sock, sock.makefile("rw") as talk:
            talk.readline()
            self.command(talk, "qmp_capabilities")
            for _ in range(seconds * 5):
                time.sleep(0.2)
                self.command(talk, "pmemsave", val=0xb8000, size=0x8000, filename=str(folder / "vga"))
                lines = cells_to_lines((folder / "vga").read_bytes())
                if any(wanted in line for line in lines):
                    break
            self.process.kill()
            self.process.wait()
        return lines

    @staticmethod
    def command(talk, name, **arguments):
        talk.write(json.dumps({"execute": name, "arguments": arguments}) + "\n")
        talk.flush()
        while True:
            line = talk.readline()
            if not line:
                raise ConnectionError("QEMU has ended")
            answer = json.loads(line)
            assert "error" not in answer, answer
            if "return" in answer:
                return answer["return"]


def cells_to_lines(cells):
    text = cells[0:204 * 160:2].decode("latin-1").replace("\0", " ")
    return [text[i:i + 80].rstrip() for i in range(0, len(text), 80)]


def connect(path, alive, seconds=60):
    """A Unix socket of QEMU's, once it is there; None if alive() has become false before."""
    for _ in range(seconds * 20):
        sock = socket.socket(socket.AF_UNIX)
        try:
            sock.connect(str(path))
            return sock
        except OSError:
            sock.close()
            if not alive():
                return None
            time.sleep(0.05)
    raise AssertionError(f"no socket {path}")


def entry_of(image):
    """The physical address at which a loader enters the image."""
    return struct.unpack_from("<I", image.read_bytes(), 24)[0] - 0xC0000000


def change_at_entry(path, image, registers, alive):
    """Speaks gdb's protocol with a QEMU that has not begun (-S): lets it run to the kernel's entry, changes
    registers there ({0: EAX, 3: EBX}), and lets it go."""
    sock = connect(path, alive)
    if not sock:
        return
    with sock, sock.makefile("rwb") as talk:
        gdb_command(talk, f"Z1,{entry_of(image):x},1")
        assert gdb_command(talk, "c").startswith("T05")
        words = bytearray.fromhex(gdb_command(talk, "g"))
        assert struct.unpack_from("<I", words, 32)[0] == entry_of(image)
        for number, value in registers.items():
            struct.pack_into("<I", words, 4 * number, value)
        assert gdb_command(talk, "G" + words.hex()) == "OK"
        assert gdb_command(talk, "D") == "OK"  # it takes the breakpoint away and goes on


def gdb_command(talk, text):
    """Sends a packet; the answer. That is acknowledged before the next one: nobody may be left who
    reads what follows the last."""
    talk.write(f"+${text}#{sum(text.encode()) & 255:02x}".encode())
    talk.flush()
    byte = talk.read(1)
    while byte != b"$":
        assert byte, "the connection ended"
        byte = talk.read(1)
    answer = b""
    while (byte := talk.read(1)) != b"#":
        assert byte, "the connection ended"
        answer += byte
    talk.read(2)
    return answer.decode()
