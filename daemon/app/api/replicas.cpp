#include "app/api/replicas.hpp"

#include <fmt/format.h>

#include "app/api/answer.hpp"
#include "formats/replicas_json.hpp"

namespace tenantscope {

const Fleet& shared_fleet(const Fleet* fleet) {
  if (!fleet)
    throw RefusedRequest{404,
                         "there are no replicas: this daemon has its storage for itself, as it "
                         "isn't in PostgreSQL"};
  return *fleet;
}

WebResponse list_replicas(const Fleet* fleet) {
  const Fleet& shared = shared_fleet(fleet);
  const std::optional<Replicas> replicas = shared.replicas();
  if (!replicas)
    throw RefusedRequest{503, fmt::format("the storage hasn't answered for {}: who is there can't "
                                          "be known",
                                          to_string(shared.lease()))};
  return success(replicas_json(*replicas, shared.self()));
}

}  // namespace tenantscope
