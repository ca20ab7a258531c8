// A queue of flows by age, linked through the flows themselves: O(1) to add, move to the back and
// remove.
#pragma once

#include "flow/tcp_flow.h"

namespace tcpflow {

// Oldest first. Borrows the flows; `Links` is the member that this list uses.
template <FlowLinks TcpFlow::*Links>
class FlowList {
 public:
  TcpFlow* front() const { return front_; }
  size_t size() const { return size_; }
  static TcpFlow* after(const TcpFlow& flow) { return (flow.*Links).after; }

  void push_back(TcpFlow& flow) {
    FlowLinks& links = flow.*Links;
    links = {back_, nullptr, true};
    (back_ ? (back_->*Links).after : front_) = &flow;
    back_ = &flow;
    ++size_;
  }
  void remove(TcpFlow& flow) {
    FlowLinks& links = flow.*Links;
    if (!links.linked) return;
    (links.before ? (links.before->*Links).after : front_) = links.after;
    (links.after ? (links.after->*Links).before : back_) = links.before;
    links = {};
    --size_;
  }
  void move_to_back(TcpFlow& flow) {
    if (back_ == &flow) return;
    remove(flow);
    push_back(flow);
  }

 private:
  TcpFlow* front_ = nullptr;
  TcpFlow* back_ = nullptr;
  size_t size_ = 0;
};

}  // namespace tcpflow
