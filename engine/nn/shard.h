#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <span>

namespace attelier::nn {

/// The meeting place of the workers that share one batch: each brings numbers, all get the same
/// combination of them, made in the order of the shards.
/// Threads: every worker of the batch calls `exchange` equally often and in the same order.
class ShardExchange {
 public:
  virtual ~ShardExchange() = default;
  virtual int shards() const = 0;

  /// Blocks until every shard has come, then calls `read(shard, its numbers)` in the order of the
  /// shards, in every worker; the numbers live until `exchange` returns in all of them.
  /// Errors: throws ShardAborted when another worker failed; ContractViolation when `tag` or size
  /// differ between workers.
  virtual void exchange(int shard, uint64_t tag, std::span<const double> mine,
                        const std::function<void(int, std::span<const double>)>& read) = 0;
};

/// Thrown in workers that are stopped because another one failed.
class ShardAborted : public std::exception {
 public:
  const char* what() const noexcept override { return "another worker of the batch failed"; }
};

/// Which shard the calling thread works on; `exchange` is null outside of Replicas.
struct ShardContext {
  ShardExchange* exchange = nullptr;
  int index = 0;
  int64_t firstSample = 0;  ///< of this shard in the batch
};

/// The calling thread's context, for the thread that runs a worker to set.
ShardContext& shardContext();

}  // namespace attelier::nn
