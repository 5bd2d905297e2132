# cmake -DFOLDER=… "-DCOUNTRIES=lv;lt" -DOUTPUT=… -P embed.cmake
# Writes C++ that holds FOLDER/<country>.json as byte arrays: string literals have length limits, arrays have none.
cmake_minimum_required(VERSION 3.25)
set(arrays "")
set(table "")
foreach(country ${COUNTRIES})
  file(READ ${FOLDER}/${country}.json hex HEX)
  if(hex STREQUAL "")
    message(FATAL_ERROR "${FOLDER}/${country}.json is empty")
  endif()
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(APPEND arrays "constexpr unsigned char json_${country}[] = {${bytes}};\n")
  string(TOUPPER ${country} code)
  string(APPEND table "      Document{\"${code}\", text(json_${country})},\n")
endforeach()
file(WRITE ${OUTPUT} "// Made by demo/embed.cmake from demo/catalogue.
#include \"demo/catalogue.h\"

#include <cstddef>

namespace hansa::demo {
namespace {

${arrays}
template <std::size_t size>
std::string_view text(const unsigned char (&bytes)[size]) {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

std::span<const Document> documents() {
  static const Document all[] = {
${table}  };
  return all;
}

}  // namespace hansa::demo
")
