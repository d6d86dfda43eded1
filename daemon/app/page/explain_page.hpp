// The page /explain: can HOST invite GUEST? Throws RefusedRequest.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "app/operations.hpp"
#include "app/page/page.hpp"

namespace tenantscope {

// As /api/v1/explain, but answered by what is known unless ?ask=now. Without host and guest: a form
// alone. What can't be answered is said on the page, with the form. REQUIRES: what is referred to
// outlives it.
boost::asio::awaitable<WebResponse> show_explain_page(PageSources sources,
                                                      const Operations& operations, bool anyone,
                                                      WebRequest request);

}  // namespace tenantscope
