import { describe, expect, it } from "vitest";
import { contentOf } from "./preview";

const bytesOf = (text: string) => new TextEncoder().encode(text);

describe("what a file seems to be", () => {
  it("is a text in UTF-8, whatever it says", () => {
    expect(contentOf(bytesOf("<script>alert(1)</script>"))).toEqual({ kind: "text", text: "<script>alert(1)</script>" });
    expect(contentOf(bytesOf(""))).toEqual({ kind: "text", text: "" });
    expect(contentOf(bytesOf("<svg onload='x'/>")).kind).toBe("text");
  });

  it("is a text whose last character was cut off", () =>
    expect(contentOf(bytesOf("für").subarray(0, 2))).toEqual({ kind: "text", text: "f" }));

  it("is a picture by its first bytes, not by its name", () => {
    expect(contentOf(new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0]))).toEqual({ kind: "picture", type: "image/png" });
    expect(contentOf(bytesOf("RIFF....WEBPVP8"))).toEqual({ kind: "picture", type: "image/webp" });
    expect(contentOf(bytesOf("RIFF....WAVE")).kind).toBe("text");
  });

  it("is nothing that is shown otherwise", () => {
    expect(contentOf(new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 0])).kind).toBe("other");
    expect(contentOf(new Uint8Array([0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0xfa])).kind).toBe("other");
  });
});
