// What changes something: reload, drill, redeliver. And who may: who comes by the control socket,
// has a login or a trusted certificate; with --web.enable-lifecycle whoever can connect, but no
// browser for a page. Throws RefusedRequest.
#pragma once

#include <boost/asio/awaitable.hpp>

#include "app/operations.hpp"
#include "app/table.hpp"
#include "web/access/audit_log.hpp"
#include "web/server.hpp"

namespace tenantscope {

// Whether the request is this machine's own: neither passed on by a proxy nor made by a browser for
// some page.
bool from_this_machine(const WebRequest& request);

// POST /-/reload, /api/v1/drill, /api/v1/redeliver. `lifecycle`: --web.enable-lifecycle.
bool is_operation(const WebRequest& request);
bool is_reload(const WebRequest& request);

// An operation's line in the audit log, once it is answered with `status`.
void record(AuditLog& audit, const WebRequest& request, unsigned status);

// A standby reloads itself, and has the active replica do the rest.
boost::asio::awaitable<WebResponse> operate(const Operations& operations, const Table& table,
                                            bool lifecycle, WebRequest request);

}  // namespace tenantscope
