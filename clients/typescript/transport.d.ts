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

/** Asks over HTTP with a token; every POST has an Idempotency-Key, the same for all tries. */
export class Transport {
  constructor(url: string, token: string, options?: Options);
  /** The headers of the last answer: ETag, Location, RateLimit and others. */
  answered: Headers;
}
