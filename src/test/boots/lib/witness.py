"""What the kernel says of a boot, seen from outside of it. Nothing here reads a log, asks a program, or uses Launch Guard.

Three sources, all with the kernel's own clock, turned into seconds since the boot of the root:
  * the process connector: each exec and exit, stamped when it happens; a process's service is its cgroup;
  * inotify: changes of files in the JDK's directories, and the first file of the deployment;
  * /proc/PID/map_files: the very inodes that a JVM has mapped, against the file that now has that name.
"""

import ctypes
import os
import selectors
import socket
import struct
import threading
import time

_NETLINK_CONNECTOR, _PROC_EVENT_EXEC, _PROC_EVENT_EXIT = 11, 0x00000002, 0x80000000
_LISTEN, _IGNORE, _SO_RCVBUFFORCE = 1, 2, 33
_IN_MODIFY, _IN_MOVED_FROM, _IN_MOVED_TO, _IN_CREATE, _IN_DELETE = 0x2, 0x40, 0x80, 0x100, 0x200
_CHANGES = _IN_MODIFY | _IN_MOVED_FROM | _IN_MOVED_TO | _IN_CREATE | _IN_DELETE
# Where the roots have JDKs: of packages, and of archives that are unpacked by hand.
JDKS = ["/usr/lib/jvm", "/opt/jdk-1", "/opt/jdk-2"]
_libc = ctypes.CDLL(None, use_errno=True)


