// Answers of a server, collected and then judged all at once by the schemas that it serves: XML by
// RestAPI.xsd, JSON by what openapi.json states of the operation.
#pragma once

#include <boost/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "api/whole_server.hpp"

namespace holdfast::api {

// XML and JSON say the same where the one, read and written as the other, is the other.
void expect_same_values(const std::string& xml, const std::string& json, const std::string& target);

class AnswerJudge {
  public:
    // Other media types, answers without a body and the schemas themselves are let pass; but an error is
    // always a document.
    void add(const std::string& method, const std::string& target, const http::Response& response);
    // A body that a test sends, in XML.
    void add_xml(std::string xml) { xml_.insert(std::move(xml)); }
    std::size_t distinct_xml() const { return xml_.size(); }

    void expect_all_valid(const WholeServer& server) const;

  private:
    std::set<std::string> xml_;
    std::set<std::string> seen_json_;
    boost::json::array json_;
};

}  // namespace holdfast::api
