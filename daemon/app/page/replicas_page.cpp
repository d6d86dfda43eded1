#include "app/page/replicas_page.hpp"

#include <utility>

#include "app/api/replicas.hpp"
#include "formats/page/replicas_page.hpp"

namespace tenantscope {

WebResponse show_replicas(const PageSources& sources, const WebRequest& request) {
  const Fleet& fleet = shared_fleet(sources.fleet);
  PageFrame frame = begin_page(sources, request);
  const ReplicasPage page{
      .self = fleet.self(), .lease = fleet.lease(), .replicas = fleet.replicas()};
  return page_answer(replicas_html(page, std::move(frame)));
}

}  // namespace tenantscope
