#include "certificates.h"

#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>

namespace hansa::test {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Certificate = std::unique_ptr<X509, Free>;

void extend(X509& certificate, X509& issuer, int what, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Free> extension(X509V3_EXT_conf_nid(nullptr, &context, what, value));
  REQUIRE(extension);
  REQUIRE(X509_add_ext(&certificate, extension.get(), -1) == 1);
}

/// Issued by `issuer`, by itself if null; still to be signed.
Certificate make(const char* common_name, EVP_PKEY& key, X509* issuer, long serial) {
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), &key);
  auto* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(common_name),
                             -1, -1, 0);
  X509* const by = issuer == nullptr ? certificate.get() : issuer;
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(by));
  if (issuer == nullptr) extend(*certificate, *by, NID_basic_constraints, "critical,CA:TRUE");
  return certificate;
}

std::string save(const std::filesystem::path& path, const Certificate& certificate) {
  const std::unique_ptr<std::FILE, Free> file(std::fopen(path.c_str(), "w"));
  REQUIRE(file);
  REQUIRE(PEM_write_X509(file.get(), certificate.get()) == 1);
  return path;
}

std::string save(const std::filesystem::path& path, const Key& key) {
  const std::unique_ptr<std::FILE, Free> file(std::fopen(path.c_str(), "w"));
  REQUIRE(file);
  REQUIRE(PEM_write_PrivateKey(file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return path;
}

}  // namespace

struct Authority::Keys {
  Key key;
  Certificate certificate;
  long serial = 1;
};

Authority::Authority() : keys_(std::make_unique<Keys>()) {
  keys_->key.reset(EVP_EC_gen("P-256"));
  keys_->certificate = make("Hansa test authority", *keys_->key, nullptr, keys_->serial++);
  REQUIRE(X509_sign(keys_->certificate.get(), keys_->key.get(), EVP_sha256()) > 0);
  save(ca_file(), keys_->certificate);
}

Authority::~Authority() = default;

std::string Authority::ca_file() const { return folder_.path("ca.pem"); }

Authority::Files Authority::issue(const std::string& name, const std::string& alternative_name) {
  const Key key(EVP_EC_gen("P-256"));
  const auto certificate = make(name.c_str(), *key, keys_->certificate.get(), keys_->serial++);
  extend(*certificate, *keys_->certificate, NID_subject_alt_name, alternative_name.c_str());
  REQUIRE(X509_sign(certificate.get(), keys_->key.get(), EVP_sha256()) > 0);
  return {save(folder_.path(name + ".pem"), certificate), save(folder_.path(name + ".key"), key)};
}

}  // namespace hansa::test
