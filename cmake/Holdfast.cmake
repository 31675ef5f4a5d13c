# What every folder of src/ and tests/ shares: the language, the warnings, and the two kinds of target.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)

set(HOLDFAST_SANITIZE "" CACHE STRING "sanitizers to build with, for instance address,undefined")

add_library(holdfast_options INTERFACE)
target_compile_options(holdfast_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror
  -fstack-protector-strong
  # Designated initializers leave members at their defaults on purpose.
  -Wno-missing-field-initializers
  # GCC 12 sees uninitialized values inside std::optional and date where there are none.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
target_compile_definitions(holdfast_options INTERFACE HOLDFAST_VERSION="${PROJECT_VERSION}")
target_include_directories(holdfast_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_link_libraries(holdfast_options INTERFACE Threads::Threads)
if(CMAKE_BUILD_TYPE MATCHES "Rel" AND NOT HOLDFAST_SANITIZE)
  target_compile_definitions(holdfast_options INTERFACE _FORTIFY_SOURCE=2 _GLIBCXX_ASSERTIONS)
endif()
if(HOLDFAST_SANITIZE)
  target_compile_options(holdfast_options INTERFACE -fsanitize=${HOLDFAST_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(holdfast_options INTERFACE -fsanitize=${HOLDFAST_SANITIZE})
endif()

# Libraries found by pkg-config, as imported targets; their headers are not ours to warn about.
function(holdfast_pkg target package)
  if(NOT TARGET PkgConfig::${target})
    pkg_check_modules(${target} REQUIRED IMPORTED_TARGET GLOBAL ${package})
  endif()
endfunction()

# One library a folder: every .cpp in it, built on the libraries named after LINKS.
function(holdfast_library name)
  cmake_parse_arguments(ARG "" "" "LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/*/*.cpp)
  add_library(holdfast_${name} STATIC ${sources})
  target_link_libraries(holdfast_${name} PUBLIC holdfast_options ${ARG_LINKS})
endfunction()

# What is measured and shipped is optimized, tests are not: they compile in two thirds of the time.
set(HOLDFAST_TEST_OPTIONS "")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_BUILD_TYPE MATCHES "Rel")
  set(HOLDFAST_TEST_OPTIONS -O0 -g1 -U_FORTIFY_SOURCE)
endif()

# One test program a folder: every .cpp in tests/<name>. PROPERTIES: of each of its tests, as ctest knows them.
function(holdfast_test name)
  cmake_parse_arguments(ARG "" "" "LINKS;PROPERTIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_executable(test_${name} ${sources})
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(test_${name} PRIVATE HOLDFAST_TESTS_DIR="${PROJECT_SOURCE_DIR}/tests")
  target_compile_options(test_${name} PRIVATE ${HOLDFAST_TEST_OPTIONS})
  target_link_libraries(test_${name} PRIVATE holdfast_${name} ${ARG_LINKS} GTest::gmock GTest::gtest_main)
  gtest_discover_tests(test_${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300 ${ARG_PROPERTIES})
endfunction()
