// Link types as files store them against the DLT_ values that libpcap's functions take.
#pragma once

#include "capture/link_type.h"

namespace tcpflow {

// The two agree for most types; RAW and a few old ones differ, and by platform.
int dlt_of(LinkType link);
LinkType link_type_of_dlt(int dlt);

}  // namespace tcpflow
