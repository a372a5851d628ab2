/** The API said no; `code` is stable, `problem` the whole answer (RFC 9457). */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly problem: Record<string, unknown>;
}

/**
 * In which language the answers are (ja), how often one call is made while the API says "later" (4), and for how many seconds
 * an answer is waited for (30).
 */
export interface Options {
  language?: "ja" | "en";
  tries?: number;
  seconds?: number;
}

/**
 * Asks over HTTP with a token. After 429, which does nothing, everything is asked again. After 503 only what reads is, and what
 * takes an Idempotency-Key: it has one, the same for all tries. Anything else may have been done: look before you ask again.
 * What nobody answers within `seconds` ends in a TimeoutError; what is sent is given the time that it takes on a slow line
 * (25 kB in a second), and an answer that has begun is read to its end.
 */
export class Transport {
  constructor(url: string, token: string, options?: Options);
  /** The headers of the last answer: ETag, Location, RateLimit and others. */
  answered: Headers;
}
