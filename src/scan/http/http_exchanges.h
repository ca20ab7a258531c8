// Requests and responses on their way to those who are told of exchanges.
#pragma once

#include <memory>

#include "flow/http_exchange.h"
#include "scan/http/http_pair.h"
#include "scan/http/http_shared.h"
#include "scan/http/message_parser.h"

namespace tcpflow {

// What is known when the head of a response is there; `request` may be null.
HttpExchange exchange_of(const HttpPair& pair, const MessageHead& head, const HttpRequest* request);

// The same without a response.
HttpExchange exchange_of_request(const HttpPair& pair, const HttpRequest& request);

// Tells of the requests that wait: no response of theirs will be seen. They are forgotten.
void tell_unanswered(HttpShared& shared, HttpPair& pair);

}  // namespace tcpflow
