/** The API said no; `code` is stable, `problem` the whole answer (RFC 9457). */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly problem: Record<string, unknown>;
}

/** In which language the answers are (ja), and how often one call is made while the API says "later" (4). */
export interface Options {
  language?: "ja" | "en";
  tries?: number;
}

/**
 * Asks over HTTP with a token. After 429, which does nothing, everything is asked again. After 503 only what reads is, and what
 * takes an Idempotency-Key: it has one, the same for all tries. Anything else may have been done: look before you ask again.
 * What nobody answers within 30 seconds ends in a TimeoutError.
 */
export class Transport {
  constructor(url: string, token: string, options?: Options);
  /** The headers of the last answer: ETag, Location, RateLimit and others. */
  answered: Headers;
}
