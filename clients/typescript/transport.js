// How the client asks: what is refused is an error with its code, and what cannot be now is asked again in time.
const LATER = [429, 503];
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

/** Asks over HTTP with a token; every POST has an Idempotency-Key, the same for all tries. */
export class Transport {
  constructor(url, token, options = {}) {
    this.url = url.replace(/\/$/, "");
    this.headers = { authorization: `Bearer ${token}`, "accept-language": options.language ?? "ja" };
    this.tries = options.tries ?? 4;
    this.answered = new Headers();
  }

  async ask(method, path, query, body, media, headers) {
    const named = new Headers({ ...this.headers, ...(method === "POST" ? { "idempotency-key": crypto.randomUUID() } : {}) });
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
      answer = await fetch(address, { method, headers: named, body: content });
      if (!LATER.includes(answer.status) || left <= 0) break;
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
}
