#include "app/api/coding.hpp"

#include "base/clock.hpp"
#include "base/text/accept.hpp"
#include "formats/exposition.hpp"
#include "web/gzip.hpp"

namespace tenantscope {
namespace {

constexpr std::size_t least_bytes = 1024;

bool negotiated(const WebResponse& response) {
  return response.content_type == content_type(ExpositionFormat::text) ||
         response.content_type == content_type(ExpositionFormat::openmetrics);
}

// Another body's pieces as one gzip member.
class GzipBody : public WebBody {
 public:
  GzipBody(std::unique_ptr<WebBody> plain, CodedBlocks& blocks)
      : plain_(std::move(plain)), blocks_(blocks) {}

  WebPiece next() override {
    if (stage_ == Stage::over)
      return {};
    out_ = stage_ == Stage::head ? GzipMember::head() : std::string_view{};
    stage_ = Stage::blocks;
    const WebPiece piece = plain_->next();
    if (piece.text.empty()) {
      stage_ = Stage::over;
      out_ += member_.tail();
    } else {
      const GzipBlock& block = blocks_.code(piece, steady_now());
      member_.add(block);
      out_ += block.deflated;
    }
    return {.text = out_};
  }

 private:
  enum class Stage { head, blocks, over };

  std::unique_ptr<WebBody> plain_;
  CodedBlocks& blocks_;
  GzipMember member_;
  Stage stage_ = Stage::head;
  std::string out_;
};

}  // namespace

WebResponse coded(WebResponse response, std::string_view accept_encoding, CodedBlocks& blocks) {
  blocks.drop_unused(steady_now());
  response.headers.emplace_back(
      "Vary", negotiated(response) ? "Accept, Accept-Encoding" : "Accept-Encoding");
  const CodingChoice choice = choose_coding(accept_encoding);
  if (choice.coding == ContentCoding::none)
    return response;
  if (response.pieces) {
    response.pieces = std::make_unique<GzipBody>(std::move(response.pieces), blocks);
  } else {
    if (response.body.empty() || (response.body.size() < least_bytes && !choice.required))
      return response;
    response.body = gzip(response.body);
  }
  response.headers.emplace_back("Content-Encoding", "gzip");
  return response;
}

}  // namespace tenantscope
