// The rules of Grafana's dashboard-linter, by its names, and a few of our own. Each gives what is
// wrong with a dashboard: nothing, if it is well.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "dashboards/dashboard.hpp"

namespace tenantscope::dashboards::lint {

using Findings = std::vector<std::string>;

Findings template_datasource(const json::value& dashboard);
Findings template_job(const json::value& dashboard);
Findings template_instance(const json::value& dashboard);
Findings template_label_promql(const json::value& dashboard);
Findings template_on_time_change_reload(const json::value& dashboard);
Findings panel_datasource(const json::value& dashboard);
Findings panel_title_description(const json::value& dashboard);
Findings panel_units(const json::value& dashboard);
Findings panel_no_targets(const json::value& dashboard);
Findings target_promql(const json::value& dashboard);  // asks promtool
Findings target_rate_interval(const json::value& dashboard);
Findings target_job(const json::value& dashboard);
Findings target_instance(const json::value& dashboard);
Findings target_counter_agg(const json::value& dashboard);
Findings target_histogram(const json::value& dashboard);
Findings uneditable(const json::value& dashboard);

Findings legends(const json::value& dashboard);     // of what isn't a table
Findings importable(const json::value& dashboard);  // schema, no __inputs, no id of its own, a uid
Findings layout(const json::value& dashboard);      // panels have numbers and places of their own
Findings links_lead_somewhere(const json::value& dashboard);
Findings metrics_exist(
    const json::value& dashboard);  // in tests/e2e/golden_metrics.txt, or a rule's

// How panels look (look_rules.cpp).
Findings minimum_interval(const json::value& dashboard);    // of what compares scrapes
Findings nothing_is_no_data(const json::value& dashboard);  // null and NaN are grey
Findings nothing_asserts(const json::value& dashboard);     // no word or number without data
Findings colours(const json::value& dashboard);  // one a series, fixed where all are known
Findings axes(const json::value& dashboard);

// What is cut (width_rules.cpp).
Findings titles_fit(const json::value& dashboard);
Findings columns_fit(const json::value& dashboard);

}  // namespace tenantscope::dashboards::lint
