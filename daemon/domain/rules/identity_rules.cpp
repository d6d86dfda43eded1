#include <algorithm>
#include <array>

#include "domain/pages.hpp"
#include "domain/rules/collaboration_rules.hpp"
#include "domain/rules/rule_texts.hpp"

namespace tenantscope {
namespace {

using enum PairCapability;
using Kind = SideKind;

constexpr std::array by_page_2022{pages::national_clouds_2022};
constexpr std::array by_page_2025{pages::national_clouds_2025};
constexpr std::array by_providers_2025{pages::national_clouds_2025, pages::identity_providers_2025};
constexpr std::array by_providers_2026{pages::national_clouds_2025, pages::identity_providers_2026};
constexpr std::array by_google_2026{pages::identity_providers_2026, pages::google_federation_2026};
constexpr std::array by_passcode_2026{pages::identity_providers_2026,
                                      pages::one_time_passcode_2026};
constexpr std::array by_saml_2026{pages::identity_providers_2026, pages::saml_federation_2026};
constexpr std::array by_pages_that_disagree{pages::national_clouds_2025,
                                            pages::saml_federation_2026};
constexpr std::array by_none{pages::none};

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
constexpr std::string_view saml_usgov_2026 =
    "The host is an Azure US Government tenant, and Microsoft's pages disagree: one says that "
    "invitations fail outside of Azure US Government tenants and social identity providers, "
    "another describes federation with SAML/WS-Fed identity providers and excludes no cloud.";
constexpr std::string_view china_identity_2022 =
    "The host is in the cloud operated by 21Vianet in China: the page of 2022 doesn't say whom it "
    "can invite.";
constexpr std::string_view china_identity_2025 =
    "The host is in the cloud operated by 21Vianet in China, which accepts guests from Microsoft "
    "Entra ID and from SAML/WS-Fed identity "
    "providers only.";
constexpr std::string_view federation =
    "The host has to set up the federation with the identity provider first.";
constexpr std::array needs_federation{federation};
constexpr std::array google_2026{
    federation, std::string_view("Google federation is for Gmail addresses only.")};
constexpr std::array passcode_2026{
    std::string_view("One-time passcodes are on unless the host has turned them off, and are for "
                     "guests without a Microsoft Entra or Microsoft account.")};
constexpr std::array saml_2026{
    federation,
    std::string_view("A SAML/WS-Fed federation can't be set up between two Microsoft Entra "
                     "tenants.")};
constexpr std::array microsoft_accounts_2022{std::string_view(
    "Guests with Microsoft accounts can't redeem direct links to the Azure portal and can't sign "
    "in to it, nor to the Microsoft Entra admin center.")};
constexpr std::array microsoft_accounts_2025{texts::microsoft_accounts};

constexpr std::array identity_rules{
    IdentityRule{"identity-global-microsoft",
                 Kind::global,
                 microsoft,
                 {{supported, microsoft_ordinary, by_page_2022},
                  {supported, microsoft_ordinary, by_providers_2025},
                  Judgement{supported, microsoft_ordinary, by_providers_2026}}},
    IdentityRule{"identity-global-google",
                 Kind::global,
                 google,
                 {{supported, google_ordinary, by_page_2022, needs_federation},
                  {supported, google_ordinary, by_providers_2025, needs_federation},
                  Judgement{supported, google_ordinary, by_google_2026, google_2026}}},
    IdentityRule{"identity-global-email-otp",
                 Kind::global,
                 email_otp,
                 {{supported, otp_ordinary, by_page_2022},
                  {supported, otp_ordinary, by_providers_2025},
                  Judgement{supported, otp_ordinary, by_passcode_2026, passcode_2026}}},
    IdentityRule{"identity-global-saml",
                 Kind::global,
                 saml,
                 {{unknown, saml_2022, by_page_2022},
                  {supported, saml_ordinary, by_providers_2025, needs_federation},
                  Judgement{supported, saml_ordinary, by_saml_2026, saml_2026}}},
    IdentityRule{"identity-usgov-microsoft",
                 Kind::usgov_supported,
                 microsoft,
                 {{supported, microsoft_usgov, by_page_2022, microsoft_accounts_2022},
                  {supported, microsoft_usgov, by_page_2025, microsoft_accounts_2025}}},
    IdentityRule{"identity-usgov-google",
                 Kind::usgov_supported,
                 google,
                 {{supported, google_usgov, by_page_2022, needs_federation},
                  {supported, google_usgov, by_page_2025, needs_federation}}},
    IdentityRule{"identity-usgov-email-otp",
                 Kind::usgov_supported,
                 email_otp,
                 {{supported, otp_usgov, by_page_2022}, {supported, otp_usgov, by_page_2025}}},
    IdentityRule{"identity-usgov-saml",
                 Kind::usgov_supported,
                 saml,
                 {{not_supported, saml_usgov, by_page_2022},
                  {not_supported, saml_usgov, by_page_2025},
                  Judgement{unknown, saml_usgov_2026, by_pages_that_disagree}}},
    IdentityRule{"identity-china-microsoft",
                 Kind::china,
                 microsoft,
                 {{unknown, china_identity_2022, by_page_2022},
                  {not_supported, china_identity_2025, by_page_2025}}},
    IdentityRule{"identity-china-google",
                 Kind::china,
                 google,
                 {{unknown, china_identity_2022, by_page_2022},
                  {not_supported, china_identity_2025, by_page_2025}}},
    IdentityRule{"identity-china-email-otp",
                 Kind::china,
                 email_otp,
                 {{unknown, china_identity_2022, by_page_2022},
                  {not_supported, china_identity_2025, by_page_2025}}},
    IdentityRule{"identity-china-saml",
                 Kind::china,
                 saml,
                 {{unknown, china_identity_2022, by_page_2022},
                  {supported, china_identity_2025, by_page_2025, needs_federation}}},
};

// A host that no row of an identity fits.
constexpr IdentityRule unjudged_identity{
    "identity-unjudged",
    Kind::unjudged,
    microsoft,
    {{unknown, texts::unjudged_host, by_none}, {unknown, texts::unjudged_host, by_none}}};
constexpr std::string_view undocumented_host =
    "The host is in Azure US Government, but its region scope is neither USGov nor USG: Microsoft "
    "documents no other value.";
constexpr IdentityRule undocumented_identity{
    "identity-usgov-undocumented",
    Kind::usgov_undocumented,
    microsoft,
    {{unknown, undocumented_host, by_page_2022}, {unknown, undocumented_host, by_page_2025}}};
constexpr std::string_view sovereign_host =
    "The host is in a national cloud for which Microsoft's page makes no statement about B2B.";
constexpr IdentityRule sovereign_identity{
    "identity-sovereign",
    Kind::sovereign,
    microsoft,
    {{unknown, sovereign_host, by_page_2022}, {unknown, sovereign_host, by_page_2025}}};
constexpr IdentityRule usg_identity{"pair-host-usg",
                                    Kind::usgov_not_supported,
                                    microsoft,
                                    {{not_supported, texts::usg_host, by_page_2022},
                                     {not_supported, texts::usg_host, by_page_2025},
                                     Judgement{not_supported, texts::usg_host_2026, by_page_2025}}};

}  // namespace

const IdentityRule& identity_rule_for(Kind host, IdentityProvider guest) {
  for (const IdentityRule* rule :
       {&usg_identity, &undocumented_identity, &sovereign_identity, &unjudged_identity})
    if (rule->host == host)
      return *rule;
  return *std::ranges::find_if(identity_rules, [&](const IdentityRule& rule) {
    return rule.host == host && rule.guest == guest;
  });
}

}  // namespace tenantscope
