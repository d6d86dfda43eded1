// What the rules are taken from: Microsoft's pages with their dates. A page that shows no date has
// the month in which it was read.
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
inline constexpr std::string_view cloud_settings_2025 =
    "Microsoft Entra External ID, Configure Microsoft cloud settings for B2B collaboration, as "
    "read in 2025-07 (https://learn.microsoft.com/entra/external-id/cross-cloud-settings)";
inline constexpr std::string_view cloud_settings_2026 =
    "Microsoft Entra External ID, Configure Microsoft cloud settings for B2B collaboration, "
    "2026-07-27 (https://learn.microsoft.com/entra/external-id/cross-cloud-settings)";
inline constexpr std::string_view cross_cloud_2026 =
    "Microsoft 365 Enterprise, Cross-cloud collaboration, 2026-05-07 "
    "(https://learn.microsoft.com/microsoft-365/enterprise/cross-cloud-collaboration)";
inline constexpr std::string_view identity_providers_2025 =
    "Microsoft Entra External ID, Identity providers, as read in 2025-07 "
    "(https://learn.microsoft.com/entra/external-id/identity-providers)";
inline constexpr std::string_view identity_providers_2026 =
    "Microsoft Entra External ID, Identity providers for External ID, 2026-04-24 "
    "(https://learn.microsoft.com/entra/external-id/identity-providers)";
inline constexpr std::string_view google_federation_2026 =
    "Microsoft Entra External ID, Google federation, 2026-04-24 "
    "(https://learn.microsoft.com/entra/external-id/google-federation)";
inline constexpr std::string_view one_time_passcode_2026 =
    "Microsoft Entra External ID, Email one-time passcode, 2026-03-27 "
    "(https://learn.microsoft.com/entra/external-id/one-time-passcode)";
inline constexpr std::string_view saml_federation_2026 =
    "Microsoft Entra External ID, SAML/WS-Fed identity provider federation, 2026-04-21 "
    "(https://learn.microsoft.com/entra/external-id/direct-federation-overview)";
inline constexpr std::string_view cross_tenant_access_2026 =
    "Microsoft Entra External ID, Manage cross-tenant access settings for B2B collaboration, "
    "2026-04-24 (https://learn.microsoft.com/entra/external-id/"
    "cross-tenant-access-settings-b2b-collaboration)";
inline constexpr std::string_view error_codes_2025 =
    "Microsoft identity platform, Microsoft Entra authentication and authorization error codes, "
    "2025-02-03 (https://learn.microsoft.com/entra/identity-platform/reference-error-codes)";
inline constexpr std::string_view none = "tenantscope: nothing to judge by, as of 2026-11";

}  // namespace tenantscope::pages
