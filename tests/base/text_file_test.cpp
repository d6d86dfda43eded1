#include "base/text_file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

#include "base/clock.hpp"
#include "support/temporary_folder.hpp"

namespace tenantscope {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr Duration soon = 5s;

// The text, or "! " and why there is none.
std::string shown(const Result<std::string>& text) {
  return text ? *text : "! " + text.error().detail;
}

class TextFile : public testing::Test {
 protected:
  fs::path path(const std::string& name) const { return folder_.path() / name; }
  fs::path write(const std::string& text) const {
    std::ofstream(path("f"), std::ios::binary) << text;
    return path("f");
  }
  fs::path fifo() const {
    EXPECT_EQ(::mkfifo(path("fifo").c_str(), 0600), 0);
    return path("fifo");
  }

 protected:
  const FileLimits impatient_{.patience = 20ms};

 private:
  TemporaryFolder folder_;
};

// Writes to a FIFO in pieces once somebody reads, from a thread of its own, until nobody does.
class Writer {
 public:
  Writer(fs::path fifo, std::string piece, std::size_t pieces, Duration pause = 0ms)
      : fifo_(std::move(fifo)), piece_(std::move(piece)), pieces_(pieces), pause_(pause) {
    static_cast<void>(::signal(SIGPIPE, SIG_IGN));
    thread_ = std::thread([this] { write(); });
  }
  ~Writer() {
    needless_ = true;
    thread_.join();
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  std::size_t written() const { return written_; }

 private:
  void write() {
    int file = -1;
    while (file < 0 && !needless_) {
      file = ::open(fifo_.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK);
      if (file < 0)
        std::this_thread::sleep_for(1ms);
    }
    ::fcntl(file, F_SETFL, 0);  // from here on it waits for its reader
    for (std::size_t i = 0; i < pieces_; ++i) {
      if (::write(file, piece_.data(), piece_.size()) != ssize_t(piece_.size()))
        break;
      written_ += piece_.size();
      std::this_thread::sleep_for(pause_);
    }
    ::close(file);
  }

  const fs::path fifo_;
  const std::string piece_;
  const std::size_t pieces_;
  const Duration pause_;
  std::atomic<bool> needless_ = false;
  std::atomic<std::size_t> written_ = 0;
  std::thread thread_;
};

TEST_F(TextFile, IsReadWhole) {
  std::string text(200'000, 'x');
  text += std::string("\0\n", 2);
  EXPECT_EQ(shown(read_text_file(write(text))), text);
  EXPECT_EQ(shown(read_text_file(write(""))), "");
  EXPECT_TRUE(shown(read_text_file("/proc/self/status")).starts_with("Name:")) << "its size is 0";
}

TEST_F(TextFile, HasToBeAFile) {
  EXPECT_EQ(shown(read_text_file(path("none"))), "! No such file or directory");
  EXPECT_EQ(shown(read_text_file(path(""))), "! it is a folder");
  const std::string device = "! it is a device; it has to be a file, or a pipe with an end";
  EXPECT_EQ(shown(read_text_file("/dev/zero")), device);
  EXPECT_EQ(shown(read_text_file("/dev/null")), device);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  std::strncpy(address.sun_path, path("s").c_str(), sizeof address.sun_path - 1);
  const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(shown(read_text_file(path("s"))),
            "! it is a socket; it has to be a file, or a pipe with an end");
  ::close(listener);
}

TEST_F(TextFile, IsRefusedWhereItIsTooLarge) {
  const fs::path file = write("12345");
  EXPECT_EQ(shown(read_text_file(file, {.bytes = 5})), "12345");
  EXPECT_EQ(shown(read_text_file(file, {.bytes = 4})), "! it is over 0 KiB, the most that is read");
  fs::resize_file(file, 64 * mib + 1);
  EXPECT_EQ(shown(read_text_file(file)), "! it is over 64 MiB, the most that is read");
}

TEST_F(TextFile, MayBeAPipeWithAnEnd) {
  const fs::path pipe = fifo();
  const std::string piece(10'000, 'p');
  {
    const Writer writer(pipe, piece, 30, 1ms);
    EXPECT_EQ(shown(read_text_file(pipe)).size(), 300'000u);
  }
  const Writer nothing(pipe, "", 1);
  EXPECT_EQ(shown(read_text_file(pipe)), "") << "somebody opened it, and wrote nothing";
}

TEST_F(TextFile, MayBeAnInheritedPipe) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  ASSERT_EQ(::write(ends[1], "text", 4), 4);
  ::close(ends[1]);
  EXPECT_EQ(shown(read_text_file("/dev/fd/" + std::to_string(ends[0]))), "text");
  ::close(ends[0]);
}

TEST_F(TextFile, IsAnErrorWhereNobodyWrites) {
  const auto begin = steady_now();
  EXPECT_EQ(shown(read_text_file(fifo(), impatient_)),
            "! it is a pipe that nobody wrote to within 20ms");
  EXPECT_LT(steady_now() - begin, soon);
  EXPECT_LT(FileLimits{}.patience, soon);
}

TEST_F(TextFile, IsAnErrorWhereAPipeHasNoEnd) {
  const fs::path pipe = fifo();
  const auto begin = steady_now();
  {
    const Writer slow(pipe, "x", std::size_t(-1), 1ms);
    EXPECT_EQ(shown(read_text_file(pipe, impatient_)),
              "! it is a pipe that didn't end within 20ms");
  }
  const Writer endless(pipe, std::string(64 * kib, 'x'), std::size_t(-1));
  EXPECT_EQ(shown(read_text_file(pipe)), "! it is over 24 MiB, the most that is read");
  EXPECT_LE(endless.written(), largest_pipe + mib);
  EXPECT_LT(steady_now() - begin, 2 * soon);
}

TEST_F(TextFile, WaitsNoLongerThanItIsWaitedFor) {
  int asked = 0;
  EXPECT_EQ(shown(read_text_file(fifo(), {.cancelled = [&] { return ++asked == 2; }})),
            "! reading was cancelled");
  EXPECT_EQ(asked, 2);
}

}  // namespace
}  // namespace tenantscope
