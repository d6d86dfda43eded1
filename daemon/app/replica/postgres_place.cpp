#include "app/replica/postgres_place.hpp"

#include "config/secret_file.hpp"

namespace tenantscope {

PgSettings place_of(const PostgresSettings& given) {
  PgSettings place{.hosts = {},
                   .database = given.database,
                   .user = given.user,
                   .ca_file = given.ca_file,
                   .client_certificate_file = given.client_certificate_file,
                   .client_key_file = given.client_key_file,
                   .schema = given.schema};
  for (const PostgresHost& host : given.hosts)
    place.hosts.push_back({.name = host.name, .port = host.port});
  if (!given.password_file.empty())
    place.password = [file = given.password_file] { return read_secret(file); };
  return place;
}

}  // namespace tenantscope
