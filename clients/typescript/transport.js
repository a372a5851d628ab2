// How the client asks: what is refused is an error with its code, and what cannot be now is asked again in time.
const BUSY = 429;
const AWAY = 503;
const SLOW = 30; // seconds after which nobody answers
const SPEED = 25; // bytes that are sent in a millisecond where the line is slow
const BYTES = "application/octet-stream";

/** The API said no; `code` is stable, `problem` the whole answer (RFC 9457). */
export class Refused extends Error {
  constructor(status, problem) {
    super(`${status} ${problem.code ?? ""}: ${problem.title ?? ""}`);
    this.status = status;
    this.code = problem.code ?? "";
    this.problem = problem;
  }
}

// A key that nobody else has and that is no secret; node 18, and a page served by plain http, have no `randomUUID`.
const unique = () => globalThis.crypto?.randomUUID?.() ?? `${Date.now()}-${Math.random()}-${Math.random()}`;

/**
 * Asks over HTTP with a token. After 429, which does nothing, everything is asked again. After 503 only what reads is, and what
 * takes an Idempotency-Key: it has one, the same for all tries. Anything else may have been done: look before you ask again.
 * What nobody answers within `seconds` ends in a TimeoutError; what is sent is given the time that it takes on a slow line
 * (25 kB in a second), and an answer that has begun is read to its end.
 */
export class Transport {
  constructor(url, token, options = {}) {
    this.url = url.replace(/\/$/, "");
    this.headers = { authorization: `Bearer ${token}`, "accept-language": options.language ?? "ja" };
    this.tries = options.tries ?? 4;
    this.seconds = options.seconds ?? SLOW;
    this.answered = new Headers();
  }

  async ask(method, path, query, body, media, headers, keyed = false) {
    const named = new Headers({ ...this.headers, ...(keyed ? { "idempotency-key": unique() } : {}) });
    const again = keyed || method === "GET" ? [BUSY, AWAY] : [BUSY];
    let content;
    if (body !== undefined) {
      named.set("content-type", media);
      content = media === "application/json" ? JSON.stringify(body) : body;
    }
    for (const [name, value] of Object.entries(headers ?? {})) named.set(name, value);
    let given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null);
    const called = media === BYTES && given.find(([name]) => name === "name");
    if (called) {
      // Of a file; addresses stand in the logs of proxies.
      given = given.filter((one) => one !== called);
      const escaped = encodeURIComponent(called[1]).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
      if (!named.has("content-disposition")) named.set("content-disposition", `attachment; filename*=UTF-8''${escaped}`);
    }
    const asked = new URLSearchParams(given.flatMap(([name, value]) => [value].flat().map((one) => [name, String(one)])));
    const address = this.url + path + (given.length ? `?${asked}` : "");
    let answer;
    for (let left = this.tries - 1; ; left--) {
      answer = await this.answer(address, { method, headers: named, body: content });
      if (!again.includes(answer.status) || left <= 0) break;
      const seconds = Math.min(Number(answer.headers.get("retry-after") ?? 1) || 1, 60);
      await new Promise((done) => setTimeout(done, seconds * 1000));
    }
    this.answered = answer.headers;
    if (answer.ok && answer.headers.get("content-type") === BYTES) return answer.blob();
    const text = await answer.text();
    const isJson = (answer.headers.get("content-type") ?? "").includes("json");
    if (!answer.ok) throw new Refused(answer.status, isJson ? JSON.parse(text) : { title: text.slice(0, 200) });
    return text === "" ? undefined : isJson ? JSON.parse(text) : text;
  }

  async answer(address, asked) {
    const waited = new AbortController();
    const size = asked.body?.size ?? asked.body?.byteLength ?? asked.body?.length ?? 0;
    const given = this.seconds * 1000 + size / SPEED;
    const late = setTimeout(() => waited.abort(new DOMException("nobody has answered", "TimeoutError")), given);
    try {
      return await fetch(address, { ...asked, signal: waited.signal });
    } finally {
      clearTimeout(late);
    }
  }
}
