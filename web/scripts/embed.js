// embed.js FOLDER TABLE.cpp BYTES.S: the files of FOLDER as a table for src/console/assets.hpp. The assembler takes in their bytes, since
// compilers are slow at long arrays.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

const [folder, table, bytes] = process.argv.slice(2);

const mediaTypes = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

function mediaTypeOf(file) {
  const type = mediaTypes[extname(file)];
  if (!type) throw new Error(`${file}: which media type is that?`);
  return type;
}

const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.name.endsWith(".br"))
  .map((entry) => join(entry.parentPath, entry.name))
  .sort();

const rows = [];
const blocks = [];

function block(name, file) {
  blocks.push(`${name}:\n    .incbin "${file}"\n${name}_end:\n`);
  return `std::string_view(${name}, static_cast<std::size_t>(${name}_end - ${name}))`;
}

files.forEach((file, number) => {
  const content = readFileSync(file);
  const compressed = brotliCompressSync(content, {
    params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: content.length },
  });
  let brotli = "{}";
  if (compressed.length < content.length * 0.95) {
    writeFileSync(`${file}.br`, compressed);
    brotli = block(`holdfast_console_brotli_${number}`, `${file}.br`);
  }
  const tag = createHash("sha256").update(content).digest("hex").slice(0, 32);
  const plain = block(`holdfast_console_plain_${number}`, file);
  rows.push(`    {"/${relative(folder, file)}", "${mediaTypeOf(file)}", ${plain}, ${brotli}, "${tag}"},`);
});

const symbols = blocks.flatMap((text) => {
  const name = text.slice(0, text.indexOf(":"));
  return [name, `${name}_end`];
});
writeFileSync(
  bytes,
  `.section .rodata\n${symbols.map((name) => `.global ${name}\n`).join("")}${blocks.join("")}.section .note.GNU-stack,"",@progbits\n`,
);
writeFileSync(
  table,
  `#include <array>\n\n#include "console/assets.hpp"\n\nextern "C" {\n${symbols.map((name) => `extern const char ${name}[];\n`).join("")}}

namespace holdfast::console {

std::span<const Asset> assets() {
    static const std::array all = std::to_array<Asset>({\n${rows.map((row) => `    ${row}\n`).join("")}    });
    return all;
}

}  // namespace holdfast::console
`,
);
