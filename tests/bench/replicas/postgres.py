"""PostgreSQL as the measurements run it: servers on loopback, of the programs that scripts/setup --tests has unpacked, and how daemons are told where their ledger is."""
import glob, os, shutil, signal, subprocess

from daemon import Plan
from machine import BINARY, CORES, LIBRARIES, LOAD, TOOLS, Process, free_port, pinned

USER, DATABASE = "ts", "postgres"
ALL_CORES = ",".join(map(str, CORES))
NOBODY = 65534
ENVIRONMENT = ["/usr/bin/env", "LD_LIBRARY_PATH=" + LIBRARIES, "LC_ALL=C.UTF-8"]


def program(name):
    for folder in (TOOLS, "/usr"):
        for found in sorted(glob.glob(f"{folder}/lib/postgresql/*/bin/{name}"), reverse=True):
            return found
    raise RuntimeError(f"no {name} of PostgreSQL: run scripts/setup --tests")


def no_root():
    """What comes before a server's command: it refuses to be root."""
    if os.geteuid():
        return []
    own = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]
    if subprocess.run([*own, "true"], capture_output=True).returncode == 0:
        return own
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


AS_NO_ROOT = no_root()


def run(command, seconds=60, **options):
    """What a command of PostgreSQL's prints."""
    done = subprocess.run(
        pinned([*ENVIRONMENT, *command], LOAD),
        capture_output=True,
        text=True,
        timeout=seconds,
        **options,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr[-2000:]}")
    return done.stdout


def new_folder(path):
    """A server's own."""
    shutil.rmtree(path, ignore_errors=True)
    os.mkdir(path, 0o700)
    if AS_NO_ROOT and AS_NO_ROOT[0] == "setpriv":
        os.chown(path, NOBODY, NOBODY)
        os.chmod(os.path.dirname(path), 0o711)
    return path


class Server(Process):
    """Begins with `data`, a folder that made() or following() has made."""

    def __init__(self, data, port):
        self.data, self.port = data, port
        command = [
            *ENVIRONMENT,
            *AS_NO_ROOT,
            "setpriv",
            "--pdeathsig",
            "QUIT",
            program("postgres"),
            *("-D", data, "-p", str(port), "-k", data),
            *("-c", "listen_addresses=127.0.0.1"),
            *("-c", "cluster_name=" + os.path.basename(data)),
        ]
        name = "postgres-" + os.path.basename(data)
        super().__init__(name, command, ALL_CORES, os.path.dirname(data))
        self.awaiting(self.answers, "its first answer")

    @staticmethod
    def made(folder, name):
        """A new one, without any data."""
        data = new_folder(os.path.join(folder, name))
        arguments = ["-A", "trust", "-U", USER, "--no-locale", "-E", "UTF8", "--no-sync"]
        run([*AS_NO_ROOT, program("initdb"), "-D", data, *arguments])
        return Server(data, free_port())

    @staticmethod
    def following(primary, folder, name, port=None):
        """A standby of `primary`, in place of what was in that folder."""
        data = new_folder(os.path.join(folder, name))
        arguments = ["-h", "127.0.0.1", "-p", str(primary.port), "-U", USER, "-c", "fast"]
        run([*AS_NO_ROOT, program("pg_basebackup"), "-D", data, "-R", *arguments, "--no-sync"])
        return Server(data, port or free_port())

    def ask(self, sql, seconds=30):
        """The first column's lines."""
        to = ["-h", "127.0.0.1", "-p", str(self.port), "-U", USER, "-d", DATABASE]
        options = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        return run([program("psql"), *options, *to, "-c", sql], seconds)

    def answers(self):
        try:
            return self.ask("SELECT 1", 10)
        except RuntimeError:
            return None

    def wait_for_a_standby(self):
        """From now on a commit waits until a standby has it; until one is there."""
        self.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.ask("SELECT pg_reload_conf()")
        self.await_standby()

    def await_standby(self):
        replicating = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"
        self.awaiting(lambda: self.ask(replicating), "a synchronous standby", pause=0.1)

    def commits(self):
        """Transactions that the database has seen; backends say so within seconds."""
        return int(
            self.ask(f"SELECT xact_commit FROM pg_stat_database WHERE datname = '{DATABASE}'")
        )

    def send(self, number):
        """To all of its processes."""
        with open(f"/proc/{self.pid}/task/{self.pid}/children") as children:
            own = [self.pid, *map(int, children.read().split())]
        for pid in own:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass  # it has ended

    def stop(self, how=signal.SIGQUIT):
        """As where its machine loses its power, unless told otherwise."""
        if self.process.poll() is None:
            self.send(signal.SIGCONT)
        return super().stop(how)


class SharedPlan(Plan):
    """A configuration whose ledger is in PostgreSQL: at these ports, one of which can be written to."""

    def __init__(self, replica, ports, *arguments, lease="10s", durability="single", **options):
        self.replica, self.ports, self.lease = replica, ports, lease
        self.durability = durability
        super().__init__(*arguments, **options)

    def write(self, **changed):
        super().write(**changed)
        hosts = ", ".join(f'"127.0.0.1:{port}"' for port in self.ports)
        with open(self.file, "a") as f:
            f.write(
                f"storage: {{postgresql: {{hosts: [{hosts}], database: {DATABASE}, user: {USER}, "
                f"lease: {self.lease}, durability: {self.durability}}}}}\n"
                f"replica: {{name: {self.replica}}}\n"
            )

    def make_ledger(self):
        init = [BINARY, "storage", "init", "--config.file=" + self.file]
        subprocess.run(init, check=True, capture_output=True, timeout=60)
