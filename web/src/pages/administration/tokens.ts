// For how long an API token is good, in days: the server takes five years at most.
export const lives = [7, 30, 90, 365, 3 * 365, 5 * 365] as const;

const day = 24 * 60 * 60 * 1000;

export function expirationAfter(days: number, now: number): string {
  return new Date(now + days * day).toISOString();
}

export function isExpired(expiration: string, now: number): boolean {
  return new Date(expiration).getTime() <= now;
}
