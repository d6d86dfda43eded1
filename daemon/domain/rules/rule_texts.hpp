// Sentences of verdicts that several tables of rules have.
#pragma once

#include <string_view>

namespace tenantscope::texts {

// What `supported` doesn't promise, until docs-2025.
inline constexpr std::string_view settings_decide =
    "Supported doesn't mean allowed: both tenants' cross-tenant access settings decide, and they "
    "can't be seen from outside.";
// From docs-2026 on.
inline constexpr std::string_view more_settings_decide =
    "Supported doesn't mean allowed: both tenants' cross-tenant access settings decide, and the "
    "host's guest invite restrictions and its list of allowed or blocked domains. None of them can "
    "be seen from outside.";
// Of a guest without a tenant.
inline constexpr std::string_view only_the_host_decides =
    "Supported doesn't mean allowed: the host's external collaboration settings decide, and they "
    "can't be seen from outside.";
inline constexpr std::string_view invitations_off =
    "In US Government clouds guest invitations are off by default (allowInvitesFrom is none): an "
    "administrator of the inviting tenant has to allow them, at entra.microsoft.us (Microsoft "
    "Graph, authorizationPolicy resource type, as read in 2026-11).";
inline constexpr std::string_view own_cloud =
    "This is about collaboration within the tenant's own cloud, with tenants that support it, too. "
    "With a tenant of another cloud it depends on settings on both sides, isn't supported or isn't "
    "known: ask `tenantscope explain HOST GUEST`.";
inline constexpr std::string_view external_id =
    "An External ID (CIAM) tenant, made for an application's customers, looks the same from "
    "outside, and has no B2B collaboration: that is a feature of workforce tenants (Microsoft, "
    "Supported features in workforce and external tenants, 2025-05-20).";
inline constexpr std::string_view microsoft_accounts =
    "Guests with Microsoft accounts can't redeem direct links to the Microsoft Entra admin center "
    "and can't sign in to it.";

// Of a host, with any guest.
inline constexpr std::string_view usg_host =
    "The host is an Azure US Government tenant with the region scope USG, which doesn't support "
    "B2B collaboration: it can invite nobody.";
inline constexpr std::string_view usg_host_2026 =
    "The host is an Azure US Government tenant with the region scope USG, which doesn't support "
    "B2B collaboration: it can invite nobody, whatever the guest's address.";
inline constexpr std::string_view unjudged_host =
    "Nothing is known of the host that the rules could judge by: it may live in a cloud that "
    "wasn't asked.";

}  // namespace tenantscope::texts
