// What the rules are taken from: Microsoft's pages and their dates.
#pragma once

#include <string_view>

namespace tenantscope::pages {

inline constexpr std::string_view national_clouds_2022 =
    "Microsoft, Azure AD B2B in government and national clouds, 2022-01-31 "
    "(https://learn.microsoft.com/azure/active-directory/external-identities/"
    "b2b-government-national-clouds)";
inline constexpr std::string_view national_clouds_2025 =
    "Microsoft Entra External ID, B2B in government and national clouds, 2025-07-07 "
    "(https://learn.microsoft.com/entra/external-id/b2b-government-national-clouds)";
inline constexpr std::string_view cloud_settings =
    "Microsoft Entra External ID, Configure Microsoft cloud settings for B2B collaboration "
    "(https://learn.microsoft.com/entra/external-id/cross-cloud-settings)";
inline constexpr std::string_view identity_providers =
    "Microsoft Entra External ID, Identity providers "
    "(https://learn.microsoft.com/entra/external-id/identity-providers)";
inline constexpr std::string_view none = "tenantscope: nothing to judge by";

}  // namespace tenantscope::pages
