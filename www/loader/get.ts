/** Fetches a file. By XMLHttpRequest, because pages replace `fetch`, and what theirs answers is no `Response`. */
export function get(url: string, type: "json" | "arraybuffer"): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("GET", url);
    request.responseType = type;
    request.onloadend = () =>
      request.status === 200 ? resolve(request.response) : reject(`${url} answered ${request.status}`);
    request.send();
  });
}
