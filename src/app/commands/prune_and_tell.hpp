// Pruning, as `prune` and `forget --prune` do it.
#pragma once

#include "app/command_run.hpp"

namespace holdfast {

void prune_and_tell(repository::Repository& repository, CommandRun& run);

}  // namespace holdfast
