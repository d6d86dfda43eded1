// A sink that does as a test says, and notes what it is asked.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/callback.hpp"
#include "sinks/sink.hpp"

namespace tenantscope {

// What a sink was asked, and how it answers; outlives the sink.
struct SinkScript {
  std::function<std::optional<Refusal>(const JournalEntry& event, int attempt)> answer =
      [](const JournalEntry&, int) { return std::nullopt; };
  bool batches = false;
  std::function<bool(const JournalEntry& event)> waits = [](const JournalEntry&) {
    return false;
  };                                    // its delivery, until release()
  std::map<std::string, int> attempts;  // by id
  std::vector<JournalEntry> taken;
  std::size_t under_way = 0, most_under_way = 0;
  std::vector<Callback<Delivery>> waiting;

  void release() {
    for (auto& done : std::exchange(waiting, {}))
      done({});
  }
};

class ScriptedSink : public Sink {
 public:
  explicit ScriptedSink(std::shared_ptr<SinkScript> script) : script_(std::move(script)) {}
  bool takes_batches() const override { return script_->batches; }
  boost::asio::awaitable<Delivery> deliver(std::vector<JournalEntry> events) override {
    return play(script_, std::move(events));
  }

 private:
  static boost::asio::awaitable<Delivery> play(std::shared_ptr<SinkScript> script,
                                               std::vector<JournalEntry> events) {
    EXPECT_TRUE(script->batches || events.size() == 1);
    script->most_under_way = std::max(script->most_under_way, ++script->under_way);
    if (std::ranges::any_of(events, script->waits)) {
      std::function<void(Callback<Delivery>)> wait = [script](Callback<Delivery> done) {
        script->waiting.push_back(std::move(done));
      };
      co_await await_callback<Delivery>(std::move(wait));
    }
    --script->under_way;
    for (const JournalEntry& event : events)
      if (const auto refused = script->answer(event, ++script->attempts[event.id]))
        co_return *refused;
    script->taken.insert(script->taken.end(), events.begin(), events.end());
    co_return Delivery();
  }

  std::shared_ptr<SinkScript> script_;
};

}  // namespace tenantscope
