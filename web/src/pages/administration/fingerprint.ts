// "0a1b…" -> "0A:1B:…", as browsers show it.
export function spelled(fingerprint: string): string {
  return (fingerprint.match(/../g) ?? []).join(":").toUpperCase();
}

const day = 24 * 60 * 60 * 1000;
const noticeDays = 30;

// Whether a certificate is good at the moment, and for how long.
export function validity(from: string, until: string, now: number): "valid" | "soon" | "over" | "early" {
  const end = new Date(until).getTime();
  if (end <= now) return "over";
  if (new Date(from).getTime() > now) return "early";
  return end - now < noticeDays * day ? "soon" : "valid";
}
