# What an attacker who finds a mistake has to get past. tests/install/hardening_test.sh reads it from the
# program that is built.
include(CheckCXXCompilerFlag)
include(CheckPIESupported)

check_pie_supported()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

set(hardening -fstack-protector-strong -Wformat -Werror=format-security)
foreach(flag -fstack-clash-protection -fcf-protection=full)  # not of every processor
  string(MAKE_C_IDENTIFIER "HAS${flag}" has)
  check_cxx_compiler_flag(${flag} ${has})
  if(${has})
    list(APPEND hardening ${flag})
  endif()
endforeach()

if(NOT TENANTSCOPE_SANITIZE)
  # The C library checks nothing without optimisation, and level 3 wants a compiler that knows sizes at run time.
  if((CMAKE_CXX_COMPILER_ID STREQUAL GNU OR CMAKE_CXX_COMPILER_ID STREQUAL Clang) AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 12)
    set(level 3)
  else()
    set(level 2)
  endif()
  set(optimised $<NOT:$<OR:$<CONFIG:Debug>,$<CONFIG:>>>)
  list(APPEND hardening $<${optimised}:-U_FORTIFY_SOURCE> $<${optimised}:-D_FORTIFY_SOURCE=${level}> $<${optimised}:-D_GLIBCXX_ASSERTIONS>)
endif()

add_compile_options(${hardening})
add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)
