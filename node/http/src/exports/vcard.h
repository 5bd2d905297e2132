#pragma once

#include <functional>
#include <string>

#include "writer.h"

namespace hansa::http {

enum class VcardVersion { v4, v3 };

/// Contacts and organisations as vCards: 4.0 (RFC 6350), or 3.0 (RFC 2426) for programs that stayed there.
/// Work data only. Other kinds, withdrawn records and such without content are left out.
class VcardWriter final : public RecordWriter {
 public:
  /// What an organisation is called, by its record id; may be empty.
  using OrganisationName = std::function<std::string(const std::string& id)>;
  VcardWriter(VcardVersion version, OrganisationName organisation_name)
      : version_(version), organisation_name_(std::move(organisation_name)) {}
  void add(const Exported& record) override;
  std::size_t bytes() const override { return text_.size(); }
  std::string end() override { return std::move(text_); }

 private:
  VcardVersion version_;
  OrganisationName organisation_name_;
  std::string text_;
};

}  // namespace hansa::http