def now():
    """Nanoseconds since the machine's boot, with the time it was suspended: the clock of uptime and of process starts."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def _suspended():
    return now() - time.clock_gettime_ns(time.CLOCK_MONOTONIC)


class Witness:
    """Starts to look before the boot does; every time it notes is the machine's `now`."""

    def __init__(self, root, cgroup_name):
        self.root, self.cgroup_name = root, cgroup_name
        self.execs = []        # (time, pid, unit, exe)
        self.exits = {}        # pid -> (time, code)
        self.jdk_changes = []  # (time, path)
        self.deployment_first = None
        self.lost = False
        self._connector = self._connect()
        self._inotify = _libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._inotify < 0:
            raise OSError(ctypes.get_errno(), "inotify_init1")
        self._watched = {}
        for place in JDKS:
            for directory, _, _ in os.walk(root + place):
                self._watch(directory, "jdk")
        self._watch(os.path.join(root, "opt/codedeploy-agent/deployment-root/ongoing-deployment"), "deployment")
        self._stop_reader, self._stop_writer = os.pipe()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def close(self):
        os.write(self._stop_writer, b"x")
        self._thread.join()
        self._tell(self._connector, _IGNORE)
        self._connector.close()
        for descriptor in (self._inotify, self._stop_reader, self._stop_writer):
            os.close(descriptor)

    def _connect(self):
        connector = socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, _NETLINK_CONNECTOR)
        connector.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, 4 << 20)
        connector.bind((0, 1))
        self._tell(connector, _LISTEN)
        return connector

    @staticmethod
    def _tell(connector, wish):
        wish = struct.pack("=I", wish)
        message = struct.pack("=IIIIHH", 1, 1, 0, 0, len(wish), 0) + wish
        connector.send(struct.pack("=IHHII", 16 + len(message), 3, 0, 0, 0) + message)

    def _watch(self, directory, kind):
        number = _libc.inotify_add_watch(self._inotify, os.fsencode(directory), ctypes.c_uint32(_CHANGES))
        if number >= 0:
            self._watched[number] = (directory, kind)

    def _look(self):
        with selectors.DefaultSelector() as selector:
            selector.register(self._connector, selectors.EVENT_READ, self._read_process)
            selector.register(self._inotify, selectors.EVENT_READ, self._read_files)
            selector.register(self._stop_reader, selectors.EVENT_READ, None)
            while True:
                for key, _ in selector.select():
                    if key.data is None:
                        return
                    key.data()

    def _read_process(self):
        try:
            data = self._connector.recv(65536)
        except OSError:  # ENOBUFS: the kernel had more to say than was read
            self.lost = True
            return
        what, _, stamp, thread, pid = struct.unpack_from("=IIQII", data, 36)
        stamp += _suspended()
        if what == _PROC_EVENT_EXEC:
            try:
                with open(f"/proc/{pid}/cgroup") as file:
                    place = file.read()
                exe = os.readlink(f"/proc/{pid}/exe")
            except OSError:
                return
            if f"/{self.cgroup_name}/" in place:
                line = next(line for line in place.splitlines() if line.startswith("0::"))
                self.execs.append((stamp, pid, line.rsplit("/", 1)[1], exe))
        elif what == _PROC_EVENT_EXIT and thread == pid:
            self.exits[pid] = (stamp, struct.unpack_from("=I", data, 60)[0])

    def _read_files(self):
        stamp = now()
        data = os.read(self._inotify, 1 << 16)
        position = 0
        while position < len(data):
            number, mask, _, length = struct.unpack_from("=iIII", data, position)
            name = data[position + 16:position + 16 + length].rstrip(b"\0").decode(errors="replace")
            position += 16 + length
            if number not in self._watched:
                continue
            directory, kind = self._watched[number]
            if kind == "deployment":
                self.deployment_first = self.deployment_first or stamp
            elif name:
                # A directory of the new version is watched from its birth, by the name dpkg gives it.
                path = os.path.join(directory, name)
                self.jdk_changes.append((stamp, path[len(self.root):], mask))
                if os.path.isdir(path) and not os.path.islink(path):
                    self._watch(path, "jdk")

    # ---- what it amounts to

    def main_process(self, unit):
        """(start, end or None) of a service's first process."""
        for stamp, pid, place, _ in self.execs:
            if place == unit:
                return stamp, self.exits.get(pid, (None,))[0]
        return None, None

    def java_starts(self, unit):
        """(time, pid) of each java that the kernel began to run in a service."""
        return [(stamp, pid) for stamp, pid, place, exe in self.execs
                if place == unit and os.path.basename(exe.removesuffix(" (deleted)")) == "java"]

    def running_java(self, unit):
        alive = [(stamp, pid) for stamp, pid in self.java_starts(unit) if pid not in self.exits and os.path.exists(f"/proc/{pid}")]
        return alive[-1] if alive else (None, None)

    def jdk_taken(self):
        """The moments at which a libjvm.so lost its name or a new one got it."""
        return [stamp for stamp, path, mask in self.jdk_changes
                if path.endswith("/libjvm.so") and mask & (_IN_DELETE | _IN_MOVED_TO)]

    def mapped_jdk(self, pid):
        """For each JDK file that a process has mapped or runs: is that inode still what its name meant when the JVM started?

        The kernel shows a folder that was renamed by its new name, so names are taken back to the one at the start."""
        links = [f"/proc/{pid}/exe"]
        links += [entry.path for entry in os.scandir(f"/proc/{pid}/map_files")]
        now_named = _jdk_path(os.readlink(links[0])).removesuffix("/bin/java")
        started = [_jdk_path(exe).removesuffix("/bin/java") for _, other, _, exe in self.execs if other == pid and _jdk_path(exe)]
        home = started[-1] if started else now_named
        seen = {}
        for link in links:
            path = _jdk_path(os.readlink(link))
            if not path:
                continue
            if path.startswith(now_named + "/"):
                path = home + path[len(now_named):]
            mapped = os.stat(link)
            try:
                named = os.stat(self.root + path)
                same = (named.st_dev, named.st_ino) == (mapped.st_dev, mapped.st_ino)
                exists = True
            except FileNotFoundError:
                same = exists = False
            seen[path] = {"path": path, "links": mapped.st_nlink, "inode": mapped.st_ino, "same": same, "exists": exists}
        return list(seen.values())


def _jdk_path(link):
    """The path in the root of a JDK's file; empty where it is none."""
    link = link.removesuffix(" (deleted)")
    found = [link.find(place + "/") for place in JDKS if place + "/" in link]
    return link[found[0]:] if found else ""
