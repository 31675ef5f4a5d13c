// Backups of several disks at a time share the processors, and with them the memory, of one.
#pragma once

namespace holdfast::repository {

// One of the pipelines of this process, from its beginning to its end: worker_count() threads, divided by how
// many pipelines there are, are its share; never less than one. It follows at once when others begin or end.
class PipelineShare {
  public:
    PipelineShare();
    PipelineShare(const PipelineShare&) = delete;
    PipelineShare& operator=(const PipelineShare&) = delete;
    ~PipelineShare();

    // Of this pipeline's workers, counted from 0: waits while `worker` is beyond the share. The first never
    // waits.
    void wait_for_turn(unsigned worker);
    // Nothing is left for workers to take up: nobody waits any more. Any thread, any number of times.
    void finish();

  private:
    bool finished_ = false;
};

}  // namespace holdfast::repository
