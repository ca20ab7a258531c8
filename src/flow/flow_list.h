// A queue of flows by age, linked through the flows themselves: O(1) to add, move to the back and
// remove.
#pragma once

#include <utility>

#include "flow/tcp_flow.h"

namespace tcpflow {

// Oldest first. Borrows the flows; `Links` is the member that this list uses, of TcpFlow or of
// FlowExtras.
template <auto Links>
class FlowList {
 public:
  TcpFlow* front() const { return front_; }
  size_t size() const { return size_; }
  bool has(const TcpFlow& flow) const {
    const FlowLinks* const links = flow.links_if_any(Links);
    return links != nullptr && links->before != nullptr;
  }
  TcpFlow* after(TcpFlow& flow) const { return flow.links(Links).after; }

  void push_back(TcpFlow& flow) {
    flow.links(Links) = {back_ != nullptr ? back_ : &flow, nullptr};
    (back_ != nullptr ? back_->links(Links).after : front_) = &flow;
    back_ = &flow;
    ++size_;
  }
  void remove(TcpFlow& flow) {
    if (!has(flow)) return;
    const FlowLinks gone = std::exchange(flow.links(Links), FlowLinks());
    TcpFlow* const before = gone.before != &flow ? gone.before : nullptr;
    (before != nullptr ? before->links(Links).after : front_) = gone.after;
    if (gone.after != nullptr) {
      gone.after->links(Links).before = before != nullptr ? before : gone.after;
    } else {
      back_ = before;
    }
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
