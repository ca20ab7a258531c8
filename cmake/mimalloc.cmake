# tcpflow_use_mimalloc(TARGET): its memory comes from mimalloc, if that is installed and wanted. Not in
# sanitized programs, whose checkers are allocators themselves.
if(TCPFLOW_MIMALLOC AND NOT TCPFLOW_SANITIZE)
  find_package(mimalloc 2.0 QUIET)
  if(NOT TARGET mimalloc)
    message(STATUS "mimalloc is not installed: memory comes from the C library, which is slower")
  endif()
endif()

# Before all other libraries, so that its malloc is found first. No symbol but those is used.
function(tcpflow_use_mimalloc target)
  if(TARGET mimalloc AND NOT TCPFLOW_SANITIZE)
    target_link_libraries(${target} PRIVATE -Wl,--push-state,--no-as-needed mimalloc
                          -Wl,--pop-state)
  endif()
endfunction()
