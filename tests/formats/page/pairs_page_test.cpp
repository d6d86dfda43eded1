#include "formats/page/pairs_page.hpp"

#include <gtest/gtest.h>

#include "formats/page/page_samples.hpp"

namespace tenantscope {
namespace {

using samples::has;

std::string paired(const PairsPage& pairs) { return pairs_html(pairs, samples::frame()); }

TEST(PairsPage, HasAMatrixForEachCollaboration) {
  PairMatrix matrix = samples::matrix("joint");
  matrix.hosts = {"a.example", "b.example"};
  matrix.guests = {"a.example", "identity:google"};
  matrix.cells = {{{}, {PairCapability::supported, "explain?host=a&guest=g"}},
                  {{PairCapability::not_supported, "explain?host=b&guest=a"},
                   {PairCapability::conditional, "explain?host=b&guest=g"}}};
  const std::string page = paired({.collaborations = 1, .matrices = {matrix}});
  for (const std::string part :
       {"<title>Pairs, 1 not supported · tenantscope</title>",
        "<h2 id=\"collaboration-1\"><bdi>joint</bdi></h2>",
        "<th scope=\"col\"><bdi>identity:google</bdi></th>",
        "<th scope=\"row\"><bdi>b.example</bdi></th>",
        "<td><span class=\"soft\">itself</span></td>",
        "<td><a href=\"./explain?host=b&amp;guest=a\"><span class=\"state "
        "bad\">not_supported</span></a></td>",
        "<li><bdi>b.example</bdi> invites <bdi>identity:google</bdi>: <a "
        "href=\"./explain?host=b&amp;guest=g\">",
        "<li>1 <span class=\"state mind\">conditional</span></li>", "2 hosts and 3 guests more"})
    EXPECT_TRUE(has(page, part)) << part << "\n" << page;
  EXPECT_EQ(samples::forbidden(page), "");
  EXPECT_FALSE(has(page, "aria-label=\"More collaborations\""));
}

TEST(PairsPage, IsInParts) {
  const std::string page =
      paired({.collaborations = 9, .offset = 3, .matrices = {samples::matrix("x")}});
  EXPECT_TRUE(has(page, "id=\"collaboration-4\"")) << page;
  EXPECT_TRUE(has(page, "<a href=\"./pairs?offset=0\">"));
  EXPECT_TRUE(has(page, "<a href=\"./pairs?offset=4\" rel=\"next\">"));
}

TEST(PairsPage, SaysWhatToDoWhereItIsEmpty) {
  const std::string page = paired({});
  EXPECT_TRUE(has(page, "<title>Pairs · tenantscope</title>"));
  EXPECT_TRUE(has(page, "None is declared. Name hosts and guests under"));
  EXPECT_EQ(samples::forbidden(page), "");
}

}  // namespace
}  // namespace tenantscope
