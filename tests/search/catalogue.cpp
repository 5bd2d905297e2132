#include "catalogue.h"

#include <cassert>

namespace hansa::test {

using protocol::ContentBuilder;
using protocol::EntryKind;

void write(protocol::schema::MultilingualText::Builder builder, const Texts& texts) {
  auto entries = builder.initEntries(static_cast<unsigned>(texts.size()));
  for (unsigned i = 0; i < texts.size(); ++i) {
    entries[i].setLanguage(texts[i].first);
    entries[i].setText(texts[i].second);
  }
}

Catalogue::Catalogue()
    : store_([this](const protocol::PublicKey& key) {
        return key == key_.public_key() ? std::vector{partner_} : std::vector<protocol::PartnerId>{};
      }) {
  partner_.bytes.fill(7);
  protocol::DeclarationFields fields;
  fields.federation.fill(1);
  protocol::system_entropy()(fields.epoch_nonce);
  const auto header = protocol::seal_declaration(fields, key_);
  auto run = protocol::chain(fields.federation, std::nullopt, *header);
  assert(run);
  tip_ = run->tip();
  store::Batch batch;
  batch.runs.push_back(*std::move(run));
  store_.commit(batch, now_ms_, store::Durability::synced);
}

protocol::RecordId Catalogue::new_record() {
  protocol::RecordId id{partner_, {}};
  protocol::system_entropy()(id.local);
  return id;
}

void Catalogue::append(protocol::EntryFields fields, const std::optional<protocol::Bytes>& content,
                       const Given& given) {
  now_ms_ += 60'000;
  fields.author_time_ms = given.time_ms != 0 ? given.time_ms : now_ms_;
  fields.personal = given.personal;
  if (given.personal) fields.retention_month = protocol::retention_month(2028, 1);
  fields.visibility = protocol::Visibility::network;
  if (given.subject) fields.subject = *given.subject;
  const auto salt = protocol::Salt::generate(protocol::system_entropy());
  if (content) {
    const auto sealed = protocol::seal_payload(*content, salt);
    fields.payload_blocks = sealed->blocks;
    fields.commitment = sealed->commitment;
  }
  const auto header = protocol::seal_entry(fields, tip_, key_);
  assert(header);
  auto payload =
      content ? std::optional(*protocol::check_payload(*protocol::HeaderView::parse(*header), salt, *content))
              : std::nullopt;
  auto run = protocol::chain(tip_.federation, tip_, *header);
  assert(run);
  tip_ = run->tip();
  store::Batch batch;
  batch.runs.push_back(*std::move(run));
  if (payload && given.payload)
    batch.payloads.push_back(*std::move(payload));
  else if (payload)
    held_back_.push_back(*std::move(payload));
  store_.commit(batch, now_ms_, store::Durability::synced);
}

protocol::RecordId Catalogue::publish(ContentBuilder content, const Given& given) {
  const auto id = given.id ? *given.id : new_record();
  protocol::EntryFields fields;
  fields.record = id;
  fields.record_kind = *protocol::record_kind(content.kind());
  append(std::move(fields), *content.to_bytes(), given);
  return id;
}

void Catalogue::revise(const protocol::RecordId& id, ContentBuilder content) {
  const auto record = *snapshot()->record(id);
  protocol::EntryFields fields;
  fields.record = id;
  fields.record_kind = record.kind;
  fields.parents = {record.revisions[record.live].hash};
  append(std::move(fields), *content.to_bytes(), {});
}

void Catalogue::withdraw(const protocol::RecordId& id, const std::string& reason, const Given& given) {
  const auto record = *snapshot()->record(id);
  protocol::EntryFields fields;
  fields.kind = EntryKind::withdraw;
  fields.record = id;
  fields.record_kind = record.kind;
  fields.parents = {record.revisions[record.live].hash};
  ContentBuilder content;
  content.root().setSchemaVersion(protocol::content_schema_version);
  content.root().setWithdrawnReason(reason);
  append(std::move(fields), *content.to_bytes(), given);
}

void Catalogue::set_last_aside() { store_.set_aside(tip_.log, tip_.sequence, now_ms_); }

void Catalogue::bring_payloads() {
  store::Batch batch;
  batch.payloads = std::exchange(held_back_, {});
  store_.commit(batch, now_ms_, store::Durability::synced);
}

namespace {

ContentBuilder content_of(const char* kind) {
  ContentBuilder content;
  content.root().setSchemaVersion(protocol::content_schema_version);
  content.root().setLanguage("lv");
  content.init_body(kind);
  return content;
}

}  // namespace

ContentBuilder practice(const Texts& title, const Texts& summary) {
  auto content = content_of("practice");
  auto body = content.root().getBody().getPractice();
  write(body.initTitle(), title);
  write(body.initSummary(), summary);
  body.initCountry(1).set(0, "LV");
  body.initThemes(1).set(0, "housing");
  return content;
}

ContentBuilder project(const Texts& title, const std::string& number) {
  auto content = content_of("project");
  auto body = content.root().getBody().getProject();
  write(body.initTitle(), title);
  body.setNumber(number);
  return content;
}

ContentBuilder organisation(const Texts& name, const std::string& country) {
  auto content = content_of("organisation");
  auto body = content.root().getBody().getOrganisation();
  write(body.initName(), name);
  body.setCountry(country);
  return content;
}

ContentBuilder contact(const Texts& name) {
  auto content = content_of("contact");
  write(content.root().getBody().getContact().initDisplayName(), name);
  return content;
}

ContentBuilder adoption(const protocol::RecordId& about, const std::string& stage, const std::string& country,
                        const std::optional<protocol::RecordId>& by) {
  auto content = content_of("response");
  auto body = content.root().getBody().getResponse();
  const auto bytes = protocol::to_bytes(about);
  body.initAbout().setRecord({bytes.data(), bytes.size()});
  body.setType("adoption");
  body.setStage(stage);
  body.initPlace().setCountry(country);
  if (by) {
    const auto organisation = protocol::to_bytes(*by);
    body.initBy().setRecord({organisation.data(), organisation.size()});
  }
  return content;
}

}  // namespace hansa::test
