# The system's Python, whatever comes first in PATH, is active or is set in the environment:
# TCPFLOW_HAS_PYTHON says whether the scanner python can be built. Not by pybind11's own CMake
# files, which look for a Python in PATH.
set(TCPFLOW_PYTHON /usr/bin/python3 CACHE FILEPATH
    "the Python that the scanner python runs; OFF: it is left out")
set(TCPFLOW_HAS_PYTHON OFF)
if(NOT TCPFLOW_PYTHON)
  message(STATUS "scanner python: not built, as TCPFLOW_PYTHON is off")
  return()
endif()
find_path(PYBIND11_INCLUDE pybind11/pybind11.h HINTS /usr/include)
set(ask "import sys, sysconfig as s
v = s.get_config_var
print(';'.join([s.get_path('include'), v('LDVERSION'), v('LIBDIR'), v('MULTIARCH') or '', v('LIBPL')]))")
execute_process(COMMAND ${TCPFLOW_PYTHON} -I -c "${ask}" OUTPUT_VARIABLE said ERROR_QUIET
                RESULT_VARIABLE failed OUTPUT_STRIP_TRAILING_WHITESPACE)
if(NOT failed)
  list(GET said 0 PYTHON_INCLUDE)
  list(GET said 1 version)
  list(GET said 2 libdir)
  list(GET said 3 multiarch)
  list(GET said 4 libpl)
  find_library(PYTHON_LIBRARY python${version} PATHS ${libdir}/${multiarch} ${libdir} ${libpl}
               NO_DEFAULT_PATH NO_CACHE)  # TCPFLOW_PYTHON may change
endif()
if(PYTHON_LIBRARY AND EXISTS "${PYTHON_INCLUDE}/Python.h"
   AND EXISTS "${PYBIND11_INCLUDE}/pybind11/pybind11.h")
  set(TCPFLOW_HAS_PYTHON ON)
  message(STATUS "scanner python: Python ${version} of ${TCPFLOW_PYTHON}")
else()
  message(STATUS "scanner python: not built, for want of pybind11 or the headers of Python")
endif()
