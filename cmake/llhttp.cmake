# llhttp, the HTTP/1 parser: target `llhttp`. A library of the system where there is one (Fedora,
# Arch); Debian has its C source in the package node-llhttp, which is compiled in.
find_path(LLHTTP_INCLUDE_DIR llhttp.h PATH_SUFFIXES llhttp PATHS /usr/share/include)
find_library(LLHTTP_LIBRARY llhttp)
find_path(LLHTTP_SOURCE_DIR llhttp.c PATHS /usr/share/llhttp /usr/local/share/llhttp)

add_library(llhttp INTERFACE)
if(LLHTTP_INCLUDE_DIR AND LLHTTP_LIBRARY)
  target_link_libraries(llhttp INTERFACE ${LLHTTP_LIBRARY})
elseif(LLHTTP_INCLUDE_DIR AND LLHTTP_SOURCE_DIR)
  add_library(llhttp_objects STATIC ${LLHTTP_SOURCE_DIR}/api.c ${LLHTTP_SOURCE_DIR}/http.c
              ${LLHTTP_SOURCE_DIR}/llhttp.c)
  target_include_directories(llhttp_objects SYSTEM PRIVATE ${LLHTTP_INCLUDE_DIR})
  # Generated code, not ours to judge.
  target_compile_options(llhttp_objects PRIVATE -w)
  if(TCPFLOW_SANITIZE)
    target_compile_options(llhttp_objects PRIVATE -fsanitize=${TCPFLOW_SANITIZE}
                           -fno-sanitize-recover=all -fno-omit-frame-pointer)
  endif()
  target_link_libraries(llhttp INTERFACE llhttp_objects)
else()
  message(FATAL_ERROR "llhttp was not found: neither a library nor its C source. On Debian and "
          "Ubuntu it is in the package node-llhttp (scripts/install-deps.sh installs it); elsewhere "
          "install llhttp, or set LLHTTP_INCLUDE_DIR to the folder of llhttp.h and "
          "LLHTTP_SOURCE_DIR to that of llhttp.c, http.c and api.c.")
endif()
target_include_directories(llhttp SYSTEM INTERFACE ${LLHTTP_INCLUDE_DIR})
