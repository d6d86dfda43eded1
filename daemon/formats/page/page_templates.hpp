// The pages' templates, as they stand in formats/page/templates/, each with the parts that it names
// by {{> part}} in it: these are put in when the program is built. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace tenantscope {

enum class PageTemplate : std::size_t {
  overview,
  tenant,
  missing,
  pairs,
  explain,
  events,
  replicas
};

std::string_view text_of(PageTemplate page);

// The text between the <style> tags of each page.
std::string_view page_style();

}  // namespace tenantscope
