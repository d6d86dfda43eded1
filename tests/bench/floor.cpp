// The least that a server can do for a scrape: it has each line's text up to the value, and renders
// and sends them by blocks. usage: bench_floor PORT EXPOSITION    (another exporter's answer, whose
// lines it then has)
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr std::size_t block_lines = 1000;
constexpr std::size_t longest_value = 32;

struct Line {
  std::uint32_t end = 0;  // of its text
  double value = std::nan("");
};

struct Lines {
  std::string text;
  std::vector<Line> lines;
};

Lines read_lines(const char* file) {
  std::ifstream stream(file);
  Lines read;
  for (std::string line; std::getline(stream, line);) {
    Line kept;
    const auto space = line.rfind(' ');
    if (!line.starts_with('#') && space != std::string::npos) {
      kept.value = std::stod(line.substr(space + 1));
      line.resize(space + 1);
    }
    read.text += line;
    kept.end = std::uint32_t(read.text.size());
    read.lines.push_back(kept);
  }
  return read;
}

char* render(char* out, std::string_view text, double value) {
  std::memcpy(out, text.data(), text.size());
  out += text.size();
  const auto whole = std::int64_t(value);
  if (double(whole) == value)
    out = std::to_chars(out, out + longest_value, whole).ptr;
  else if (!std::isnan(value))
    out = std::to_chars(out, out + longest_value, value).ptr;
  *out++ = '\n';
  return out;
}

bool send_all(int client, const char* data, std::size_t size) {
  while (size > 0) {
    const auto sent = ::send(client, data, size, MSG_NOSIGNAL);
    if (sent <= 0)
      return false;
    data += sent;
    size -= std::size_t(sent);
  }
  return true;
}

void answer(int client, const Lines& lines, std::vector<char>& block) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i < lines.lines.size();) {
    const std::size_t end = std::min(i + block_lines, lines.lines.size());
    block.resize(lines.lines[end - 1].end - begin + block_lines * (longest_value + 1));
    char* out = block.data();
    for (; i < end; ++i) {
      const Line& line = lines.lines[i];
      out = render(out, std::string_view(lines.text).substr(begin, line.end - begin), line.value);
      begin = line.end;
    }
    if (!send_all(client, block.data(), std::size_t(out - block.data())))
      return;
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3)
    return 2;
  const Lines lines = read_lines(argv[2]);
  const int server = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{.sin_family = AF_INET,
                      .sin_port = htons(std::uint16_t(std::stoi(argv[1]))),
                      .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
  if (::bind(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(server, 16) != 0)
    return 1;
  std::vector<char> block;
  for (;;) {
    const int client = ::accept(server, nullptr, nullptr);
    char request[8192];
    if (::recv(client, request, sizeof request, 0) > 0) {
      constexpr std::string_view head =
          "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nConnection: close\r\n\r\n";
      if (send_all(client, head.data(), head.size()))
        answer(client, lines, block);
    }
    ::shutdown(client, SHUT_WR);
    ::close(client);
  }
}
