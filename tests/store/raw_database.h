#pragma once

#include <doctest/doctest.h>
#include <rocksdb/db.h>

#include <memory>
#include <string>
#include <vector>

namespace hansa::test {

/// A store's directory opened behind the store's back, to damage it. The store must be closed.
struct RawDatabase {
  explicit RawDatabase(const std::string& directory) {
    std::vector<std::string> names;
    REQUIRE(rocksdb::DB::ListColumnFamilies({}, directory, &names).ok());
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const auto& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions());
    rocksdb::DB* opened = nullptr;
    REQUIRE(rocksdb::DB::Open({}, directory, families, &handles, &opened).ok());
    database.reset(opened);
  }
  ~RawDatabase() {
    for (auto* handle : handles) database->DestroyColumnFamilyHandle(handle);
  }
  rocksdb::ColumnFamilyHandle* family(const std::string& name) const {
    for (auto* handle : handles)
      if (handle->GetName() == name) return handle;
    return nullptr;
  }
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  std::unique_ptr<rocksdb::DB> database;
};

}  // namespace hansa::test
