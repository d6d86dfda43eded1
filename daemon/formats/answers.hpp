// Answers of `lookup` and `explain` as people read and paste many of them: a table, and below it
// each rule's words once. From the answers' JSON, in the keys that lookup_json() and explain_json()
// write. Pure.
#pragma once

#include <boost/json/array.hpp>
#include <string>

namespace tenantscope {

enum class AnswerForm { text, markdown, csv };

// REQUIRES: each is an object as lookup_json() makes it. In CSV each row has its rule's words, and
// nothing stands below.
std::string lookups(const boost::json::array& answers, AnswerForm form);

// Likewise, as explain_json() makes it.
std::string explanations(const boost::json::array& answers, AnswerForm form);

}  // namespace tenantscope
