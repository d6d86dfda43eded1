#include "support/postgres_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <iterator>
#include <random>
#include <set>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace tenantscope {
namespace {

namespace fs = std::filesystem;
using Command = std::vector<std::string>;

constexpr auto start_patience = std::chrono::seconds(30);
constexpr const char* nobody = "65534";  // initdb wants a user who has a name

// The folder with PostgreSQL's programs, of those that were unpacked or else the machine's.
fs::path programs() {
  for (const fs::path root : {TENANTSCOPE_TOOLS, "/"})
    if (const fs::path versions = root / "usr/lib/postgresql"; fs::exists(versions))
      for (const auto& version : fs::directory_iterator(versions))
        if (fs::exists(version.path() / "bin/initdb"))
          return version.path() / "bin";
  throw std::runtime_error("no PostgreSQL: run scripts/setup --tests");
}

int run(const Command& command, const fs::path& log) {
  return UnpackedProgram(command, log).wait();
}

// What comes before a server's command: it refuses to run as root, and ends with the test.
const Command& as_no_root() {
  static const Command before = [] {
    Command ending{"/usr/bin/setpriv", "--pdeathsig", "QUIT"};
    if (::geteuid() != 0)
      return ending;
    Command name_space{"/usr/bin/unshare", "--user", fmt::format("--map-user={}", nobody),
                       fmt::format("--map-group={}", nobody)};
    Command trial = name_space;
    trial.push_back("/bin/true");
    if (run(trial, "/dev/null") == 0) {
      name_space.insert(name_space.end(), ending.begin(), ending.end());
      return name_space;
    }
    for (const char* const part : {"--reuid=", "--regid="})
      ending.push_back(std::string(part) + nobody);
    ending.emplace_back("--clear-groups");
    return ending;
  }();
  return before;
}

Command as_no_root(const Command& command) {
  Command whole = as_no_root();
  whole.insert(whole.end(), command.begin(), command.end());
  return whole;
}

// Whom the folder is given to where there are no user name spaces.
void give(const fs::path& folder) {
  if (as_no_root().back() != "--clear-groups")
    return;
  fs::permissions(folder.parent_path(), fs::perms::owner_all | fs::perms::others_exec);
  if (run({"/bin/chown", "-R", fmt::format("{}:{}", nobody, nobody), folder}, "/dev/null") != 0)
    throw std::runtime_error("can't give " + folder.string() + " away");
}

std::string text_of(const fs::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// A folder that initdb has made, once: copies of it are as good, and quicker.
void make_data(const fs::path& data) {
  const fs::path bin = programs();
  const fs::path made =
      fs::path(TENANTSCOPE_TOOLS).parent_path() /
      fmt::format("postgres-{}-{}", bin.parent_path().filename().string(), ::geteuid());
  if (!fs::exists(made)) {
    TemporaryFolder folder;
    const fs::path draft = folder.path() / "data", log = folder.path() / "log";
    fs::create_directory(draft);
    give(draft);
    if (run(as_no_root({bin / "initdb", "-D", draft, "-A", "trust", "-U", PostgresServer::user,
                        "--no-sync", "--no-locale", "-E", "UTF8", "--wal-segsize=1"}),
            log) != 0)
      throw std::runtime_error("initdb: " + text_of(log));
    fs::create_directories(made.parent_path());
    const fs::path beside = made.string() + fmt::format(".{}", ::getpid());
    fs::copy(draft, beside, fs::copy_options::recursive);
    if (::rename(beside.c_str(), made.c_str()) != 0)  // another one was quicker
      fs::remove_all(beside);
  }
  fs::copy(made, data, fs::copy_options::recursive);
  fs::permissions(data, fs::perms::owner_all);
  give(data);
}

void await(const std::string& what, const fs::path& log, UnpackedProgram& program,
           const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + start_patience;
  while (!condition()) {
    if (program.ended() || std::chrono::steady_clock::now() > end)
      throw std::runtime_error(what + " doesn't answer: " + text_of(log));
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

// While some of them end, a look may miss others.
void each_child(pid_t parent, const std::function<void(pid_t)>& work) {
  std::set<pid_t> known;
  for (bool found = true; found;) {
    found = false;
    std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", parent));
    for (pid_t child = 0; children >> child;)
      if (known.insert(child).second) {
        found = true;
        work(child);
      }
  }
}

// The number of the shared memory that a server has written down.
int segment_in(const fs::path& postmaster_file) {
  std::ifstream file(postmaster_file);
  std::string line;
  constexpr int line_of_memory = 7;
  for (int number = 0; number < line_of_memory; ++number)
    std::getline(file, line);
  std::istringstream words(line);
  std::uint64_t key = 0;
  int segment = -1;
  return words >> key >> segment ? segment : -1;
}

struct Finish {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
};

std::unique_ptr<PGconn, Finish> connected(std::uint16_t port) {
  std::unique_ptr<PGconn, Finish> connection(PQconnectdb(
      fmt::format("host={} port={} user={} dbname={} sslmode=disable connect_timeout=10",
                  PostgresServer::host, port, PostgresServer::user, PostgresServer::database)
          .c_str()));
  PQsetNoticeProcessor(
      connection.get(), [](void*, const char*) {}, nullptr);
  return connection;
}

}  // namespace

UnpackedProgram::UnpackedProgram(Command command, const fs::path& log) {
  const std::string libraries =
      fmt::format("LD_LIBRARY_PATH={}/usr/lib/{}", TENANTSCOPE_TOOLS, TENANTSCOPE_ARCHITECTURE);
  std::vector<const char*> environment{libraries.c_str(), "LC_ALL=C.UTF-8", "TZ=UTC",
                                       "PATH=/usr/bin:/bin", nullptr};
  std::vector<char*> arguments;
  for (std::string& argument : command)
    arguments.push_back(argument.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&files, 1, 2);
  const int error = ::posix_spawn(&pid_, arguments[0], &files, nullptr, arguments.data(),
                                  const_cast<char**>(environment.data()));
  posix_spawn_file_actions_destroy(&files);
  if (error != 0)
    throw std::runtime_error("can't start " + command.front());
}

// The postmaster's end by SIGKILL ends its children, too, as soon as they look; SIGQUIT at once.
UnpackedProgram::~UnpackedProgram() {
  if (ended())
    return;
  ::kill(pid_, SIGCONT);
  ::kill(pid_, SIGQUIT);
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (!ended() && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  if (!ended())
    ::kill(pid_, SIGKILL);
  wait();
}

bool UnpackedProgram::ended() {
  ended_ = ended_ || ::waitpid(pid_, &status_, WNOHANG) == pid_;
  return ended_;
}

int UnpackedProgram::wait() {
  if (!ended_)
    ::waitpid(pid_, &status_, 0);
  ended_ = true;
  return WIFEXITED(status_) ? WEXITSTATUS(status_) : -WTERMSIG(status_);
}

// Below those that the kernel gives to clients: one that connects to nobody there would find
// itself.
std::uint16_t free_loopback_port() {
  static std::mt19937 random{std::random_device()()};
  std::uniform_int_distribution<int> ports(16'384, 32'767);
  for (int tries = 0; tries < 100; ++tries) {
    const int any = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int port = ports(random);
    sockaddr_in address{.sin_family = AF_INET,
                        .sin_port = htons(std::uint16_t(port)),
                        .sin_addr = {},
                        .sin_zero = {}};
    ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    const bool bound =
        ::bind(any, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    ::close(any);
    if (bound)
      return std::uint16_t(port);
  }
  throw std::runtime_error("no free port");
}

PostgresServer::PostgresServer() : port_(free_loopback_port()) {
  make_data(folder_.path() / "data");
  start();
}

PostgresServer::PostgresServer(StandbyOf standby)
    : port_(standby.port != 0 ? standby.port : free_loopback_port()) {
  const fs::path data = folder_.path() / "data", log = folder_.path() / "log";
  fs::create_directory(data);
  fs::permissions(data, fs::perms::owner_all);
  give(data);
  if (run(as_no_root({programs() / "pg_basebackup", "-h", host, "-p",
                      std::to_string(standby.primary.port()), "-U", user, "-D", data, "-R", "-X",
                      "stream", "-c", "fast", "--no-sync"}),
          log) != 0)
    throw std::runtime_error("pg_basebackup: " + text_of(log));
  start();
}

PostgresServer::~PostgresServer() = default;

void PostgresServer::start() {
  const fs::path log = folder_.path() / "log";
  Command command{programs() / "postgres", "-D", folder_.path() / "data", "-p",
                  std::to_string(port_)};
  const std::string socket = "unix_socket_directories=" + (folder_.path() / "data").string();
  for (const char* setting :
       {"listen_addresses=127.0.0.1", socket.c_str(), "jit=off", "fsync=off", "shared_buffers=16MB",
        "max_wal_senders=4", "dynamic_shared_memory_type=mmap"}) {
    command.emplace_back("-c");
    command.emplace_back(setting);
  }
  server_ = std::make_unique<UnpackedProgram>(as_no_root(command), log);
  await("PostgreSQL", log, *server_, [this] { return answers(); });
}

// None of them sees another one's end. The segment that says that they run would outlive them.
void PostgresServer::kill() {
  if (!server_)
    return;
  freeze(true);
  each_child(server_->pid(), [](pid_t child) { ::kill(child, SIGKILL); });
  ::kill(server_->pid(), SIGKILL);
  server_->wait();
  server_.reset();
  if (const int segment = segment_in(folder_.path() / "data/postmaster.pid"); segment >= 0)
    ::shmctl(segment, IPC_RMID, nullptr);
}

void PostgresServer::freeze(bool still) {
  const int number = still ? SIGSTOP : SIGCONT;
  ::kill(server_->pid(), number);
  each_child(server_->pid(), [&](pid_t child) { ::kill(child, number); });
}

bool PostgresServer::answers() const { return PQstatus(connected(port_).get()) == CONNECTION_OK; }

std::string PostgresServer::ask(const std::string& sql) const {
  const auto connection = connected(port_);
  const std::unique_ptr<PGresult, Finish> result(PQexec(connection.get(), sql.c_str()));
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
    throw std::runtime_error(PQerrorMessage(connection.get()));
  return PQntuples(result.get()) > 0 ? PQgetvalue(result.get(), 0, 0) : "";
}

Pgbouncer::Pgbouncer(const PostgresServer& server) : port_(free_loopback_port()) {
  const fs::path config = folder_.path() / "pgbouncer.ini", log = folder_.path() / "log";
  std::ofstream(config) << fmt::format(
      "[databases]\n* = host={} port={} user={}\n[pgbouncer]\nlisten_addr = {}\nlisten_port = {}\n"
      "unix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 4\n",
      PostgresServer::host, server.port(), PostgresServer::user, PostgresServer::host, port_);
  fs::path program = fs::path(TENANTSCOPE_TOOLS) / "usr/sbin/pgbouncer";
  if (!fs::exists(program))
    program = "/usr/sbin/pgbouncer";
  give(config);
  program_ = std::make_unique<UnpackedProgram>(as_no_root({program, config}), log);
  await("pgbouncer", log, *program_,
        [this] { return PQstatus(connected(port_).get()) == CONNECTION_OK; });
}

}  // namespace tenantscope
