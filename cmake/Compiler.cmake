# The compiler rules of every room, and the reason GCC 12 is refused.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  message(FATAL_ERROR
    "GCC ${CMAKE_CXX_COMPILER_VERSION} miscompiles C++20 coroutines (temporaries in await expressions are "
    "destroyed twice, GCC PR 99576). Use clang 16 or newer, or GCC 13 or newer: cmake --preset release")
endif()

# Assertions stay on in every build: a node that has caught itself in a bug must stop, not go on with a guess.
set(CMAKE_CXX_FLAGS_RELEASE "-O2")

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-g1 -fno-omit-frame-pointer -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.)
if(HANSA_SANITIZE)
  add_compile_options(-fsanitize=${HANSA_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${HANSA_SANITIZE})
  # Freed coroutine frames must be seen by the sanitizer.
  add_compile_definitions(BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING)
endif()

add_library(hansa_warnings INTERFACE)
target_compile_options(hansa_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wno-string-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Wunused -Werror=unused-result -Werror=return-type $<$<BOOL:${HANSA_WERROR}>:-Werror>)
