// What a file seems to be, by its first bytes: a guest's names are not to be believed, nor is anything in it run.

export type Content = { kind: "text"; text: string } | { kind: "picture"; type: string } | { kind: "other" };

// How much of a file is looked at, and how large a picture may be that is shown.
export const firstBytes = 64 * 1024;
export const largestPicture = 8 * 1024 * 1024;

const pictures: [type: string, begins: number[], then?: [at: number, bytes: number[]]][] = [
  ["image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/gif", [0x47, 0x49, 0x46, 0x38]],
  ["image/webp", [0x52, 0x49, 0x46, 0x46], [8, [0x57, 0x45, 0x42, 0x50]]],
];

function hasAt(bytes: Uint8Array, at: number, wanted: number[]): boolean {
  return wanted.every((byte, index) => bytes[at + index] === byte);
}

// The text of the bytes, which may end in the middle of a character; undefined where they are none.
function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  for (let cut = 0; cut < 4; ++cut)
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, bytes.length - cut));
    } catch {
      // Perhaps only the last character is cut off.
    }
  return undefined;
}

export function contentOf(bytes: Uint8Array): Content {
  for (const [type, begins, then] of pictures)
    if (hasAt(bytes, 0, begins) && (!then || hasAt(bytes, then[0], then[1]))) return { kind: "picture", type };
  const text = textOf(bytes);
  return text === undefined ? { kind: "other" } : { kind: "text", text };
}
