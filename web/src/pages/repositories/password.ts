// A password that nobody guesses and anybody can type: words would need a list, so letters and digits that look like no others.
const letters = "abcdefghijkmnpqrstuvwxyz23456789";
const groups = 6;
const groupLength = 4;

// 120 random bits, "x7kq-m2hd-...".
export function makePassword(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(groups * groupLength));
  const text = Array.from(bytes, (byte) => letters[byte % letters.length]).join("");
  return text.match(new RegExp(`.{${groupLength}}`, "g"))?.join("-") ?? text;
}
