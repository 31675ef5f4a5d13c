#include "app/end_signals.hpp"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "app/exit_status.hpp"

namespace holdfast {
namespace {

sigset_t end_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
    return signals;
}

}  // namespace

EndSignals::EndSignals() {
    auto signals = end_signals();
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    // Their errors, EPIPE and EFBIG, are told.
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGXFSZ, SIG_IGN);
    watcher_ = std::thread([this] { watch(); });
}

EndSignals::~EndSignals() {
    ending_ = true;
    ::pthread_kill(watcher_.native_handle(), SIGINT);  // blocked everywhere: it only wakes the watcher
    watcher_.join();
}

void EndSignals::watch() {
    auto signals = end_signals();
    while (true) {
        int signal = 0;
        ::sigwait(&signals, &signal);
        if (ending_) return;
        if (stop_.stop_requested()) ::_exit(exit_cancelled);
        stop_.request_stop();
    }
}

}  // namespace holdfast
