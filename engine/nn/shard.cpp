#include "engine/nn/shard.h"

namespace attelier::nn {

ShardContext& shardContext() {
  thread_local ShardContext context;
  return context;
}

}  // namespace attelier::nn
