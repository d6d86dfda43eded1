// The page at `/`. Throws RefusedRequest.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "app/page/page.hpp"
#include "app/store/journal_reader.hpp"

namespace tenantscope {

// ?sort= (a column, with `-` before it the other way round) &state= &environment= &cloud= (asked)
// &label=NAME:VALUE &q= (part of a name) &offset= &refresh= (seconds)
boost::asio::awaitable<WebResponse> show_overview(PageSources sources, JournalReader& journal,
                                                  WebRequest request);

}  // namespace tenantscope
