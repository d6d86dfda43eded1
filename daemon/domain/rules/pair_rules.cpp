#include "domain/rules/collaboration_rules.hpp"

#include <algorithm>
#include <array>

#include "domain/pages.hpp"
#include "domain/rules/rule_texts.hpp"

namespace tenantscope {
namespace {

using enum PairCapability;
using Kind = SideKind;
using Side = PairSide;

constexpr std::array by_page_2022{pages::national_clouds_2022};
constexpr std::array by_page_2025{pages::national_clouds_2025};
constexpr std::array by_settings_2025{pages::national_clouds_2025, pages::cloud_settings_2025};
constexpr std::array by_settings_2026{pages::national_clouds_2025, pages::cloud_settings_2026};
constexpr std::array by_matrix_2026{pages::national_clouds_2025, pages::cross_cloud_2026};
constexpr std::array by_cross_cloud_2026{pages::cloud_settings_2026, pages::cross_cloud_2026,
                                         pages::cross_tenant_access_2026, pages::error_codes_2025};
constexpr std::array by_none{pages::none};

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

constexpr std::string_view usg_guest =
    "The guest's tenant is an Azure US Government tenant with the region scope USG, which doesn't "
    "support B2B collaboration: the invitation "
    "fails or can't be redeemed.";
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
constexpr std::string_view usgov_china_2026 =
    "One tenant is in Azure US Government, the other in the cloud operated by 21Vianet in China: "
    "Microsoft's matrix of clouds says that B2B collaboration between them isn't supported.";
constexpr std::string_view global_usgov_2025 =
    "One tenant is in the global cloud, the other in Azure US Government: it works if both sides "
    "have enabled the other's cloud in their Microsoft cloud settings and added each other by "
    "tenant ID. Where the guest's home tenant hasn't, users see AADSTS1000104.";
constexpr std::string_view global_china_2025 =
    "One tenant is in the global cloud, the other in the cloud operated by 21Vianet in China: it "
    "works if both sides have enabled the other's cloud in their Microsoft cloud settings and "
    "added each other by tenant ID. Where the guest's home tenant hasn't, users see AADSTS1000104.";
constexpr std::string_view global_usgov_2026 =
    "One tenant is in the global cloud, the other in Azure US Government: it works only if both "
    "sides have enabled the other's cloud in their Microsoft cloud settings and added each other "
    "by tenant ID, the host with inbound access, the guest's home tenant with outbound access. "
    "Where the guest's home tenant hasn't enabled the host's cloud, users see AADSTS1000104.";
constexpr std::string_view global_china_2026 =
    "One tenant is in the global cloud, the other in the cloud operated by 21Vianet in China: it "
    "works only if both sides have enabled the other's cloud in their Microsoft cloud settings and "
    "added each other by tenant ID, the host with inbound access, the guest's home tenant with "
    "outbound access. Where the guest's home tenant hasn't enabled the host's cloud, users see "
    "AADSTS1000104.";
constexpr std::string_view undocumented_2025 =
    "One tenant is in the global cloud; the other is in Azure US Government with a region scope "
    "that is neither USGov nor USG: Microsoft "
    "documents no other value.";
constexpr std::string_view ordinary =
    "Both tenants are in the global cloud: ordinary B2B collaboration.";
constexpr std::string_view usgov_pair =
    "Both tenants are in Azure US Government, and both support B2B collaboration (region scope "
    "USGov).";
constexpr std::string_view usgov_pair_2026 =
    "Both tenants are in Azure US Government, and both support B2B collaboration (region scope "
    "USGov). GCC High, DoD and Azure Government are one cloud.";
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

constexpr std::string_view limit_outbound_refused =
    "AADSTS500212 means that the outbound access of the guest's home tenant refuses.";
constexpr std::string_view limit_inbound_refused =
    "AADSTS500213 means that the host's inbound access refuses.";
constexpr std::string_view limit_mail =
    "The guest is invited by user principal name, and the guest's `mail` has to equal it.";
constexpr std::string_view limit_blocks =
    "Enabling a cloud lets nobody in by itself: it blocks every organisation in it until that "
    "organisation is added.";
constexpr std::string_view limit_as_guest =
    "Where Teams is wanted, add the guest as a guest, not as a member (user type Guest).";
constexpr std::string_view limit_shared_channels =
    "Shared channels of Teams (B2B direct connect) don't work across clouds.";
constexpr std::string_view limit_chat =
    "Teams chat and anonymous meetings need no trust between the tenants at all.";
constexpr std::string_view limit_sharepoint =
    "SharePoint of a host that was made before June 2023 needs EnableAzureADB2BIntegration.";
constexpr std::array global_usgov_limits{
    limit_mail,
    limit_blocks,
    limit_as_guest,
    limit_shared_channels,
    limit_chat,
    limit_sharepoint,
    std::string_view("Virtual desktops, Power Apps, Forms and the Azure Government portal don't "
                     "work for such guests."),
    limit_outbound_refused,
    limit_inbound_refused};
constexpr std::array global_china_limits{
    limit_mail,
    limit_blocks,
    limit_as_guest,
    limit_shared_channels,
    limit_chat,
    limit_sharepoint,
    std::string_view("Virtual desktops, Power Apps and Forms don't work for such guests."),
    limit_outbound_refused,
    limit_inbound_refused};

constexpr std::array pair_rules{
    PairRule{"pair-host-usg",
             host_usg,
             {{not_supported, texts::usg_host, by_page_2022},
              {not_supported, texts::usg_host, by_page_2025},
              Judgement{not_supported, texts::usg_host_2026, by_page_2025}}},
    PairRule{"pair-guest-usg",
             guest_usg,
             {{not_supported, usg_guest, by_page_2022}, {not_supported, usg_guest, by_page_2025}}},
    PairRule{"pair-host-unjudged",
             host_unjudged,
             {{unknown, texts::unjudged_host, by_none}, {unknown, texts::unjudged_host, by_none}}},
    PairRule{"pair-guest-unjudged",
             guest_unjudged,
             {{unknown, unjudged_guest, by_none}, {unknown, unjudged_guest, by_none}}},
    PairRule{"pair-other-clouds",
             other_clouds,
             {{not_supported, boundary_2022, by_page_2022},
              {unknown, other_clouds_2025, by_settings_2025},
              Judgement{unknown, other_clouds_2025, by_settings_2026}}},
    PairRule{"pair-usgov-china",
             usgov_and_china,
             {{not_supported, boundary_2022, by_page_2022},
              {not_supported, usgov_china_2025, by_settings_2025},
              Judgement{not_supported, usgov_china_2026, by_matrix_2026}}},
    PairRule{
        "pair-global-usgov-undocumented",
        global_and_undocumented,
        {{not_supported, boundary_2022, by_page_2022}, {unknown, undocumented_2025, by_page_2025}}},
    PairRule{"pair-global-usgov",
             global_and_usgov,
             {{not_supported, boundary_2022, by_page_2022},
              {conditional, global_usgov_2025, by_settings_2025},
              Judgement{conditional, global_usgov_2026, by_cross_cloud_2026, global_usgov_limits}}},
    PairRule{"pair-global-china",
             global_and_china,
             {{not_supported, boundary_2022, by_page_2022},
              {conditional, global_china_2025, by_settings_2025},
              Judgement{conditional, global_china_2026, by_cross_cloud_2026, global_china_limits}}},
    PairRule{"pair-global",
             both_global,
             {{supported, ordinary, by_page_2022},
              {supported, ordinary, by_page_2025},
              Judgement{supported, ordinary, by_matrix_2026}}},
    PairRule{"pair-usgov",
             both_usgov_supported,
             {{supported, usgov_pair, by_page_2022},
              {supported, usgov_pair, by_page_2025},
              Judgement{supported, usgov_pair_2026, by_matrix_2026}}},
    PairRule{
        "pair-usgov-undocumented",
        both_usgov,
        {{unknown, usgov_undocumented, by_page_2022}, {unknown, usgov_undocumented, by_page_2025}}},
    PairRule{"pair-china",
             both_china,
             {{unknown, china_2022, by_page_2022},
              {supported, china_2025, by_page_2025},
              Judgement{supported, china_2025, by_matrix_2026}}},
    PairRule{"pair-sovereign",
             both_sovereign,
             {{unknown, sovereign_pair, by_page_2022}, {unknown, sovereign_pair, by_page_2025}}},
};

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

const PairRule& pair_rule_for(Side host, Side guest) {
  return *std::ranges::find_if(pair_rules,
                               [&](const PairRule& row) { return row.fits(host, guest); });
}

}  // namespace tenantscope
