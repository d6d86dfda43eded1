"""The machine as the measurements use it: who runs on which core, what a process has spent, where programs are."""
import fcntl, glob, os, re, shutil, signal, socket, struct, subprocess, sys, tempfile, time

SOURCE = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
BINARY = os.environ.get("TENANTSCOPE_BINARY", os.path.join(SOURCE, "build/tenantscope"))
TOOLS = os.path.join(SOURCE, "build/tools/unpacked/usr")
# Where programs are: those that scripts/setup has unpacked come first, the machine's own second.
PATH = ":".join([TOOLS + "/bin", TOOLS + "/sbin", os.environ["PATH"], "/usr/sbin", "/sbin"])
LIBRARIES = ":".join(glob.glob(TOOLS + "/lib/*-linux-gnu"))

CORES = sorted(os.sched_getaffinity(0))
MEASURED, LOAD = CORES[0], CORES[-1]  # what is measured has a core of its own, where there are two


def program(name):
    """The command of a program that isn't ours."""
    found = shutil.which(name, path=PATH)
    if not found:
        raise RuntimeError(f"no {name}: run scripts/setup --bench")
    if not found.startswith(TOOLS):
        return [found]
    settings = ["LD_LIBRARY_PATH=" + LIBRARIES]
    if name == "valgrind":
        settings.append("VALGRIND_LIB=" + TOOLS + "/libexec/valgrind")
    return ["/usr/bin/env", *settings, found]


def pinned(command, core):
    return ["setpriv", "--pdeathsig", "TERM", "taskset", "-c", str(core), *command]


class Process:
    """A server on a core of its own choice: started here, stopped by its pid. `folder` gets its output as NAME.log."""

    running = []

    def __init__(self, name, command, core, folder, **options):
        self.log = os.path.join(folder, name + ".log")
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                pinned(command, core), stdout=log, stderr=log, **options
            )
        self.name, self.pid = name, self.process.pid
        Process.running.append(self)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self, how=signal.SIGTERM):
        if self in Process.running:
            Process.running.remove(self)
        if self.process.poll() is None:
            self.process.send_signal(how)
            self.process.send_signal(signal.SIGCONT)  # it may be a stopped one
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()

    def said(self, pattern):
        """The first match of `pattern` in what it has written."""
        with open(self.log, errors="replace") as log:
            return re.search(pattern, log.read())

    def await_said(self, pattern, seconds=60):
        return self.awaiting(lambda: self.said(pattern), f"`{pattern}` in its log", seconds)

    def awaiting(self, condition, what, seconds=60, pause=0.02):
        return await_true(condition, f"{self.name}: {what}", seconds, self, pause)


def await_true(condition, what, seconds=60, process=None, pause=0.02):
    """Until `condition` holds; its value."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        ended = process and process.process.poll() is not None
        if ended or time.monotonic() > end:
            if process:
                with open(process.log, errors="replace") as log:
                    sys.stderr.write(log.read()[-3000:])
            raise RuntimeError(
                f"{'it has ended while waiting' if ended else f'waited {seconds} s in vain'} for {what}"
            )
        time.sleep(pause)


def cpu(pid):
    """Seconds of user and system time of all its threads, those that have ended too (CLOCK_PROCESS_CPUTIME_ID of that process)."""
    return time.clock_gettime_ns((~pid << 3) | 2) / 1e9


def thread_cpu(pid, tid):
    with open(f"/proc/{pid}/task/{tid}/schedstat") as f:
        return int(f.read().split()[0]) / 1e9


def writing_thread(pid):
    """Its thread that has written most to the disk."""

    def written(tid):
        with open(f"/proc/{pid}/task/{tid}/io") as f:
            return int(re.search(r"^write_bytes: (\d+)", f.read(), re.M).group(1))

    return max(os.listdir(f"/proc/{pid}/task"), key=written)


def memory(pid):
    """Resident MiB now, and at most since reset_peak()."""
    with open(f"/proc/{pid}/status") as f:
        text = f.read()
    return tuple(
        int(re.search(rf"^{key}:\s*(\d+)", text, re.M).group(1)) / 1024
        for key in ("VmRSS", "VmHWM")
    )


def reset_peak(pid):
    with open(f"/proc/{pid}/clear_refs", "w") as f:
        f.write("5")


def spent_by(command, core=MEASURED):
    """Runs a command: its CPU seconds, its wall seconds, its output."""
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as output:
        child = subprocess.Popen(pinned(command, core), stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read()
    if child.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit {child.returncode}\n{text[-2000:]}")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - began, text


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def loopback_bytes():
    with open("/proc/net/dev") as f:
        return int(re.search(r"^\s*lo:\s*(\d+)", f.read(), re.M).group(1))


def enter_own_network():
    """Starts this program anew with a loopback device of its own, where the kernel permits that: no stranger's bytes there."""
    if (
        os.environ.get("BENCH_NETWORK")
        or subprocess.run(
            ["unshare", "--map-root-user", "--net", "true"], capture_output=True
        ).returncode
    ):
        return
    os.environ["BENCH_NETWORK"] = "own"
    os.execvp("unshare", ["unshare", "--map-root-user", "--net", sys.executable, *sys.argv])


def take_place():
    """In the network that was entered, and away from the measured process's core."""
    os.sched_setaffinity(0, {LOAD})
    if os.environ.get("BENCH_NETWORK") != "own":
        return
    with socket.socket() as any_socket:
        SIOCSIFFLAGS, IFF_UP = 0x8914, 1
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def revision():
    """What was measured, as the binary says."""
    return subprocess.run(
        [BINARY, "--version"], capture_output=True, text=True, check=True
    ).stdout.splitlines()[0]
