// Users of the system, and files that are given to the one under whom machines run.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "hypervisor/host.hpp"

namespace holdfast::hypervisor {

// "+107:+107"; nothing for labels of other security models, which have other forms.
std::optional<SystemUser> parse_dac_label(std::string_view label);

// Throws io.
SystemUser owner_of(const std::filesystem::path& path);

// `what` is said of the path in errors: "the folder". forbidden where Holdfast may not give it away.
void give_to(const std::filesystem::path& path, std::string_view what, const SystemUser& user);

}  // namespace holdfast::hypervisor
