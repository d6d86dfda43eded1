#include "domain/collaboration_rules.hpp"

#include <algorithm>
#include <array>

#include "domain/pages.hpp"

namespace tenantscope {
namespace {

using enum PairCapability;
using Kind = SideKind;
using Side = PairSide;

constexpr std::string_view page_2022 = pages::national_clouds_2022;
constexpr std::string_view page_2025 = pages::national_clouds_2025;
constexpr std::string_view page_settings = pages::cloud_settings;
constexpr std::string_view page_providers = pages::identity_providers;
constexpr std::string_view no_page = pages::none;

// One of each, either way.
bool between(Side a, Side b, bool (*one)(Side), bool (*other)(Side)) {
  return (one(a) && other(b)) || (one(b) && other(a));
}
bool usgov(Side side) { return side.usgov(); }
bool global(Side side) { return side.is(Kind::global); }
bool china(Side side) { return side.is(Kind::china); }
bool undocumented(Side side) { return side.is(Kind::usgov_undocumented); }
bool sovereign(Side side) { return side.is(Kind::sovereign); }

bool host_usg(Side host, Side) { return host.is(Kind::usgov_not_supported); }
bool guest_usg(Side, Side guest) { return guest.is(Kind::usgov_not_supported); }
bool host_unjudged(Side host, Side) { return host.is(Kind::unjudged); }
bool guest_unjudged(Side, Side guest) { return guest.is(Kind::unjudged); }
bool other_clouds(Side host, Side guest) {
  if (sovereign(host) && sovereign(guest))
    return host.cloud != guest.cloud;
  return sovereign(host) || sovereign(guest);
}
bool usgov_and_china(Side host, Side guest) { return between(host, guest, usgov, china); }
bool global_and_undocumented(Side host, Side guest) {
  return between(host, guest, global, undocumented);
}
bool global_and_usgov(Side host, Side guest) { return between(host, guest, global, usgov); }
bool global_and_china(Side host, Side guest) { return between(host, guest, global, china); }
bool both_global(Side host, Side guest) { return global(host) && global(guest); }
bool both_usgov_supported(Side host, Side guest) {
  return host.is(Kind::usgov_supported) && guest.is(Kind::usgov_supported);
}
bool both_usgov(Side host, Side guest) { return usgov(host) && usgov(guest); }
bool both_china(Side host, Side guest) { return china(host) && china(guest); }
bool both_sovereign(Side host, Side guest) { return sovereign(host) && sovereign(guest); }

constexpr std::string_view usg_host =
    "The host is an Azure US Government tenant with the region scope USG, which doesn't support "
    "B2B collaboration: it can invite nobody.";
constexpr std::string_view usg_guest =
    "The guest's tenant is an Azure US Government tenant with the region scope USG, which doesn't "
    "support B2B collaboration: the invitation "
    "fails or can't be redeemed.";
constexpr std::string_view unjudged_host =
    "Nothing is known of the host that the rules could judge by: it may live in a cloud that "
    "wasn't asked.";
constexpr std::string_view unjudged_guest =
    "Nothing is known of the guest's tenant that the rules could judge by: it may live in a cloud "
    "that wasn't asked.";
constexpr std::string_view boundary_2022 =
    "The two tenants are in different national clouds. In 2022, B2B collaboration wasn't supported "
    "across national cloud boundaries.";
constexpr std::string_view usgov_china_2025 =
    "One tenant is in Azure US Government, the other in the cloud operated by 21Vianet in China: "
    "no pair of clouds between which Microsoft "
    "supports B2B collaboration.";
constexpr std::string_view global_usgov_2025 =
    "One tenant is in the global cloud, the other in Azure US Government: it works if both sides "
    "have enabled the other's cloud in their "
    "Microsoft cloud settings and added each other by tenant ID. Where one side hasn't, users see "
    "AADSTS1000104.";
constexpr std::string_view global_china_2025 =
    "One tenant is in the global cloud, the other in the cloud operated by 21Vianet in China: it "
    "works if both sides have enabled the "
    "other's cloud in their Microsoft cloud settings and added each other by tenant ID. Where one "
    "side hasn't, users see AADSTS1000104.";
constexpr std::string_view undocumented_2025 =
    "One tenant is in the global cloud; the other is in Azure US Government with a region scope "
    "that is neither USGov nor USG: Microsoft "
    "documents no other value.";
constexpr std::string_view ordinary =
    "Both tenants are in the global cloud: ordinary B2B collaboration.";
constexpr std::string_view usgov_pair =
    "Both tenants are in Azure US Government, and both support B2B collaboration (region scope "
    "USGov).";
constexpr std::string_view usgov_undocumented =
    "Both tenants are in Azure US Government, but the region scope of one is neither USGov nor "
    "USG: Microsoft documents no other value.";
constexpr std::string_view china_2022 =
    "Both tenants are in the cloud operated by 21Vianet in China: the page of 2022 doesn't say "
    "whether B2B works there.";
constexpr std::string_view china_2025 =
    "Both tenants are in the cloud operated by 21Vianet in China, where guests from Microsoft "
    "Entra ID can be invited.";
constexpr std::string_view other_clouds_2025 =
    "The two tenants are in different clouds, and Microsoft's pages of today don't name this pair "
    "of clouds.";
constexpr std::string_view sovereign_pair =
    "Both tenants are in a national cloud for which Microsoft's page makes no statement about B2B.";

constexpr std::array pair_rules{
    PairRule{"pair-host-usg",
             host_usg,
             {not_supported, usg_host, page_2022},
             {not_supported, usg_host, page_2025}},
    PairRule{"pair-guest-usg",
             guest_usg,
             {not_supported, usg_guest, page_2022},
             {not_supported, usg_guest, page_2025}},
    PairRule{"pair-host-unjudged",
             host_unjudged,
             {unknown, unjudged_host, no_page},
             {unknown, unjudged_host, no_page}},
    PairRule{"pair-guest-unjudged",
             guest_unjudged,
             {unknown, unjudged_guest, no_page},
             {unknown, unjudged_guest, no_page}},
    PairRule{"pair-other-clouds",
             other_clouds,
             {not_supported, boundary_2022, page_2022},
             {unknown, other_clouds_2025, page_2025, page_settings}},
    PairRule{"pair-usgov-china",
             usgov_and_china,
             {not_supported, boundary_2022, page_2022},
             {not_supported, usgov_china_2025, page_2025, page_settings}},
    PairRule{"pair-global-usgov-undocumented",
             global_and_undocumented,
             {not_supported, boundary_2022, page_2022},
             {unknown, undocumented_2025, page_2025}},
    PairRule{"pair-global-usgov",
             global_and_usgov,
             {not_supported, boundary_2022, page_2022},
             {conditional, global_usgov_2025, page_2025, page_settings}},
    PairRule{"pair-global-china",
             global_and_china,
             {not_supported, boundary_2022, page_2022},
             {conditional, global_china_2025, page_2025, page_settings}},
    PairRule{"pair-global",
             both_global,
             {supported, ordinary, page_2022},
             {supported, ordinary, page_2025}},
    PairRule{"pair-usgov",
             both_usgov_supported,
             {supported, usgov_pair, page_2022},
             {supported, usgov_pair, page_2025}},
    PairRule{"pair-usgov-undocumented",
             both_usgov,
             {unknown, usgov_undocumented, page_2022},
             {unknown, usgov_undocumented, page_2025}},
    PairRule{"pair-china",
             both_china,
             {unknown, china_2022, page_2022},
             {supported, china_2025, page_2025}},
    PairRule{"pair-sovereign",
             both_sovereign,
             {unknown, sovereign_pair, page_2022},
             {unknown, sovereign_pair, page_2025}},
};

using enum IdentityProvider;

constexpr std::string_view microsoft_ordinary =
    "The host is in the global cloud, where guests with Microsoft accounts can be invited.";
constexpr std::string_view google_ordinary =
    "The host is in the global cloud, where guests with Google accounts can be invited.";
constexpr std::string_view otp_ordinary =
    "The host is in the global cloud, where guests can be invited who sign in with a one-time "
    "passcode by email.";
constexpr std::string_view saml_ordinary =
    "The host is in the global cloud, where guests of a SAML/WS-Fed identity provider can be "
    "invited.";
constexpr std::string_view saml_2022 =
    "The page of 2022 doesn't say whether guests of a SAML/WS-Fed identity provider can be "
    "invited.";
constexpr std::string_view microsoft_usgov =
    "The host is an Azure US Government tenant that supports B2B collaboration, with Microsoft "
    "accounts too.";
constexpr std::string_view google_usgov =
    "The host is an Azure US Government tenant that supports B2B collaboration, with Google "
    "accounts too.";
constexpr std::string_view otp_usgov =
    "The host is an Azure US Government tenant that supports B2B collaboration, with one-time "
    "passcodes by email too.";
constexpr std::string_view saml_usgov =
    "The host is an Azure US Government tenant: it can invite users of other Azure US Government "
    "tenants and of social identity providers; "
    "outside of these groups invitations fail.";
constexpr std::string_view china_identity_2022 =
    "The host is in the cloud operated by 21Vianet in China: the page of 2022 doesn't say whom it "
    "can invite.";
constexpr std::string_view china_identity_2025 =
    "The host is in the cloud operated by 21Vianet in China, which accepts guests from Microsoft "
    "Entra ID and from SAML/WS-Fed identity "
    "providers only.";
constexpr std::string_view federation =
    "The host has to set up the federation with the identity provider first.";
constexpr std::string_view microsoft_limit =
    "Guests with Microsoft accounts can't redeem direct links to the Azure portal and can't sign "
    "in to it, nor to the Microsoft Entra admin center.";

constexpr std::array identity_rules{
    IdentityRule{"identity-global-microsoft",
                 Kind::global,
                 microsoft,
                 {supported, microsoft_ordinary, page_2022},
                 {supported, microsoft_ordinary, page_2025, page_providers},
                 ""},
    IdentityRule{"identity-global-google",
                 Kind::global,
                 google,
                 {supported, google_ordinary, page_2022},
                 {supported, google_ordinary, page_2025, page_providers},
                 federation},
    IdentityRule{"identity-global-email-otp",
                 Kind::global,
                 email_otp,
                 {supported, otp_ordinary, page_2022},
                 {supported, otp_ordinary, page_2025, page_providers},
                 ""},
    IdentityRule{"identity-global-saml",
                 Kind::global,
                 saml,
                 {unknown, saml_2022, page_2022},
                 {supported, saml_ordinary, page_2025, page_providers},
                 federation},
    IdentityRule{"identity-usgov-microsoft",
                 Kind::usgov_supported,
                 microsoft,
                 {supported, microsoft_usgov, page_2022},
                 {supported, microsoft_usgov, page_2025},
                 microsoft_limit},
    IdentityRule{"identity-usgov-google",
                 Kind::usgov_supported,
                 google,
                 {supported, google_usgov, page_2022},
                 {supported, google_usgov, page_2025},
                 federation},
    IdentityRule{"identity-usgov-email-otp",
                 Kind::usgov_supported,
                 email_otp,
                 {supported, otp_usgov, page_2022},
                 {supported, otp_usgov, page_2025},
                 ""},
    IdentityRule{"identity-usgov-saml",
                 Kind::usgov_supported,
                 saml,
                 {not_supported, saml_usgov, page_2022},
                 {not_supported, saml_usgov, page_2025},
                 ""},
    IdentityRule{"identity-china-microsoft",
                 Kind::china,
                 microsoft,
                 {unknown, china_identity_2022, page_2022},
                 {not_supported, china_identity_2025, page_2025},
                 ""},
    IdentityRule{"identity-china-google",
                 Kind::china,
                 google,
                 {unknown, china_identity_2022, page_2022},
                 {not_supported, china_identity_2025, page_2025},
                 ""},
    IdentityRule{"identity-china-email-otp",
                 Kind::china,
                 email_otp,
                 {unknown, china_identity_2022, page_2022},
                 {not_supported, china_identity_2025, page_2025},
                 ""},
    IdentityRule{"identity-china-saml",
                 Kind::china,
                 saml,
                 {unknown, china_identity_2022, page_2022},
                 {supported, china_identity_2025, page_2025},
                 federation},
};

// A host that no row of an identity fits.
constexpr IdentityRule unjudged_identity{"identity-unjudged",
                                         Kind::unjudged,
                                         microsoft,
                                         {unknown, unjudged_host, no_page},
                                         {unknown, unjudged_host, no_page},
                                         ""};
constexpr std::string_view undocumented_host =
    "The host is in Azure US Government, but its region scope is neither USGov nor USG: Microsoft "
    "documents no other value.";
constexpr IdentityRule undocumented_identity{"identity-usgov-undocumented",
                                             Kind::usgov_undocumented,
                                             microsoft,
                                             {unknown, undocumented_host, page_2022},
                                             {unknown, undocumented_host, page_2025},
                                             ""};
constexpr std::string_view sovereign_host =
    "The host is in a national cloud for which Microsoft's page makes no statement about B2B.";
constexpr IdentityRule sovereign_identity{"identity-sovereign",
                                          Kind::sovereign,
                                          microsoft,
                                          {unknown, sovereign_host, page_2022},
                                          {unknown, sovereign_host, page_2025},
                                          ""};
constexpr IdentityRule usg_identity{"pair-host-usg",
                                    Kind::usgov_not_supported,
                                    microsoft,
                                    {not_supported, usg_host, page_2022},
                                    {not_supported, usg_host, page_2025},
                                    ""};

}  // namespace

Side side_of(const Finding* finding) {
  switch (classify(finding)) {
    case TenantClass::usgov_supported:
      return {Kind::usgov_supported, {}};
    case TenantClass::usgov_not_supported:
      return {Kind::usgov_not_supported, {}};
    case TenantClass::usgov_undocumented:
      return {Kind::usgov_undocumented, {}};
    case TenantClass::global:
      return {Kind::global, {}};
    case TenantClass::china:
      return {Kind::china, {}};
    case TenantClass::sovereign:
      return {Kind::sovereign, finding->cloud};
    case TenantClass::global_unscoped:
    case TenantClass::unrecognised:
    case TenantClass::not_found:
    case TenantClass::never_seen:
      break;
  }
  return {Kind::unjudged, {}};
}

const IdentityRule& identity_rule_for(Kind host, IdentityProvider guest) {
  for (const IdentityRule* rule :
       {&usg_identity, &undocumented_identity, &sovereign_identity, &unjudged_identity})
    if (rule->host == host)
      return *rule;
  return *std::ranges::find_if(identity_rules, [&](const IdentityRule& rule) {
    return rule.host == host && rule.guest == guest;
  });
}

const PairRule& pair_rule_for(Side host, Side guest) {
  return *std::ranges::find_if(pair_rules,
                               [&](const PairRule& row) { return row.fits(host, guest); });
}

}  // namespace tenantscope
