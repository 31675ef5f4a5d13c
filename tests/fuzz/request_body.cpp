// Request bodies: the first byte chooses the type, the second XML or JSON. What is read can be written, and
// reads the same again.
#include <array>

#include "api/description/document.hpp"
#include "api/types/backup.hpp"
#include "api/types/file_system.hpp"
#include "api/types/infrastructure.hpp"
#include "api/types/job.hpp"
#include "base/error.hpp"
#include "target.hpp"

namespace {

using namespace holdfast;

template <typename T>
void read(std::string_view body, bool is_json) {
    try {
        auto root = is_json ? api::from_json<T>(body) : api::from_xml<T>(body);
        auto written = api::to_xml(root);
        fuzz::must_hold(api::to_xml(api::from_xml<T>(written)) == written,
                        "XML that was written reads the same");
        auto json = api::to_json(root);
        fuzz::must_hold(api::to_json(api::from_json<T>(json)) == json,
                        "JSON that was written reads the same");
    } catch (const Error& error) {
        fuzz::must_hold(error.kind() != ErrorKind::internal, "a wrong body is no defect of the program");
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) return 0;
    static constexpr std::array readers{
        read<api::JobSpec>,          read<api::JobCloneSpec>,    read<api::Job>,
        read<api::RestoreSpec>,      read<api::FileRestoreSpec>, read<api::RepositorySpec>,
        read<api::ManagedServerSpec>};
    readers[data[0] % readers.size()](fuzz::as_text(data + 2, size - 2), data[1] % 2 == 0);
    return 0;
}
