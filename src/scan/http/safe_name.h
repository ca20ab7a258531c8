// Names from outside, made fit for the disk. Pure functions; they take linear time.
#pragma once

#include <string>
#include <string_view>

namespace tcpflow {

// What may be part of the name of a file on any system, and looks like what it is: the last
// component of the path `name`, in UTF-8, at most 100 octets, from which the extension is not cut
// if it is short. Controls, also those of the direction of writing, what file systems or shells of
// some system do not bear, and octets that are not UTF-8 are replaced by '_'. It does not begin
// with a dot, a dash or a blank and does not end with a dot or a blank. "" if nothing is left.
std::string safe_file_name(std::string_view name);

// The same of the last segment of the path in a request target (RFC 9112, 3.2), percent-decoded
// once; "" if the target has no path.
std::string name_from_url(std::string_view target);

}  // namespace tcpflow
