// Asks the gateway about this conversation's session. XMLHttpRequest, because pages wrap `fetch`.

/** The conversation's address and the visitor's token. */
export type Where = readonly [url: string, token: string];

export interface Reply {
  /** 0 where nothing came. */
  status: number;
  text: string;
}

export function ask([url, token]: Where, method: string, path: string, body?: unknown): Promise<Reply> {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open(method, url + path);
    request.setRequestHeader("Authorization", "Bearer " + token);
    if (body) request.setRequestHeader("Content-Type", "application/json");
    request.timeout = 30_000;
    request.onloadend = () => done({ status: request.status, text: request.responseText });
    request.send(body ? JSON.stringify(body) : null);
  });
}
