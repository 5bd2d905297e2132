# A room is a folder, a static library, an include path and a namespace.

# hansa_present(VAR libs…): the list without those rooms (hansa_…) that have no source yet, so that rooms can be
# written side by side.
function(hansa_present result)
  set(present)
  foreach(lib ${ARGN})
    if(lib MATCHES "^hansa_")
      list(APPEND present $<TARGET_NAME_IF_EXISTS:${lib}>)
    else()
      list(APPEND present ${lib})
    endif()
  endforeach()
  set(${result} ${present} PARENT_SCOPE)
endfunction()

# hansa_room(NAME [PUBLIC libs…] [PRIVATE libs…]): the library hansa_NAME from src/*.cpp of the calling folder,
# with its public headers under include/.
function(hansa_room name)
  cmake_parse_arguments(ROOM "" "" "PUBLIC;PRIVATE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/src/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/src/*/*.cpp)
  if(NOT sources)  # a room whose first file is still to come
    return()
  endif()
  add_library(hansa_${name} STATIC ${sources})
  target_include_directories(hansa_${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/include PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src)
  hansa_present(ROOM_PUBLIC ${ROOM_PUBLIC})
  target_link_libraries(hansa_${name} PUBLIC ${ROOM_PUBLIC} PRIVATE ${ROOM_PRIVATE} hansa_warnings)
  set_target_properties(hansa_${name} PROPERTIES LINKER_LANGUAGE CXX)
endfunction()

# Builds every test program of the rooms; the sanitizer build needs no more than these.
add_custom_target(hansa_tests)

# A sanitizer build names its tests apart, so that one ctest run can list both builds.
if(HANSA_SANITIZE)
  set(HANSA_TEST_SUFFIX ".sanitized")
endif()

# hansa_room_tests(NAME [LABEL unit|simulation|…] [TIMEOUT seconds] libs…): one executable from *.cpp of the calling
# folder, linked only with what it tests. `./test --quick` runs the label unit, the default.
function(hansa_room_tests name)
  cmake_parse_arguments(TESTS "" "LABEL;TIMEOUT" "" ${ARGN})
  if(NOT TESTS_LABEL)
    set(TESTS_LABEL unit)
  endif()
  if(NOT TESTS_TIMEOUT)
    set(TESTS_TIMEOUT 300)
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(hansa_${name}_tests ${sources} ${CMAKE_SOURCE_DIR}/tests/doctest_main.cpp)
  hansa_present(tested ${TESTS_UNPARSED_ARGUMENTS})
  target_link_libraries(hansa_${name}_tests PRIVATE ${tested} doctest::doctest hansa_warnings)
  target_include_directories(hansa_${name}_tests PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_link_options(hansa_${name}_tests PRIVATE -Wl,--no-undefined)
  target_compile_definitions(hansa_${name}_tests PRIVATE HANSA_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  add_dependencies(hansa_tests hansa_${name}_tests)
  add_test(NAME ${name}${HANSA_TEST_SUFFIX} COMMAND hansa_${name}_tests)
  set_tests_properties(${name}${HANSA_TEST_SUFFIX} PROPERTIES TIMEOUT ${TESTS_TIMEOUT} LABELS ${TESTS_LABEL})
endfunction()
