#include "scan/http/http_exchanges.h"

#include <string_view>

namespace tcpflow {
namespace {

void add_request(HttpExchange& exchange, const HttpRequest& request) {
  exchange.request_time = request.time;
  exchange.method = request.line.substr(0, request.line.find(' '));
  exchange.target = request.target;
  exchange.host = request.host;
  exchange.request_size = request.body_size;
}

}  // namespace

HttpExchange exchange_of(const HttpPair& pair, const MessageHead& head,
                         const HttpRequest* request) {
  HttpExchange exchange;
  exchange.client = pair.client;
  if (request != nullptr) add_request(exchange, *request);
  exchange.status = head.status;
  exchange.type = head.content_type;
  exchange.coding = head.content_encoding;
  return exchange;
}

HttpExchange exchange_of_request(const HttpPair& pair, const HttpRequest& request) {
  HttpExchange exchange;
  exchange.client = pair.client;
  exchange.end = ObjectEnd::open;
  add_request(exchange, request);
  return exchange;
}

void tell_unanswered(HttpShared& shared, HttpPair& pair) {
  for (const HttpRequest& request : pair.requests.forget()) {
    if (shared.exchanges == nullptr || pair.flow == nullptr) continue;
    shared.exchanges->on_exchange(*pair.flow, exchange_of_request(pair, request));
  }
}

}  // namespace tcpflow
