#include "config/collaboration_list.hpp"

#include <gtest/gtest.h>

#include "config/config_findings.hpp"

namespace tenantscope {
namespace {

Settings settings_of(const std::string& config) {
  const ConfigFolder folder(config);
  LoadedConfig loaded = folder.load();
  for (const std::string& error : folder.shown(loaded.errors))
    ADD_FAILURE() << error;
  return std::move(loaded.settings);
}

std::string shown(const CollaborationGuest& guest) {
  if (const auto* identity = std::get_if<IdentityProvider>(&guest))
    return "identity:" + std::string(to_string(*identity));
  const auto& member = std::get<CollaborationMember>(guest);
  return member.shown + " is " + to_string(member.key);
}

TEST(Collaborations, AreReadWithTheirMembers) {
  const Settings settings = settings_of(R"(
probe: {interval: 7m}
tenants:
  - {name: agency.example, cloud: usgov, interval: 1m}
  - {name: twice.example}
  - {name: twice.example, cloud: china}
collaborations:
  - name: joint programme
    hosts: [Agency.example, twice.example@china]
    guests: [partner.example, bücher.example@usgov, "identity:email_otp", twice.example@global]
    cross_cloud: enabled
  - {name: other, hosts: [partner.example], guests: [agency.example]}
)");
  ASSERT_EQ(settings.collaborations.size(), 2u);
  const CollaborationSettings& joint = settings.collaborations[0];
  EXPECT_EQ(joint.name, "joint programme");
  EXPECT_EQ(joint.cross_cloud, CrossCloud::enabled);
  ASSERT_EQ(joint.hosts.size(), 2u);
  EXPECT_EQ(shown(joint.hosts[0]), "agency.example is agency.example@usgov")
      << "as it is configured";
  EXPECT_EQ(shown(joint.hosts[1]), "twice.example@china is twice.example@china");
  ASSERT_EQ(joint.guests.size(), 4u);
  EXPECT_EQ(shown(joint.guests[0]), "partner.example is partner.example@global");
  EXPECT_EQ(shown(joint.guests[1]), "xn--bcher-kva.example@usgov is xn--bcher-kva.example@usgov");
  EXPECT_EQ(shown(joint.guests[2]), "identity:email_otp");
  EXPECT_EQ(shown(joint.guests[3]), "twice.example@global is twice.example@global");
  EXPECT_EQ(settings.collaborations[1].cross_cloud, CrossCloud::unset);

  std::vector<std::string> watched;
  for (const TenantSettings& tenant : settings.tenants)
    watched.push_back(to_string(tenant.key) + " " + to_string(tenant.probe.interval));
  EXPECT_EQ(watched,
            (std::vector<std::string>{"agency.example@usgov 1m", "twice.example@global 7m",
                                      "twice.example@china 7m", "partner.example@global 7m",
                                      "xn--bcher-kva.example@usgov 7m"}));
}

TEST(Collaborations, SayWhatIsWrong) {
  expect_findings({
      {"collaborations: {name: a}\n", {"c:1:17: `collaborations` has to be a list, not a map"}},
      {"collaborations: [a]\n", {"c:1:18: a collaboration has to be a map, not a single value"}},
      {"collaborations: [{}]\n",
       {"c:1:18: a collaboration needs `guests`", "c:1:18: a collaboration needs `hosts`",
        "c:1:18: a collaboration needs a `name`"}},
      {"collaborations: [{name: \"\", hosts: [], guests: []}]\n",
       {"c:1:25: a collaboration's `name` can't be empty",
        "c:1:36: `hosts` needs at least one member", "c:1:48: `guests` needs at least one member"}},
      {"collaborations:\n  - {name: a, hosts: [a.example], guests: [b.example]}\n  - {name: a, "
       "hosts: [a.example], guests: [b.example]}\n",
       {"c:3:12: there is a collaboration `a` already"}},
      {"collaborations: [{name: a, hosts: [\"identity:saml\"], guests: [\"identity:facebook\", "
       "common, [b]]}]\n",
       {"c:1:36: only a guest can be an identity: a host is a tenant",
        "c:1:63: unknown identity `facebook`; the identities are: microsoft, google, email_otp, "
        "saml",
        "c:1:84: `common` can't be a tenant: a pseudo tenant, which stands for no single tenant",
        "c:1:92: a member has to be a text, not a list"}},
      {"collaborations: [{name: a, hosts: [a.example@usgv], guests: [a.example, A.example], "
       "cross_cloud: on, crosscloud: x}]\n",
       {"c:1:36: unknown cloud `usgv`, did you mean `usgov`?", "c:1:73: `A.example` is there twice",
        "c:1:98: `cross_cloud` has to be enabled, disabled or unset, not `on`",
        "c:1:102: unknown key `crosscloud`, did you mean `cross_cloud`?"}},
      {"collaborations: [{name: a, hosts: [anna@A.example], guests: [\"https://b.example/\"]}]\n",
       {"c:1:36: an e-mail address is no tenant: write its domain, `a.example`",
        "c:1:62: a URL is no tenant: write its host, `b.example`"}},
      {"tenants: [{name: a.example}, {name: a.example, cloud: china}]\ncollaborations: [{name: a, "
       "hosts: [a.example], guests: [b.example]}]\n",
       {"c:2:36: `a.example` is asked in several clouds: write which one, as a.example@china"}},
  });
}

}  // namespace
}  // namespace tenantscope
