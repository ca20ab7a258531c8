// What the options do that is more than to keep a word. Used by the table of options only.
#pragma once

#include <string>

#include "app/options_table.h"

namespace tcpflow {

void set_byte_limit(ParseState& state, const char* text);
void set_debug(ParseState& state, const char* text);
void set_archive(ParseState& state, const char* path);
void set_max_open(ParseState& state, const char* text);
void set_threads(ParseState& state, const char* text);
void set_max_jump(ParseState& state, const char* text);
void set_max_flows(ParseState& state, const char* text);
void set_max_half_open(ParseState& state, const char* text);
void set_max_vlans(ParseState& state, const char* text);
void set_max_idle(ParseState& state, const char* text);
void set_max_lifetime(ParseState& state, const char* text);
void set_udp_idle(ParseState& state, const char* text);
void set_max_udp(ParseState& state, const char* text);
void set_snap_length(ParseState& state, const char* text);
void set_buffer_size(ParseState& state, const char* text);
void set_gap(ParseState& state, const char* form);
void set_memory_limit(ParseState& state, const char* text);
void set_max_held(ParseState& state, const char* text);
void set_max_held_per_half(ParseState& state, const char* text);
void set_max_alternatives(ParseState& state, const char* text);
void set_max_scan(ParseState& state, const char* text);
void set_max_python(ParseState& state, const char* text);
void set_max_fragments(ParseState& state, const char* text);
void set_max_fragment_bytes(ParseState& state, const char* text);
// The file of one of RecordSettings; `option` is for the message.
void set_record(ParseState& state, std::string RecordSettings::*place, const char* option,
                const char* file);
void set_progress(ParseState& state, const char* when);
void add_name_letters(ParseState& state, const char* letters);
void add_scanner_switch(ParseState& state, ScannerSwitch::Kind kind, const char* name);
// -H wins over -h; a second -h asks for more.
void set_action(ParseState& state, Action action);

}  // namespace tcpflow
