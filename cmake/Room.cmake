# A room is a folder, a static library, an include path and a namespace.

# hansa_room(NAME [PUBLIC libs…] [PRIVATE libs…]): the library hansa_NAME from src/*.cpp of the calling folder,
# with its public headers under include/.
function(hansa_room name)
  cmake_parse_arguments(ROOM "" "" "PUBLIC;PRIVATE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/src/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/src/*/*.cpp)
  add_library(hansa_${name} STATIC ${sources})
  target_include_directories(hansa_${name} PUBLIC ${CMAKE_CURRENT_SOURCE_DIR}/include PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/src)
  target_link_libraries(hansa_${name} PUBLIC ${ROOM_PUBLIC} PRIVATE ${ROOM_PRIVATE} hansa_warnings)
  set_target_properties(hansa_${name} PROPERTIES LINKER_LANGUAGE CXX)
endfunction()

# hansa_room_tests(NAME libs…): one executable from *_test.cpp of the calling folder, linked only with what it tests.
function(hansa_room_tests name)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(hansa_${name}_tests ${sources} ${CMAKE_SOURCE_DIR}/tests/doctest_main.cpp)
  target_link_libraries(hansa_${name}_tests PRIVATE ${ARGN} doctest::doctest hansa_warnings)
  target_link_options(hansa_${name}_tests PRIVATE -Wl,--no-undefined)
  target_compile_definitions(hansa_${name}_tests PRIVATE HANSA_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND hansa_${name}_tests)
  set_tests_properties(${name} PROPERTIES TIMEOUT 300)
endfunction()
